// An empty claim to fill in, and what all readers of claims share.
import type { ClaimTrust, DescriptionClaim, Digest } from '../../core/index.ts'

/** A claim as it was read: with the reason why a part of it is not taken. */
export interface ReadClaim extends DescriptionClaim {
  /** Why its repository is not taken; ''. */
  readonly refused: string
}

/** A claim that says nothing, to be spread under what is known. */
export const EMPTY_CLAIM: ReadClaim = {
  kind: 'label',
  from: '',
  repository: '',
  revision: '',
  dockerfile: '',
  context: '',
  target: '',
  arguments: {},
  dockerfileText: null,
  materials: [],
  trust: 'unverified',
  attestation: null,
  refused: '',
}

/** Where a claim was read, and how far that is believed. */
export interface ClaimPlace {
  readonly from: string
  readonly trust: ClaimTrust
  readonly attestation: Digest | null
}

/** True when a claim says something that could lead to a description. */
export function saysSomething(claim: ReadClaim): boolean {
  return (
    claim.repository !== '' ||
    claim.revision !== '' ||
    claim.dockerfileText !== null ||
    claim.refused !== '' ||
    claim.materials.length > 0
  )
}
