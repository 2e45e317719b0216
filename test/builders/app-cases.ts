// Clean and spoiled copies of the applications on scratch, Alpine and Debian, with npm and with Python.
import { alpineApp, apkSource, debianApp, npmApp, scratchApp } from './apps.ts'
import { pythonVersion } from './packages.ts'
import { pantry } from './pantry.ts'
import { pipInstall, pythonApp } from './python.ts'
import type { Edit } from './status-drift.ts'
import { plantedFile, plantedSubject } from './truth.ts'
import type { App, Workshop } from './workshop.ts'

const both = ['legacy', 'buildkit'] as const

/** From scratch, all of it tracked; and the same with a build argument that no tracked file gives. */
export async function scratchCases(workshop: Workshop): Promise<void> {
  const app: App = { name: 'scratch', base: 'scratch', plans: await scratchApp() }
  await workshop.buildClean(app, both)
  await withArguments(workshop, app, { LEVEL: '7' })
}

/** Builds with arguments that no tracked file gives. */
async function withArguments(
  workshop: Workshop,
  app: App,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  for (const builder of both) {
    const tag = await workshop.build(app, builder, { name: 'argument', arguments: values })
    await workshop.add(app, builder, tag, {
      name: `${app.name}-argument-${builder}`,
      verdict: 'floating',
      planted: Object.keys(values).map((name) => plantedSubject('argument', name)),
    })
  }
}

/** One of everything, clean. */
export async function pantryCases(workshop: Workshop): Promise<void> {
  await workshop.tiny()
  const app: App = { name: 'pantry', base: 'tiny', plans: await pantry() }
  await workshop.buildClean(app, both)
}

/** Alpine with apk: a package's file edited; records edited under the cover of a package that is added. */
export async function alpineCases(workshop: Workshop): Promise<void> {
  await workshop.alpine()
  const app: App = { name: 'greeter', base: 'alpine', plans: await alpineApp(workshop.proxy) }
  await workshop.buildClean(app, both)
  await withArguments(workshop, app, { EDITION: 'gold', TICKET: 'A-17' })
  const words = {
    command: `echo 'goodbye' > /usr/share/greet/words`,
    planted: [plantedFile('modified', 'usr/share/greet/words')],
  }
  await workshop.spoil(app, 'legacy', 'greeter-edited-package', { edits: [words] })
  const hidden: readonly Edit[] = [
    {
      command: `apk add --no-cache ${apkSource} greet-extra=1-r0`,
      planted: [plantedSubject('package-added', 'greet-extra')],
    },
    {
      command: `echo 'http://192.0.2.7/alpine' >> /etc/apk/repositories`,
      planted: [plantedFile('modified', 'etc/apk/repositories')],
    },
    {
      command: `echo 'no key' > /etc/apk/keys/own.rsa.pub`,
      planted: [plantedFile('added', 'etc/apk/keys/own.rsa.pub')],
    },
    {
      command: `sed -i '/^P:busybox$/,/^$/s/^m:.*/m:Nobody <nobody@assay.test>/' /lib/apk/db/installed`,
      planted: [plantedSubject('package-changed', 'busybox')],
    },
  ]
  await workshop.spoil(app, 'buildkit', 'greeter-hidden-in-records', { edits: hidden })
}

const deploy: Edit = {
  command: 'useradd --create-home --shell /bin/bash deploy',
  planted: [plantedSubject('account', 'deploy')],
}

/** Debian with apt: the edits that people make, and what hides behind an account and behind bytecode. */
export async function debianCases(workshop: Workshop): Promise<void> {
  await workshop.debian()
  const app: App = { name: 'report', base: 'debian', plans: await debianApp() }
  await workshop.buildClean(app, both)
  await workshop.spoil(app, 'buildkit', 'report-edited-buildkit', { edits: debianEdits })
  await workshop.spoil(app, 'legacy', 'report-account', { edits: [deploy] })
  await installByHand(workshop, app)
  await workshop.spoil(app, 'legacy', 'report-hidden-accounts', { edits: hiddenAccounts })
  await workshop.spoil(app, 'buildkit', 'report-hidden-bytecode', {
    edits: await hiddenBytecode(),
  })
}

/** What people do most: packages by apt, with all that they bring along, and nothing tidied away. */
async function installByHand(workshop: Workshop, app: App): Promise<void> {
  const packages = async (tag: string): Promise<readonly string[]> => {
    const query = ['dpkg-query', '--show', '--showformat', `\${Package}\\n`]
    const words = ['run', '--rm', '--network=none', '--entrypoint', '', tag, ...query]
    return (await workshop.engine.docker(words)).trim().split('\n')
  }
  const before = new Set(await packages(`${app.name}:legacy`))
  await workshop.spoil(app, 'legacy', 'report-apt-by-hand', {
    edits: [
      {
        command: 'apt-get update && apt-get install -y --no-install-recommends nano curl cron',
        planted: [
          plantedSubject('account', 'crontab'),
          // Nothing in the image tells which packages its lines are of: named, not folded away.
          plantedFile('added', 'var/lib/dpkg/statoverride'),
        ],
      },
    ],
    found: async (tag) => {
      const added = (await packages(tag)).filter((name) => !before.has(name))
      return added.map((name) => plantedSubject('package-added', name))
    },
  })
}

