// Makes fixtures/schema/vN.db: a small database of the schema version that this build writes. Run
// once, when a schema is released (npm run build && node scripts/freeze-schema.mjs); never again
// for the same version: test/inventory/frozen.test.ts opens each of them with today's code.
import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { pack } from 'tar-stream'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = process.argv[2] ?? join(root, 'dist')
const load = (file) => import(pathToFileURL(join(dist, file)).href)
const { openInventory, SCHEMA_VERSION } = await load('inventory/index.js')
const { readLayer, DEFAULT_LAYER_LIMITS } = await load('layer/index.js')

const AT = '2026-01-01T00:00:00Z'
const hex = (text) => createHash('sha256').update(text).digest('hex')

/** A layer as a tar, read by the layer reader. */
async function layerOf(folder, name, members) {
  const archive = pack()
  for (const { content, ...header } of members) {
    archive.entry({ mtime: new Date(AT), ...header }, content ?? '')
  }
  archive.finalize()
  const tar = await buffer(archive)
  const file = join(folder, name)
  writeFileSync(file, tar)
  const fd = openSync(file, 'r')
  try {
    return await readLayer({
      diffId: `sha256:${hex(tar)}`,
      blob: null,
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      source: { fd, offset: 0, length: tar.length },
      wants: [],
      digests: ['md5'],
      limits: DEFAULT_LAYER_LIMITS,
    })
  } finally {
    closeSync(fd)
  }
}

function image(name, layers) {
  return {
    config: `sha256:${hex(name)}`,
    manifest: `sha256:${hex(`manifest of ${name}`)}`,
    names: [`example.test/${name}:1`],
    platform: { os: 'linux', architecture: 'amd64', variant: '' },
    created: AT,
    author: '',
    history: layers.map((_, position) => ({
      created: AT,
      createdBy: position === 0 ? '/bin/sh -c #(nop) ADD file:0 in / ' : 'COPY app /app # buildkit',
      comment: '',
      author: '',
      emptyLayer: false,
    })),
    settings: {
      env: ['PATH=/usr/bin'],
      entrypoint: null,
      cmd: ['/app'],
      user: '',
      workingDir: '/',
      exposedPorts: [],
      volumes: [],
      labels: { 'org.opencontainers.image.revision': 'c'.repeat(40) },
      stopSignal: '',
      shell: null,
      healthcheck: '',
      onBuild: [],
    },
    layers: layers.map(({ diffId }) => ({
      diffId,
      blob: null,
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      blobSize: null,
    })),
    annotations: {},
    attestations: [],
    configText: '{}',
    unknowns: [],
  }
}

const libc = {
  type: 'deb',
  namespace: 'debian',
  name: 'libc6',
  version: '2.41-12',
  architecture: 'amd64',
  purl: 'pkg:deb/debian/libc6@2.41-12?arch=amd64',
  sourceName: 'glibc',
  sourceVersion: '2.41-12',
  licences: ['LGPL-2.1-or-later'],
  maintainer: 'Nobody <nobody@example.test>',
  homepage: '',
  description: 'C library',
  state: 'install ok installed',
  scope: 'installed',
  requested: null,
  dependencies: [],
  resolved: [],
  provides: [],
  evidence: ['var/lib/dpkg/status'],
  location: '',
  recordDigest: hex('libc6'),
  files: [],
}
const dpkg = {
  ...libc,
  name: 'dpkg',
  version: '1.22',
  purl: 'pkg:deb/debian/dpkg@1.22?arch=amd64',
  sourceName: 'dpkg',
  sourceVersion: '1.22',
  requested: true,
  dependencies: [{ kind: 'depends', text: 'libc6 (>= 2.38)', alternatives: ['libc6'] }],
  resolved: [libc.purl],
  recordDigest: hex('dpkg'),
}

