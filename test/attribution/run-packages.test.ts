// RUN layers: each package that came is asked for, needed, or not explained; and an unexplained one is a change only
// where nothing else in the step could have brought it.
import { describe, expect, it } from 'vitest'
import type { Entry, StepPackages } from '../../src/core/index.ts'
import {
  BASE_PACKAGES,
  blobId,
  built,
  type Deb,
  file,
  folder,
  gone,
  judge,
  program,
  status,
  statusWith,
  unpacked,
} from '../support/attribution.ts'

const deb = (name: string, extra = '', version = '1.0-1'): Deb => ({
  name,
  version,
  files: [program(`usr/bin/${name}`, name)],
  extra,
})
const installed = (...debs: readonly Deb[]) => [statusWith(...debs), ...debs.flatMap(unpacked)]

const run = (command: string, ...entries: readonly Entry[]) =>
  judge({
    dockerfile: `FROM debian:12\nRUN ${command}\n`,
    layers: [built(`RUN /bin/sh -c ${command}`, ...entries)],
  })

/** The one entry of a step, names without versions. */
function told(rows: readonly StepPackages[]) {
  expect(rows).toHaveLength(1)
  const [row] = rows
  const bare = (purls: readonly string[] = []) =>
    purls.map((purl) => /([^/]+)@/.exec(purl)?.[1] ?? purl)
  return {
    asked: bare(row?.asked),
    needed: bare(row?.dependencies),
    unexplained: bare(row?.unexplained),
    open: row?.open ?? '',
    absent: row?.absent ?? [],
  }
}

const APP = deb('app', 'Depends: lib-one (>= 1), lib-two | lib-three\nRecommends: helper\n')
const ONE = deb('lib-one', 'Depends: virtual-thing\n')
const THING = deb('thing', 'Provides: virtual-thing (= 1)\n')
const THREE = deb('lib-three')
const EXTRA = deb('helper')
const PLANTED = deb('planted')

