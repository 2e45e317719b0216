// All that an image says of its description, in the order in which it is believed.
import type { BaseClaim, ClaimTrust, EmbeddedTrace, ImageFacts } from '../../core/index.ts'
import { claimOfBuildInfo } from './buildinfo.ts'
import { type ReadClaim, saysSomething } from './claim.ts'
import { claimsOfTraces } from './in-image.ts'
import { baseClaimOfLabels, claimsOfLabels } from './labels.ts'
import { baseClaimsOf } from './material.ts'
import { claimsOfRedHat } from './red-hat.ts'
import { claimOfStatement, type Statement } from './statement.ts'

export type { ReadClaim } from './claim.ts'
export { isCommit, readRepository, seenFrom } from './repository.ts'
export { readStatement, type Statement, statementOf } from './statement.ts'

/** A statement about the image, and how far it is believed. */
export interface TrustedStatement {
  readonly statement: Statement
  readonly trust: ClaimTrust
  readonly attestation: ImageFacts['attestations'][number]['digest']
}

/** What claims are read from. */
export interface ClaimSources {
  readonly facts: ImageFacts
  /** Statements whose subject is this image. */
  readonly statements: readonly TrustedStatement[]
  /** Revisions found in files of the image. */
  readonly traces: readonly EmbeddedTrace[]
  /** True for a label that came with the base. */
  readonly inherited: (key: string, value: string) => boolean
}

/** What an image says of itself. */
export interface ImageClaims {
  readonly descriptions: readonly ReadClaim[]
  readonly bases: readonly BaseClaim[]
}

const NEVER = () => false

/** Reads all claims; verified provenance comes before provenance that is not. */
export function readClaims({ facts, statements, traces, inherited }: ClaimSources): ImageClaims {
  const { labels } = facts.settings
  const provenance = statements.flatMap((one) => claimOfStatement(one.statement, one) ?? [])
  const buildInfo = claimOfBuildInfo(facts.configText)
  const own = Object.fromEntries(Object.entries(labels).filter(([k, v]) => !inherited(k, v)))
  const built = [
    ...provenance.filter(({ trust }) => trust === 'verified'),
    ...provenance.filter(({ trust }) => trust !== 'verified'),
    ...(buildInfo === null ? [] : [buildInfo]),
  ]
  const descriptions = [
    ...built,
    ...claimsOfLabels(facts.annotations, 'annotation', NEVER),
    ...claimsOfLabels(labels, 'label', inherited),
    ...claimsOfRedHat(traces, own),
    ...claimsOfTraces(traces),
  ]
  const named = [
    baseClaimOfLabels(facts.annotations, 'annotation', NEVER),
    baseClaimOfLabels(labels, 'label', inherited),
  ]
  return {
    descriptions: descriptions.filter(saysSomething),
    bases: [
      ...named.flatMap((claim) => claim ?? []),
      ...built.flatMap((claim) => baseClaimsOf(claim.materials, claim)),
    ],
  }
}
