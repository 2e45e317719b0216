import { describe, expect, test } from 'vitest'
import { assembleCatalog, catalogFile, wantPatterns } from '../../src/catalog/index.ts'
import { catalogOf } from '../support/rows.ts'

const STATUS = 'Package: p\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n'
const APK = 'P:p\nV:1\nA:x86_64\n'

function fatal(files: Record<string, string>, links: Record<string, string> = {}): string[] {
  return catalogOf(files, links)
    .unknowns.filter((each) => each.weight === 'fatal')
    .map((each) => each.reason)
}

describe("the system's package database", () => {
  test.each([
    ['debian', 'the package database of debian is not in the image'],
    ['alpine', 'the package database of alpine is not in the image'],
    ['wolfi', 'the package database of wolfi is not in the image'],
  ])('of %s missing is fatal', (id, reason) => {
    expect(fatal({ 'etc/os-release': `ID=${id}\n` })).toEqual([reason])
  })

  test('of a derivative is expected too', () => {
    expect(fatal({ 'etc/os-release': 'ID=mint\nID_LIKE="ubuntu debian"\n' })).toHaveLength(1)
  })

  test('that is empty or damaged is fatal', () => {
    const release = { 'etc/os-release': 'ID=debian\n' }
    expect(fatal({ ...release, 'var/lib/dpkg/status': '' })).toHaveLength(1)
    expect(fatal({ ...release, 'var/lib/dpkg/status': '\0'.repeat(5000) })).toHaveLength(1)
    expect(fatal({ ...release, 'var/lib/dpkg/status': STATUS })).toEqual([])
  })

  test('of a kind that is not read is fatal, with or without os-release', () => {
    const links = { 'var/lib/rpm/rpmdb.sqlite': 'var/lib/rpm/rpmdb.sqlite' }
    expect(fatal({}, links)).toEqual(['the package database of rpm is not read by this version'])
    expect(fatal({ 'etc/os-release': 'ID=fedora\n' }, links)).toHaveLength(1)
  })

  test('beside the one that was read is a partial unknown', () => {
    const files = { 'etc/os-release': 'ID=debian\n', 'var/lib/dpkg/status': STATUS }
    const links = { 'var/lib/rpm/Packages': 'var/lib/rpm/Packages' }
    expect(fatal(files, links)).toEqual([])
    expect(catalogOf(files, links).unknowns.map((each) => each.subject)).toContain(
      'var/lib/rpm/Packages',
    )
  })

  test('is not expected in an image without a distribution', () => {
    expect(catalogOf({}).unknowns).toEqual([])
    expect(catalogOf({}).systemDatabase).toBeNull()
  })

  test('is the one of the distribution when both are there', () => {
    const both = { 'var/lib/dpkg/status': STATUS, 'lib/apk/db/installed': APK }
    expect(catalogOf({ ...both, 'etc/os-release': 'ID=alpine\n' }).systemDatabase).toBe('apk')
    expect(catalogOf({ ...both, 'etc/os-release': 'ID=debian\n' }).systemDatabase).toBe('dpkg')
  })
})

test('rows of a content are taken only at the paths that their cataloger reads', () => {
  // The same empty content is met at two paths, and rows are kept by content.
  const results = ['etc/apk/world', 'var/lib/dpkg/status'].flatMap((path) =>
    catalogFile(path, new Uint8Array()),
  )
  const catalog = assembleCatalog([{ path: 'etc/apk/world', sha256: 'e', results }], {
    realPath: () => undefined,
  })
  expect(catalog.unknowns).toEqual([])
})

test('wanted patterns are plain, and each has a limit', () => {
  for (const { glob, maxBytes } of wantPatterns()) {
    expect(glob).toMatch(/^(\*\*\/)?([A-Za-z0-9._*-]+\/)*[A-Za-z0-9._*-]+$/)
    expect(maxBytes).toBeGreaterThan(0)
  }
})

test('a record file that is broken a hundred thousand times gives a catalog and a few unknowns', () => {
  const files = {
    'var/lib/dpkg/status': 'no field\n\n'.repeat(200_000),
    'lib/apk/db/installed': 'P:a\n\n'.repeat(200_000),
    'app/node_modules/a/package.json': '"',
  }
  const { unknowns } = catalogOf(files)
  expect(unknowns.length).toBeLessThan(50)
  expect(unknowns.map((each) => each.reason)).toContain('99980 more of this kind')
})

test('a package database of which only a part was read is fatal', () => {
  const results = [
    {
      cataloger: 'dpkg-status',
      version: 1,
      rows: [
        ...(catalogFile('var/lib/dpkg/status', Buffer.from(STATUS))[0]?.rows ?? []),
        { kind: 'unknown', reason: 'the cataloger failed', place: '', cut: true } as const,
      ],
    },
  ]
  const found = [{ path: 'var/lib/dpkg/status', sha256: 'e', results }]
  const catalog = assembleCatalog(found, { realPath: () => undefined })
  expect(catalog.packages).toHaveLength(1)
  expect(catalog.unknowns.filter((each) => each.weight === 'fatal')).toHaveLength(1)
})
