import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CatalogRow } from '../../src/catalog/index.ts'
import { AssayError } from '../../src/core/index.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import { openForWriting } from '../../src/inventory/open.ts'
import { Store } from '../../src/inventory/store.ts'
import { sha256 } from '../support/image.ts'
import { digestFor, freshInventory, layerRecord, temporaryFolder } from '../support/inventory.ts'

const ROWS: readonly CatalogRow[] = [{ kind: 'property', name: 'ID', value: 'debian' }]

test('what was put comes back, whole', () => {
  const inventory = freshInventory()
  expect(inventory.layer(digestFor('a'))).toBe(null)
  inventory.putLayer(layerRecord('a'), [])
  expect(inventory.layer(digestFor('a'))).toEqual(layerRecord('a'))
  inventory.close()
})

test('read again with more digests, the new facts hold', () => {
  const inventory = freshInventory()
  inventory.putLayer(layerRecord('a'), [])
  inventory.putLayer({ ...layerRecord('a'), digests: ['md5', 'sha1'], unknowns: [] }, [])
  expect(inventory.layer(digestFor('a'))).toMatchObject({
    digests: ['md5', 'sha1'],
    unknowns: [],
  })
  inventory.close()
})

test('rows and evidence are kept by content', () => {
  const inventory = freshInventory()
  const bytes = Buffer.from('ID=debian\n'.repeat(50))
  const [os, empty] = [sha256('os'), sha256('empty')]
  inventory.putLayer(layerRecord('a'), [
    {
      path: 'etc/os-release',
      sha256: os,
      evidence: bytes,
      results: [{ cataloger: 'os', version: 1, rows: ROWS }],
    },
    { path: 'etc/shadow', sha256: empty, evidence: null, results: [] },
  ])
  expect(inventory.catalogResults([os, empty, sha256('never')])).toEqual(
    new Map([[os, [{ cataloger: 'os', version: 1, rows: ROWS }]]]),
  )
  expect(Buffer.from(inventory.evidence(os) ?? []).equals(bytes)).toBe(true)
  expect(inventory.evidence(empty)).toBe(null)
  inventory.close()
})

test('a file too large is no evidence', () => {
  const inventory = freshInventory()
  const big = { path: 'x', sha256: sha256('x'), evidence: Buffer.alloc((4 << 20) + 1) }
  inventory.putLayer(layerRecord('a'), [{ ...big, results: [] }])
  expect(inventory.evidence(sha256('x'))).toBe(null)
  inventory.close()
})

test('a better cataloger finds what to read again, and then nothing more', () => {
  const inventory = freshInventory()
  const file = { path: 'etc/os-release', sha256: sha256('os'), evidence: Buffer.from('x') }
  inventory.putLayer(layerRecord('a'), [
    { ...file, results: [{ cataloger: 'os', version: 1, rows: [] }] },
  ])
  expect(inventory.staleContents([{ id: 'os', version: 1 }])).toEqual([])
  expect(inventory.staleContents([{ id: 'os', version: 2 }])).toEqual([
    { sha256: sha256('os'), path: 'etc/os-release', cataloger: 'os' },
  ])
  inventory.putCataloged([{ ...file, results: [{ cataloger: 'os', version: 2, rows: ROWS }] }])
  expect(inventory.staleContents([{ id: 'os', version: 2 }])).toEqual([])
  expect(inventory.catalogResults([sha256('os')]).get(sha256('os'))).toEqual([
    { cataloger: 'os', version: 2, rows: ROWS },
  ])
  inventory.close()
})

test('a full disk leaves what was there, and says so', () => {
  const file = join(temporaryFolder(), 'inventory.db')
  const handle = openForWriting(file)
  const inventory = new Inventory(new Store(file, handle))
  inventory.putLayer(layerRecord('a'), [])
  const pages = Number(handle.pragma('page_count', { simple: true }))
  handle.pragma(`max_page_count = ${pages + 4}`)
  const big = { ...layerRecord('b'), block: Buffer.alloc(1 << 20, 7) }
  let error: unknown
  try {
    inventory.putLayer(big, [])
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(AssayError)
  expect(error).toMatchObject({ code: 'source', where: file })
  expect(String(error)).toContain('the disk is full')
  expect(inventory.layer(digestFor('a'))).not.toBe(null)
  expect(inventory.layer(digestFor('b'))).toBe(null)
  expect(handle.pragma('integrity_check', { simple: true })).toBe('ok')
  inventory.close()
})
