// Makes the image of the bench once: 1 GiB of real Debian packages in several gzip layers, as an OCI layout (folder
// and tar), with a git repository that describes it. Packages come with the host's own apt.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

const created = '2026-11-02T10:00:00Z'
const base = [
  'base-files',
  'bash',
  'coreutils',
  'dpkg',
  'libc6',
  'libstdc++6',
  'perl-base',
  'zlib1g',
]

function text(program, words, options = {}) {
  return execFileSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
}

function shell(script, variables = {}) {
  execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Newest package whose name matches. */
function newest(pattern) {
  const names = text('apt-cache', ['search', '--names-only', pattern]).split('\n')
  return names
    .map((line) => line.split(' ')[0])
    .filter((name) => name !== '')
    .sort()
    .at(-1)
}

function download(folder, names) {
  mkdirSync(folder, { recursive: true })
  text('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', ...names], { cwd: folder })
  return readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .sort()
    .map((name) => join(folder, name))
}

/** Unpacks a package and records it as dpkg would; gives its stanza of the status file. */
function install(deb, tree) {
  mkdirSync(tree, { recursive: true })
  text('dpkg-deb', ['-x', deb, tree])
  const [name, architecture, multi] = ['Package', 'Architecture', 'Multi-Arch'].map((field) =>
    text('dpkg-deb', ['-f', deb, field]).trim(),
  )
  const info = join(tree, 'var/lib/dpkg/info')
  mkdirSync(info, { recursive: true })
  const stem = join(info, multi === 'same' ? `${name}:${architecture}` : name)
  const control = `${stem}.control`
  text('dpkg-deb', ['-e', deb, control])
  if (existsSync(join(control, 'md5sums'))) renameSync(join(control, 'md5sums'), `${stem}.md5sums`)
  if (existsSync(join(control, 'conffiles')))
    renameSync(join(control, 'conffiles'), `${stem}.conffiles`)
  const listed = text('bash', ['-c', 'dpkg-deb --fsys-tarfile "$0" | tar -t', deb])
  const paths = listed.split('\n').map((path) => path.replace(/^\./, '').replace(/(.)\/$/, '$1'))
  writeFileSync(`${stem}.list`, paths.map((path) => (path === '/' ? '/.' : path)).join('\n'))
  const stanza = text('dpkg-deb', ['-f', deb]).replace(/\n/, '\nStatus: install ok installed\n')
  rmSync(control, { recursive: true })
  return `${stanza.trim()}\n\n`
}

async function digestOf(file) {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return `sha256:${hash.digest('hex')}`
}

/** Packs a tree as one gzip layer among the blobs. */
async function packLayer(layout, tree, createdBy) {
  const tar = join(layout, 'layer.tar')
  const fixed = '--sort=name --owner=0 --group=0 --numeric-owner --mtime=@1793613600'
  shell(`tar ${fixed} -cf "$TAR" -C "$TREE" . && gzip -6 -n -c "$TAR" > "$TAR.gz"`, {
    TAR: tar,
    TREE: tree,
  })
  const diffId = await digestOf(tar)
  const digest = await digestOf(`${tar}.gz`)
  const size = statSync(`${tar}.gz`).size
  const bytes = statSync(tar).size
  renameSync(`${tar}.gz`, join(layout, 'blobs/sha256', digest.slice(7)))
  rmSync(tar)
  return { diffId, digest, size, bytes, createdBy }
}

function writeBlob(layout, value) {
  const bytes = Buffer.from(JSON.stringify(value))
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  writeFileSync(join(layout, 'blobs/sha256', digest.slice(7)), bytes)
  return { digest, size: bytes.length }
}

function writeManifest(layout, layers) {
  const config = writeBlob(layout, {
    ...{
      architecture: 'amd64',
      os: 'linux',
      created,
      config: { Cmd: ['java', '-jar', '/app.jar'] },
    },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    history: layers.map(({ createdBy }, position) => ({
      created,
      created_by: createdBy,
      comment: position === 0 ? 'Imported from -' : 'buildkit.dockerfile.v0',
    })),
  })
  const type = (name) => `application/vnd.oci.image.${name}`
  const manifest = writeBlob(layout, {
    schemaVersion: 2,
    mediaType: type('manifest.v1+json'),
    config: { mediaType: type('config.v1+json'), ...config },
    layers: layers.map(({ digest, size }) => ({
      ...{ mediaType: type('layer.v1.tar+gzip'), digest, size },
    })),
  })
  const index = {
    schemaVersion: 2,
    mediaType: type('index.v1+json'),
    manifests: [{ mediaType: type('manifest.v1+json'), ...manifest }],
  }
  writeFileSync(join(layout, 'index.json'), JSON.stringify(index))
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  shell('tar -cf "$LAYOUT.tar" -C "$LAYOUT" .', { LAYOUT: layout })
}

