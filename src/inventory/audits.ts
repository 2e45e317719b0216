// Judgements: the detail of an image's newest audit, and the ledger of all. An audit is in the
// ledger, and is reused, once its findings are in: rules ask about the detail in between.
import type {
  AuditResult,
  Change,
  Description,
  FileOrigin,
  Finding,
  RevisionFact,
  Step,
} from '../core/index.ts'
import { type Cell, packItems } from './columns.ts'
import { writeClaims, writeDescription, writeRevisions } from './descriptions.ts'
import { imageIdOf, writeUnknowns } from './images.ts'
import { damaged, packJson, unpackJson } from './pack.ts'
import { blobAt, isRecord, textAt } from './row.ts'
import type { Store } from './store.ts'

/** A path that a package claims, compared with what lies there. */
export interface OwnedFile {
  readonly purl: string
  /** As the package records it. */
  readonly path: string
  /** Real path in the merged image; '' when nothing is there. */
  readonly realPath: string
  readonly algorithm: 'md5' | 'sha1' | 'sha256' | ''
  readonly digest: string
  readonly state: 'intact' | 'modified' | 'missing' | 'excluded' | 'unverified'
  readonly configuration: boolean
}

/** Everything that an audit leaves in the inventory. */
export interface AuditRecord {
  /** The result; its findings may still be missing. */
  readonly result: AuditResult
  readonly description: Description | null
  /** Commits that something named, whether or not there is a description. */
  readonly revisions: readonly RevisionFact[]
  readonly origins: readonly FileOrigin[]
  readonly ownedFiles: readonly OwnedFile[]
  /** Digest of all that the result depends on: equal means that it need not be computed again. */
  readonly inputDigest: string
  /** Digest of the rules. */
  readonly ruleSet: string
}

/** Replaces the detail of the image's last audit, findings left out. One transaction. */
export function writeAudit(store: Store, record: AuditRecord): void {
  const { result, description, origins, ownedFiles, inputDigest, ruleSet } = record
  const originRows = packItems(origins, ORIGIN_CELLS)
  const ownedRows = packItems(ownedFiles, OWNED_CELLS)
  store.transaction(() => {
    const image_id = imageIdOf(store, result.image.config)
    store.run('DELETE FROM judgement WHERE image_id = ?', image_id)
    store.insert('judgement', {
      image_id,
      reference: result.image.reference,
      at: result.at,
      description_key: descriptionKey(result, description),
      rule_set: ruleSet,
      input_digest: inputDigest,
      verdict: result.verdict,
      makers: JSON.stringify(result.image.makers),
      origins: originRows,
      owned_files: ownedRows,
      result: null,
    })
    writeDetail(store, image_id, result)
    writeRevisions(store, image_id, record.revisions)
    writeClaims(store, image_id, result)
    if (description !== null) writeDescription(store, image_id, description, result)
  })
}

/** Adds findings to the detail that `writeAudit` wrote, and the audit to the ledger. One transaction. */
export function writeFindings(store: Store, result: AuditResult): void {
  store.transaction(() => {
    const image = result.image.config
    const imageId = imageIdOf(store, image)
    const judgement = store.row('SELECT * FROM judgement WHERE image_id = ?', imageId)
    if (judgement === undefined) throw damaged(`audit of ${image}`)
    for (const table of ['audit_finding', 'audit_unknown']) {
      store.run(`DELETE FROM ${table} WHERE image_id = ?`, imageId)
    }
    for (const [position, finding] of result.findings.entries()) {
      store.insert('audit_finding', { image_id: imageId, position, ...findingRow(finding) })
      writeFingerprint(store, result, finding)
    }
    writeUnknowns(store, 'audit_unknown', imageId, result.unknown)
    store.run(
      'UPDATE judgement SET verdict = ?, result = ? WHERE image_id = ?',
      ...[result.verdict, packJson(result), imageId],
    )
    const row = {
      image,
      at: result.at,
      description: textAt(judgement, 'description_key'),
      rule_set: textAt(judgement, 'rule_set'),
      verdict: result.verdict,
      counts: JSON.stringify(countsOf(result)),
      input_digest: textAt(judgement, 'input_digest'),
    }
    store.insert('audit', row, 'OR REPLACE')
  })
}

