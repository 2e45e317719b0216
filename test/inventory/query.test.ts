// runQuery runs the compiled child: `npm test` builds dist first. Without dist these tests are
// skipped by name; under CI=true that is a failure.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openInventory, runQuery } from '../../src/inventory/index.ts'
import { layerOf } from '../support/blocks.ts'
import { entry } from '../support/columns.ts'
import { digestFor, imageFacts, NO_CATALOG, temporaryFolder } from '../support/inventory.ts'

const dist = process.env['ASSAY_TEST_DIST'] ?? join(import.meta.dirname, '../../dist')
const child = pathToFileURL(join(dist, 'inventory', 'query-child.js'))
const isBuilt = existsSync(child) || process.env['CI'] === 'true'

function sample(): string {
  const file = join(temporaryFolder(), 'inventory.db')
  const inventory = openInventory(file)
  inventory.putLayer(layerOf('a', [entry({ path: 'a', kind: 'file', size: 2 ** 40 })]), [])
  inventory.putImage(imageFacts('app', [digestFor('a')]), NO_CATALOG, () => null)
  inventory.close()
  return file
}

describe.skipIf(!isBuilt)('a query in a child process (needs dist: npm run build)', () => {
  test('gives columns and rows, the virtual views too', async () => {
    const file = sample()
    expect(await runQuery(file, 'SELECT path, size, NULL AS n FROM file', { child })).toEqual({
      columns: ['path', 'size', 'n'],
      rows: [['a', 2 ** 40, null]],
      cut: false,
    })
  })

  test('binds parameters', async () => {
    const parameters = { image: digestFor('app') }
    const sql = '-- files\nSELECT count(*) AS n FROM file WHERE image = :image;'
    const result = await runQuery(sample(), sql, { child, parameters })
    expect(result.rows).toEqual([[1]])
  })

  test('while another writes', async () => {
    const file = sample()
    const inventory = openInventory(file)
    const result = await runQuery(file, 'SELECT os FROM image', { child })
    expect(result.rows).toEqual([['linux']])
    inventory.close()
  })

  test('shows blobs in hexadecimal and large numbers as text', async () => {
    const sql = "SELECT x'00ff' AS b, 9007199254740993 AS big, 1.5 AS r, 9e999 AS i"
    const result = await runQuery(sample(), sql, { child })
    expect(result.rows).toEqual([['00ff', '9007199254740993', 1.5, 'Infinity']])
  })

  test('cuts at the limit of rows and says so', async () => {
    const sql = 'WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000) SELECT i FROM n'
    const cut = await runQuery(sample(), sql, { child, rows: 1200 })
    expect([cut.rows.length, cut.rows.at(-1), cut.cut]).toEqual([1200, [1200], true])
    const whole = await runQuery(sample(), sql, { child, rows: 2000 })
    expect([whole.rows.length, whole.cut]).toEqual([2000, false])
  })

  test('is stopped at the time limit', async () => {
    const sql = 'WITH n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n'
    const start = performance.now()
    await expect(runQuery(sample(), sql, { child, milliseconds: 1000 })).rejects.toMatchObject({
      code: 'incomplete',
      message: 'the query was stopped after 1 s',
    })
    expect(performance.now() - start).toBeLessThan(10_000)
  })

  test.skipIf(process.platform !== 'linux')('is stopped at the memory limit', async () => {
    const limits = { child, memory: 64 << 20 }
    await expect(
      runQuery(sample(), 'SELECT length(hex(zeroblob(300000000)))', limits),
    ).rejects.toMatchObject({ code: 'incomplete' })
    const many = `WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 90000)
      SELECT printf('%01000d', i) FROM n`
    await expect(runQuery(sample(), many, limits)).rejects.toMatchObject({
      code: 'incomplete',
      message: 'the query gave more than 64 MiB',
    })
  })

  test.each([
    ['INSERT INTO cataloger (name, version) VALUES (1, 1)', 'it begins with INSERT'],
    ['WITH x AS (SELECT 1) DELETE FROM cataloger', 'it is no reading statement'],
    ['ATTACH DATABASE :f AS other', 'it begins with ATTACH'],
    ["VACUUM INTO '/tmp/copy.db'", 'it begins with VACUUM'],
    ['SELECT 1; SELECT 2', 'it holds several statements'],
    ['', 'it holds no statement'],
    ['-- nothing', 'it holds no statement'],
    ['PRAGMA journal_mode = DELETE', 'of pragmas only'],
    ['/* x */ ;\ufeff PRAGMA journal_mode(DELETE)', 'of pragmas only'],
    ['EXPLAIN PRAGMA journal_mode = DELETE', 'of pragmas only'],
    ['EXPLAIN QUERY /**/ PLAN PRAGMA writable_schema = 1', 'of pragmas only'],
    ['PRAGMA table_list; DROP TABLE audit', 'of pragmas only'],
    ["SELECT load_extension('/tmp/x.so')", 'the query failed: not authorized'],
    ['SELECT nosuch FROM image', 'the query failed: no such column: nosuch'],
    ['SELEC 1', 'it begins with SELEC'],
  ])('refuses %j', async (sql, message) => {
    const file = sample()
    const before = readFileSync(file)
    await expect(runQuery(file, sql, { child })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
    })
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test.each([
    ['PRAGMA table_info(file)', 'path'],
    ["pragma main.table_xinfo('stored_layer');", 'diff_id'],
    ['PRAGMA table_list', 'stored_layer'],
    ['EXPLAIN QUERY PLAN SELECT * FROM image', 'SCAN'],
    ['VALUES (1), (2)', '2'],
  ])('allows %j', async (sql, word) => {
    expect(JSON.stringify((await runQuery(sample(), sql, { child })).rows)).toContain(word)
  })

  test('a missing file is named', async () => {
    const file = join(temporaryFolder(), 'none.db')
    await expect(runQuery(file, 'SELECT 1', { child })).rejects.toMatchObject({
      code: 'source',
      where: file,
    })
  })
})
