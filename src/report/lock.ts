// What changed between a lock and an image, in reports: the untracked first, each with its reason.
import {
  excerpt,
  type LockChange,
  type LockComparison,
  type LockKind,
  type LockState,
} from '../core/index.ts'
import { hangText } from './layout.ts'
import { groupRows } from './order.ts'
import { showCount } from './quantity.ts'
import { capped, type Page } from './terminal-page.ts'

const LONGEST = 400
/** Rows of a state that are shown. */
const CAPS: Readonly<Record<LockState, number>> = { untracked: 30, moved: 12, explained: 12 }

const HEADINGS: Readonly<Record<LockState, string>> = {
  untracked: 'untracked: neither the description nor the outside accounts for it',
  moved: 'moved: only the outside did, the description does not pin it',
  explained: 'explained: the description changed too',
}

const NOUNS: Readonly<Record<LockKind, string>> = {
  dockerfile: 'Dockerfile',
  argument: 'argument',
  instruction: 'instruction',
  request: 'request',
  copy: 'source',
  platform: 'platform',
  base: 'base',
  package: 'package',
  setting: 'setting',
  account: 'account',
  program: 'program',
  folder: 'folder',
  files: 'files',
  change: 'change',
}

/** The section of the terminal report; none without a lock. */
export function lockLines(page: Page, lock: LockComparison | null): string[] {
  if (lock === null) return []
  const name = excerpt(lock.file, 100)
  const { changes } = lock
  if (changes.length === 0) return [page.strong(`Nothing changed since ${name}`)]
  const noun = changes.length === 1 ? 'change' : 'changes'
  const lines = [page.strong(`Since ${name}: ${showCount(changes.length)} ${noun}`)]
  for (const [state, rows] of groupRows(changes, (change) => change.state)) {
    const paint = state === 'untracked' ? page.bad : page.faint
    lines.push(paint(`  ${HEADINGS[state]} (${showCount(rows.length)})`))
    const part = capped(page, rows, CAPS[state])
    for (const row of part.shown) lines.push(...rowLines(page, row))
    if (part.left > 0)
      lines.push(page.faint(`    … and ${showCount(part.left)} more (--verbose, --json)`))
  }
  return lines
}

function rowLines(page: Page, row: LockChange): string[] {
  const mark = row.locked === '' ? '+' : row.found === '' ? '-' : '~'
  const subject = row.subject === '' ? '' : ` ${excerpt(row.subject, LONGEST)}`
  const line = row.line === null ? '' : ` (line ${row.line})`
  const text = `${NOUNS[row.kind]}${subject}${valueText(row)}: ${excerpt(row.reason, LONGEST)}${line}`
  return hangText(`    ${mark} `, text, page.width)
}

function valueText({ kind, locked, found }: LockChange): string {
  const [was, is] = [excerpt(locked, 120), excerpt(found, 120)]
  if (kind === 'change') return ` ${was || is}`
  if (was === '') return ` ${is}`
  return is === '' ? ` ${was}` : ` ${was} → ${is}`
}

/** The comparison as a plain object, as it is written. */
export function lockObject(lock: LockComparison) {
  const count = (state: LockState) => lock.changes.filter((each) => each.state === state).length
  return {
    file: lock.file,
    untracked: count('untracked'),
    moved: count('moved'),
    explained: count('explained'),
    changes: lock.changes.map((row) => ({
      state: row.state,
      kind: row.kind,
      subject: row.subject,
      locked: row.locked,
      found: row.found,
      reason: row.reason,
      line: row.line,
    })),
  }
}
