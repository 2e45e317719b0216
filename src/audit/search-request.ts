// What a search is asked, and what it answers.
import type { ImageFacts, Unknown } from '../core/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { KnownBase } from './known-base.ts'

/** What is searched for: an image whose layers are in the inventory, and what its user said of it. */
export interface SearchRequest {
  readonly facts: ImageFacts
  readonly inventory: Inventory
  readonly candidates: readonly KnownBase[]
  /** Stage that was built, as the user named it; null when nobody did. */
  readonly target: string | null
  readonly arguments: Readonly<Record<string, string>>
  /** Called with what is being done. */
  readonly progress: (text: string) => void
}

/** A description that explains an image, and how well. */
export interface Explanation {
  /** Path of the repository as it was listed. */
  readonly repository: string
  readonly commit: string
  /** Committer date, RFC 3339 UTC. */
  readonly date: string
  /** Path of the Dockerfile from the repository's root. */
  readonly dockerfile: string
  /** The same from the context's root. */
  readonly dockerfileInContext: string
  /** Folder of the build context from the repository's root; '' for the root. */
  readonly context: string
  /** Stage that was built; null for the last. */
  readonly target: string | null
  /** Steps of the image that an instruction reads like, of all that are not the base's and all instructions. */
  readonly steps: { readonly matched: number; readonly of: number }
  /** Tracked files that lie in the image where the Dockerfile puts them, of all that it should have put there. */
  readonly files: { readonly proved: number; readonly of: number }
  /** Commits of this repository that explain it equally well, this one included; dates of the first and the last. */
  readonly commits: { readonly count: number; readonly oldest: string; readonly newest: string }
}

/** What a search gave. */
export interface SearchAnswer {
  /** Null when nothing explains the image well enough to be more than a guess. */
  readonly best: Explanation | null
  /** Others that explain it equally well, at most five. */
  readonly equals: readonly Explanation[]
  readonly equalCount: number
  /** What came closest when nothing was enough. */
  readonly closest: Explanation | null
  /**
   * True when every repository was searched whole and nothing in them comes near: no description of the image
   * is at hand. What is told apart by chance alone leaves it false.
   */
  readonly excluded: boolean
  /** Number of repositories that were searched whole. */
  readonly searched: number
  /** Repositories, or parts of them, that could not be searched. */
  readonly unsearched: readonly Unknown[]
}

/** Where the Dockerfile and the context lie, from the root of the context and of the repository. */
export interface Place {
  readonly dockerfile: string | null
  readonly context: string | null
}
