import { describe, expect, test } from 'vitest'
import { dpkgStatus } from '../../../src/catalog/dpkg/status.ts'
import { catalogOf, rowsOf, rowsOfKind } from '../../support/rows.ts'

const STATUS = 'var/lib/dpkg/status'

function record(fields: Record<string, string>): string {
  const all = {
    Package: 'p',
    Status: 'install ok installed',
    Architecture: 'amd64',
    Version: '1-1',
    ...fields,
  }
  return `${Object.entries(all)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n\n`
}

function packageOf(fields: Record<string, string>) {
  const catalog = catalogOf({
    [STATUS]: record(fields),
    'etc/os-release': 'ID=debian\nVERSION_ID=12\n',
  })
  return catalog.packages[0]
}

describe('the third word of the status tells what is on disk', () => {
  test.each([
    ['install ok installed', 'installed'],
    ['deinstall ok installed', 'installed'],
    ['hold ok installed', 'installed'],
    ['install reinstreq half-installed', 'installed'],
    ['install ok triggers-pending', 'installed'],
    ['install ok unpacked', 'installed'],
    ['deinstall ok config-files', 'residual'],
    ['purge ok not-installed', undefined],
    ['unknown ok not-installed', undefined],
    ['', undefined],
  ])('%s', (status, scope) => {
    expect(packageOf({ Status: status })?.scope).toBe(scope)
  })
})

test('what is recommended is a dependency that nothing has to satisfy', () => {
  const catalog = catalogOf({
    [STATUS]: `${record({ 'Pre-Depends': 'a', Depends: 'b | c', Recommends: 'd (>= 1), e', Suggests: 'f' })}${['a', 'b', 'd'].map((name) => record({ Package: name })).join('')}`,
  })
  const found = catalog.packages.find(({ name }) => name === 'p')
  expect(found?.dependencies.map(({ kind, alternatives }) => [kind, ...alternatives])).toEqual([
    ['pre-depends', 'a'],
    ['depends', 'b', 'c'],
    ['optional', 'd'],
    ['optional', 'e'],
  ])
  expect(found?.resolved.map((purl) => /([a-z])@/.exec(purl)?.[1])).toEqual(['a', 'b'])
})

describe('source package', () => {
  test.each([
    ['', '1-1', 'p', '1-1', 'pkg:deb/debian/p@1-1?arch=amd64&distro=debian-12'],
    ['s', '1-1', 's', '1-1', 'pkg:deb/debian/p@1-1?arch=amd64&distro=debian-12&upstream=s'],
    [
      's (2-3)',
      '1-1',
      's',
      '2-3',
      'pkg:deb/debian/p@1-1?arch=amd64&distro=debian-12&upstream=s%402-3',
    ],
    [
      '',
      '1:2-3+b1',
      'p',
      '1:2-3',
      'pkg:deb/debian/p@1:2-3%2Bb1?arch=amd64&distro=debian-12&upstream=p%401:2-3',
    ],
  ])('Source: %s, Version: %s', (source, version, name, sourceVersion, purl) => {
    const found = packageOf({ Source: source, Version: version })
    expect([found?.sourceName, found?.sourceVersion, found?.purl]).toEqual([
      name,
      sourceVersion,
      purl,
    ])
  })
})

test('conffiles have digests; obsolete ones are no claim, new ones have none yet', () => {
  const text = record({
    Conffiles:
      '\n /etc/a 0123456789abcdef0123456789abcdef\n /etc/with space 0123456789abcdef0123456789abcdef\n /etc/b newconffile\n /etc/c 0123456789abcdef0123456789abcdef obsolete\n /etc/d 0123456789abcdef0123456789abcdef remove-on-upgrade',
  })
  const [row] = rowsOfKind(rowsOf(dpkgStatus, text, STATUS), 'package')
  expect(row?.files.paths).toEqual(['etc/a', 'etc/with space', 'etc/b'])
  expect(row?.files.digests.map((digest) => digest.length)).toEqual([32, 32, 0])
})

test('the digest of a record changes with its text alone', () => {
  const alone = rowsOfKind(rowsOf(dpkgStatus, record({}), STATUS), 'package')
  const after = rowsOfKind(
    rowsOf(dpkgStatus, record({ Package: 'q' }) + record({}), STATUS),
    'package',
  )
  const edited = rowsOfKind(rowsOf(dpkgStatus, record({ Maintainer: 'm' }), STATUS), 'package')
  expect(after[1]?.recordDigest).toBe(alone[0]?.recordDigest)
  expect(edited[0]?.recordDigest).not.toBe(alone[0]?.recordDigest)
})

test('a record without a status counts only in status.d', () => {
  const text = record({ Status: '' })
  expect(catalogOf({ [STATUS]: text }).packages).toEqual([])
  expect(catalogOf({ 'var/lib/dpkg/status.d/p': text }).packages).toHaveLength(1)
})

test('two architectures of a package are two packages', () => {
  const text = record({}) + record({ Architecture: 'i386' })
  const purls = catalogOf({ [STATUS]: text }).packages.map((each) => each.purl)
  expect(purls).toEqual(['pkg:deb/debian/p@1-1?arch=amd64', 'pkg:deb/debian/p@1-1?arch=i386'])
})

describe('asked for by name', () => {
  const text =
    record({ Package: 'asked', Depends: 'needed' }) +
    record({ Package: 'needed' }) +
    record({ Package: 'base', Priority: 'required' }) +
    record({ Package: 'pulled' }) +
    record({ Package: 'manual', Priority: 'required' })
  const requested = (states?: string) =>
    Object.fromEntries(
      catalogOf({
        [STATUS]: text,
        ...(states === undefined ? {} : { 'var/lib/apt/extended_states': states }),
      }).packages.map((each) => [each.name, each.requested]),
    )

  test('nothing is known without apt', () => {
    expect(new Set(Object.values(requested()))).toEqual(new Set([null]))
  })

  test('apt marks what it pulled in; what a bootstrap may have put there stays open', () => {
    const states =
      'Package: pulled\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: manual\nArchitecture: amd64\nAuto-Installed: 0\n'
    expect(requested(states)).toEqual({
      asked: true,
      needed: null,
      base: null,
      pulled: false,
      manual: true,
    })
  })
})
