// What says of an image which description it was built from: attestations, labels, mappings, traces inside.
import type { Digest } from './digest.ts'

/** Kinds of claims, in the order in which they are believed. */
export type ClaimKind =
  | 'mapping'
  | 'provenance'
  | 'buildinfo'
  | 'annotation'
  | 'label'
  | 'red-hat'
  | 'in-image'

/** Something that a build took in: an image, a repository or a download, as its attestation names it. */
export interface Material {
  /** As written: `pkg:docker/alpine@3.17?platform=linux%2Famd64`, a URL, an image reference. */
  readonly uri: string
  readonly digests: Readonly<Record<string, string>>
}

/**
 * How far a claim is believed: `given` by the user; `verified` by a key or an identity that the user gave; else
 * `unverified`: a hint, no proof of anything.
 */
export type ClaimTrust = 'given' | 'verified' | 'unverified'

/** A claim about the description of an image. A hint, until the comparison proves it. */
export interface DescriptionClaim {
  readonly kind: ClaimKind
  /** Where it stands, for the reader: `provenance (SLSA 1.0)`, `label org.opencontainers.image.source`, `assay.yaml:12`. */
  readonly from: string
  /** URL or path of the repository, as written; ''. */
  readonly repository: string
  /** Commit, tag or branch, as written; ''. */
  readonly revision: string
  /** Path of the Dockerfile from the context, or as the claim writes it; ''. */
  readonly dockerfile: string
  /** Folder of the build context in the repository; ''. */
  readonly context: string
  readonly target: string
  readonly arguments: Readonly<Record<string, string>>
  /** The Dockerfile's own text, where the claim holds it; null. */
  readonly dockerfileText: string | null
  readonly materials: readonly Material[]
  readonly trust: ClaimTrust
  /** Digest of the attestation it was read from; null for anything else. */
  readonly attestation: Digest | null
}

/** A claim about the base of an image. */
export interface BaseClaim {
  readonly from: string
  /** `debian:12`; '' when only a digest is given. */
  readonly reference: string
  /** Digest of a manifest, an index or a config; null. */
  readonly digest: Digest | null
  /** Says of one image that it is the base; else it is one of the images that the build took in. */
  readonly direct: boolean
  readonly trust: ClaimTrust
}

/** Where a claim stands and how far it is believed, for the reader: `provenance (SLSA 1.0, unverified)`. */
export function claimSource({
  from,
  trust,
}: {
  readonly from: string
  readonly trust: ClaimTrust
}): string {
  return from.endsWith(')') ? `${from.slice(0, -1)}, ${trust})` : `${from} (${trust})`
}

/** What became of a claim. */
export type ClaimOutcome =
  /** The description was found by it. */
  | 'used'
  /** It names what the description was found by something else to be. */
  | 'agrees'
  | 'contradicts'
  /** Its repository is not at hand. */
  | 'not-at-hand'
  /** Its repository is at hand, and its revision is not in it. */
  | 'missing'
  /** It names no repository and no commit. */
  | 'incomplete'
  /** Not looked into: something surer was there. */
  | 'not-needed'
  /** What it says cannot be used: a URL that is none. */
  | 'refused'

/** A claim as reports show it. */
export interface JudgedClaim {
  readonly kind: ClaimKind
  readonly from: string
  readonly repository: string
  readonly revision: string
  readonly dockerfile: string
  readonly context: string
  readonly target: string
  readonly trust: ClaimTrust
  readonly outcome: ClaimOutcome
  /** One sentence on the outcome; ''. */
  readonly note: string
}

/** What became of the signature of an attestation, or of an image. */
export interface JudgedAttestation {
  readonly digest: Digest
  readonly predicateType: string
  /** `wrong`: a key or an identity was given, and the signature does not hold for it. */
  readonly trust: 'verified' | 'unverified' | 'wrong'
  /** What verified it, or why it is not; one sentence. */
  readonly note: string
  /** What verifying left unchecked: the time of a short-lived certificate, say. */
  readonly unchecked: readonly string[]
}

/** A file in an image that names a commit, or is a Dockerfile. */
export interface EmbeddedTrace {
  readonly kind: 'npm' | 'pip' | 'red-hat-dockerfile' | 'red-hat-source'
  readonly path: string
  /** As written; '' when the file names none. */
  readonly repository: string
  /** '' when the file names none. */
  readonly commit: string
  /** The Dockerfile, or the package URL of the source; ''. */
  readonly text: string
}
