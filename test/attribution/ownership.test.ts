// Claims of packages: resolved to where files lie, held against the file, ranked when several claim one.
import { describe, expect, it } from 'vitest'
import { type ClaimState, Ownership } from '../../src/attribution/ownership.ts'
import type { ImageCatalog } from '../../src/catalog/index.ts'
import type { ClaimedFile, Entry, InstalledPackage } from '../../src/core/index.ts'
import { Overlay } from '../../src/inventory/index.ts'
import { file, folder, link } from '../support/attribution.ts'
import { columns } from '../support/columns.ts'
import { debPackage } from '../support/inventory.ts'

function catalogOf(packages: readonly InstalledPackage[], more: Partial<ImageCatalog> = {}) {
  return {
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
    ...more,
  }
}

const claim = (path: string, digest = '', more: Partial<ClaimedFile> = {}): ClaimedFile => ({
  path,
  digest,
  algorithm: digest === '' ? '' : 'md5',
  configuration: false,
  directory: false,
  ...more,
})
const deb = (name: string, ...files: readonly ClaimedFile[]) => debPackage(name, '1', { files })

function image(...entries: readonly Entry[]): Overlay {
  const overlay = new Overlay()
  overlay.apply(columns(entries), 0)
  return overlay
}

function stateAt(catalog: ImageCatalog, overlay: Overlay, path: string): ClaimState | undefined {
  return new Ownership(catalog, overlay).of(path, overlay.get(path))?.state
}

const app = file('usr/bin/app', 'app')

describe('a claim', () => {
  it('is intact, modified, unverified, missing or excluded', () => {
    const overlay = image(app, link('usr/bin/link', 'app'), folder('usr/lib'))
    const catalog = catalogOf(
      [
        deb('good', claim('usr/bin/app', app.md5)),
        deb('link', claim('usr/bin/link')),
        deb('turned', claim('usr/lib', app.md5)),
        deb('gone', claim('usr/share/gone', app.md5), claim('usr/share/doc/x', app.md5)),
      ],
      { exclusions: [{ pattern: '/usr/share/doc/*', include: false }] },
    )
    expect(stateAt(catalog, overlay, 'usr/bin/app')).toBe('intact')
    expect(stateAt(catalog, overlay, 'usr/bin/link')).toBe('unverified')
    expect(stateAt(catalog, overlay, 'usr/lib')).toBe('modified')
    expect(stateAt(catalog, overlay, 'usr/share/gone')).toBe('missing')
    expect(stateAt(catalog, overlay, 'usr/share/doc/x')).toBe('excluded')
    expect(stateAt(catalog, overlay, 'usr/bin/none')).toBeUndefined()
  })

  it('on a file that became a link is modified', () => {
    const overlay = image(link('usr/bin/app', '/srv/evil'))
    const catalog = catalogOf([deb('app', claim('usr/bin/app', app.md5))])
    expect(stateAt(catalog, overlay, 'usr/bin/app')).toBe('modified')
  })

  it('leads through linked folders and diversions', () => {
    const overlay = image(link('bin', 'usr/bin'), app, file('usr/bin/app.distrib', 'app'))
    const catalog = catalogOf([deb('a', claim('bin/app', app.md5))])
    expect(stateAt(catalog, overlay, 'usr/bin/app')).toBe('intact')
    const diverted = catalogOf([deb('a', claim('usr/bin/app', app.md5))], {
      diversions: [{ original: 'usr/bin/app', target: 'usr/bin/app.distrib', owner: 'b' }],
    })
    expect(stateAt(diverted, overlay, 'usr/bin/app.distrib')).toBe('intact')
    expect(stateAt(diverted, overlay, 'usr/bin/app')).toBeUndefined()
  })

  it('that the file agrees with goes before one that it does not', () => {
    const overlay = image(app)
    const catalog = catalogOf([
      deb('other', claim('usr/bin/app', 'f'.repeat(32))),
      deb('own', claim('usr/bin/app', app.md5)),
    ])
    expect(
      new Ownership(catalog, overlay).of('usr/bin/app', overlay.get('usr/bin/app')),
    ).toMatchObject({
      state: 'intact',
      package: { name: 'own' },
    })
  })
})

describe('claims of application packages', () => {
  const system = deb(
    'libz',
    claim('usr/lib/libz.so', 'f'.repeat(32)),
    claim('site/yaml.py', 'f'.repeat(32)),
  )
  const python = (...files: readonly ClaimedFile[]) =>
    debPackage('evil', '1', { type: 'pypi', location: 'site/evil.dist-info', files })
  const overlay = image(file('usr/lib/libz.so', 'app'), file('site/yaml.py', 'app'))

  it('do not vouch for a file of the system elsewhere', () => {
    const catalog = catalogOf([system, python(claim('usr/lib/libz.so', app.md5))])
    expect(stateAt(catalog, overlay, 'usr/lib/libz.so')).toBe('modified')
  })

  it('do for one among their own modules, which an upgrade by pip writes over', () => {
    const catalog = catalogOf([system, python(claim('site/yaml.py', app.md5))])
    expect(stateAt(catalog, overlay, 'site/yaml.py')).toBe('intact')
  })
})

describe('claims on files of some names', () => {
  it('are the same as all claims, for those names', () => {
    const overlay = image(app, file('usr/lib/other', 'x'))
    const catalog = catalogOf([
      deb('a', claim('usr/bin/app', app.md5), claim('usr/lib/other', app.md5)),
    ])
    const some = new Ownership(catalog, overlay, new Set(['app']))
    expect([...some.all(overlay)].map(({ path, state }) => [path, state])).toEqual([
      ['usr/bin/app', 'intact'],
    ])
  })
})
