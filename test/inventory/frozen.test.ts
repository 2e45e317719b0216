// Databases of every released schema (scripts/freeze-schema.mjs): today's code opens them,
// migrates them and finds what was put in.
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openInventory, SCHEMA_VERSION } from '../../src/inventory/index.ts'
import { sha256 } from '../support/image.ts'
import { digestFor, temporaryFolder } from '../support/inventory.ts'

const folder = join(import.meta.dirname, '../../fixtures/schema')
const frozen = existsSync(folder) ? readdirSync(folder).sort() : []

test('each released schema has one', () => {
  const all = Array.from({ length: SCHEMA_VERSION }, (_, index) => `v${index + 1}.db`)
  expect(frozen).toEqual(all.sort())
})

describe.each(frozen)('%s', (name) => {
  function open() {
    const file = join(temporaryFolder(), name)
    copyFileSync(join(folder, name), file)
    return openInventory(file)
  }

  test('facts', () => {
    const inventory = open()
    const image = digestFor('app')
    const ask = (sql: string) => inventory.query(sql, { image })
    expect(ask('SELECT path, mode, layer FROM file WHERE image = :image ORDER BY path')).toEqual([
      { path: 'app', mode: 0o4755, layer: 1 },
      { path: 'etc', mode: 0o755, layer: 0 },
      { path: 'etc/os-release', mode: 0o644, layer: 0 },
    ])
    expect(ask('SELECT purl, satisfied_by FROM package_dependency WHERE image = :image')).toEqual([
      {
        purl: 'pkg:deb/debian/dpkg@1.22?arch=amd64',
        satisfied_by: 'pkg:deb/debian/libc6@2.41-12?arch=amd64',
      },
    ])
    expect(ask('SELECT id, codename FROM distribution WHERE image = :image')).toEqual([
      { id: 'debian', codename: 'trixie' },
    ])
    const content = sha256('ID=debian\n')
    expect(inventory.catalogResults([content]).get(content)?.[0]?.cataloger).toBe('os-release')
    expect(Buffer.from(inventory.evidence(content) ?? []).toString()).toBe('ID=debian\n')
    inventory.close()
  })

  test('the ledger and the newest audit', () => {
    const inventory = open()
    const image = digestFor('app')
    const ask = (sql: string) => inventory.query(sql, { image })
    expect(ask('SELECT verdict FROM audit_history WHERE image = :image')).toEqual([
      { verdict: 'drifted' },
    ])
    expect(ask('SELECT tag, first_seen FROM image_reference WHERE image = :image')).toEqual([
      { tag: '1', first_seen: '2026-01-01T00:00:00Z' },
    ])
    expect(ask('SELECT path, origin FROM origin WHERE image = :image')).toEqual([
      { path: 'app', origin: 'unexplained' },
    ])
    expect(ask('SELECT rule FROM finding WHERE image = :image')).toEqual([{ rule: 'I10' }])
    expect(inventory.auditByInput(sha256('input'))?.verdict).toBe('drifted')
    inventory.close()
  })

  test('names no folder of the machine that made it', () => {
    const text = readFileSync(join(folder, name), 'latin1')
    for (const path of [join(import.meta.dirname, '../..'), homedir(), '/tmp/', '/home/']) {
      expect(text.includes(path), path).toBe(false)
    }
  })
})
