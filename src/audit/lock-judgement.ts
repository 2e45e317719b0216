// What a judgement about one difference between a lock and an image is, and what all of them may look at.
import type { LockChange, LockItem, LockKind, LockState } from '../core/index.ts'
import type { ComparedImage } from './compare-image.ts'
import type { DescribedChange, DescriptionChanges } from './lock-facts.ts'
import type { LockedImage } from './lock-items.ts'

/** An item that differs; null where it is missing. */
export interface LockDifference {
  readonly key: string
  readonly kind: LockKind
  readonly names: readonly string[]
  readonly locked: LockItem | null
  readonly found: LockItem | null
}

/** A state with its reason. */
export interface LockJudgement extends DescribedChange {
  readonly state: LockState
}

/** What the judgements of one comparison share. */
export interface JudgedImage {
  readonly one: ComparedImage
  readonly now: LockedImage
  readonly described: DescriptionChanges
  /** What became of the base; null when it is the same. */
  base: LockJudgement | null
  /** What is behind the packages that changed; null when none did, or none that is accounted for. */
  packages: LockJudgement | null
}

/** A change, with the difference that it came from. */
export interface JudgedDifference {
  readonly difference: LockDifference
  readonly change: LockChange
}

/** A judgement that nothing accounts for. */
export function untracked(reason: string): LockJudgement {
  return { state: 'untracked', reason, line: null }
}

/** A judgement that the description accounts for; null where it does not. */
export function explained(change: DescribedChange | null): LockJudgement | null {
  return change === null ? null : { state: 'explained', ...change }
}

/** The judgement of what stands below, with a reason of its own. */
export function follows(below: LockJudgement | null, reason: string): LockJudgement | null {
  return below === null || below.state === 'untracked' ? null : { ...below, reason }
}