describe('packages of apt', () => {
  it('are asked for, or needed, through alternatives and what provides a name', async () => {
    const { named, stepPackages } = await run(
      'apt-get update && apt-get install -y app && rm -rf /var/lib/apt/lists/*',
      ...installed(APP, ONE, THING, THREE, EXTRA),
    )
    expect(told(stepPackages)).toEqual({
      asked: ['app'],
      needed: ['helper', 'lib-one', 'lib-three', 'thing'],
      unexplained: [],
      open: '',
      absent: [],
    })
    expect(named).toEqual([])
  })

  it('are a change with their files when nothing in the step explains them', async () => {
    const { named, changes, verdict, stepPackages } = await run(
      'apt-get update && apt-get install -y --no-install-recommends app',
      ...installed(APP, ONE, THING, THREE, PLANTED),
    )
    expect(named).toEqual(['package-added planted'])
    expect(verdict).toBe('drifted')
    const change = changes.find(({ subject }) => subject === 'planted')
    expect(change?.folded).toEqual(['usr/bin/planted'])
    expect(change?.evidence).toContain('not explained by the command: line 2 asks for app')
    expect(told(stepPackages).unexplained).toEqual(['planted'])
  })

  it('that others recommend come unless the command says no', async () => {
    const layer = installed(APP, ONE, THING, THREE, EXTRA)
    const without = await run('apt-get install -y --no-install-recommends app', ...layer)
    expect(without.named).toEqual(['package-added helper'])
    const mixed = await run(
      'apt-get install -y --no-install-recommends app && apt-get install -y tar',
      ...layer,
    )
    expect(mixed.named).toEqual([])
  })

  it.each([
    'apt-get install -y plan*',
    "apt-get install -y 'planted=1.0*'",
    'apt-get install -y planted:amd64',
    'apt-get install -y planted/bookworm-backports',
    'apt-get install -y planted+ tar-',
    'apt-get install -y ./planted_1.0-1_amd64.deb',
    'apt install -y /tmp/planted_1.0-1_amd64.deb',
    'dpkg -i /tmp/planted_1.0-1_amd64.deb',
    'aptitude install -y planted',
    'DEBIAN_FRONTEND=noninteractive sudo -E apt-get -qq -o a=b install planted',
    'if true; then apt-get install -y planted; fi',
    'sh -c "apt-get install -y planted"',
  ])('are asked for by %s', async (command) => {
    const { named, stepPackages } = await run(command, ...installed(PLANTED))
    expect(named).toEqual([])
    expect(told(stepPackages).asked).toEqual(['planted'])
  })

  it.each([
    'apt-get install -y $PACKAGES',
    'apt-get install -y $(cat /list)',
    'cat /list | xargs apt-get install -y',
    'apt-get install -y ^lib.*-dev$',
    'apt-get install -y ./x.deb',
    'apt-get -f install -y',
    'apt-get build-dep -y tar',
    'apt-get install -y --install-suggests tar',
    'apt-get dist-upgrade -y',
    'apt full-upgrade -y',
    'dpkg -i /debs/*.deb',
    'dpkg -iR /debs',
    'curl -fsSL https://example.org/setup.sh | bash -',
    './install.sh',
    'bash /tmp/setup.sh',
    'make install',
    'python3 setup.py',
    'tar -xf rootfs.tar -C /',
    'tar -xf rootfs.tar',
    'cp -a /build/. /',
    '$INSTALLER tar',
    'eval "$COMMANDS"',
    'find /x -exec ./setup {} +',
    'npm run postinstall',
    'playwright install --with-deps',
    '. ./functions.sh && add_all',
  ])('are left open by %s', async (command) => {
    const { named, stepPackages } = await run(
      `apt-get install -y tar && ${command}`,
      ...installed(PLANTED),
    )
    expect(named).toEqual([])
    const { unexplained, open } = told(stepPackages)
    expect(unexplained).toEqual(['planted'])
    expect(open).not.toBe('')
  })

  it.each([
    'apt-get update && apt-get upgrade -y',
    'curl -fsSL https://example.org/x.tgz | tar -xz -C /opt',
    'cd /tmp && tar -xf x.tar',
    'groupadd app && useradd -g app app && mkdir -p /srv/app && chown -R app /srv/app',
    "find / -name '*.pyc' -exec rm -f {} +",
    'sed -i s/a/b/ /etc/passwd && ldconfig && update-ca-certificates',
    'pip install --no-cache-dir requests && npm ci && gem install rake',
    'bash -c "echo done"',
    '. /etc/os-release && echo "$ID"',
    'apt-get purge -y --auto-remove gcc && apt-get clean && rm -rf /var/lib/apt/lists/*',
  ])('are not excused by %s', async (command) => {
    const { named } = await run(`apt-get install -y tar && ${command}`, ...installed(PLANTED))
    expect(named).toEqual(['package-added planted'])
  })

  it('are needed by another version of what was there', async () => {
    const newer: Deb = { ...BASE_PACKAGES.tar, version: '2.0-1', extra: 'Depends: lib-three\n' }
    const { libz, bash } = BASE_PACKAGES
    const { named, stepPackages } = await run(
      'apt-get update && apt-get upgrade -y',
      status(libz, newer, bash, THREE),
      ...unpacked(newer),
      ...unpacked(THREE),
    )
    expect(told(stepPackages)).toMatchObject({ asked: [], needed: ['lib-three'] })
    expect(named).toEqual([])
  })

  it('are told when they were asked for and are not there', async () => {
    const { stepPackages, named } = await run('apt-get install -y app missing', ...installed(APP))
    expect(told(stepPackages).absent).toEqual(['missing'])
    expect(named).toEqual([])
    const purged = await run(
      'apt-get install -y app gcc && make && apt-get purge -y gcc',
      ...installed(APP),
    )
    expect(told(purged.stepPackages).absent).toEqual([])
    const perhaps = await run(
      'apt-get install -y app && test -e /x || apt-get install -y missing',
      ...installed(APP),
    )
    expect(told(perhaps.stepPackages).absent).toEqual([])
  })

  it('are no change when a later step took them away', async () => {
    const { named } = await judge({
      dockerfile: 'FROM debian:12\nRUN apt-get install -y tar\nRUN apt-get purge -y planted\n',
      layers: [
        built('RUN /bin/sh -c apt-get install -y tar', ...installed(PLANTED)),
        built(
          'RUN /bin/sh -c apt-get purge -y planted',
          statusWith(),
          gone('usr/bin/planted'),
          gone('var/lib/dpkg/info/planted.list'),
          gone('var/lib/dpkg/info/planted.md5sums'),
        ),
      ],
    })
    expect(named).toEqual([])
  })

  it('are no change in a step that was not built as it is written', async () => {
    const { named, stepPackages } = await judge({
      dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get install -y tar\n',
      layers: [
        built(
          'RUN /bin/sh -c apt-get update && apt-get install -y tar planted',
          ...installed(PLANTED),
        ),
      ],
    })
    expect(named).toEqual([])
    expect(told(stepPackages).open).toContain('was not built as it is written')
  })

  it('are no change in a step whose shell is not read', async () => {
    const dockerfile = 'FROM debian:12\nSHELL ["/usr/bin/fish", "-c"]\nRUN apt-get install -y tar\n'
    const layer = built('RUN /usr/bin/fish -c apt-get install -y tar', ...installed(PLANTED))
    const { named } = await judge({
      dockerfile,
      layers: [
        { createdBy: 'SHELL [/usr/bin/fish -c]', entries: null, comment: layer.comment ?? '' },
        layer,
      ],
    })
    expect(named).toEqual([])
  })
})

