// The whole line on real images: every planted change is named, nothing else is, and clean images have none.
// ASSAY_CASES=FOLDER keeps the images between runs (scripts/make-cases.mjs writes one), ASSAY_TEST_DIST names
// another build than dist/.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { alpineRootfs } from './bases.ts'
import { engineMissing } from './engine.ts'
import { hostSources, scanFile } from './host-sources.ts'
import { caseNames, makeCases } from './images.ts'
import { root } from './root.ts'
import type { ExpectedOrigin, ImageCase, Planted } from './truth.ts'

const kept = process.env['ASSAY_CASES']
const missing = kept === undefined ? engineMissing() : null
const inCi = process.env['CI'] === 'true'
const folder = kept ?? mkdtempSync(join(tmpdir(), 'assay-cases-'))
const assay = join(process.env['ASSAY_TEST_DIST'] ?? join(root, 'dist'), 'cli/main.js')
let cases: readonly ImageCase[] = []

const changeSchema = z.object({
  kind: z.string(),
  subject: z.string(),
  path: z.string(),
  origin: z.string(),
  evidence: z.string(),
  folded: z.array(z.string()),
})
const reportSchema = z.object({ verdict: z.string(), changes: z.array(changeSchema) })
const originsSchema = z.array(
  z.object({ path: z.string(), origin: z.string(), strength: z.string() }),
)
type FoundChange = z.infer<typeof changeSchema>

interface Audited extends z.infer<typeof reportSchema> {
  readonly origins: z.infer<typeof originsSchema>
}

function runAssay(words: readonly string[]): { readonly status: number | null; stdout: string } {
  const result = spawnSync(process.execPath, [assay, ...words], {
    encoding: 'utf8',
    maxBuffer: 256 << 20,
  })
  expect(result.stderr, 'standard error').not.toMatch(/\n {4}at /)
  expect([0, 1], `status; standard error: ${result.stderr}`).toContain(result.status)
  return result
}

function audit(one: ImageCase): Audited {
  const database = mkdtempSync(join(tmpdir(), 'assay-case-db-'))
  const db = ['--db', join(database, 'inventory.db')]
  try {
    const { status, stdout } = runAssay([
      ...['audit', one.archive, '--json', '--fail-on', 'drift', ...db],
      ...(one.repository === '' ? [] : ['--source', `${one.repository}#${one.revision}`]),
      ...(one.base === '' ? [] : ['--base', one.base]),
    ])
    const report = reportSchema.parse(JSON.parse(stdout))
    expect(status === 1).toBe(['drifted', 'orphaned'].includes(report.verdict))
    return { ...report, origins: originsOf(one.origins, db) }
  } finally {
    rmSync(database, { recursive: true, force: true })
  }
}

function originsOf(expected: readonly ExpectedOrigin[], db: readonly string[]): Audited['origins'] {
  if (expected.length === 0) return []
  const paths = expected.map(({ path }) => `'${path}'`).join(', ')
  const sql = `SELECT path, origin, strength FROM origin WHERE path IN (${paths})`
  return originsSchema.parse(JSON.parse(runAssay(['query', sql, '--json', ...db]).stdout))
}

function names(planted: Planted, change: FoundChange): boolean {
  if (planted.kind !== change.kind) return false
  if (planted.folded !== undefined && !change.folded.includes(planted.folded)) return false
  if (planted.path !== '') return change.path === planted.path
  // A step is known by its text or, where that is lost, by the message it was committed with.
  if (planted.kind === 'step')
    return `${change.subject} ${change.evidence}`.includes(planted.subject)
  if (planted.kind === 'setting') return change.subject.endsWith(planted.subject)
  return change.subject === planted.subject
}

function isPresent(name: string): boolean {
  return !name.startsWith('greeter') || existsSync(alpineRootfs)
}

if (inCi)
  describe('the gate', () => {
    it('has an engine to build with', () => {
      expect(missing).toBeNull()
    })
    it('has the shared test data', () => {
      expect(existsSync(alpineRootfs)).toBe(true)
    })
  })

const suffix = missing === null ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== null)(`audit of real images${suffix}`, () => {
  beforeAll(async () => {
    const list = join(folder, 'cases.json')
    cases = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : await makeCases(folder)
  }, 900_000)
  afterAll(() => {
    if (kept === undefined) rmSync(folder, { recursive: true, force: true })
  })

  it('has every case', () => {
    expect(cases.map((one) => one.name)).toEqual(caseNames.filter(isPresent))
  })

  it('learned from no build where this host has its packages from', { timeout: 300_000 }, () => {
    const sources = hostSources()
    const archives = new Set(cases.flatMap(({ archive, base }) => [archive, base]))
    archives.delete('')
    for (const archive of archives) expect(scanFile(archive, sources), archive).toEqual([])
  })

  it.for(caseNames)('%s', { timeout: 120_000 }, (name, { skip }) => {
    skip(!isPresent(name), 'the shared test data is not here')
    const one = cases.find((candidate) => candidate.name === name)
    if (one === undefined) throw new Error(`no image was made for ${name}`)
    const { verdict, changes, origins } = audit(one)
    expect.soft(verdict).toBe(one.verdict)
    expect.soft(byPath(origins)).toEqual(byPath(one.origins))
    const { planted } = one
    if (planted === null) return
    const overlooked = planted.filter((each) => !changes.some((change) => names(each, change)))
    const invented = changes.filter((change) => !planted.some((each) => names(each, change)))
    expect({ overlooked, invented }).toEqual({ overlooked: [], invented: [] })
    expect(changes).toHaveLength(planted.length)
  })
})

function byPath<T extends { readonly path: string }>(rows: readonly T[]): readonly T[] {
  return [...rows].sort((a, b) => (a.path < b.path ? -1 : 1))
}

if (missing !== null) rmSync(folder, { recursive: true, force: true })