const debianEdits: readonly Edit[] = [
  {
    command: `cd /tmp && apt-get update && apt-get download libyaml-0-2 && dpkg -i libyaml*.deb && rm -rf libyaml*.deb /var/lib/apt/lists/*`,
    planted: [plantedSubject('package-added', 'libyaml-0-2')],
  },
  deploy,
  {
    command: `sed -i 's/threads = 4/threads = 8/' /etc/report/report.conf`,
    planted: [plantedFile('modified', 'etc/report/report.conf')],
  },
  {
    command: `echo 'echo "$(date) $USER" >> /tmp/logins' > /opt/report/src/hook.sh`,
    planted: [plantedFile('added', 'opt/report/src/hook.sh')],
  },
  { command: 'chmod 4755 /usr/bin/tini', planted: [plantedFile('mode', 'usr/bin/tini')] },
  { command: 'rm /usr/bin/xxd', planted: [plantedFile('deleted', 'usr/bin/xxd')] },
]

const hiddenAccounts: readonly Edit[] = [
  deploy,
  {
    command: `echo 'export PATH=/srv/bin:$PATH' >> /home/deploy/.profile`,
    planted: [plantedFile('added', 'home/deploy/.profile')],
  },
  {
    command: `mkdir /home/deploy/.ssh && echo 'ssh-ed25519 AAAA' > /home/deploy/.ssh/authorized_keys`,
    planted: [plantedFile('added', 'home/deploy/.ssh/authorized_keys')],
  },
  {
    command: `sed -i 's#^root:[^:]*:#root:$6$assay$notahash:#' /etc/shadow`,
    planted: [plantedSubject('account', 'root')],
  },
  {
    command: `sed -i '/^games:/s#:[^:]*$#:/bin/sh#' /etc/passwd`,
    planted: [plantedSubject('account', 'games')],
  },
]

async function hiddenBytecode(): Promise<readonly Edit[]> {
  const tag = `cpython-${(await pythonVersion()).replace('.', '')}`
  const hidden = `opt/report/src/__pycache__/hook.${tag}.pyc`
  return [
    {
      // What Python itself does when somebody runs the program: explained by its source.
      command: `python3 -c "import py_compile; py_compile.compile('/opt/report/src/serve.py', doraise=True)"`,
      planted: [],
    },
    {
      command: `cd /opt/report/src/__pycache__ && cp serve.*.pyc /${hidden}`,
      planted: [plantedFile('added', hidden)],
    },
    {
      command: `mkdir -p /usr/lib/python3/dist-packages && cp /opt/report/src/__pycache__/serve.*.pyc /usr/lib/python3/dist-packages/extra.pyc`,
      planted: [plantedFile('added', 'usr/lib/python3/dist-packages/extra.pyc')],
    },
  ]
}

/** npm: installed in the image or in a stage; a module edited, and one swapped with a change inside. */
export async function npmCases(workshop: Workshop): Promise<void> {
  await workshop.debian()
  await workshop.node()
  const direct: App = { name: 'odd', base: 'node', plans: await npmApp(true) }
  await workshop.buildClean(direct, ['buildkit'])
  const edited = 'app/node_modules/is-odd/index.js'
  const edits = [
    {
      command: `sed -i 's/=== 1/=== 0/' /${edited} && grep -q '=== 0' /${edited}`,
      planted: [plantedFile('modified', edited)],
    },
  ]
  await workshop.spoil(direct, 'buildkit', 'odd-edited-module', { edits })
  await workshop.spoil(direct, 'buildkit', 'odd-swapped-module', { edits: swapped })
  await workshop.tiny()
  const staged: App = { name: 'odd-staged', base: 'tiny', plans: await npmApp(false) }
  await workshop.buildClean(staged, ['legacy'])
}

const semver = 'app/node_modules/semver'

const swapped: readonly Edit[] = [
  {
    command: `cd /tmp && node -e "${download('http://registry.npmjs.org/semver/-/semver-7.6.2.tgz')}" && rm -rf /${semver} && tar -xf package.tgz && mv package /${semver} && rm package.tgz`,
    planted: [],
  },
  {
    command: `echo '// one line more' >> /${semver}/functions/inc.js`,
    planted: [
      {
        ...plantedSubject('package-changed', 'semver'),
        folded: `${semver}/functions/inc.js`,
      },
    ],
  },
  {
    command: `cp /usr/bin/tar /${semver}/bin/native`,
    planted: [plantedFile('added', `${semver}/bin/native`)],
  },
]

/** JavaScript that fetches the address through the proxy of the environment into package.tgz. */
function download(address: string): string {
  return `const p = new URL(process.env.http_proxy); require('http').get({ host: p.hostname, port: p.port, path: '${address}' }, (r) => r.pipe(require('fs').createWriteStream('package.tgz')))`
}

/** Python with pip: a module edited, and a package added by hand with its bytecode. */
export async function pythonCases(workshop: Workshop): Promise<void> {
  await workshop.debian()
  await workshop.python()
  const app: App = { name: 'words', base: 'python', plans: await pythonApp(workshop.proxy) }
  await workshop.buildClean(app, both)
  const module = `usr/local/lib/python${await pythonVersion()}/dist-packages/six.py`
  const edits: readonly Edit[] = [
    {
      command: `sed -i 's/^PY2 = .*/PY2 = False/' /${module}`,
      planted: [plantedFile('modified', module)],
    },
    {
      command: `${pipInstall} toml==0.10.2`,
      planted: [plantedSubject('package-added', 'toml')],
    },
  ]
  await workshop.spoil(app, 'legacy', 'words-edited-module', { edits })
}
