// A writer is killed at random instants; what it left must be whole. The writer is compiled code:
// `npm test` builds dist first. Without dist the test is skipped by name, under CI=true it fails.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { openInventory } from '../../src/inventory/index.ts'
import { digestFor, temporaryFolder } from '../support/inventory.ts'

const dist = process.env['ASSAY_TEST_DIST'] ?? join(import.meta.dirname, '../../dist')
const inventoryModule = join(dist, 'inventory', 'index.js')
const isBuilt = existsSync(inventoryModule) || process.env['CI'] === 'true'

/** Writes layers 0, 1, 2, … for ever, each 300 kB with 50 files, one line on stdout after each. */
const WRITER = `
import { createHash } from 'node:crypto'
const [module, file, first] = process.argv.slice(1)
const { openInventory } = await import(module)
const inventory = openInventory(file)
const hex = (text) => createHash('sha256').update(text).digest('hex')
for (let index = Number(first); ; index += 1) {
  const files = Array.from({ length: 50 }, (_, at) => ({
    path: 'f' + at,
    sha256: hex(index + '/' + at),
    evidence: Buffer.from('evidence ' + index + '/' + at),
    results: [{ cataloger: 'c', version: 1, rows: [{ kind: 'property', name: 'n', value: 'v' }] }],
  }))
  inventory.putLayer({
    diffId: 'sha256:' + hex('layer ' + index),
    size: index,
    entries: 50,
    digests: [],
    block: Buffer.alloc(300_000, index % 251),
    unknowns: [{ subject: '', place: 'p', reader: 'r', reason: 'x', weight: 'partial' }],
  }, files)
  process.stdout.write(index + '\\n')
}
`

async function writeAndKill(file: string, first: number, milliseconds: number): Promise<number> {
  const module = pathToFileURL(inventoryModule).href
  const words = ['--input-type=module', '-e', WRITER, module, file, String(first)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let last = first - 1
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (last < first) setTimeout(() => child.kill('SIGKILL'), milliseconds)
      last = Number(chunk.toString().trim().split('\n').at(-1))
    })
    child.on('close', () => resolve())
  })
  return last
}

describe.skipIf(!isBuilt)('a writer that is killed (needs dist: npm run build)', () => {
  test('leaves every layer whole or absent', { timeout: 120_000 }, async () => {
    const file = join(temporaryFolder(), 'inventory.db')
    let next = 0
    for (const milliseconds of [0, 1, 3, 7, 13, 29, 53]) {
      const last = await writeAndKill(file, next, milliseconds)
      expect(last).toBeGreaterThanOrEqual(next)
      const inventory = openInventory(file)
      // what the writer said is there; at most one more, whose line was not written
      for (let index = 0; index <= last; index += 1) {
        const layer = inventory.layer(digestFor(`layer ${index}`))
        expect(layer?.size).toBe(index)
        expect(layer?.block.every((byte) => byte === index % 251)).toBe(true)
        expect(layer?.unknowns.length).toBe(1)
      }
      expect(inventory.layer(digestFor(`layer ${last + 2}`))).toBe(null)
      inventory.close()
      const handle = new Database(file)
      expect(handle.pragma('integrity_check', { simple: true })).toBe('ok')
      const count = (table: string) => handle.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
      const layers = Number(count('stored_layer'))
      expect([count('evidence'), count('catalog_result')]).toEqual([layers * 50, layers * 50])
      handle.close()
      next = layers
    }
    expect(next).toBeGreaterThan(7)
  })
})