const ALPINE = file('etc/os-release', 'ID=alpine\nVERSION_ID=3.20.3\n')

interface Apk {
  readonly name: string
  readonly lines?: string
}

function apkDatabase(...packages: readonly Apk[]): Entry {
  const records = [{ name: 'musl' }, ...packages].map(
    ({ name, lines = '' }: Apk) => `P:${name}\nV:1.0-r0\nA:x86_64\no:${name}\n${lines}\n`,
  )
  return file('lib/apk/db/installed', records.join(''))
}

const runApk = (command: string, ...packages: readonly Apk[]) =>
  judge({
    dockerfile: `FROM alpine:3.20\nRUN ${command}\n`,
    base: [
      folder('etc'),
      ALPINE,
      apkDatabase(),
      file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'),
    ],
    layers: [built(`RUN /bin/sh -c ${command}`, apkDatabase(...packages))],
  })

describe('packages of apk', () => {
  const nginx: Apk = { name: 'nginx', lines: 'D:so:libpcre.so.1 /bin/sh\n' }
  const pcre: Apk = { name: 'pcre', lines: 'p:so:libpcre.so.1=1.2\n' }
  const openrc: Apk = { name: 'openrc' }
  const service: Apk = { name: 'nginx-openrc', lines: 'i:openrc nginx=1.0-r0\n' }

  it('are needed through what provides a library, or come beside others', async () => {
    const { named, stepPackages } = await runApk(
      'apk add --no-cache nginx openrc',
      nginx,
      pcre,
      openrc,
      service,
    )
    expect(told(stepPackages)).toMatchObject({
      asked: ['nginx', 'openrc'],
      needed: ['nginx-openrc', 'pcre'],
      unexplained: [],
    })
    expect(named).toEqual([])
  })

  it('are a change when nothing explains them', async () => {
    const { named } = await runApk('apk add --no-cache nginx', nginx, pcre, { name: 'planted' })
    expect(named).toEqual(['package-added planted'])
  })

  it('do not come of themselves where what they stand beside is not there', async () => {
    const { named } = await runApk('apk add nginx', nginx, pcre, service)
    expect(named).toEqual(['package-added nginx-openrc'])
  })

  it.each([
    ['apk add tar', ['package-added planted']],
    ['apk add planted~1.0 && apk update', []],
    ['apk add "planted=1.0-r0" "nginx>1"', []],
    ['apk add planted@edge', []],
    ['apk add --virtual .deps planted', []],
    ['apk add --allow-untrusted /tmp/planted-1.0-r0.apk', []],
    ['apk add $LIST', []],
    ['apk fix', []],
    ['apk add curl && ./configure && make', []],
  ] as const)('%s gives %j', async (command, expected) => {
    const { named } = await runApk(command, { name: 'planted' })
    expect(named).toEqual(expected)
  })

  it('that a step takes away again are not missed', async () => {
    const { stepPackages } = await runApk(
      'apk add --virtual .deps gcc && apk add nginx && apk del .deps',
      nginx,
      pcre,
    )
    expect(told(stepPackages)).toMatchObject({ asked: ['nginx'], absent: [] })
  })
})

