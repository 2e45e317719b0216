// The difference between two images, or between an image and a lock: what `assay diff` prints.

import type { Origin } from './audit.ts'
import type { Digest } from './digest.ts'
import type { Unknown } from './entry.ts'

/**
 * How close two images are, closest first. `identical`: one digest. `normalised`: nothing differs but what every
 * build writes differently. `equivalent`: the same packages, tracked files, programs and settings; what differs
 * are bytes of other files that a step made. `drifted`: anything else.
 */
export type DiffLevel = 'identical' | 'normalised' | 'equivalent' | 'drifted'

/** All levels, closest first. */
export const DIFF_LEVELS: readonly DiffLevel[] = [
  'identical',
  'normalised',
  'equivalent',
  'drifted',
]

/** The test that decided the level; they are made in this order. `lock`: all that a lock can tell. */
export type DiffTest =
  | 'digest'
  | 'diff-id'
  | 'canonical-tree'
  | 'merged-tree'
  | 'packages'
  | 'file-class'
  | 'settings'
  | 'lock'

/** One of the two that are compared. */
export interface DiffSide {
  readonly kind: 'image' | 'lock'
  /** As it was named on the command line. */
  readonly reference: string
  readonly config: Digest | null
  readonly manifest: Digest | null
  /** `os/architecture[/variant]`; '' when a lock does not tell. */
  readonly platform: string
  /** RFC 3339; '' for a lock. */
  readonly created: string
  readonly layers: number
}

/** A package that differs. `files`: the same version with other files. */
export interface PackageDiff {
  readonly change: 'added' | 'removed' | 'changed' | 'files'
  readonly type: string
  readonly name: string
  /** Architecture, or the folder that it lies in. */
  readonly place: string
  readonly from: string
  readonly to: string
  /** Paths that differ with it and are not listed apart. */
  readonly files: number
}

/** A path that differs. */
export interface FileDiff {
  readonly change: 'added' | 'removed' | 'content' | 'kind' | 'mode' | 'owner'
  readonly path: string
  /** Where it comes from: by the description where one was given, else by package or nothing. */
  readonly origin: Origin | 'unowned' | 'folder'
  /** Package or tracked path; ''. */
  readonly owner: string
  readonly from: string
  readonly to: string
  /** False for bytes that a step makes anew, which is no drift by itself. */
  readonly drift: boolean
}

/** A setting that differs; '' where it is not set. */
export interface SettingDiff {
  readonly name: string
  readonly from: string
  readonly to: string
}

/** A step that only one history has. */
export interface HistoryDiff {
  readonly change: 'added' | 'removed'
  readonly text: string
}

/** A difference that every two builds have: folded away, counted, and listed on demand. */
export interface BenignDiff {
  /** Path, setting or part of the image. */
  readonly subject: string
  /** Who writes it differently, and why. */
  readonly reason: string
}

/** Two images compared. */
export interface ImageDiff {
  readonly a: DiffSide
  readonly b: DiffSide
  readonly level: DiffLevel
  readonly decidedBy: DiffTest
  /** Layers by what they have in common; null where one side is a lock. */
  readonly layers: {
    readonly same: number
    /** Other digests, the same entries but for times and order. */
    readonly normalised: number
    readonly different: number
  } | null
  readonly packages: readonly PackageDiff[]
  readonly files: readonly FileDiff[]
  readonly settings: readonly SettingDiff[]
  /** What the histories say does not decide: builders word it differently, and it can be written at will. */
  readonly history: readonly HistoryDiff[]
  readonly benign: readonly BenignDiff[]
  /** Paths of which nothing but the time differs. */
  readonly times: number
  readonly unknown: readonly Unknown[]
}
