import { expect, test } from 'vitest'
import { layerOf } from '../support/blocks.ts'
import { entry } from '../support/columns.ts'
import { sha256 } from '../support/image.ts'
import {
  auditResult,
  digestFor,
  freshInventory,
  imageFacts,
  NO_CATALOG,
} from '../support/inventory.ts'

function file(path: string, content: string) {
  const [size, digest] = [content.length, sha256(content)]
  return entry({ path, kind: 'file', size, sha256: digest, gitBlob: 'b'.repeat(40) })
}

/** Two images on one base; the second hides a file of it. */
function sample(files = 3) {
  const inventory = freshInventory()
  const base = [
    entry({ path: 'etc', kind: 'directory' }),
    ...Array.from({ length: files }, (_, index) => file(`etc/f${index}`, `content ${index}`)),
  ]
  inventory.putLayer(layerOf('base', base), [])
  inventory.putLayer(
    layerOf('top', [entry({ path: 'etc/f0', kind: 'whiteout' }), file('app', 'x')]),
    [],
  )
  const [bottom, top] = [digestFor('base'), digestFor('top')]
  inventory.putImage(imageFacts('base', [bottom]), NO_CATALOG, () => null)
  inventory.putImage(imageFacts('app', [bottom, top]), NO_CATALOG, () => null)
  return inventory
}

test('file is the merged tree of the image that is asked for', () => {
  const inventory = sample()
  const sql = 'SELECT path, kind, layer, size FROM file WHERE image = :image'
  expect(inventory.query(sql, { image: digestFor('app') })).toEqual([
    { path: 'app', kind: 'file', layer: 1, size: 1 },
    { path: 'etc', kind: 'directory', layer: 0, size: 0 },
    { path: 'etc/f1', kind: 'file', layer: 0, size: 9 },
    { path: 'etc/f2', kind: 'file', layer: 0, size: 9 },
  ])
  expect(inventory.query(sql, { image: 'sha256:none' })).toEqual([])
  inventory.close()
})

test('without an image it is the files of all', () => {
  const inventory = sample()
  const sql = 'SELECT image, count(*) AS n FROM file GROUP BY image ORDER BY n, image'
  expect(inventory.query(sql)).toEqual(
    [
      { image: digestFor('base'), n: 4 },
      { image: digestFor('app'), n: 4 },
    ].sort((a, b) => (a.image < b.image ? -1 : 1)),
  )
  const where = "SELECT count(*) AS n FROM file WHERE path = 'etc/f0' AND size > 1"
  expect(inventory.query(where)).toEqual([{ n: 1 }])
  inventory.close()
})

test('only the named image is merged', () => {
  const inventory = sample()
  inventory.putLayer({ ...layerOf('base', []), block: Buffer.from('broken') }, [])
  inventory.putLayer(layerOf('alone', [file('a', 'a')]), [])
  inventory.putImage(imageFacts('alone', [digestFor('alone')]), NO_CATALOG, () => null)
  const image = digestFor('alone')
  expect(inventory.query('SELECT path FROM file WHERE image = :image', { image })).toEqual([
    { path: 'a' },
  ])
  expect(() => inventory.query('SELECT path FROM file')).toThrow('damaged')
  inventory.close()
})

test('a layer that could not be read leaves its files out', () => {
  const inventory = sample()
  const facts = imageFacts('odd', [digestFor('never-read'), digestFor('top')])
  inventory.putImage(facts, NO_CATALOG, () => null)
  const image = digestFor('odd')
  expect(
    inventory.query("SELECT path, layer FROM file WHERE image = :image AND kind = 'file'", {
      image,
    }),
  ).toEqual([{ path: 'app', layer: 1 }])
  inventory.close()
})

test('a join by path over 20 000 files takes no 20 000 readings', () => {
  const count = 20_000
  const inventory = sample(count)
  const image = digestFor('base')
  const origins = Array.from({ length: count }, (_, index) => ({
    path: `etc/f${index}`,
    kind: 'file' as const,
    size: 9,
    origin: index % 1000 === 0 ? ('unexplained' as const) : ('base' as const),
    strength: 'proved' as const,
    layer: 0,
    step: 0,
    owner: '',
    evidence: 'e',
  }))
  inventory.putAudit({
    result: auditResult('base'),
    description: null,
    revisions: [],
    origins,
    ownedFiles: [],
    inputDigest: 'i',
    ruleSet: 'r',
  })
  const start = performance.now()
  const sql = `SELECT count(*) AS n, sum(f.size) AS bytes FROM origin o
    JOIN file f ON f.image = o.image AND f.path = o.path
    WHERE o.image = :image AND o.origin = 'unexplained'`
  expect(inventory.query(sql, { image })).toMatchObject([{ n: 20 }])
  const missing = `SELECT path FROM file f WHERE f.image = :image AND NOT EXISTS (
    SELECT 1 FROM origin o WHERE o.image = f.image AND o.path = f.path)`
  expect(inventory.query(missing, { image })).toEqual([{ path: 'etc' }])
  // 20 000 readings of 20 000 rows would take minutes
  expect(performance.now() - start).toBeLessThan(10_000)
  inventory.close()
})

test('the tree is that of the layers as they are now', () => {
  const inventory = sample()
  const sql = 'SELECT count(*) AS n FROM file WHERE image = :image'
  const image = digestFor('base')
  expect(inventory.query(sql, { image })).toEqual([{ n: 4 }])
  inventory.putLayer(layerOf('base', [file('only', 'x')]), [])
  expect(inventory.query(sql, { image })).toEqual([{ n: 1 }])
  inventory.close()
})
