// The difference between a lock and an image, or between two locks: as much as a lock can tell.
import type {
  DiffSide,
  FileDiff,
  ImageDiff,
  Lock,
  LockItem,
  PackageDiff,
  SettingDiff,
} from '../core/index.ts'
import { differencesOf } from './lock-compare.ts'
import type { LockDifference } from './lock-judgement.ts'

/** Compares two locks. Equal ones say that the images are equivalent, and no more. */
export function diffLocks(
  [a, b]: readonly [DiffSide, DiffSide],
  before: Lock,
  after: Lock,
): ImageDiff {
  const differences = differencesOf(before, after)
  const packages = differences.filter(({ kind }) => kind === 'package').map(packageRow)
  const settings = differences
    .filter(({ kind }) => kind === 'setting' || kind === 'platform' || kind === 'base')
    .map(settingRow)
  const files = differences.flatMap(fileRow)
  const isEqual = differences.length === 0
  return {
    a,
    b,
    level: isEqual ? 'equivalent' : 'drifted',
    decidedBy: 'lock',
    layers: null,
    packages,
    files,
    settings,
    history: [],
    benign: [],
    times: 0,
    unknown: [],
  }
}

function packageRow({ names, locked, found }: LockDifference): PackageDiff {
  const [type = '', name = '', place = ''] = names
  const [from, to] = [locked?.values[0] ?? '', found?.values[0] ?? '']
  const change =
    locked === null ? 'added' : found === null ? 'removed' : from === to ? 'files' : 'changed'
  return { change, type, name, place, from, to, files: 0 }
}

function settingRow({ kind, names, locked, found }: LockDifference): SettingDiff {
  const text = (item: LockItem | null) => item?.values.join(' ') ?? ''
  return { name: names[0] ?? kind, from: text(locked), to: text(found) }
}

const ORIGINS: ReadonlyMap<string, FileDiff['origin']> = new Map(
  (
    [
      ...([
        'base',
        'package-script',
        'package-modified',
        'context',
        'context-other-commit',
      ] as const),
      ...(['context-modified', 'context-untracked', 'artifact', 'stage', 'run'] as const),
      ...(['account', 'unexplained'] as const),
    ] as const
  ).map((origin) => [origin, origin]),
)

function fileRow(difference: LockDifference): FileDiff[] {
  const { kind, names, locked, found } = difference
  const text = (item: LockItem | null) => item?.values.join(' ') ?? ''
  const change = locked === null ? 'added' : found === null ? 'removed' : 'content'
  const [from, to] = [text(locked), text(found)]
  const row = { change, owner: '', from, to, drift: true } as const
  const [first = '', second = ''] = names
  switch (kind) {
    case 'files':
    case 'program': {
      const path = kind === 'program' ? `/${second}` : second
      return [{ ...row, path, origin: ORIGINS.get(first) ?? 'unowned' }]
    }
    case 'folder':
      return [
        { ...row, change: change === 'content' ? 'mode' : change, path: first, origin: 'folder' },
      ]
    case 'account':
      return [{ ...row, path: first, origin: 'account' }]
    case 'change':
      return second.startsWith('/') ? [{ ...row, path: second, origin: 'unexplained' }] : []
    default:
      return []
  }
}