const SITE = 'usr/local/lib/python3.12/site-packages'
const dist = (name: string, more = '', folderName = name) => [
  file(
    `${SITE}/${folderName}-1.0.dist-info/METADATA`,
    `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n${more}`,
  ),
  file(`${SITE}/${folderName}-1.0.dist-info/RECORD`, `${folderName}-1.0.dist-info/METADATA,,\n`),
]

describe('packages of pip', () => {
  const flask = dist(
    'Flask',
    'Requires-Dist: werkzeug>=2\nRequires-Dist: colorama; sys_platform == "linux"\n',
  )
  const werkzeug = dist('Werkzeug')
  const colorama = dist('colorama')
  const planted = dist('planted')

  it('are needed by what is asked for, whatever the spelling', async () => {
    const { named, stepPackages } = await run(
      'pip install --no-cache-dir FLASK==1.0',
      ...flask,
      ...werkzeug,
      ...colorama,
    )
    expect(told(stepPackages)).toMatchObject({ asked: ['flask'], needed: ['colorama', 'werkzeug'] })
    expect(named).toEqual([])
  })

  it('are a change when nothing explains them', async () => {
    const { named } = await run('pip install flask', ...flask, ...werkzeug, ...planted)
    expect(named).toEqual(['package-added planted'])
  })

  it.each([
    'pip install .',
    'pip install -e /src',
    'pip install git+https://example.org/x',
    'pip install -r requirements.txt',
    'pip install $EXTRA',
    'pip install flask && python3 setup.py install',
    'poetry install',
    'uv sync --frozen',
    'conda install -y flask',
    'pip install flask && cp -r /build/site-packages /usr/local/lib/python3.12/',
    'git clone https://example.org/x && pip install flask',
  ])('are left open by %s', async (command) => {
    const { named } = await run(command, ...flask, ...planted)
    expect(named).toEqual([])
  })

  it('of a tracked file are asked for; what is not in it is a change', async () => {
    const text = '# web\nflask==1.0 \\\n    --hash=sha256:aa\n-r more.txt\n'
    const tracked = { 'requirements.txt': text, 'more.txt': 'Colorama\n' }
    const bytes = new Map(Object.values(tracked).map((each) => [blobId(each), Buffer.from(each)]))
    const command = 'pip install --require-hashes -r /tmp/requirements.txt'
    const { named, stepPackages } = await judge({
      dockerfile: `FROM debian:12\nRUN ${command}\n`,
      tracked,
      readBlob: async (blob) => bytes.get(blob) ?? null,
      layers: [built(`RUN /bin/sh -c ${command}`, ...flask, ...werkzeug, ...colorama, ...planted)],
    })
    expect(told(stepPackages)).toMatchObject({ asked: ['colorama', 'flask'], needed: ['werkzeug'] })
    expect(named).toEqual(['package-added planted'])
  })

  it('in a new environment have pip beside them', async () => {
    const { named, stepPackages } = await run(
      'python3 -m venv /venv && /venv/bin/pip install flask',
      ...flask,
      ...werkzeug,
      ...dist('pip'),
      ...dist('setuptools'),
    )
    expect(named).toEqual([])
    expect(told(stepPackages).asked).toEqual(['flask', 'pip', 'setuptools'])
  })

  it('that belong to a package of the distribution are that package’s', async () => {
    const [metadata, record] = dist('planted')
    const files = [metadata, record].flatMap((each) => (each === undefined ? [] : [each]))
    const python: Deb = { name: 'python3-planted', files }
    const { named, stepPackages } = await run(
      'apt-get install -y python3-planted',
      ...installed(python),
    )
    expect(named).toEqual([])
    expect(told(stepPackages).asked).toEqual(['python3-planted'])
  })
})

const module = (folderName: string, name: string, more: object = {}) =>
  file(`${folderName}/package.json`, JSON.stringify({ name, version: '1.0.0', ...more }))

