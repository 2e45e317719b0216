// Base images: Debian by mmdebstrap and Alpine's published root file system, both imported into the engine.
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, run } from './engine.ts'
import { debianArchive, hostRelease, type PackageProxy, proxyArguments } from './packages.ts'
import { root } from './root.ts'

/** Names that the Dockerfiles of the tests give in FROM. */
export const baseNames = {
  debian: 'assay.test/debian:12',
  tiny: 'assay.test/debian-tiny:12',
  alpine: 'assay.test/alpine:3.20',
  node: 'assay.test/node:20',
  python: 'assay.test/python:3',
} as const

/** Alpine's root file system among the shared test data. */
export const alpineRootfs = join(
  root,
  '../shared/data/rootfs/alpine-minirootfs-3.20.3-x86_64.tar.gz',
)

/** Date of everything that the tests make themselves. */
export const fixedDate = '2026-11-02T10:00:00Z'

interface DebianRequest {
  readonly variant: 'apt' | 'custom'
  readonly include: readonly string[]
  readonly hooks: readonly string[]
  readonly exclude: readonly string[]
}

// What slim images leave out; the tiny one also leaves out what no test runs, to keep the fixtures small.
const documentation = ['doc/*', 'man/*', 'locale/*', 'info/*', 'lintian/*'].map(
  (path) => `/usr/share/${path}`,
)
const tinyExclusions = [
  '/usr/share/i18n/*',
  '/usr/lib/locale/*',
  '/usr/lib/x86_64-linux-gnu/gconv/*',
  ...['libmvec.so.1', 'libnsl.so.1'].map((name) => `/lib/x86_64-linux-gnu/${name}`),
  ...['localedef', 'iconv', 'zdump'].map((name) => `/usr/bin/${name}`),
  ...['zic', 'iconvconfig'].map((name) => `/usr/sbin/${name}`),
]

/** A Debian with apt, as most Dockerfiles expect it. */
const withApt: DebianRequest = {
  variant: 'apt',
  include: [],
  hooks: [],
  exclude: documentation,
}

/** The smallest Debian in which dpkg works: busybox instead of coreutils, no apt, no perl. */
const tiny: DebianRequest = {
  variant: 'custom',
  include: ['base-files', 'base-passwd', 'busybox', 'dash', 'dpkg', 'tar', 'libc-bin'],
  hooks: ['merged-usr', 'busybox'],
  exclude: [...documentation, ...tinyExclusions],
}

async function makeDebian(
  request: DebianRequest,
  proxy: PackageProxy,
  file: string,
): Promise<void> {
  const release = hostRelease()
  await run(
    'mmdebstrap',
    [
      ...['--quiet', '--mode=root', `--variant=${request.variant}`],
      ...(request.include.length === 0 ? [] : [`--include=${request.include.join(',')}`]),
      ...request.hooks.map((hook) => `--hook-dir=/usr/share/mmdebstrap/hooks/${hook}`),
      ...request.exclude.map((path) => `--dpkgopt=path-exclude=${path}`),
      '--dpkgopt=path-include=/usr/share/doc/*/copyright',
      // As Debian's published images have it: apt keeps no binary caches.
      ...['pkgcache', 'srcpkgcache'].map((name) => `--aptopt=Dir::Cache::${name} ""`),
      // mmdebstrap leaves the host's own copies of these two.
      '--customize-hook=rm -f "$1/etc/hostname" "$1/etc/resolv.conf"',
      ...[release, file, `deb ${debianArchive} ${release} main`],
    ],
    {
      env: {
        http_proxy: proxy.address,
        SOURCE_DATE_EPOCH: String(Date.parse(fixedDate) / 1000),
      },
    },
  )
}

/** Imports a Debian base made for the tests under its name. */
export async function importDebian(
  engine: Engine,
  proxy: PackageProxy,
  kind: 'debian' | 'tiny',
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-base-'))
  try {
    const file = join(folder, 'rootfs.tar')
    await makeDebian(kind === 'tiny' ? tiny : withApt, proxy, file)
    const words = ['--change', 'CMD ["/bin/sh"]', '--message', 'mmdebstrap root file system']
    await engine.docker(['import', ...words, file, baseNames[kind]])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Imports Alpine's root file system under its name; false where the shared test data is not present. */
export async function importAlpine(engine: Engine): Promise<boolean> {
  if (!existsSync(alpineRootfs)) return false
  const words = ['--change', 'CMD ["/bin/sh"]', '--message', 'alpine-minirootfs-3.20.3']
  await engine.docker(['import', ...words, alpineRootfs, baseNames.alpine])
  return true
}

/** Builds a base with the host's own Node.js and npm on top of the Debian one. */
export async function buildNode(engine: Engine): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-node-'))
  try {
    const npm = join((await run('npm', ['root', '--global'])).trim(), 'npm')
    cpSync(process.execPath, join(folder, 'node'), { dereference: true })
    cpSync(npm, join(folder, 'npm'), { recursive: true })
    const dockerfile = `FROM ${baseNames.debian}
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
CMD ["node"]
`
    writeFileSync(join(folder, 'Dockerfile'), dockerfile)
    await engine.build({ builder: 'legacy', context: folder, tag: baseNames.node })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Builds a base with Debian's Python and pip on top of the Debian one. */
export async function buildPython(engine: Engine, proxy: PackageProxy): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-python-'))
  try {
    const dockerfile = `FROM ${baseNames.debian}
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip \\
    && rm -rf /var/lib/apt/lists/*
CMD ["python3"]
`
    writeFileSync(join(folder, 'Dockerfile'), dockerfile)
    const request = { builder: 'legacy', context: folder, tag: baseNames.python } as const
    await engine.build({ ...request, arguments: proxyArguments(proxy) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
