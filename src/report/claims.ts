// What an image says of its description, and what its signatures are worth: as JSON, and as sentences.
import {
  type AuditResult,
  claimSource,
  type JudgedAttestation,
  type JudgedClaim,
} from '../core/index.ts'
import { showCount } from './quantity.ts'

/** A claim as it is written. */
export function claimObject(claim: JudgedClaim) {
  return {
    kind: claim.kind,
    from: claim.from,
    repository: claim.repository,
    revision: claim.revision,
    dockerfile: claim.dockerfile,
    context: claim.context,
    target: claim.target,
    trust: claim.trust,
    outcome: claim.outcome,
    note: claim.note,
  }
}

/** An attestation as it is written. */
export function attestationObject(attestation: JudgedAttestation) {
  return {
    digest: attestation.digest,
    predicateType: attestation.predicateType,
    trust: attestation.trust,
    note: attestation.note,
    unchecked: [...attestation.unchecked],
  }
}

/** What led to the description as it is written. */
export function foundObject({
  step,
  sureness,
  revision,
}: NonNullable<AuditResult['description']>['found']) {
  return { step, sureness, revision: { step: revision.step, sureness: revision.sureness } }
}

/** How many attestations there are and what they are worth; '' without any. */
export function attestationFact(attestations: readonly JudgedAttestation[]): string {
  const of = (trust: JudgedAttestation['trust']) =>
    attestations.filter((attestation) => attestation.trust === trust)
  const parts: string[] = []
  for (const trust of ['verified', 'wrong', 'unverified'] as const) {
    const some = of(trust)
    const [first] = some
    if (first === undefined) continue
    const why = trust === 'unverified' && some.length > 1 ? '' : ` (${first.note})`
    parts.push(`${showCount(some.length)} ${trust}${why}`)
  }
  return parts.join(', ')
}

const OUTCOMES: Readonly<Record<JudgedClaim['outcome'], string>> = {
  used: 'used',
  agrees: 'agrees',
  contradicts: 'contradicts the description',
  'not-at-hand': 'not at hand',
  missing: 'missing',
  incomplete: 'names no repository',
  'not-needed': 'not needed',
  refused: 'refused',
}

/** A claim as one line. */
export function claimLine(claim: JudgedClaim): string {
  const names = [claim.repository, claim.revision].filter((part) => part !== '').join(' at ')
  const file = claim.dockerfile === '' ? '' : `, ${claim.dockerfile}`
  const note = claim.note === '' ? '' : `: ${claim.note}`
  const said = `${names}${file}`
  return `${claimSource(claim)}${said === '' ? '' : `: ${said}`} — ${OUTCOMES[claim.outcome]}${note}`
}
