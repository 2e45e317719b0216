import { describe, expect, it } from 'vitest'
import { type OutlineInput, outline } from '../../src/attribution/index.ts'
import { type FileOrigin, type ImageFacts, NO_SETTINGS } from '../../src/core/index.ts'
import { historyEntry } from '../support/attribution.ts'
import { debPackage, digestFor, imageFacts, NO_CATALOG } from '../support/inventory.ts'

const catalog: OutlineInput['catalog'] = {
  ...NO_CATALOG,
  exclusions: [],
  diversions: [],
  accounts: [],
  bytecode: new Map(),
  typed: [],
  traces: [],
  installedTrees: [],
  systemDatabase: null,
}

function facts(more: Partial<ImageFacts> = {}): ImageFacts {
  return { ...imageFacts('x', [digestFor('a'), digestFor('b')]), settings: NO_SETTINGS, ...more }
}

function of(more: Partial<OutlineInput> = {}) {
  return outline({
    facts: facts(),
    base: null,
    baseSettings: null,
    catalog,
    files: [],
    layerOf: () => 1,
    relative: null,
    ...more,
  })
}

const rootfs = historyEntry(`/bin/sh -c #(nop) ADD file:${'a'.repeat(64)} in / `, {
  created: '2023-01-01T00:00:00Z',
})
const debuerreotype = historyEntry("# debian.sh --arch 'amd64' out/ 'bookworm' '@1749513600'", {
  comment: 'debuerreotype 0.17',
})

describe('the probable base', () => {
  it('ends behind a file system brought whole', () => {
    const history = [rootfs, historyEntry('serve')]
    expect(of({ facts: facts({ history }) }).base).toMatchObject({
      layers: 1,
      date: '2023-01-01T00:00:00Z',
      strength: 'guessed',
    })
  })

  it('has the date of the snapshot that its packages are from', () => {
    const history = [debuerreotype, historyEntry('serve')]
    expect(of({ facts: facts({ history }) }).base?.date).toBe('2025-06-10T00:00:00Z')
  })

  it('is no image of one layer: an import is not built on anything', () => {
    const history = [historyEntry('', { comment: 'Imported from -' })]
    expect(of({ facts: facts({ history }) }).base).toBeNull()
  })

  it('is at least the distribution', () => {
    const distribution = {
      id: 'debian',
      idLike: [],
      versionId: '12',
      codename: '',
      prettyName: '',
      path: 'etc/os-release',
    }
    const base = of({ catalog: { ...catalog, distribution } }).base
    expect(base).toMatchObject({ reference: 'debian 12', layers: 0, strength: 'guessed' })
  })
})

it('names the packages that somebody asked for above the base', () => {
  const history = [rootfs, historyEntry('serve')]
  const packages = [
    debPackage('curl', '7', { requested: true }),
    debPackage('libcurl4', '7', { requested: false }),
    debPackage('tar', '1', { requested: true }),
  ]
  const found = of({
    facts: facts({ history }),
    catalog: { ...catalog, packages },
    layerOf: ({ name }) => (name === 'tar' ? 0 : 1),
  })
  expect(found.requested).toEqual([{ type: 'deb', names: ['curl 7'] }])
})

it('gives settings as instructions, without those of the base and without secrets', () => {
  const settings = {
    ...NO_SETTINGS,
    env: ['PATH=/opt/bin:/bin', 'LANG=C', 'DB_PASSWORD=hunter2', 'API_KEY=k', 'MONKEY=yes'],
    exposedPorts: ['80/tcp'],
    cmd: ['serve', '-p', '80'],
    user: 'app',
  }
  const found = of({
    facts: facts({ settings }),
    baseSettings: { ...NO_SETTINGS, env: ['LANG=C'] },
  })
  expect(found.settings).toEqual([
    'ENV PATH="/opt/bin:/bin"',
    'ENV DB_PASSWORD=…',
    'ENV API_KEY=…',
    'ENV MONKEY="yes"',
    'EXPOSE 80/tcp',
    'USER app',
    'CMD ["serve","-p","80"]',
  ])
})

it('counts files of no origin by folder, the largest first', () => {
  const file = (path: string, size: number, origin: FileOrigin['origin'] = 'unexplained') => ({
    path,
    kind: 'file' as const,
    size,
    origin,
    strength: 'guessed' as const,
    layer: 1,
    step: null,
    owner: '',
    evidence: '',
  })
  const files = [
    file('etc/motd', 5),
    file('opt/app/bin/serve', 100),
    file('opt/app/lib/x', 50),
    file('usr/bin/tar', 900, 'package'),
    file('note', 1),
  ]
  expect(of({ files }).loose).toEqual([
    { folder: 'opt/app', files: 2, bytes: 150 },
    { folder: 'etc', files: 1, bytes: 5 },
    { folder: 'note', files: 1, bytes: 1 },
  ])
})
