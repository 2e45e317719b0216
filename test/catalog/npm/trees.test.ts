import { describe, expect, test } from 'vitest'
import { catalogOf } from '../../support/rows.ts'

const LOCK = 'app/package-lock.json'
const HIDDEN = 'app/node_modules/.package-lock.json'

type Locked = Record<string, Record<string, unknown>>

function lock(packages: Locked): string {
  const table = Object.fromEntries(
    Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry]),
  )
  return JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...table } })
}

function manifest(name: string, version: string): Record<string, string> {
  return { [`app/node_modules/${name}/package.json`]: JSON.stringify({ name, version }) }
}

function states(files: Record<string, string>): Record<string, string> {
  const [tree] = catalogOf(files).installedTrees
  return Object.fromEntries(
    (tree?.entries ?? []).map((each) => [each.path.slice('app/node_modules/'.length), each.state]),
  )
}

test('versions are compared as npm writes them: cleaned', () => {
  const files = {
    ...manifest('v', 'v1.0.0'),
    ...manifest('build', '1.0.0+abc'),
    ...manifest('loose', '1.0.0beta'),
    [LOCK]: lock({
      v: { version: '1.0.0' },
      build: { version: '1.0.0' },
      loose: { version: '1.0.0-beta' },
    }),
  }
  expect(states(files)).toEqual({ v: 'same', build: 'same', loose: 'same' })
})

describe('what is not installed', () => {
  const packages = {
    kept: { version: '1.0.0' },
    plain: { version: '1.0.0' },
    dev: { version: '1.0.0', dev: true },
    optional: { version: '1.0.0', optional: true },
  }

  test('is missing unless an install may leave it out', () => {
    const files = { ...manifest('kept', '1.0.0'), [LOCK]: lock(packages) }
    expect(states(files)).toEqual({
      kept: 'same',
      plain: 'missing',
      dev: 'omitted',
      optional: 'omitted',
    })
  })

  test('is missing when npm recorded it as installed, whatever it is', () => {
    const files = { ...manifest('kept', '1.0.0'), [LOCK]: lock(packages), [HIDDEN]: lock(packages) }
    expect(states(files)).toEqual({
      kept: 'same',
      plain: 'missing',
      dev: 'missing',
      optional: 'missing',
    })
  })

  test('is missing when all of it was deleted', () => {
    expect(states({ [HIDDEN]: lock({ gone: { version: '1.0.0' } }) })).toEqual({ gone: 'missing' })
  })
})

test('a lock file without an install is no tree', () => {
  expect(catalogOf({ [LOCK]: lock({ a: { version: '1.0.0' } }) }).installedTrees).toEqual([])
})

test('a record of npm that differs from the lock does not hide the difference', () => {
  const files = {
    ...manifest('a', '2.0.0'),
    [LOCK]: lock({ a: { version: '1.0.0' } }),
    [HIDDEN]: lock({ a: { version: '2.0.0' } }),
  }
  expect(catalogOf(files).installedTrees[0]?.entries).toMatchObject([
    { installedVersion: '2.0.0', lockVersion: '1.0.0', recordedVersion: '2.0.0', state: 'swapped' },
  ])
})

test('another package under the same folder is a swap, an alias is not', () => {
  const files = {
    'app/node_modules/a/package.json': '{"name":"evil","version":"1.0.0"}',
    'app/node_modules/b/package.json': '{"name":"real","version":"1.0.0"}',
    [LOCK]: lock({ a: { version: '1.0.0' }, b: { version: '1.0.0', name: 'real' } }),
  }
  expect(states(files)).toEqual({ a: 'swapped', b: 'same' })
})

test('what came from git has a version only in its manifest', () => {
  const old = {
    lockfileVersion: 1,
    dependencies: { g: { version: 'git+https://example.org/g.git#abc' } },
  }
  expect(states({ ...manifest('g', '1.0.0'), [LOCK]: JSON.stringify(old) })).toEqual({ g: 'same' })
})

test('npm-shrinkwrap.json goes before package-lock.json', () => {
  const files = {
    ...manifest('a', '2.0.0'),
    [LOCK]: lock({ a: { version: '1.0.0' } }),
    'app/npm-shrinkwrap.json': lock({ a: { version: '2.0.0' } }),
  }
  expect(catalogOf(files).installedTrees[0]).toMatchObject({ lock: 'app/npm-shrinkwrap.json' })
  expect(states(files)).toEqual({ a: 'same' })
})

test('a workspace with a tree of its own is compared with the lock above it', () => {
  const files = {
    'app/packages/w/node_modules/a/package.json': '{"name":"a","version":"2.0.0"}',
    [LOCK]: JSON.stringify({
      lockfileVersion: 3,
      packages: { 'packages/w/node_modules/a': { version: '1.0.0' } },
    }),
  }
  expect(catalogOf(files).installedTrees).toMatchObject([
    { root: 'app', entries: [{ path: 'app/packages/w/node_modules/a', state: 'swapped' }] },
  ])
})

test('members of JSON that are called like parts of objects do no harm', () => {
  const files = {
    'app/node_modules/constructor/package.json':
      '{"name":"constructor","version":"1.0.0","__proto__":{"version":"9"}}',
    [LOCK]:
      '{"lockfileVersion":3,"packages":{"node_modules/__proto__":{"version":"1"},"node_modules/constructor":{"version":"1.0.0"}}}',
  }
  expect(states(files)).toEqual({ constructor: 'same', ['__proto__']: 'missing' })
})

test('a lock nested deeper than any install ends somewhere', () => {
  const text = `{"lockfileVersion":1,${'"dependencies":{"a":{'.repeat(5000)}"version":"1"${'}}'.repeat(5000)}}`
  expect(() => catalogOf({ [LOCK]: text, ...manifest('a', '1') })).not.toThrow()
})
