// assay query and assay rules: the two commands that read no image.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { writeDockerArchive } from '../support/image.ts'
import { Desk, linesOf, openDesk, ROOT } from './command-line.ts'
import { expectFailure, parseAudit } from './expectations.ts'

describe('assay query', () => {
  const desk = new Desk()
  beforeAll(async () => {
    const layers = [{ members: [{ name: 'app', content: 'app\n' }] }]
    const archive = await writeDockerArchive(desk.path('a.tar'), { name: 'a:1', layers })
    expect(desk.run(['audit', archive]).stderr).toBe('')
  })
  afterAll(() => desk.remove())

  it('gives rows as a table and as JSON', () => {
    const sql = "SELECT reference, verdict, 1 AS one FROM image WHERE reference = 'a:1'"
    const table = desk.run(['query', sql])
    expect({ status: table.status, stderr: table.stderr }).toEqual({ status: 0, stderr: '' })
    expect(linesOf(table.stdout).map((line) => line.split(/\s+/))).toEqual([
      ['reference', 'verdict', 'one'],
      [expect.stringMatching(/^-+$/), expect.stringMatching(/^-+$/), expect.stringMatching(/^-+$/)],
      ['a:1', 'orphaned', '1'],
    ])
    const json = desk.run(['query', sql, '--json'])
    expect(JSON.parse(json.stdout)).toEqual([{ reference: 'a:1', verdict: 'orphaned', one: 1 }])
  })

  it('sees the files of an image', () => {
    const run = desk.run(['query', 'SELECT path, size FROM file', '--json'])
    expect(JSON.parse(run.stdout)).toEqual([{ path: 'app', size: 4 }])
  })

  it('says when rows are left out', () => {
    const many = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n'
    const run = desk.run(['query', many, '--quiet'])
    expect(run.status).toBe(0)
    expect(linesOf(run.stderr)).toEqual([expect.stringMatching(/^assay: more rows than the limit/)])
  })

  it.each([
    ['DELETE FROM image'],
    ['SELECT * FROM nothing_of_that_name'],
    ['SELECT 1; SELECT 2'],
    ["ATTACH DATABASE 'x.db' AS x"],
    ['PRAGMA writable_schema = 1'],
    ['not SQL'],
    [''],
  ])('%j is refused with status 2', (sql) => {
    const run = desk.run(['query', sql])
    expectFailure(run, 2, /^assay: /)
    expect(run.stdout).toBe('')
  })

  it('says that there is no inventory yet, and makes none', () => {
    const empty = openDesk()
    const before = readdirSync(empty.folder)
    expectFailure(empty.run(['query', 'SELECT 1']), 3, /inventory\.db: there is no inventory here/)
    expect(readdirSync(empty.folder)).toEqual(before)
  })
})

describe('assay rules', () => {
  const desk = new Desk()
  afterAll(() => desk.remove())
  const ids = readdirSync(join(ROOT, 'rules'))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.replace(/-.*/, ''))
    .sort()

  it('list names every rule', () => {
    const { status, stdout } = desk.run(['rules', 'list'])
    expect(status).toBe(0)
    const named = linesOf(stdout).filter((line) => line !== '')
    expect(named.map((line) => line.split(' ')[0])).toEqual(ids)
  })

  it('list --json gives them to a program', () => {
    const { stdout } = desk.run(['rules', 'list', '--json'])
    const rules = z
      .array(z.looseObject({ id: z.string(), severity: z.string(), query: z.string() }))
      .parse(JSON.parse(stdout))
    expect(rules.map((rule) => rule.id)).toEqual(ids)
    expect(stdout).not.toContain(ROOT)
  })

  it('show tells one of them', () => {
    const { status, stdout } = desk.run(['rules', 'show', 'T14'])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^T14 history-mismatch/)
    expect(stdout).toContain('SELECT')
    const one = JSON.parse(desk.run(['rules', 'show', 'T14', '--json']).stdout)
    expect(one).toMatchObject({ id: 'T14', name: 'history-mismatch' })
  })
})

describe('rules of the user', () => {
  const RULE = `id: X01
name: no-app
severity: error
area: image
summary: There is an app.
why: It is not wanted.
fix: Take it away.
references: []
message: "{path} is there"
query: |
  SELECT image AS subject, path, NULL AS line, layer, '' AS detail FROM file
  WHERE image = :image AND path = 'app' ORDER BY path
examples:
  - name: an app
    expect: flagged
    image: {}
  - name: no app
    expect: clean
    image: {}
`
  const desk = new Desk()
  let archive = ''
  beforeAll(async () => {
    const layers = [{ members: [{ name: 'app', content: 'app\n' }] }]
    archive = await writeDockerArchive(desk.path('a.tar'), { name: 'a:1', layers })
  })
  afterAll(() => desk.remove())

  function auditWith(text: string) {
    const folder = mkdtempSync(desk.path('rules-'))
    writeFileSync(join(folder, 'X01-no-app.yaml'), text)
    return desk.run(['audit', archive, '--rules', folder, '--json'])
  }

  it('are run', () => {
    const run = auditWith(RULE)
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 1, stderr: '' })
    expect(parseAudit(run.stdout).findings).toContainEqual(
      expect.objectContaining({ rule: 'X01', message: 'app is there', severity: 'error' }),
    )
  })

  it.each([
    [
      'an unknown field',
      RULE.replace('query: |', 'quarry: |'),
      /X01-no-app\.yaml:10:1: .*`quarry`/,
    ],
    ['no YAML', RULE.replace('summary: ', 'summary: ['), /X01-no-app\.yaml:\d+:\d+: /],
    ['wrong SQL', RULE.replace('FROM file', 'FROM fiel'), /X01-no-app\.yaml.*fiel/],
    ['writing SQL', RULE.replace(/SELECT image[\s\S]*BY path/, 'DELETE FROM image'), /X01-no-app/],
  ])(
    'with %s are told with file and place, status 2, and the other rules are run',
    (_, text, message) => {
      const run = auditWith(text)
      expectFailure(run, 2, message)
      const document = parseAudit(run.stdout)
      expect(document.findings.map((finding) => finding.rule)).toContain('T01')
      expect(document.unknown.map((row) => row.reader)).toContain('rules')
    },
  )

  it('in a folder that is not there are an error too', () => {
    const run = desk.run(['audit', archive, '--rules', desk.path('nowhere'), '--json'])
    expectFailure(run, 2, /^assay: .*nowhere: the folder cannot be read/)
  })
})
