// in-toto statements (github.com/in-toto/attestation, spec v0.1 and v1): what a predicate is about, and the
// claims that a provenance predicate makes.
import { type Attestation, type ClaimTrust, type Digest, isDigest } from '../../core/index.ts'
import type { ClaimPlace, ReadClaim } from './claim.ts'
import { bytesOf, fieldAt, listAt, parseJson, textAt } from './json.ts'
import { claimOfSlsa02, SLSA_0_2 } from './slsa-0.2.ts'
import { claimOfSlsa1, SLSA_1 } from './slsa-1.ts'

/** A statement. */
export interface Statement {
  readonly predicateType: string
  readonly predicate: unknown
  /** sha256 digests of what it is about. */
  readonly subjects: readonly Digest[]
}

const STATEMENT = /^https:\/\/in-toto\.io\/Statement\/v(?:0\.\d+|1)$/

/** Bytes of a statement inside an envelope: an SBOM of a large image has some ten million. */
const MAX_PAYLOAD = 48 << 20

/** The statement in a document; null when it is none. */
export function readStatement(value: unknown): Statement | null {
  if (!STATEMENT.test(textAt(value, '_type'))) return null
  const subjects = listAt(value, 'subject').flatMap((subject) => {
    const digest = `sha256:${textAt(subject, 'digest', 'sha256')}`
    return isDigest(digest) ? [digest] : []
  })
  return {
    predicateType: textAt(value, 'predicateType'),
    predicate: fieldAt(value, 'predicate'),
    subjects,
  }
}

/** The statement of an attestation, out of its envelope or bundle where it has one; null when it holds none. */
export function statementOf(attestation: Attestation): Statement | null {
  const value = parseJson(attestation.statement)
  const signed = fieldAt(value, 'dsseEnvelope') ?? value
  const payload = fieldAt(signed, 'payload')
  if (payload === undefined) return readStatement(value)
  const bytes = bytesOf(payload, MAX_PAYLOAD)
  return bytes === null ? null : readStatement(parseJson(bytes.toString('utf8')))
}

/** The claim that a provenance statement makes; null for statements of other things. */
export function claimOfStatement(
  { predicateType, predicate }: Statement,
  { trust, attestation }: { readonly trust: ClaimTrust; readonly attestation: Digest },
): ReadClaim | null {
  const place = (version: string): ClaimPlace => ({
    from: `provenance (SLSA ${version})`,
    trust,
    attestation,
  })
  if (predicateType === SLSA_0_2) return claimOfSlsa02(predicate, place('0.2'))
  if (SLSA_1.test(predicateType)) return claimOfSlsa1(predicate, place('1.0'))
  return null
}
