// What holds for every run that fails, and for every audit: asserted in one place, so that no test forgets it.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { z } from 'zod'
import { type Desk, linesOf, ROOT, type Run } from './command-line.ts'

const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

/** The run failed with this status, and said so in one line (and at most one more on what to do). */
export function expectFailure(run: Run, status: number, message: RegExp): void {
  const lines = linesOf(run.stderr)
  expect(lines[0] ?? '', 'the error').toMatch(/^assay: /)
  expect(run.stderr).toMatch(message)
  expectOneError(run)
  expect(run.status, run.stderr).toBe(status)
}

/** Standard error holds exactly one error: a line, at most one line of advice, no stack, nothing raw. */
export function expectOneError({ stderr }: Run): void {
  const lines = linesOf(stderr)
  expect(
    lines.filter((line) => line.startsWith('assay: ')),
    stderr,
  ).toHaveLength(1)
  expect(lines.length, stderr).toBeLessThanOrEqual(2)
  if (lines.length === 2) expect(lines[1]).toMatch(/^ {2}\S/)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(stderr, 'control characters').not.toMatch(UNSAFE)
  expect(stderr).not.toMatch(/a bug in Assay/)
}

/** Nothing that a terminal would act on. */
export function expectPrintable(text: string): void {
  expect(text.replaceAll('\r\n', '\n')).not.toMatch(UNSAFE)
}

/** The database is whole; true also for one that was never made. */
export function expectIntact(file: string): void {
  if (!existsSync(file)) return
  const handle = new Database(file)
  try {
    expect(handle.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(handle.pragma('foreign_key_check')).toEqual([])
  } finally {
    handle.close()
  }
}

/** The desk's database is whole, and another image can be read into it. */
export function expectUsable(desk: Desk, image: string): void {
  expectIntact(desk.db)
  const next = desk.run(['sbom', image, '-o', 'json'])
  expect(next.stderr).toBe('')
  expect(next.status).toBe(0)
}

const schema: object = JSON.parse(
  readFileSync(join(ROOT, 'docs/schema/assay-audit-1.schema.json'), 'utf8'),
)
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
  schema,
)

const auditSchema = z.looseObject({
  schema: z.literal('assay-audit/1'),
  image: z.looseObject({
    reference: z.string(),
    config: z.string(),
    names: z.array(z.string()),
    layers: z.array(z.looseObject({ diffId: z.string(), state: z.string() })),
  }),
  description: z.looseObject({ revision: z.string(), dockerfile: z.string() }).nullable(),
  base: z.looseObject({ how: z.string(), layers: z.number() }).nullable(),
  verdict: z.enum(['rebuildable', 'floating', 'drifted', 'orphaned', 'unknown']),
  reasons: z.array(z.looseObject({ text: z.string() })),
  changes: z.array(z.looseObject({ kind: z.string(), path: z.string(), subject: z.string() })),
  findings: z.array(z.looseObject({ rule: z.string(), severity: z.string() })),
  unknown: z.array(
    z.looseObject({
      subject: z.string(),
      place: z.string(),
      reader: z.string(),
      reason: z.string(),
      weight: z.string(),
    }),
  ),
})

/** An audit as `--json` gives it. */
export type AuditDocument = z.infer<typeof auditSchema>

/** The audit that a text is; it fits the published schema. */
export function parseAudit(text: string): AuditDocument {
  const document: unknown = JSON.parse(text)
  expect(validate(document) ? null : validate.errors).toBeNull()
  return auditSchema.parse(document)
}

const truthSchema = z.record(
  z.string(),
  z.array(z.object({ kind: z.string(), path: z.string(), subject: z.string() })),
)

/** What was planted in each image of the fixture pair. */
export function readTruth(file: string): z.infer<typeof truthSchema> {
  return truthSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}
