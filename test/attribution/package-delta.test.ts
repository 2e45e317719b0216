// What a layer did to packages, told from the states before and after it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  folderOwner,
  hasMoved,
  onlyTriggers,
  packageDelta,
  packageKey,
} from '../../src/attribution/package-delta.ts'
import type { ImageCatalog } from '../../src/catalog/index.ts'
import type { InstalledPackage } from '../../src/core/index.ts'
import { debPackage } from '../support/inventory.ts'

const catalog = (...packages: readonly InstalledPackage[]): ImageCatalog => ({
  distribution: null,
  packages,
  exclusions: [],
  diversions: [],
  accounts: [],
  bytecode: new Map(),
  typed: [],
  traces: [],
  installedTrees: [],
  systemDatabase: null,
  unknowns: [],
})
const npm = (name: string, version: string, location: string) =>
  debPackage(name, version, { type: 'npm', namespace: '', architecture: '', location })
const kinds = (before: ImageCatalog | null, after: ImageCatalog) =>
  [...packageDelta(before, after).moves].map(([key, { kind }]) => `${kind} ${key}`)

describe('a layer', () => {
  const tar = debPackage('tar', '1')
  const odd = npm('is-odd', '1.0.0', 'app/node_modules/is-odd')

  it('adds, removes and changes packages, and rewrites records', () => {
    const after = catalog(
      debPackage('tar', '2'),
      npm('is-odd', '1.0.0', 'other/node_modules/is-odd'),
    )
    expect(kinds(catalog(tar, odd), after)).toEqual(
      [
        'changed deb:tar:amd64',
        'removed npm:/is-odd:app/node_modules/is-odd',
        'added npm:/is-odd:other/node_modules/is-odd',
      ].sort((a, b) => (a.slice(a.indexOf(' ')) < b.slice(b.indexOf(' ')) ? -1 : 1)),
    )
    expect(kinds(catalog(tar), catalog({ ...tar, recordDigest: 'x' }))).toEqual([
      'rewritten deb:tar:amd64',
    ])
    expect(kinds(null, catalog(tar))).toEqual(['added deb:tar:amd64'])
  })

  it('that edits os-release moves no package', () => {
    const renamed = { ...tar, namespace: 'evil', purl: 'pkg:deb/evil/tar@1' }
    expect(kinds(catalog(tar), catalog(renamed))).toEqual([])
  })

  it('moves the system only when one of its packages comes, goes or changes', () => {
    expect(packageDelta(catalog(), catalog(odd)).system).toBe(false)
    expect(packageDelta(catalog(tar), catalog({ ...tar, recordDigest: 'x' })).system).toBe(false)
    const delta = packageDelta(catalog(), catalog(tar))
    expect(delta.system).toBe(true)
    expect(hasMoved(delta, tar)).toBe(true)
    expect(hasMoved(delta, odd)).toBe(false)
  })

  it('leaves what is not installed out', () => {
    expect(kinds(catalog(), catalog({ ...tar, scope: 'residual' }))).toEqual([])
  })

  it('is told alike in any order of packages, and backwards it is the reverse', () => {
    const some = fc.uniqueArray(
      fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), version: fc.constantFrom('1', '2') }),
      { selector: ({ name }) => name },
    )
    fc.assert(
      fc.property(some, some, (first, second) => {
        const [a, b] = [first, second].map((all) =>
          all.map(({ name, version }) => debPackage(name, version)),
        )
        const there = kinds(catalog(...(a ?? [])), catalog(...(b ?? [])))
        expect(
          kinds(catalog(...[...(a ?? [])].reverse()), catalog(...[...(b ?? [])].reverse())),
        ).toEqual(there)
        const opposite: Record<string, string> = { added: 'removed', removed: 'added' }
        const back = kinds(catalog(...(b ?? [])), catalog(...(a ?? []))).map((text) => {
          const [kind = '', key = ''] = text.split(' ')
          return `${opposite[kind] ?? kind} ${key}`
        })
        expect(back).toEqual(there)
      }),
    )
  })
})

describe('a rewritten record', () => {
  const before = debPackage('tar', '1', { state: 'install ok installed' })
  const move = (more: Partial<InstalledPackage>) => ({
    kind: 'rewritten' as const,
    before,
    after: { ...before, recordDigest: 'x', ...more },
  })

  it('of which triggers alone moved is another package’s doing', () => {
    expect(onlyTriggers(move({ state: 'install ok triggers-pending' }))).toBe(true)
  })

  it('is a change when its state is another, or anything else moved with it', () => {
    expect(onlyTriggers(move({}))).toBe(false)
    expect(onlyTriggers(move({ state: 'hold ok installed' }))).toBe(false)
    expect(onlyTriggers(move({ state: 'install ok triggers-pending', maintainer: 'E. Vil' }))).toBe(
      false,
    )
  })
})

describe('the package of a folder', () => {
  const outer = npm('a', '1', 'app/node_modules/a')
  const inner = npm('b', '1', 'app/node_modules/a/node_modules/b')
  const found = catalog(outer, inner, { ...npm('app', '1', 'app'), scope: 'application' })

  it('is the innermost one, and never the application itself', () => {
    expect(folderOwner(found, 'app/node_modules/a/node_modules/b/x.js')).toBe(inner)
    expect(folderOwner(found, 'app/node_modules/a/x.js')).toBe(outer)
    expect(folderOwner(found, 'app/node_modules/ab/x.js')).toBeUndefined()
    expect(folderOwner(found, 'app/server.js')).toBeUndefined()
    expect(folderOwner(null, 'x')).toBeUndefined()
  })
})

describe('keys', () => {
  it('tell architectures and folders apart, and nothing else', () => {
    expect(packageKey(debPackage('a', '1'))).toBe(packageKey(debPackage('a', '2')))
    expect(packageKey(debPackage('a', '1'))).not.toBe(
      packageKey(debPackage('a', '1', { architecture: 'i386' })),
    )
    expect(packageKey(npm('a', '1', 'x'))).not.toBe(packageKey(npm('a', '1', 'y')))
  })
})
