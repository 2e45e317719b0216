// What an image says of its description, with what its signatures are worth to this user.
import type {
  BaseClaim,
  Digest,
  EmbeddedTrace,
  ImageFacts,
  JudgedAttestation,
  Unknown,
} from '../core/index.ts'
import {
  type ImageClaims,
  readClaims,
  statementOf,
  type Trust,
  type TrustedStatement,
  verifyAttestation,
} from '../description/index.ts'

/** The claims of an image. */
export interface FoundClaims extends ImageClaims {
  readonly bases: readonly BaseClaim[]
  readonly attestations: readonly JudgedAttestation[]
  /** Signatures that do not hold, and statements about something else. */
  readonly unknowns: readonly Unknown[]
}

/** What is read besides the image's own facts. */
export interface ClaimReading {
  readonly trust: Trust
  readonly inherited: (key: string, value: string) => boolean
  readonly traces: readonly EmbeddedTrace[]
}

/** Reads the claims of an image, and verifies what is signed. */
export function imageClaims(facts: ImageFacts, reading: ClaimReading): FoundClaims {
  const attestations: JudgedAttestation[] = []
  const statements: TrustedStatement[] = []
  const unknowns: Unknown[] = []
  for (const attestation of facts.attestations) {
    const { digest, predicateType } = attestation
    const { trust, note, unchecked } = verifyAttestation(attestation, reading.trust)
    attestations.push({ digest, predicateType, trust, note, unchecked })
    if (trust === 'wrong') {
      unknowns.push(notTheirs(facts.config, { digest, predicateType, note }))
      continue
    }
    for (const what of unchecked) unknowns.push(leftOut(facts.config, digest, what))
    const statement = statementOf(attestation)
    if (statement !== null) statements.push({ statement, trust, attestation: digest })
  }
  const { inherited, traces } = reading
  const { descriptions, bases } = readClaims({ facts, statements, traces, inherited })
  return { descriptions, bases, attestations, unknowns }
}

function notTheirs(
  subject: Digest,
  { digest, predicateType, note }: Pick<JudgedAttestation, 'digest' | 'predicateType' | 'note'>,
): Unknown {
  const what = predicateType === '' ? 'an attestation' : `the attestation (${predicateType})`
  const reason = `${what} is not used: ${note}`
  return { subject, place: digest, reader: 'attestation', reason, weight: 'partial' }
}

function leftOut(subject: Digest, digest: Digest, what: string): Unknown {
  const reason = `not checked of the signature: ${what}`
  return { subject, place: digest, reader: 'attestation', reason, weight: 'partial' }
}
