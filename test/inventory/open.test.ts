import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { AssayError } from '../../src/core/index.ts'
import { openInventory, SCHEMA_VERSION } from '../../src/inventory/index.ts'
import { APPLICATION_ID } from '../../src/inventory/schema.ts'
import { digestFor, temporaryFolder } from '../support/inventory.ts'

function refusal(work: () => unknown): AssayError {
  try {
    work()
  } catch (thrown) {
    if (thrown instanceof AssayError) return thrown
    throw thrown
  }
  throw new Error('nothing was thrown')
}

const layer = {
  diffId: digestFor('a'),
  size: 1,
  entries: 1,
  digests: [],
  block: Buffer.alloc(5000),
  unknowns: [],
}

describe('a new inventory', () => {
  test('is made with its folder, readable by its owner alone', () => {
    const file = join(temporaryFolder(), 'a', 'b', 'inventory.db')
    openInventory(file).close()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const handle = new Database(file, { readonly: true })
    expect(handle.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION)
    expect(handle.pragma('application_id', { simple: true })).toBe(APPLICATION_ID)
    expect(handle.pragma('journal_mode', { simple: true })).toBe('wal')
    handle.close()
  })

  test('is made in an empty file that is there', () => {
    const file = join(temporaryFolder(), 'empty.db')
    writeFileSync(file, '')
    openInventory(file).close()
    expect(statSync(file).size).toBeGreaterThan(0)
  })

  test('cannot be made below a file', () => {
    const file = join(temporaryFolder(), 'text')
    writeFileSync(file, 'x')
    const error = refusal(() => openInventory(join(file, 'inventory.db')))
    expect(error.code).toBe('source')
    expect(error.where).toBe(join(file, 'inventory.db'))
    expect(error.hint).toContain('--db')
  })

  test('is not made for reading', () => {
    const file = join(temporaryFolder(), 'none.db')
    expect(refusal(() => openInventory(file, { readOnly: true })).message).toContain('no inventory')
    expect(existsSync(file)).toBe(false)
  })
})

describe('a file that is refused is left as it was', () => {
  function refusedUnchanged(file: string): AssayError {
    const before = readFileSync(file)
    const error = refusal(() => openInventory(file))
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(error.where).toBe(file)
    expect(error.hint).not.toBe(undefined)
    return error
  }

  test('text', () => {
    const file = join(temporaryFolder(), 'text.db')
    writeFileSync(file, 'this is a text and no database\n'.repeat(100))
    const error = refusedUnchanged(file)
    expect([error.code, error.message]).toEqual([
      'source',
      'the file is not an inventory: it is no SQLite database',
    ])
  })

  test('a database of another program', () => {
    const file = join(temporaryFolder(), 'other.db')
    const other = new Database(file)
    other.exec('CREATE TABLE bookmark (url TEXT)')
    other.close()
    expect(refusedUnchanged(file).message).toContain('another program')
  })

  test('an empty database with the mark of another program', () => {
    const file = join(temporaryFolder(), 'other.db')
    const other = new Database(file)
    other.pragma('application_id = 77')
    other.close()
    expect(refusedUnchanged(file).message).toContain('another program')
  })

  test('a newer schema', () => {
    const file = join(temporaryFolder(), 'newer.db')
    openInventory(file).close()
    const newer = new Database(file)
    newer.pragma(`user_version = ${SCHEMA_VERSION + 1}`)
    newer.pragma('wal_checkpoint(TRUNCATE)')
    newer.close()
    expect(refusedUnchanged(file).message).toBe(
      `written by a newer Assay (schema ${SCHEMA_VERSION + 1}, this one knows ${SCHEMA_VERSION})`,
    )
  })

  test('cut short', () => {
    const file = join(temporaryFolder(), 'cut.db')
    openInventory(file).close()
    truncateSync(file, 10_000)
    const error = refusedUnchanged(file)
    expect([error.code, error.message]).toEqual(['source', 'the inventory is damaged'])
  })

  test('a folder', () => {
    const folder = join(temporaryFolder(), 'folder')
    mkdirSync(folder)
    expect(refusal(() => openInventory(folder)).message).toContain('not a file')
  })
})

describe('a file that cannot be written', () => {
  test.skipIf(process.getuid?.() !== 0)('read-only file and folder, as another user', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'inventory.db')
    openInventory(file).close()
    chmodSync(file, 0o444)
    chmodSync(folder, 0o555)
    process.seteuid?.(65534)
    try {
      const error = refusal(() => openInventory(file))
      expect([error.code, error.where]).toEqual(['source', file])
      expect(error.message).toMatch(/cannot be (written|opened)/)
      const made = refusal(() => openInventory(join(folder, 'new.db')))
      expect(made.message).toContain('permission denied')
      const reading = refusal(() => openInventory(file, { readOnly: true }))
      expect([reading.code, reading.where]).toEqual(['source', file])
      expect(reading.hint).toContain('folder')
    } finally {
      process.seteuid?.(0)
    }
  })

  test('a read-only handle', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    openInventory(file).close()
    const inventory = openInventory(file, { readOnly: true })
    const error = refusal(() => inventory.putLayer(layer, []))
    expect([error.code, error.message]).toEqual(['source', 'the inventory cannot be written'])
    inventory.close()
  })
})

describe('two writers', () => {
  test('the second waits, then says that the inventory is in use', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    openInventory(file).close()
    const other = new Database(file)
    other.exec('BEGIN IMMEDIATE')
    const inventory = openInventory(file, { busyTimeout: 50 })
    const error = refusal(() => inventory.putLayer(layer, []))
    expect([error.code, error.where]).toEqual(['incomplete', file])
    other.exec('ROLLBACK')
    inventory.putLayer(layer, [])
    expect(inventory.layer(layer.diffId)?.size).toBe(1)
    inventory.close()
    other.close()
  })

  test('both may be open and write in turn', () => {
    const file = join(temporaryFolder(), 'inventory.db')
    const [one, two] = [openInventory(file), openInventory(file)]
    one.putLayer(layer, [])
    two.putLayer({ ...layer, diffId: digestFor('b') }, [])
    one.putLayer({ ...layer, diffId: digestFor('c') }, [])
    expect(one.layer(digestFor('b'))).not.toBe(null)
    expect(two.layer(digestFor('c'))).not.toBe(null)
    one.close()
    two.close()
  })
})

test('an inventory that exists opens in well under 100 ms', () => {
  const file = join(temporaryFolder(), 'inventory.db')
  openInventory(file).close()
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now()
    openInventory(file).close()
    return performance.now() - start
  })
  expect(Math.min(...times)).toBeLessThan(100)
})
