// assay.lock: what an image was when somebody last looked at it and found it good, one item a line
// (docs/lock.md). Here are its items and what a comparison with it finds; lock-text.ts has its text.

import { byCodeUnit } from './text.ts'

/**
 * Kinds of items, in the order of the file. The first five are of the description, the others of the image.
 */
export type LockKind =
  | 'dockerfile'
  | 'argument'
  | 'instruction'
  | 'request'
  | 'copy'
  | 'platform'
  | 'base'
  | 'package'
  | 'setting'
  | 'account'
  | 'program'
  | 'folder'
  | 'files'
  | 'change'

/** What the lines of a kind hold: how many words name the item, how many say what it is, and a heading. */
export interface LockKindShape {
  readonly names: number
  readonly values: number
  readonly heading: string
}

/** The shape of every kind, in the order of the file. */
export const LOCK_KINDS: Readonly<Record<LockKind, LockKindShape>> = {
  dockerfile: { names: 1, values: 1, heading: 'The description: path and git blob' },
  argument: { names: 1, values: 0, heading: 'Build arguments that were given, by name' },
  instruction: { names: 2, values: 1, heading: 'Instructions: keyword, digest, how it begins' },
  request: { names: 3, values: 1, heading: 'Packages asked for: manager, action, name, version' },
  copy: {
    names: 1,
    values: 2,
    heading: 'Sources of COPY and ADD: files, digest of paths and blobs',
  },
  platform: { names: 0, values: 1, heading: 'Platform' },
  base: { names: 0, values: 2, heading: 'Base image: what FROM names, digest of its layers' },
  package: {
    names: 3,
    values: 3,
    heading: 'Packages: type, name, place, version, whose, digest of the files',
  },
  setting: { names: 1, values: 1, heading: 'Settings' },
  account: { names: 1, values: 2, heading: 'Accounts: name, files, digest of the lines' },
  program: {
    names: 2,
    values: 3,
    heading: 'Programs that steps made: origin, path, mode, owner, digest',
  },
  folder: { names: 1, values: 2, heading: 'Folders with a mode or an owner of their own' },
  files: { names: 2, values: 2, heading: 'Files: origin, folder, how many, digest' },
  change: {
    names: 2,
    values: 1,
    heading: 'What the description does not explain: kind, subject, digest',
  },
}

/** One line: `names` tell it from others of its kind, `values` say what it is. */
export interface LockItem {
  readonly kind: LockKind
  readonly names: readonly string[]
  readonly values: readonly string[]
}

/** A whole lock; no two items have one kind and the same names. */
export interface Lock {
  readonly items: readonly LockItem[]
}

const BETWEEN = ' | '

/** Several values of one name as one word. */
export function joinedValues(values: readonly string[]): string {
  return [...new Set(values)].sort(byCodeUnit).join(BETWEEN)
}

/** The values that a word stands for. */
export function splitValues(word: string): readonly string[] {
  return word.split(BETWEEN)
}

/** Tells items apart. */
export function lockKey({ kind, names }: LockItem): string {
  return [kind, ...names].join('\0')
}

/**
 * What is behind a change between a lock and an image. `explained`: the description changed too; `moved`: only
 * the outside did (a version that nobody pinned, the image behind a tag, a download); `untracked`: neither.
 */
export type LockState = 'explained' | 'moved' | 'untracked'

/** All states, the one that fails a gate first. */
export const LOCK_STATES: readonly LockState[] = ['untracked', 'moved', 'explained']

/** One difference between a lock and an image. */
export interface LockChange {
  readonly state: LockState
  readonly kind: LockKind
  /** What it is about, for a person: a package, a path, a setting. */
  readonly subject: string
  /** As the lock has it, and as the image has it; '' where it is not. */
  readonly locked: string
  readonly found: string
  /** Sentence: why it is called so. */
  readonly reason: string
  /** Line of the Dockerfile that explains it; null when none does. */
  readonly line: number | null
}

/** A lock held against an image. */
export interface LockComparison {
  /** File of the lock as it was named. */
  readonly file: string
  /** Untracked ones first, then by kind and subject. */
  readonly changes: readonly LockChange[]
}

/** True when something changed that neither the description nor the outside accounts for. */
export function hasUntracked(lock: LockComparison | null): boolean {
  return lock?.changes.some(({ state }) => state === 'untracked') === true
}
