// No tracked file, fixture image or bundle says where this host gets its packages from.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { run } from './engine.ts'
import { findSources, hostSources, hostsIn, scanFile } from './host-sources.ts'
import { git, makeRepository } from './repositories.ts'
import { root } from './root.ts'

const sources = hostSources()

/** What the file holds: as it lies there, and unpacked where it is compressed. */
async function contents(file: string): Promise<Buffer[]> {
  const bytes = readFileSync(file)
  if (file.endsWith('.bundle')) return [bytes, await bundleContents(file)]
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return [bytes]
  try {
    return [bytes, gunzipSync(bytes, { maxOutputLength: 256 << 20 })]
  } catch {
    return [bytes]
  }
}

async function bundleContents(file: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bundle-'))
  try {
    await run('git', ['clone', '--quiet', '--mirror', file, folder])
    const words = ['cat-file', '--batch', '--batch-all-objects', '--buffer']
    return Buffer.from(await run('git', ['-C', folder, ...words]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function trackedFiles(): Promise<string[]> {
  const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const list = (await run('git', ['-C', root, ...words])).split('\0')
  return list
    .filter((path) => path !== '')
    .map((path) => join(root, path))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
}

const folder = mkdtempSync(join(tmpdir(), 'assay-sources-'))
const noApt = spawnSync('apt-config', ['--version']).status !== 0

describe('package sources of the host', () => {
  afterEach(() => vi.unstubAllEnvs())
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('are found in addresses, credentials included', () => {
    const text = 'deb https://user:word@mirror.example/debian x\nproxy = "http://10.1.2.3:3128/"'
    expect(hostsIn(text)).toEqual(['user:word', 'mirror.example', '10.1.2.3'])
    const netrc = 'machine mirror.example/debian login somebody password secret'
    expect(hostsIn(netrc)).toEqual(['mirror.example', 'somebody', 'secret'])
  })

  it.skipIf(noApt)('are learned from the settings of apt, npm and pip', () => {
    const list = join(folder, 'sources.list')
    const settings = join(folder, 'apt.conf')
    writeFileSync(list, 'deb [trusted=yes] https://mirror.planted.example/debian stable main\n')
    writeFileSync(
      settings,
      `Acquire::http::Proxy "http://proxy.planted.example:3128";\nDir::Etc::sourcelist "${list}";\n`,
    )
    vi.stubEnv('APT_CONFIG', settings)
    vi.stubEnv('npm_config_registry', 'https://registry.planted.example/npm/')
    vi.stubEnv('PIP_INDEX_URL', 'https://index.planted.example/simple')
    const planted = ['index', 'mirror', 'proxy', 'registry'].map(
      (name) => `${name}.planted.example`,
    )
    expect(hostSources().filter((host) => host.endsWith('.planted.example'))).toEqual(planted)
  })

  it('are seen in a file of any size, wherever they lie in it', () => {
    const file = join(folder, 'large')
    const bytes = Buffer.alloc((32 << 20) + 4096, 'deb http://deb.debian.org/debian x\n')
    const planted = ['mirror.planted.example', ...sources]
    expect([writeFileSync(file, bytes), scanFile(file, planted)]).toEqual([undefined, []])
    // Across the edges of the pieces in which the file is read, and at its very end.
    const places = [(16 << 20) - 7, 16 << 20, bytes.length - 22, 5]
    for (const [index, at] of places.entries()) {
      const source = planted[index % planted.length] ?? ''
      const copy = Buffer.from(bytes)
      copy.write(source, Math.min(at, copy.length - source.length))
      writeFileSync(file, copy)
      expect(scanFile(file, planted), `at ${at}`).toEqual([source])
    }
  })

  it('are seen in a bundle', async () => {
    const repository = join(folder, 'repository')
    await makeRepository(repository, [
      { message: 'Pipeline', files: { '.npmrc': 'registry=https://registry.planted.example/\n' } },
      { message: 'Without it', files: { '.npmrc': null, 'README.md': 'nothing\n' } },
    ])
    const bundle = join(folder, 'app.bundle')
    await git(repository, ['bundle', 'create', bundle, 'HEAD', '--branches'])
    const found = (await contents(bundle)).flatMap((bytes) =>
      findSources(bytes, ['registry.planted.example']),
    )
    expect(found).toEqual(['registry.planted.example'])
  })

  it('would be seen in a compressed fixture', () => {
    const image = gunzipSync(gzipSync('Acquire::http::Proxy "http://mirror.example:3128";'))
    expect(findSources(image, ['mirror.example', 'other.example'])).toEqual(['mirror.example'])
  })

  it('occur in no tracked file and no fixture', { timeout: 120_000 }, async () => {
    const leaks: string[] = []
    for (const file of await trackedFiles())
      for (const bytes of await contents(file))
        for (const source of findSources(bytes, sources)) leaks.push(`${file}: ${source}`)
    expect(leaks).toEqual([])
  })
})
