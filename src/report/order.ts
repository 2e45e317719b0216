// The order in which reports list things: fixed, total, and the same in text and in JSON.
import {
  byCodeUnit,
  type Change,
  type Finding,
  type Origin,
  type OriginCount,
  type Severity,
  type Strength,
  type Unknown,
} from '../core/index.ts'

/** All origins, explained ones first. */
export const ORIGINS: readonly Origin[] = [
  'base',
  'package',
  'package-script',
  'context',
  'artifact',
  'stage',
  'run',
  'account',
  'generated',
  'package-modified',
  'context-modified',
  'context-untracked',
  'context-other-commit',
  'unexplained',
]

/** All strengths, strongest first. */
export const STRENGTHS: readonly Strength[] = ['proved', 'consistent', 'claimed', 'guessed']

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']

/** Origins that no description explains, whatever the strength of their evidence. */
export const DRIFT_ORIGINS: ReadonlySet<Origin> = new Set<Origin>([
  'package-modified',
  'context-modified',
  'context-untracked',
  'context-other-commit',
  'unexplained',
])

/** What a change means to a person, most important first. */
export type ChangeClass =
  | 'bytes'
  | 'set-id'
  | 'program'
  | 'package'
  | 'account'
  | 'deletion'
  | 'file'
  | 'setting'
  | 'step'

/** All classes with their headings, in the order of reports. */
export const CHANGE_CLASSES: readonly (readonly [ChangeClass, string])[] = [
  ['bytes', 'changed files of packages or of the repository'],
  ['set-id', 'programs that run with the rights of another user'],
  ['program', 'programs that belong to nothing'],
  ['package', 'packages'],
  ['account', 'accounts'],
  ['deletion', 'deleted'],
  ['file', 'other files'],
  ['setting', 'settings and build arguments'],
  ['step', 'steps'],
]

/** The class of a change. */
export function classOf(change: Change): ChangeClass {
  switch (change.kind) {
    case 'package-added':
    case 'package-removed':
    case 'package-changed':
      return 'package'
    case 'account':
      return 'account'
    case 'setting':
    case 'argument':
      return 'setting'
    case 'step':
      return 'step'
    case 'deleted':
      return 'deletion'
    case 'modified':
      return 'bytes'
    case 'mode':
    case 'owner':
      return setsId(change) ? 'set-id' : 'file'
    case 'added':
      if (setsId(change)) return 'set-id'
      return isProgram(change) ? 'program' : 'file'
  }
}

function setsId(change: Change): boolean {
  if (/\bset-?[ug]id\b|\bset-id\b/i.test(`${change.found} ${change.evidence}`)) return true
  const mode = /(?:^|[\s(])(?:0o)?0*([0-7]{4})(?:$|[\s,;)])/.exec(change.found)
  return mode?.[1] !== undefined && (Number.parseInt(mode[1], 8) & 0o6000) !== 0
}

function isProgram(change: Change): boolean {
  if (/\b(?:program|executable|ELF)\b/.test(`${change.found} ${change.evidence}`))
    return !/\b(?:no|not an?) (?:program|executable)\b/.test(change.evidence)
  return /(?:^|\/)s?bin\/[^/]+$/.test(change.path)
}

const CLASS_RANK = new Map(CHANGE_CLASSES.map(([name], index) => [name, index]))

/** Changes, most important first. */
export function orderChanges(changes: readonly Change[]): Change[] {
  return keyed(changes, (change) => [
    CLASS_RANK.get(classOf(change)) ?? CHANGE_CLASSES.length,
    change.step ?? -1,
    change.path,
    change.subject,
    change.kind,
    change.expected,
    change.found,
    change.evidence,
  ])
}

/** Findings: the user's own before the base's, then by severity, rule and place. */
export function orderFindings(findings: readonly Finding[]): Finding[] {
  return keyed(findings, (finding) => [
    finding.base ? 1 : 0,
    SEVERITIES.indexOf(finding.severity),
    finding.rule,
    finding.path,
    finding.line ?? -1,
    finding.layer ?? -1,
    finding.subject,
    finding.message,
    finding.fingerprint,
  ])
}

/** Unknown rows, fatal ones first. */
export function orderUnknowns(rows: readonly Unknown[]): Unknown[] {
  return keyed(rows, (row) => [
    row.weight === 'fatal' ? 0 : 1,
    row.reader,
    row.subject,
    row.place,
    row.reason,
  ])
}

/** Origin counts in the order of `ORIGINS` and `STRENGTHS`; empty rows left out. */
export function orderOrigins(rows: readonly OriginCount[]): OriginCount[] {
  return keyed(
    rows.filter((row) => row.files > 0 || row.bytes > 0),
    (row) => [ORIGINS.indexOf(row.origin), STRENGTHS.indexOf(row.strength)],
  )
}

type Key = readonly (string | number)[]

/** Sorts by a key of numbers and code units; equal keys keep their order. */
export function keyed<T>(rows: readonly T[], keyOf: (row: T) => Key): T[] {
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ row }) => row)
}

function compareKeys(a: Key, b: Key): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]
    if (left === right) continue
    if (typeof left === 'number' && typeof right === 'number') return left - right
    const order = byCodeUnit(String(left), String(right))
    if (order !== 0) return order
  }
  return 0
}

/** Rows by a key, keys in the order of their first row. */
export function groupRows<T, K>(rows: readonly T[], keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}
