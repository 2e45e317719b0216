// The table of origins: files and bytes of each with the strength of their evidence. "Explained"
// counts proved and consistent; claimed and guessed stand beside it, never folded in.
import type { AuditResult, Origin, OriginCount } from '../core/index.ts'
import { alignRows, columnsOf } from './layout.ts'
import { DRIFT_ORIGINS, orderOrigins } from './order.ts'
import { plural, showBytes, showCount, showShare } from './quantity.ts'
import type { Page } from './terminal-page.ts'

const MEANING: Readonly<Record<Origin, string>> = {
  base: 'in a layer of the base image',
  package: 'as the package records it',
  'package-script': 'made by the scripts of packages',
  'package-modified': 'of a package, but changed',
  context: 'tracked in git, at this commit and path',
  'context-other-commit': 'tracked, but in another commit',
  'context-modified': 'its path is tracked, its bytes are not',
  'context-untracked': 'copied in, tracked nowhere',
  artifact: 'made by a tracked job',
  stage: 'copied from a build stage',
  run: 'written by a tracked RUN step',
  account: 'belongs to an added account',
  generated: 'every build writes it anew',
  unexplained: 'nobody wrote down where from',
}

/** Sums of files and bytes by how well they are explained. */
export interface OriginSums {
  readonly explained: Sum
  readonly claimed: Sum
  readonly guessed: Sum
  readonly open: Sum
  readonly all: Sum
}

interface Sum {
  files: number
  bytes: number
}

/** Sums the counts; the origins that mean drift are never explained, however strong the evidence. */
export function sumOrigins(rows: readonly OriginCount[]): OriginSums {
  const sums = { explained: zero(), claimed: zero(), guessed: zero(), open: zero(), all: zero() }
  for (const row of rows) {
    for (const sum of [sums.all, sums[bucketOf(row)]]) {
      sum.files += row.files
      sum.bytes += row.bytes
    }
  }
  return sums
}

function zero(): Sum {
  return { files: 0, bytes: 0 }
}

function bucketOf(row: OriginCount): 'explained' | 'claimed' | 'guessed' | 'open' {
  if (DRIFT_ORIGINS.has(row.origin)) return 'open'
  if (row.strength === 'claimed' || row.strength === 'guessed') return row.strength
  return 'explained'
}

/** The section's lines; none when nothing was attributed. */
export function originLines(page: Page, result: AuditResult): string[] {
  const rows = orderOrigins(result.origins)
  if (rows.length === 0) return []
  const sums = sumOrigins(rows)
  const head = `Origin of ${plural(sums.all.files, 'file')}, ${showBytes(sums.all.bytes)}`
  const details = rows.map((row) => [
    row.origin,
    row.strength,
    showCount(row.files),
    showBytes(row.bytes),
    showShare(row.bytes, sums.all.bytes),
    MEANING[row.origin],
  ])
  const totals = totalRows(sums)
  const lines = fitting(page, [...details, ...totals])
  return [
    page.strong(head),
    ...lines.map((line, index) => {
      if (index < details.length) return `  ${line}`
      return index === lines.length - 1 && sums.open.files > 0
        ? `  ${page.bad(line)}`
        : `  ${page.strong(line)}`
    }),
  ]
}

/** The table with as many columns as the page has room for: meanings go first, then shares. */
function fitting(page: Page, rows: readonly (readonly string[])[]): string[] {
  const right = [false, false, true, true, true]
  for (const columns of [6, 5]) {
    const lines = alignRows(
      rows.map((row) => row.slice(0, columns)),
      right,
    )
    if (lines.every((line) => columnsOf(line) + 2 <= page.width)) return lines
  }
  return alignRows(
    rows.map((row) => row.slice(0, 4)),
    right,
  )
}

function totalRows(sums: OriginSums): string[][] {
  const rows: string[][] = [totalRow('= explained', sums.explained, sums.all)]
  if (sums.claimed.files > 0) rows.push(totalRow('= claimed only', sums.claimed, sums.all))
  if (sums.guessed.files > 0) rows.push(totalRow('= guessed', sums.guessed, sums.all))
  rows.push(totalRow('= not explained', sums.open, sums.all))
  return rows
}

function totalRow(label: string, sum: Sum, all: Sum): string[] {
  return [
    label,
    '',
    showCount(sum.files),
    showBytes(sum.bytes),
    showShare(sum.bytes, all.bytes),
    '',
  ]
}
