import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openInventory } from '../../src/inventory/index.ts'
import { BUILT_IN_RULES, loadFolder, runRules } from '../../src/rule/index.ts'
import { parametersOf } from '../../src/rule/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-views-'))
const inventory = openInventory(join(folder, 'inventory.db'))
const { rules } = loadFolder(BUILT_IN_RULES)

afterAll(() => {
  inventory.close()
  rmSync(folder, { recursive: true })
})

it.each(rules.map((rule) => [rule.id, rule] as const))(
  '%s asks the public views for five columns, in a total order',
  (_, rule) => {
    const columns = 'subject, path, line, layer, detail'
    const query = `SELECT ${columns} FROM (${rule.query}\n) UNION ALL SELECT * FROM (${rule.query}\n)`
    const parameters = { ...parametersOf(rule), image: 'sha256:none' }
    expect(inventory.query(query, parameters)).toEqual([])
    expect(rule.query.slice(rule.query.lastIndexOf('ORDER BY'))).toMatch(/\b(subject|position)\b/)
  },
)

it('finds nothing about an image that is not there', () => {
  const query = inventory.query.bind(inventory)
  expect(runRules(rules, query, 'sha256:none')).toEqual({ findings: [], problems: [], cut: [] })
})
