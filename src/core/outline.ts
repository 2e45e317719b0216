// What a new description of an image would have to say, for an image that has none: hints for the person who writes it.

import type { Digest } from './digest.ts'
import type { Strength } from './strength.ts'

/** Packages in one image and not, or otherwise, in another. `name version`, sorted; the lists are bounded, the counts are not. */
export interface PackageDifference {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** `name 1.2 → 1.3`. */
  readonly changed: readonly string[]
  readonly counts: { readonly added: number; readonly removed: number; readonly changed: number }
}

/** The known image that is most like one without a description. */
export interface Relative {
  /** A name it was seen under; '' when it has none. */
  readonly reference: string
  readonly config: Digest
  /** How many of the first layers both have. */
  readonly layers: number
  /** Packages that both have in the same version, and those that either has. */
  readonly shared: number
  readonly all: number
  readonly verdict: string
  readonly packages: PackageDifference
}

/** Files of no origin below one folder. */
export interface LooseFiles {
  readonly folder: string
  readonly files: number
  readonly bytes: number
}

/** Everything that helps to write a description. Hints: what they say was not proved. */
export interface Outline {
  /** The probable base; null when nothing tells of one. */
  readonly base: {
    readonly reference: string
    /** When it was made, RFC 3339; '' when nothing tells. */
    readonly date: string
    readonly layers: number
    readonly how: string
    readonly strength: Strength
  } | null
  readonly relative: Relative | null
  /** Packages above the base that were asked for by name, by type. */
  readonly requested: readonly { readonly type: string; readonly names: readonly string[] }[]
  /** Instructions that would give the image's settings, as lines of a Dockerfile. */
  readonly settings: readonly string[]
  /** `name (uid, home, shell)` of accounts that people may use. */
  readonly accounts: readonly string[]
  readonly loose: readonly LooseFiles[]
  /** Commands of package managers that shell histories in the image show, oldest first. */
  readonly commands: readonly { readonly path: string; readonly command: string }[]
}
