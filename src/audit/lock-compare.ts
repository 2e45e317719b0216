// Holds a lock against an image: each item that differs, with what is behind it.
import type { Change, Lock, LockChange, LockItem, LockKind, Unknown } from '../core/index.ts'
import { byCodeUnit, isWithin, LOCK_KINDS, LOCK_STATES, lockKey } from '../core/index.ts'
import { recordOwner } from './benign.ts'
import type { ComparedImage } from './compare-image.ts'
import type { LockFile } from './lock.ts'
import { DescriptionChanges } from './lock-facts.ts'
import { type LockedImage, lockOf } from './lock-items.ts'
import { Judge } from './lock-judge.ts'
import type { JudgedDifference, LockDifference } from './lock-judgement.ts'

/** Kinds that are of the description: they explain changes, and are none themselves. */
const DESCRIBING: ReadonlySet<LockKind> = new Set([
  ...(['dockerfile', 'argument', 'instruction', 'request', 'copy'] as const),
])

/** Every change between a lock and an image, untracked ones first. */
export function compareWithLock(one: ComparedImage, lock: Lock): readonly LockChange[] {
  const now = lockOf(one)
  const described = new DescriptionChanges(one.compared.description, lock)
  const differences = differencesOf(lock, now.lock)
  const judge = new Judge(one, now, described)
  const rows = judge.all(differences)
  return ordered(withoutEchoes(rows, now).map(({ change }) => change))
}

/** What cannot be told, because the lock and the image were not compared with the same kind of things. */
export function lockUnknowns({ compared }: ComparedImage, { file, lock }: LockFile): Unknown[] {
  const locked = lock.items.some(({ kind }) => kind === 'dockerfile')
  const here = compared.description !== null
  if (locked === here) return []
  const reason = here
    ? 'the lock was written without a description, so no change can be explained: write it again'
    : 'the lock was written with a description, and here is none (--source), so no change can be explained'
  return [{ subject: file, place: '', reader: 'lock', reason, weight: 'partial' }]
}

/** Items that only one has, or that have other values; those of the description left out. */
export function differencesOf(before: Lock, after: Lock): readonly LockDifference[] {
  const locked = new Map(before.items.map((item) => [lockKey(item), item]))
  const found = new Map(after.items.map((item) => [lockKey(item), item]))
  const keys = [...new Set([...locked.keys(), ...found.keys()])].sort(byCodeUnit)
  const differences: LockDifference[] = []
  for (const key of keys) {
    const [a, b] = [locked.get(key) ?? null, found.get(key) ?? null]
    const item = a ?? b
    if (item === null || DESCRIBING.has(item.kind) || sameValues(a, b)) continue
    differences.push({ key, kind: item.kind, names: item.names, locked: a, found: b })
  }
  return differences
}

function sameValues(a: LockItem | null, b: LockItem | null): boolean {
  if (a === null || b === null) return false
  return a.values.length === b.values.length && a.values.every((each, at) => each === b.values[at])
}

/**
 * What the audit names by itself (a file, a package, an account, a setting that nobody wrote down) also shows in
 * digests of folders and packages: those echoes are left out. So is the audit's line where the lock has one.
 */
function withoutEchoes(
  rows: readonly JudgedDifference[],
  now: LockedImage,
): readonly JudgedDifference[] {
  const untracked = rows.filter(({ change }) => change.state === 'untracked')
  const named = untracked.flatMap(({ difference }) => now.changes.get(difference.key) ?? [])
  const own = new Set(
    untracked
      .filter(({ difference }) => difference.kind !== 'change')
      .map(({ difference: { kind, names } }) => `${kind} ${names[kind === 'package' ? 1 : 0]}`),
  )
  const folders = new Set(
    named.length === 0 ? [] : untracked.flatMap(({ difference }) => foldersOf(difference, now)),
  )
  return rows.filter(({ difference, change }) => {
    if (change.state !== 'untracked') return true
    if (difference.kind === 'change') return !isTold(now.changes.get(difference.key), own)
    if (difference.kind === 'folder' && folders.has(difference.names[0] ?? '')) return false
    // the audit's own line for such a package gave way to this one
    if (difference.kind === 'package' && named.some((each) => isAbout(each, difference)))
      return true
    return !named.some((each) => echoes(difference, each))
  })
}

function isAbout({ kind, subject }: Change, { names }: LockDifference): boolean {
  return kind.startsWith('package-') && subject === names[1]
}

/** What a package says is its own, folders among it: not every record tells which is which. */
function foldersOf({ key }: LockDifference, { packages }: LockedImage): string[] {
  const files = packages.get(key)?.files ?? []
  return files.map(({ path }) => `/${path}`)
}

function isTold(change: Change | undefined, own: ReadonlySet<string>): boolean {
  if (change === undefined) return false
  const { kind, subject } = change
  if (kind.startsWith('package-')) return own.has(`package ${subject}`)
  if (kind === 'account') return own.has(`account ${subject}`)
  if (kind !== 'setting') return false
  return own.has(`setting ${subject.replace(' ', '.').replace(/^Label\./, 'Labels.')}`)
}

/** True when the digest differs because of what the audit's change is about. */
function echoes({ kind, names, locked, found }: LockDifference, change: Change): boolean {
  const paths = [change.path, ...change.folded].filter((path) => path !== '')
  const ofPackages = change.kind.startsWith('package-')
  if (kind === 'package') {
    const sameVersion = locked !== null && locked.values[0] === found?.values[0]
    const [owner] = change.owner.split(' ')
    const about = owner === names[1] || change.owner.includes(`/${names[1]}@`)
    const record = paths.some((path) => recordOwner(path) === names[1])
    return sameVersion && !ofPackages && (record || (about && paths.length > 0))
  }
  const [first = '', second = ''] = names
  if (kind === 'program') return paths.some((path) => `/${path}` === `/${second}`)
  if (kind === 'folder') return paths.some((path) => isWithin(`/${path}`, first))
  if (kind !== 'files') return false
  // the audit proves by facts which files the scripts of a package, and an account, bring along
  if (ofPackages && first === 'package-script') return true
  if (change.kind === 'account' && first === 'account') return true
  return paths.some((path) => second === '/' || isWithin(`/${path}`, second))
}

const KINDS = Object.keys(LOCK_KINDS)

/** Untracked changes first, then by kind and subject. */
function ordered(changes: readonly LockChange[]): readonly LockChange[] {
  return [...changes].sort(
    (a, b) =>
      LOCK_STATES.indexOf(a.state) - LOCK_STATES.indexOf(b.state) ||
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
      byCodeUnit(a.subject, b.subject) ||
      byCodeUnit(a.reason, b.reason),
  )
}
