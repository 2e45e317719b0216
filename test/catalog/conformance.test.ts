// Runs every case below fixtures/catalog: the catalog of the folder must equal expected.json, in any
// order of files, and no damage to a record may make a cataloger hang, throw or give odd rows.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  assembleCatalog,
  CATALOGERS,
  catalogersFor,
  catalogFile,
  type ImageCatalog,
} from '../../src/catalog/index.ts'
import { expectGolden } from '../support/golden.ts'
import { catalogFolder, filesBelow, folderLookup } from '../support/image-folder.ts'

const FIXTURES = 'fixtures/catalog'

const cases = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(join(FIXTURES, name)).map((each) => `${name}/${each}`))

function golden(catalog: ImageCatalog): string {
  return `${JSON.stringify({ ...catalog, bytecode: Object.fromEntries(catalog.bytecode) }, null, 2)}\n`
}

describe.each(cases)('%s', (name) => {
  const folder = join(FIXTURES, name)
  const root = join(folder, 'root')

  test('gives the expected catalog', () => {
    const catalog = assembleCatalog(catalogFolder(root), folderLookup(root))
    expectGolden(join(folder, 'expected.json'), golden(catalog))
  })

  test('gives the same catalog from files in another order', () => {
    const found = catalogFolder(root)
    const lookup = folderLookup(root)
    expect(golden(assembleCatalog(found.toReversed(), lookup))).toBe(
      golden(assembleCatalog(found, lookup)),
    )
  })

  test('gives the same catalog from rows that were stored as JSON', () => {
    const found = catalogFolder(root)
    const stored = found.map((file) => ({
      ...file,
      results: JSON.parse(JSON.stringify(file.results)) as typeof file.results,
    }))
    const lookup = folderLookup(root)
    expect(golden(assembleCatalog(stored, lookup))).toBe(golden(assembleCatalog(found, lookup)))
  })

  test('damaged records give rows or unknowns, and a catalog', () => {
    for (const path of filesBelow(root).filter((each) => catalogersFor(each).length > 0)) {
      if (!existsSync(join(root, path))) continue
      const bytes = readFileSync(join(root, path))
      for (const damaged of damage(bytes)) {
        const results = catalogFile(path, damaged)
        for (const { rows } of results) {
          for (const row of rows) expect(JSON.parse(JSON.stringify(row))).toEqual(row)
        }
        assembleCatalog([{ path, sha256: '0'.repeat(64), results }], folderLookup(root))
      }
    }
  })
})

/** Cut short in four places, and with single bits turned in a fixed pattern. */
function* damage(bytes: Uint8Array): Generator<Uint8Array> {
  for (const part of [0, 0.3, 0.7, 0.99]) yield bytes.subarray(0, Math.floor(bytes.length * part))
  for (let seed = 1; seed <= 8; seed += 1) {
    const copy = Uint8Array.from(bytes)
    for (let at = seed * 7; at < copy.length; at += 97 * seed)
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8))
    yield copy
  }
}

test('every cataloger reads a file of some case', () => {
  const read = new Set(
    cases.flatMap((name) =>
      filesBelow(join(FIXTURES, name, 'root')).flatMap((path) =>
        catalogersFor(path).map((cataloger) => cataloger.id),
      ),
    ),
  )
  expect(CATALOGERS.map((cataloger) => cataloger.id).filter((id) => !read.has(id))).toEqual([])
})

test('ids are kebab-case and used once', () => {
  const ids = CATALOGERS.map((cataloger) => cataloger.id)
  expect(ids.filter((id) => !/^[a-z]+(-[a-z0-9]+)*$/.test(id))).toEqual([])
  expect(new Set(ids).size).toBe(ids.length)
})

const UNITS = [
  ' ',
  '\t',
  '\n',
  '\0',
  '/',
  '.',
  ':',
  '"',
  '[',
  '{"a":',
  'a b ',
  'P:a\n\n',
  'F:a\n',
  '\r\n',
  '=',
  '\\',
]
const HEADS = [
  '',
  'Package: a\nConffiles:\n /',
  'path-exclude=a',
  'Name: a\nLicense: ',
  'P:a\nD:',
  'ID="',
  '/',
]

test('a hundred kilobytes of one thing is read in time by every cataloger', () => {
  const paths = new Map(
    cases.flatMap((name) =>
      filesBelow(join(FIXTURES, name, 'root')).flatMap((path) =>
        catalogersFor(path).map((cataloger) => [cataloger.id, path] as const),
      ),
    ),
  )
  for (const path of new Set(paths.values())) {
    for (const head of HEADS) {
      for (const unit of UNITS) {
        // A text that ends in something else is what makes greedy expressions go back.
        catalogFile(path, Buffer.from(`${head}${unit.repeat((1 << 17) / unit.length)}x`))
      }
    }
  }
}, 60_000)
