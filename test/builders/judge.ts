// Audits a case with the built command line, and holds what it says against the truth.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from './root.ts'
import type { ExpectedOrigin, ImageCase, Planted } from './truth.ts'

/** The command line that is tested: that of dist/, or of the build that ASSAY_TEST_DIST names. */
export const assayProgram = join(
  process.env['ASSAY_TEST_DIST'] ?? join(root, 'dist'),
  'cli/main.js',
)

const changeSchema = z.object({
  kind: z.string(),
  subject: z.string(),
  path: z.string(),
  origin: z.string(),
  evidence: z.string(),
  folded: z.array(z.string()),
})
const reportSchema = z.object({
  verdict: z.string(),
  image: z.object({ makers: z.array(z.string()) }),
  changes: z.array(changeSchema),
})
const originsSchema = z.array(
  z.object({ path: z.string(), origin: z.string(), strength: z.string() }),
)
type FoundChange = z.infer<typeof changeSchema>

/** What the audit of a case said. */
export interface Audited extends z.infer<typeof reportSchema> {
  readonly origins: z.infer<typeof originsSchema>
}

/** How an audit stands to the truth; all of it empty when it is right. */
export interface Judgement {
  readonly found: number
  readonly missed: readonly Planted[]
  readonly invented: readonly FoundChange[]
  /** Anything else that is wrong, in words: the verdict, an origin, two lines for one change. */
  readonly wrong: readonly string[]
}

/** Runs the command line; a stack trace and any status but 0 and 1 throw. */
export function runAssay(words: readonly string[]): { readonly status: number; stdout: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [assayProgram, ...words], {
    encoding: 'utf8',
    maxBuffer: 256 << 20,
  })
  if (/\n {4}at /.test(stderr)) throw new Error(`a stack trace:\n${stderr}`)
  if (status !== 0 && status !== 1) throw new Error(`status ${status}; standard error: ${stderr}`)
  return { status, stdout }
}

/** Audits the case against its description and its base, with an inventory of its own. */
export function auditCase(one: ImageCase): Audited {
  const database = mkdtempSync(join(tmpdir(), 'assay-case-db-'))
  const db = ['--db', join(database, 'inventory.db')]
  const revision = one.revision === '' ? '' : `#${one.revision}`
  try {
    const { status, stdout } = runAssay([
      ...['audit', one.archive, '--json', '--fail-on', 'drift', ...db, ...one.words],
      ...(one.repository === '' ? [] : ['--source', `${one.repository}${revision}`]),
      ...(one.dockerfile === 'Dockerfile' ? [] : ['--dockerfile', one.dockerfile]),
      ...(one.base === '' ? [] : ['--base', one.base]),
    ])
    const report = reportSchema.parse(JSON.parse(stdout))
    if ((status === 1) !== ['drifted', 'orphaned'].includes(report.verdict))
      throw new Error(`status ${status} with the verdict ${report.verdict}`)
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

/** Words of a case's maker, and the maker that the audit has to name for them. */
const makerMarks: readonly (readonly [RegExp, string])[] = [
  [/\blegacy\b/, 'docker'],
  [/buildkit/i, 'buildkit'],
  [/\bbuildah\b(?! commit)|podman build/, 'buildah'],
  [/kaniko/, 'kaniko'],
  [/squash/, 'squash'],
  [/ commit/, 'commit'],
  [/ import/, 'import'],
  [/\bko\b/, 'ko'],
  [/\bJib\b/, 'jib'],
  [/umoci/, 'umoci'],
]

function unnamedMakers(one: ImageCase, named: readonly string[]): readonly string[] {
  const expected = makerMarks.filter(([mark]) => mark.test(one.maker)).map(([, name]) => name)
  return expected.filter((name) => !named.includes(name))
}

/** Holds the report against the truth. */
export function judge(one: ImageCase, audited: Audited): Judgement {
  const wrong: string[] = []
  if (audited.verdict !== one.verdict)
    wrong.push(`the verdict is ${audited.verdict}, not ${one.verdict}`)
  for (const name of unnamedMakers(one, audited.image.makers))
    wrong.push(`made by ${name}, which is not named`)
  for (const { path, origin, strength } of one.origins) {
    const said = audited.origins.find((row) => row.path === path)
    if (said?.origin !== origin || said.strength !== strength)
      wrong.push(`${path} is ${said?.origin} ${said?.strength}, not ${origin} ${strength}`)
  }
  const { planted } = one
  if (planted === null) return { found: 0, missed: [], invented: [], wrong }
  const { changes } = audited
  const missed = planted.filter((each) => !changes.some((change) => names(each, change)))
  const invented = changes.filter((change) => !planted.some((each) => names(each, change)))
  if (missed.length === 0 && invented.length === 0 && changes.length !== planted.length)
    wrong.push(`${changes.length} changes are reported for ${planted.length} that were planted`)
  return { found: planted.length - missed.length, missed, invented, wrong }
}
