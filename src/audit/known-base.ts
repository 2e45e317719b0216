// A candidate for the base of an image, with what the inventory knows of it.
import type { BaseCandidate } from '../attribution/index.ts'
import type { Digest, ImageSettings, Verdict } from '../core/index.ts'

/** A candidate for the base, with what its settings and verdict are. */
export interface KnownBase extends BaseCandidate {
  readonly settings: ImageSettings | null
  readonly verdict: Verdict | null
  /** Digest of its manifest; null when it is not known. */
  readonly manifest: Digest | null
}
