// The composition: image -> layers -> catalog -> inventory -> description -> attribution -> rules.
import { createHash } from 'node:crypto'
import { AssayError, type AuditResult, parseReference, type Unknown } from '../core/index.ts'
import type { Inventory } from '../inventory/index.ts'
import { type LoadedRules, loadRules, type RuleProblem, runRules } from '../rule/index.ts'
import { type ComparedImage, compareImage, type ReadyImage, readyImage } from './compare-image.ts'
import { inputDigest } from './input-digest.ts'
import { keepImage } from './keep.ts'
import { type LockFile, readLockFile } from './lock.ts'
import { compareWithLock, lockUnknowns } from './lock-compare.ts'
import type { AuditOptions } from './options.ts'
import { renewed } from './outline.ts'
import { auditResult, ownedFiles } from './result.ts'
import { eachImage, type Session } from './session.ts'

/** The results of an audit, and what stood in its way. */
export interface AuditOutcome {
  readonly results: readonly AuditResult[]
  /** Errors that did not stop the audit but decide its exit status. */
  readonly errors: readonly AssayError[]
}

/**
 * Audits every image of an archive.
 * @throws AssayError when the input, the repository or the database cannot be used at all.
 */
export async function audit(options: AuditOptions): Promise<AuditOutcome> {
  const loaded = loadRules(options.rules)
  const lock = options.lock === null ? null : readLockFile(options.lock)
  const ruleSet = createHash('sha256').update(JSON.stringify(loaded)).digest('hex')
  const results: AuditResult[] = []
  const errors: AssayError[] = loaded.problems.map(ruleProblem)
  const failed = await eachImage(options, async (image, session) => {
    const ready = await readyImage(image, session)
    errors.push(...ready.taken.errors, ...ready.found.errors)
    const digest = await inputDigest(
      ready,
      JSON.stringify([ruleSet, lock?.digest ?? '', options.archives]),
    )
    // archives may have changed, and a judgement names them: it is neither reused nor kept for reuse
    const isReusable = !options.image.verify && options.archives.length === 0
    const known = !isReusable ? null : session.inventory.auditByInput(digest)
    const result =
      known === null
        ? await judge(ready, session, { ...options, loaded, ruleSet, digest, errors, lock })
        : repeated(known, ready, options, session.inventory)
    noteNames(result, session.inventory)
    results.push(result)
  })
  return { results, errors: [...errors, ...failed] }
}

interface Judging {
  readonly at: string
  readonly loaded: LoadedRules
  readonly ruleSet: string
  readonly digest: string
  readonly lock: LockFile | null
  /** Takes what goes wrong with rules. */
  readonly errors: AssayError[]
}

/** Compares an image, stores the judgement, and runs the rules over it. */
async function judge(ready: ReadyImage, session: Session, judging: Judging): Promise<AuditResult> {
  const { inventory } = session
  const { watch } = ready
  const one = await compareImage(ready, session)
  const draft = auditResult(one, judging.at, judging.loaded.problems.map(unreadRule), inventory)
  watch.start('write')
  store(one, draft, inventory, judging)
  watch.start('rules')
  const ask = inventory.query.bind(inventory)
  const { findings, problems, cut } = runRules(judging.loaded.rules, ask, one.facts.config)
  judging.errors.push(...problems.map(ruleProblem))
  watch.start('write')
  const { lock } = judging
  const unlocked = lock === null ? [] : lockUnknowns(one, lock)
  const unknown = [...draft.unknown, ...unlocked, ...[...problems, ...cut].map(unreadRule)]
  const held = lock === null ? null : { file: lock.file, changes: compareWithLock(one, lock.lock) }
  const result = { ...draft, lock: held, findings, unknown }
  // A rule that could not be run may run tomorrow: such a result is not to be reused.
  if (problems.length === 0) inventory.finishAudit(result)
  watch.stop()
  return { ...result, timing: watch.spent() }
}

function store(
  one: ComparedImage,
  draft: AuditResult,
  inventory: Inventory,
  { digest, ruleSet }: Judging,
): void {
  const { attribution } = one.compared
  const { files, overlay } = attribution
  keepImage(inventory, one.taken, attribution)
  inventory.putAudit({
    result: draft,
    description: one.compared.description ?? one.found.description,
    revisions: one.found.revisions,
    origins: files,
    ownedFiles: ownedFiles(attribution),
    inputDigest: digest,
    ruleSet,
  })
  inventory.rememberOverlay(one.facts.config, overlay)
}

/** A result of an earlier run with equal input, with what is of this run put in. */
function repeated(
  known: AuditResult,
  { facts, taken, watch }: ReadyImage,
  { at, lock: file }: AuditOptions,
  inventory: Inventory,
): AuditResult {
  const image = { ...known.image, layers: taken.layers }
  const lock = known.lock === null || file === null ? null : { ...known.lock, file }
  const outline = renewed(known.outline, facts, inventory)
  return { ...known, at, image, lock, outline, timing: watch.spent() }
}

function noteNames({ image, at }: AuditResult, inventory: Inventory): void {
  for (const name of image.names) {
    const { registry, repository, tag } = parseReference(name)
    inventory.putReference({
      registry,
      repository,
      tag,
      digest: image.manifest ?? image.config,
      at,
    })
  }
}

function ruleProblem({ file, line, column, reason }: RuleProblem): AssayError {
  const where = line > 0 ? `${file}:${line}:${column}` : file
  return new AssayError('rule', reason, { where })
}

function unreadRule({ file, line, reason }: RuleProblem): Unknown {
  const place = line > 0 ? `${file}:${line}` : ''
  return { subject: file, place, reader: 'rules', reason, weight: 'partial' }
}