/** The result of the newest audit of an image with this input digest, if it was finished. */
export function readAuditByInput(store: Store, inputDigest: string): AuditResult | null {
  const row = store.row(
    `SELECT result FROM judgement WHERE input_digest = ? AND result IS NOT NULL LIMIT 1`,
    inputDigest,
  )
  if (row === undefined) return null
  const value = unpackJson(blobAt(row, 'result'), 'stored audit')
  if (!isAuditResult(value)) throw damaged('stored audit')
  return value
}

const LISTS = ['packages', 'reasons', 'origins', 'steps', 'changes', 'findings', 'unknown']

/** Its form belongs to the version of Assay, which is part of the input digest. */
function isAuditResult(value: unknown): value is AuditResult {
  if (!isRecord(value) || !isRecord(value['image'])) return false
  if (typeof value['image']['config'] !== 'string' || typeof value['verdict'] !== 'string') {
    return false
  }
  return LISTS.every((name) => Array.isArray(value[name]))
}

function descriptionKey(result: AuditResult, description: Description | null): string {
  if (description === null) return ''
  const { repository, revision, dockerfilePath } = description
  const target = result.description?.target ?? ''
  return `${repository}#${revision.commit}:${dockerfilePath}${target === '' ? '' : `@${target}`}`
}

const ORIGIN_CELLS: readonly ((row: FileOrigin) => Cell)[] = [
  ({ path }) => path,
  ({ kind }) => kind,
  ({ size }) => size,
  ({ origin }) => origin,
  ({ strength }) => strength,
  ({ layer }) => layer,
  ({ step }) => step,
  ({ owner }) => owner,
  ({ evidence }) => evidence,
]

/** Number of columns of `origin` after the image. */
export const ORIGIN_WIDTH = ORIGIN_CELLS.length

const OWNED_CELLS: readonly ((row: OwnedFile) => Cell)[] = [
  ({ purl }) => purl,
  ({ path }) => path,
  ({ realPath }) => realPath,
  ({ algorithm }) => algorithm,
  ({ digest }) => digest,
  ({ state }) => state,
  ({ configuration }) => (configuration ? 1 : 0),
]

/** Number of columns of `owned_file` after the image. */
export const OWNED_WIDTH = OWNED_CELLS.length

function writeDetail(store: Store, image_id: number, result: AuditResult): void {
  for (const step of result.steps) store.insert('audit_step', { image_id, ...stepRow(step) })
  for (const [position, change] of result.changes.entries()) {
    store.insert('audit_change', { image_id, position, ...changeRow(change) })
  }
  writeUnknowns(store, 'audit_unknown', image_id, result.unknown)
  if (result.base !== null) {
    const { reference, config, layers, how, strength } = result.base
    store.insert('audit_base', { image_id, reference, config, layers, how, strength })
  }
}

function stepRow(step: Step) {
  const { position, history, createdBy, created, comment, author, layer } = step
  const { alignment, maker, instruction, line, text, reason } = step
  const entry = { position, history, created_by: createdBy, created, comment, author, layer }
  return { ...entry, alignment, maker, instruction, line, text, reason }
}

function changeRow(change: Change) {
  const { kind, subject, path, origin, layer, step, line } = change
  const { owner, expected, found, evidence, folded } = change
  const place = { kind, subject, path, origin, layer, step, line }
  return { ...place, owner, expected, found, evidence, folded: JSON.stringify(folded) }
}

function findingRow(finding: Finding) {
  const { rule, name, severity, area, subject, path, line, layer } = finding
  const { base, message, fix, fingerprint } = finding
  return { rule, name, severity, area, subject, path, line, layer, base, message, fix, fingerprint }
}

function writeFingerprint(store: Store, result: AuditResult, finding: Finding): void {
  store.run(
    `INSERT INTO fingerprint (image, fingerprint, rule, first_seen, last_seen)
     VALUES (?, ?, ?, ?, ?) ON CONFLICT (image, fingerprint) DO UPDATE SET
     first_seen = min(first_seen, excluded.first_seen),
     last_seen = max(last_seen, excluded.last_seen)`,
    ...[result.image.config, finding.fingerprint, finding.rule, result.at, result.at],
  )
}

function countsOf({ changes, findings, unknown }: AuditResult) {
  const count = (severity: string) => findings.filter((item) => item.severity === severity).length
  return {
    changes: changes.length,
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    unknown: unknown.length,
  }
}