/** A jar of about 150 MB: deflated real content, with the entries that a jar has. */
function makeJar(trees, file) {
  mkdirSync(dirname(file), { recursive: true })
  const script = `import os, sys, zipfile
target, limit = sys.argv[1], 150_000_000
with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED, compresslevel=6) as jar:
    jar.writestr('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\\r\\nImplementation-Title: bench\\r\\n\\r\\n')
    jar.writestr('META-INF/maven/test.assay/bench/pom.properties', 'groupId=test.assay\\nartifactId=bench\\nversion=1.0.0\\n')
    for tree in sys.argv[2:]:
        for folder, folders, names in os.walk(tree):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path) and jar.fp.tell() < limit:
                    jar.write(path, os.path.relpath(path, tree))
`
  text('python3', ['-c', script, file, ...trees], { env: { ...process.env, TZ: 'UTC' } })
}

function makeRepository(folder, dockerfile) {
  mkdirSync(join(folder, 'conf'), { recursive: true })
  writeFileSync(join(folder, 'Dockerfile'), dockerfile)
  writeFileSync(join(folder, 'conf/app.conf'), 'threads = 4\n')
  shell(
    `cd "$FOLDER" && git init -q -b main && git add -A &&
     git -c user.name=Bench -c user.email=bench@assay.test commit -q -m bench`,
    {
      FOLDER: folder,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_COMMITTER_DATE: created,
      GIT_AUTHOR_DATE: created,
    },
  )
}

/** Makes what is missing below the folder, and says where all of it is. */
export async function makeBenchImage(folder) {
  const made = join(folder, 'made.json')
  if (existsSync(made)) return JSON.parse(readFileSync(made, 'utf8'))
  rmSync(folder, { recursive: true, force: true })
  const layout = join(folder, 'image')
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true })
  const steps = [
    ['openjdk-17-jre-headless'],
    ['chromium'],
    ['papirus-icon-theme', 'rust-src', newest('^linux-headers-[0-9].*-common$')],
    ['libllvm14'],
  ]
  const run = (names) => `RUN apt-get install -y --no-install-recommends ${names.join(' ')}`
  let status = ''
  const layers = []
  for (const [position, names] of [base, ...steps].entries()) {
    process.stderr.write(`bench image: layer ${position + 1} of ${steps.length + 3}\n`)
    const tree = join(folder, 'tree', String(position))
    for (const deb of download(join(folder, 'debs', String(position)), names))
      status += install(deb, tree)
    writeFileSync(join(tree, 'var/lib/dpkg/status'), status)
    const line = run(names).replace('RUN ', 'RUN /bin/sh -c ')
    layers.push(await packLayer(layout, tree, position === 0 ? '' : `${line} # buildkit`))
  }
  const extra = join(folder, 'tree/jar-content')
  mkdirSync(extra, { recursive: true })
  for (const deb of download(join(folder, 'debs/jar'), ['golang-1.19-src', 'libboost1.74-dev']))
    text('dpkg-deb', ['-x', deb, extra])
  const jarTree = join(folder, 'tree/jar')
  const others = ['1', '4', '2'].map((name) => join(folder, 'tree', name))
  makeJar([extra, ...others], join(jarTree, 'app.jar'))
  layers.push(await packLayer(layout, jarTree, 'COPY app.jar / # buildkit'))
  const repository = join(folder, 'repository')
  makeRepository(
    repository,
    ['FROM debian:12', ...steps.map(run), 'COPY app.jar /', 'COPY conf/ /etc/app/', ''].join('\n'),
  )
  const confTree = join(folder, 'tree/conf')
  shell('mkdir -p "$TREE/etc" && cp -r "$CONF" "$TREE/etc/app"', {
    TREE: confTree,
    CONF: join(repository, 'conf'),
  })
  layers.push(await packLayer(layout, confTree, 'COPY conf/ /etc/app/ # buildkit'))
  writeManifest(layout, layers)
  const files = Number(
    text('bash', [
      '-c',
      'find "$0" -path "$0/jar-content" -prune -o -type f -print | wc -l',
      join(folder, 'tree'),
    ]),
  )
  const facts = {
    archive: `${layout}.tar`,
    repository,
    blobs: [...layers]
      .sort((one, other) => other.size - one.size)
      .map((layer) => join(layout, 'blobs/sha256', layer.digest.slice(7))),
    bytes: layers.reduce((sum, layer) => sum + layer.bytes, 0),
    compressed: layers.reduce((sum, layer) => sum + layer.size, 0),
    layers: layers.length,
    files,
  }
  rmSync(join(folder, 'tree'), { recursive: true })
  rmSync(join(folder, 'debs'), { recursive: true })
  writeFileSync(made, JSON.stringify(facts, null, 2))
  return facts
}