function result(facts) {
  return {
    image: {
      reference: 'app.tar',
      names: facts.names,
      manifest: facts.manifest,
      config: facts.config,
      platform: facts.platform,
      created: AT,
      makers: ['docker', 'buildkit'],
      layers: [],
      notes: [],
    },
    description: null,
    base: {
      reference: 'example.test/base:1',
      config: `sha256:${hex('base')}`,
      layers: 1,
      how: 'an image of the inventory with the same first layers',
      strength: 'proved',
      verdict: null,
    },
    claims: [
      {
        kind: 'label',
        from: 'label org.opencontainers.image.source',
        repository: 'https://example.test/app.git',
        revision: '',
        dockerfile: '',
        context: '',
        target: '',
        trust: 'unverified',
        outcome: 'not-at-hand',
        note: 'its repository is not at hand',
      },
    ],
    attestations: [],
    verification: null,
    outline: null,
    stepPackages: [],
    lock: null,
    distribution: { id: 'debian', versionId: '13', prettyName: 'Debian GNU/Linux 13 (trixie)' },
    packages: [{ type: 'deb', scope: 'installed', count: 2 }],
    verdict: 'drifted',
    reasons: [{ row: 'drifted-file', text: 'one file is unexplained' }],
    origins: [{ origin: 'unexplained', strength: 'proved', files: 1, bytes: 4 }],
    steps: [],
    changes: [
      {
        kind: 'added',
        subject: 'app',
        path: 'app',
        origin: 'unexplained',
        layer: 1,
        step: null,
        line: null,
        owner: '',
        expected: '',
        found: '',
        evidence: 'nothing names it',
        folded: [],
      },
    ],
    findings: [
      {
        rule: 'I10',
        name: 'file-unexplained',
        severity: 'error',
        area: 'image',
        subject: 'app',
        path: 'app',
        line: null,
        layer: 1,
        base: false,
        message: 'nothing names it',
        fix: 'track it',
        fingerprint: '0123456789abcdef',
      },
    ],
    unknown: [],
    at: AT,
    timing: {},
  }
}

const target = join(root, 'fixtures', 'schema', `v${SCHEMA_VERSION}.db`)
if (existsSync(target)) throw new Error(`${target} is there: a released schema is frozen once`)
mkdirSync(dirname(target), { recursive: true })
const folder = mkdtempSync(join(tmpdir(), 'assay-freeze-'))
try {
  const bottom = await layerOf(folder, 'bottom', [
    { name: 'etc/', type: 'directory', mode: 0o755 },
    { name: 'etc/os-release', content: 'ID=debian\n', mode: 0o644 },
    { name: 'old', content: 'old\n', mode: 0o644 },
  ])
  const top = await layerOf(folder, 'top', [
    { name: '.wh.old', content: '' },
    { name: 'app', content: 'app\n', mode: 0o4755 },
  ])
  const inventory = openInventory(target)
  const osRelease = {
    path: 'etc/os-release',
    sha256: hex('ID=debian\n'),
    evidence: Buffer.from('ID=debian\n'),
    results: [
      {
        cataloger: 'os-release',
        version: 1,
        rows: [{ kind: 'property', name: 'ID', value: 'debian' }],
      },
    ],
  }
  inventory.putLayer({ ...bottom, wants: 'w' }, [osRelease])
  inventory.putLayer({ ...top, wants: 'w' }, [])
  const distribution = {
    id: 'debian',
    idLike: [],
    versionId: '13',
    codename: 'trixie',
    prettyName: 'Debian GNU/Linux 13 (trixie)',
    path: 'etc/os-release',
  }
  const catalog = { distribution, packages: [libc, dpkg], unknowns: [] }
  const app = image('app', [bottom, top])
  inventory.putImage(image('base', [bottom]), catalog, () => 0)
  inventory.putImage(app, catalog, () => 0)
  const place = { registry: 'example.test', repository: 'app', tag: '1' }
  inventory.putReference({ ...place, digest: app.manifest, at: AT })
  const origin = { kind: 'file', size: 4, strength: 'proved', step: null, owner: '' }
  inventory.putAudit({
    result: result(app),
    description: null,
    revisions: [],
    origins: [
      { ...origin, path: 'app', origin: 'unexplained', layer: 1, evidence: 'nothing names it' },
    ],
    ownedFiles: [],
    inputDigest: hex('input'),
    ruleSet: hex('rules'),
  })
  inventory.finishAudit(result(app))
  inventory.close()
  // one file: no journal beside it, no free pages that might hold anything else
  const handle = new Database(target)
  handle.pragma('journal_mode = DELETE')
  handle.exec('VACUUM')
  handle.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
