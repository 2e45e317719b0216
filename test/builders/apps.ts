// The applications that the builder tests build: Debian with apt, Alpine with apk, npm, and one from scratch.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApkPlan, makeApkRepository } from './apk.ts'
import { baseNames } from './bases.ts'
import { run } from './engine.ts'
import { debianPackage, downloadDebs, npmRegistry, type PackageProxy } from './packages.ts'
import type { CommitPlan } from './repositories.ts'

async function pinned(name: string): Promise<string> {
  return `${name}=${(await debianPackage(name)).version}`
}

/** Debian with apt: two stages, maintainer scripts that generate files, an account, arguments, settings. */
export async function debianApp(): Promise<readonly CommitPlan[]> {
  const packages = await Promise.all(
    ['ca-certificates', 'openssl', 'python3-minimal', 'tini', 'xxd'].map(pinned),
  )
  const install = (names: readonly string[]): string =>
    `RUN apt-get update \\
    && apt-get install -y --no-install-recommends ${names.join(' ')} \\
    && rm -rf /var/lib/apt/lists/*`
  const dockerfile = `ARG RELEASE=12
FROM assay.test/debian:\${RELEASE} AS pack
WORKDIR /build
COPY assets/ assets/
RUN tar -cf assets.tar --sort=name --mtime=2026-01-01 assets

FROM ${baseNames.debian}
ARG VERSION=2.3
ENV APP_HOME=/opt/report \\
    APP_VERSION=\${VERSION}
LABEL org.opencontainers.image.title="report" org.opencontainers.image.version="\${VERSION}"
SHELL ["/bin/sh", "-e", "-c"]
${install(packages)}
RUN useradd --system --create-home --home-dir /home/report --shell /usr/sbin/nologin report \\
    && echo "report \${VERSION}" > /etc/report-release
WORKDIR \${APP_HOME}
COPY --from=pack /build/assets.tar share/
COPY conf/report.conf conf/motd /etc/report/
COPY src src/
COPY --chown=report:report entrypoint.sh /usr/local/bin/report
VOLUME /var/lib/report
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s CMD ["report", "check"]
USER report
ENTRYPOINT ["tini", "--", "report"]
CMD ["serve"]
`
  const entrypoint = `#!/bin/sh
# Serves the reports.
case "\${1:-serve}" in
  serve) exec python3 "$APP_HOME/src/serve.py" ;;
  check) exec python3 "$APP_HOME/src/serve.py" --check ;;
  *) exec "$@" ;;
esac
`
  const serve = (greeting: string): string => `import sys
import time

GREETING = "${greeting}"

if "--check" not in sys.argv:
    print(GREETING, flush=True)
    time.sleep(3600)
`
  return [
    {
      message: 'Report: first version',
      files: {
        Dockerfile: dockerfile.replace('ARG VERSION=2.3', 'ARG VERSION=2.2'),
        '.dockerignore': '.git\n*.md\n**/*.tmp\n!assets/keep.md\n',
        'README.md': '# report\n',
        'entrypoint.sh': { content: entrypoint, mode: 0o755 },
        'conf/report.conf': 'threads = 2\nlog = info\n',
        'conf/motd': 'welcome\n',
        'src/serve.py': serve('hello'),
        'src/static/app.js': 'console.log("report")\n',
        'assets/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
        'assets/keep.md': 'kept\n',
      },
    },
    {
      message: 'Version 2.3',
      files: {
        Dockerfile: dockerfile,
        'src/serve.py': serve('good morning'),
        'conf/report.conf': 'threads = 4\nlog = info\n',
      },
    },
    {
      message: 'Try more threads',
      branch: 'threads',
      files: { 'conf/report.conf': 'threads = 16\n' },
    },
  ]
}

const apkPlans: readonly ApkPlan[] = [
  {
    name: 'greet',
    version: '1.2-r0',
    description: 'says hello',
    depends: ['greet-words'],
    files: {
      'usr/bin/greet': { content: '#!/bin/sh\nhead -n 1 /usr/share/greet/words\n', mode: 0o755 },
      'etc/greet.conf': { content: 'language = en\n', mode: 0o644 },
    },
  },
  {
    name: 'greet-words',
    version: '3-r1',
    description: 'words to greet with',
    depends: [],
    files: { 'usr/share/greet/words': { content: 'hello\ngood morning\n', mode: 0o644 } },
  },
  {
    name: 'greet-extra',
    version: '1-r0',
    description: 'more words, installed by nobody but a hand',
    depends: [],
    files: { 'usr/share/greet/extra': { content: 'ahoy\n', mode: 0o644 } },
  },
]

const apkAddress = 'http://packages.assay.test/alpine'

/** Words for apk that name the tests' own repository and no other. */
export const apkSource = `--allow-untrusted --repositories-file /dev/null --repository ${apkAddress}`

