// Archives of ../shared/data: hostile ones end in facts or one clear error; real layers are what their digests say.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import {
  AssayError,
  cleanPath,
  decompress,
  type Entry,
  sniffCompression,
} from '../../src/core/index.ts'
import { sha256 } from '../support/image.ts'
import { entriesIn, readStored } from '../support/layer-file.ts'

const DATA = '../shared/data'
const isAbsent = !existsSync(DATA) && process.env['CI'] !== 'true'

const hostile = (name: string) => readStored(readFileSync(join(DATA, 'hostile', name)))
const pathsOf = (entries: readonly Entry[]) => entries.map(({ path }) => path)

describe.skipIf(isAbsent)('hostile archives of ../shared/data', () => {
  test('each ends in facts that keep inside the root, or in one error', async () => {
    const names = readdirSync(join(DATA, 'hostile'))
    expect(names.length).toBeGreaterThan(5)
    for (const name of names) {
      const file = join(DATA, 'hostile', name)
      for (const stored of [readFileSync(file), ...(await layersOf(file))]) {
        try {
          for (const { path } of entriesIn(await readStored(stored))) {
            expect(path.startsWith('/'), `${name}: ${path}`).toBe(false)
            expect(path.split('/'), `${name}: ${path}`).not.toContain('..')
          }
        } catch (thrown) {
          expect(thrown, name).toBeInstanceOf(AssayError)
        }
      }
    }
  })

  test('names and links that leave the root are kept as facts', async () => {
    const absolute = entriesIn(await hostile('nexb-absolute-path.tar'))
    expect(absolute.some(({ flags }) => flags.includes('absolute-name'))).toBe(true)
    const relative = entriesIn(await hostile('nexb-relative-path.tar'))
    expect(relative.some(({ flags }) => flags.includes('escapes-root'))).toBe(true)
    const links = entriesIn(await hostile('scalibr-escape.tar'))
    expect(links.some(({ kind, target }) => kind === 'symlink' && target.includes('..'))).toBe(true)
  })

  test('archives joined without an end between them are one', async () => {
    const { unknowns, ...facts } = await hostile('clair-concatenated.tar')
    const paths = pathsOf(entriesIn({ unknowns, ...facts }))
    expect(paths.filter((path) => path === '')).toHaveLength(2)
    expect(paths).toContain('run/logs/log.txt')
    expect(paths).toContain('var/run/console/algo.txt')
    expect(unknowns).toEqual([])
  })
})

describe.skipIf(isAbsent)('root file systems of ../shared/data', () => {
  test('Alpine: every file that the package database names has its digest', async () => {
    const facts = await readStored(
      readFileSync(join(DATA, 'rootfs/alpine-minirootfs-3.20.3-x86_64.tar.gz')),
      { wants: [{ glob: 'lib/apk/db/installed', maxBytes: 1 << 20 }], digests: ['sha1'] },
    )
    const text = Buffer.from(facts.wanted[0]?.bytes ?? []).toString()
    const entries = new Map(entriesIn(facts).map((entry) => [entry.path, entry]))
    let folder = ''
    let path = ''
    const intact: string[] = []
    const changed: string[] = []
    for (const line of text.split('\n')) {
      if (line.startsWith('F:')) folder = line.slice(2)
      if (line.startsWith('R:')) path = `${folder}/${line.slice(2)}`.replace(/^\//, '')
      if (!line.startsWith('Z:Q1')) continue
      const entry = entries.get(path)
      if (entry?.kind !== 'file') continue
      const recorded = Buffer.from(line.slice(4), 'base64').toString('hex')
      if (entry.sha1 === recorded) intact.push(path)
      else changed.push(path)
    }
    expect(intact.length).toBeGreaterThan(50)
    // who made the root file system locked the accounts in it
    expect(changed).toEqual(['etc/shadow'])
  })

  test('busybox: four hundred hard links to one program', async () => {
    const facts = await readStored(readFileSync(join(DATA, 'rootfs/busybox-uclibc-amd64.tar.gz')))
    const links = entriesIn(facts).filter(({ kind }) => kind === 'hardlink')
    expect(links.length).toBeGreaterThan(390)
    expect(new Set(links.map(({ target }) => target))).toEqual(new Set(['bin/[']))
    expect(pathsOf(entriesIn(facts))).toContain('etc/passwd')
  })
})

/** Members of an archive that are layers by their name or, in a layout, by their first bytes. */
async function layersOf(archive: string): Promise<Buffer[]> {
  const reader = extract()
  reader.end(await uncompressed(readFileSync(archive)))
  const found: Buffer[] = []
  for await (const entry of reader) {
    const bytes = await buffer(entry)
    if (bytes.length === 0) continue
    const kind = sniffCompression(bytes)
    if (kind === 'gzip' || kind === 'zstd') found.push(bytes)
    else if (bytes.toString('latin1', 257, 262) === 'ustar') found.push(bytes)
  }
  return found
}

/** The files in a tar, by tar-stream: path and digest, in order. */
async function filesIn(tar: Buffer): Promise<string[]> {
  const reader = extract()
  reader.end(tar)
  const files: string[] = []
  for await (const entry of reader) {
    const bytes = await buffer(entry)
    const { name, type } = entry.header
    const isMarker = (name.split('/').at(-1) ?? '').startsWith('.wh.')
    // tar-stream reads on behind the end
    if (type === 'file' && !isMarker && name !== 'stargz.index.json')
      files.push(`${cleanPath(name).path} ${sha256(bytes)}`)
  }
  return files
}

async function uncompressed(stored: Buffer): Promise<Buffer> {
  const out: Buffer[] = []
  const input = (async function* () {
    yield stored
  })()
  for await (const chunk of decompress(input, sniffCompression(stored)))
    out.push(Buffer.from(chunk))
  return Buffer.concat(out)
}

describe.skipIf(isAbsent)('layers in the archives of ../shared/data', () => {
  const names = isAbsent ? [] : readdirSync(join(DATA, 'archives'))

  test.each(names)('%s: the files that tar-stream reads', async (name) => {
    for (const stored of await layersOf(join(DATA, 'archives', name))) {
      const tar = await uncompressed(stored)
      const entries = entriesIn(await readStored(stored, { tar }))
      const files = entries.filter(({ kind }) => kind === 'file')
      expect(files.map(({ path, sha256: id }) => `${path} ${id}`)).toEqual(await filesIn(tar))
    }
  })

  test('there are layers in them', async () => {
    const counts = await Promise.all(
      names.map(async (name) => (await layersOf(join(DATA, 'archives', name))).length),
    )
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(50)
  })
})
