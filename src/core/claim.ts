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
  /** `given` by the user; `verified` by a key or an identity that the user gave; else `unverified`: no proof of anything. */
  readonly trust: 'given' | 'verified' | 'unverified'
  /** Digest of the attestation it was read from; null for anything else. */
  readonly attestation: Digest | null
}
