// What a test image is and what was planted in it, in the words of an audit (Change of src/core/audit.ts).
import type { ChangeKind, Origin, Strength, Verdict } from '../../src/core/index.ts'

/** A planted change: its kind, and what names it: a path for files, else its subject. */
export interface Planted {
  readonly kind: ChangeKind
  /** Path from the root of the image, as in `usr/bin/tar`; '' for what is no file. */
  readonly path: string
  /** Package, account, setting, or a part of the step's text or message; '' when the path says it all. */
  readonly subject: string
  /** A path that has to be counted in this change, because one act brought both. */
  readonly folded?: string
}

/** Where a file has to come from: for what no audit can tell, and must not claim to. */
export interface ExpectedOrigin {
  readonly path: string
  readonly origin: Origin
  readonly strength: Strength
}

/** One image with its truth. */
export interface ImageCase {
  readonly name: string
  /** What made the image, bottom to top, in the words of docs/accuracy.md: `legacy`, `buildah, one layer`, … */
  readonly maker: string
  /** Docker archive or OCI layout, as a folder or a file. */
  readonly archive: string
  /** Git repository and revision of the description; '' when none is given to the audit. */
  readonly repository: string
  readonly revision: string
  readonly dockerfile: string
  /** More words for the audit: `--context`, `--target`, … */
  readonly words: readonly string[]
  /** The commit it was really built from, for the search over all repositories; '' where there is none. */
  readonly commit: string
  /** Archive of the image that FROM names; '' for scratch. */
  readonly base: string
  readonly verdict: Verdict
  /** Null where the verdict alone is certain: an imported image has no steps to compare. */
  readonly planted: readonly Planted[] | null
  readonly origins: readonly ExpectedOrigin[]
  /** What was planted besides and no audit can tell from the image, with what would decide it; ''. */
  readonly untold: string
}

/** A planted change of a file. */
export function plantedFile(kind: ChangeKind, path: string): Planted {
  return { kind, path, subject: '' }
}

/** A planted change of something that is no file. */
export function plantedSubject(kind: ChangeKind, subject: string): Planted {
  return { kind, path: '', subject }
}