/** Alpine with apk, whose packages the proxy serves: accounts, tracked files. */
export async function alpineApp(proxy: PackageProxy): Promise<readonly CommitPlan[]> {
  for (const [address, bytes] of await makeApkRepository(apkAddress, apkPlans))
    proxy.own.set(address, bytes)
  const dockerfile = `FROM ${baseNames.alpine}
RUN apk add --no-cache ${apkSource} greet=1.2-r0
RUN adduser -D -h /srv/app app
WORKDIR /srv/app
COPY --chown=app:app public ./public
COPY crontab /etc/crontabs/app
COPY run.sh /usr/local/bin/
ARG EDITION=plain
ARG TICKET
ARG TARGETARCH
RUN echo "edition \${EDITION} \${TICKET}" > /etc/greet-edition
USER app
CMD ["run.sh"]
`
  return [
    {
      message: 'Greeter on Alpine',
      files: {
        Dockerfile: dockerfile,
        'run.sh': { content: '#!/bin/sh\ngreet\nexec sleep 3600\n', mode: 0o755 },
        crontab: '*/5 * * * * greet\n',
        'public/index.html': '<p>hello</p>\n',
      },
    },
    {
      message: 'Better words',
      files: {
        'public/index.html': '<p>good morning</p>\n',
        'public/robots.txt': 'User-agent: *\n',
      },
    },
    { message: 'Colours', branch: 'colours', files: { 'public/style.css': 'p { color: teal }\n' } },
  ]
}

const npmDependencies = { 'is-odd': '3.0.1', semver: '7.6.3' } as const

/** The lock file for the dependencies, made with the host's npm; addresses are those of the public registry. */
async function makeLock(manifest: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-lock-'))
  try {
    await run('sh', ['-c', 'cat > package.json'], { cwd: folder, input: manifest })
    await run('npm', ['install', '--package-lock-only', '--ignore-scripts'], { cwd: folder })
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
    for (const [path, entry] of Object.entries<Record<string, string>>(lock.packages)) {
      if (path === '') continue
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      const file = name.slice(name.indexOf('/') + 1)
      entry['resolved'] = `${npmRegistry}/${name}/-/${file}-${entry['version']}.tgz`
    }
    return `${JSON.stringify(lock, null, 2)}\n`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** An npm application; `direct` installs in the image itself, else in a stage that is copied from. */
export async function npmApp(direct: boolean): Promise<readonly CommitPlan[]> {
  const manifest = `${JSON.stringify(
    { name: 'odd', version: '1.0.0', private: true, dependencies: npmDependencies },
    null,
    2,
  )}\n`
  const install = `WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund --no-update-notifier && rm -rf /root/.npm
`
  const tail = `COPY server.js ./
EXPOSE 3000
`
  const dockerfile = direct
    ? `FROM ${baseNames.node}\n${install}${tail}CMD ["node", "server.js"]\n`
    : `FROM ${baseNames.node} AS modules
${install}
FROM ${baseNames.tiny}
WORKDIR /app
COPY --from=modules /app/node_modules ./node_modules
${tail}CMD ["sleep", "3600"]
`
  const server = `const isOdd = require('is-odd')\nconsole.log(isOdd(3))\nsetTimeout(() => {}, 3_600_000)\n`
  return [
    {
      message: 'Odd numbers as a service',
      files: {
        Dockerfile: dockerfile,
        '.dockerignore': '.git\nnode_modules\n',
        '.npmrc': `registry=${npmRegistry}/\n`,
        'package.json': manifest,
        'package-lock.json': await makeLock(manifest),
        'server.js': `${server}// first\n`,
      },
    },
    { message: 'Tidy', files: { 'server.js': server } },
    { message: 'Even', branch: 'even', files: { 'server.js': `${server}// even\n` } },
  ]
}

/** From scratch: a static program and its configuration, all of it tracked, so that nothing can move. */
export async function scratchApp(): Promise<readonly CommitPlan[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-busybox-'))
  try {
    await downloadDebs(['busybox-static'], folder)
    await run('sh', ['-c', 'dpkg-deb -x *.deb .'], { cwd: folder })
    const program = readFileSync(join(folder, 'bin/busybox'))
    return [
      {
        message: 'One program',
        files: {
          Dockerfile: `FROM scratch
COPY bin/ /bin/
COPY etc/ /etc/
ARG LEVEL=2
ENV LEVEL=\${LEVEL}
ENTRYPOINT ["/bin/busybox"]
CMD ["sleep", "3600"]
`,
          'bin/busybox': { content: program, mode: 0o755 },
          'etc/passwd': 'root:x:0:0:root:/:/bin/busybox\n',
          'etc/app/app.conf': 'level = 1\n',
        },
      },
      { message: 'Level 2', files: { 'etc/app/app.conf': 'level = 2\n' } },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