describe('packages of npm', () => {
  const global = 'usr/local/lib/node_modules'
  const tool = module(`${global}/tool`, 'tool', { dependencies: { dep: '^1' } })
  const dep = module(`${global}/tool/node_modules/dep`, 'dep')
  const scoped = module(`${global}/@scope/cli`, '@scope/cli')
  const planted = module(`${global}/planted`, 'planted')

  it('that lie in what is asked for came with it', async () => {
    const { named, stepPackages } = await run(
      'npm install -g tool@1.0.0 @scope/cli',
      tool,
      dep,
      scoped,
    )
    expect(told(stepPackages)).toMatchObject({ asked: ['cli', 'tool'], needed: ['dep'] })
    expect(named).toEqual([])
  })

  it('are a change when nothing explains them', async () => {
    const { named } = await run('npm install --global tool', tool, dep, planted)
    expect(named).toEqual(['package-added planted'])
  })

  it.each([
    'npm install planted-by-project',
    'npm install -g ./local',
    'npm install -g tool && npm run build',
    'npm ci',
    'yarn install --frozen-lockfile',
    'pnpm add -g tool',
    'npx create-app',
    'node install.js',
  ])('are left open by %s', async (command) => {
    const { named } = await run(command, tool, dep, planted)
    expect(named).toEqual([])
  })

  it('of a tracked lock are asked for; what is not in it is a change', async () => {
    const lock = JSON.stringify({
      name: 'app',
      lockfileVersion: 3,
      packages: {
        '': { name: 'app', dependencies: { left: '1.0.0' } },
        'node_modules/left': { version: '1.0.0' },
        'node_modules/right': { version: '1.0.0' },
      },
    })
    const tracked = {
      'package-lock.json': lock,
      'package.json': '{"name":"app","version":"1.0.0"}',
    }
    const copies = 'COPY package.json package-lock.json /app/'
    const { named, stepPackages } = await judge({
      dockerfile: `FROM debian:12\n${copies}\nRUN cd /app && npm ci\n`,
      tracked,
      layers: [
        built(
          copies,
          folder('app'),
          file('app/package.json', tracked['package.json']),
          file('app/package-lock.json', lock),
        ),
        built(
          'RUN /bin/sh -c cd /app && npm ci',
          module('app/node_modules/left', 'left'),
          module('app/node_modules/right', 'right'),
          module('app/node_modules/planted', 'planted'),
        ),
      ],
    })
    expect(told(stepPackages)).toMatchObject({ asked: ['left', 'right'], unexplained: ['planted'] })
    expect(named).toEqual(['package-added planted'])
  })
})

describe('a layer of several steps', () => {
  const install = (name: string) => `RUN apt-get install -y --no-install-recommends ${name}`
  const merged = (between: string, tracked: Record<string, string>, entries: readonly Entry[]) =>
    judge({
      dockerfile: `FROM debian:12\n${install('app')}\n${between}\n${install('helper')}\n`,
      tracked,
      layers: [
        { createdBy: `/bin/sh -c ${install('app').slice(4)}`, entries: null },
        { createdBy: `/bin/sh -c #(nop) ${between} `, entries: null },
        {
          createdBy: `/bin/sh -c ${install('helper').slice(4)}`,
          comment: 'FROM debian:12',
          entries,
        },
      ],
    })
  const all = [...installed(APP, ONE, THING, THREE, EXTRA, PLANTED), folder('etc/app')]
  const conf = { 'conf/app.conf': 'x\n' }

  it('is held against all of them together', async () => {
    const { named, stepPackages } = await merged('COPY conf /etc/app', conf, [
      ...all,
      file('etc/app/app.conf', 'x\n'),
    ])
    expect(told(stepPackages).asked).toEqual(['app', 'helper'])
    expect(named).toEqual(['package-added planted'])
  })

  it('is left open where another of them may bring packages', async () => {
    const { named, stepPackages } = await merged('COPY --from=other:1 /out /etc/app', {}, all)
    expect(told(stepPackages).open).toContain('is in the same layer, and may bring packages')
    expect(named).toEqual([])
  })
})

it('says nothing of layers that no RUN made', async () => {
  const { stepPackages } = await judge({
    dockerfile: 'FROM debian:12\n',
    layers: [{ createdBy: 'bash', comment: '', entries: [...installed(PLANTED)] }],
  })
  expect(stepPackages).toEqual([])
})
