// `--fail-on`: what in a result makes the exit status 1.
import type { AuditResult } from '../core/index.ts'
import { hasUntracked, usageError } from '../core/index.ts'

/** A level of `--fail-on`. */
export type FailOn = 'error' | 'warning' | 'drift' | 'lock' | 'unknown' | 'never'

const LEVELS: Readonly<Record<FailOn, (result: AuditResult) => boolean>> = {
  error: ({ findings, lock }) =>
    hasUntracked(lock) || findings.some((finding) => finding.severity === 'error'),
  warning: ({ findings, lock }) =>
    hasUntracked(lock) || findings.some((finding) => finding.severity !== 'info'),
  drift: ({ verdict, lock }) =>
    hasUntracked(lock) || verdict === 'drifted' || verdict === 'orphaned',
  lock: ({ lock }) => hasUntracked(lock),
  unknown: ({ verdict }) => verdict === 'unknown',
  never: () => false,
}

/** Names of the levels. */
export const FAIL_ON_LEVELS: readonly string[] = Object.keys(LEVELS)

/** The levels that were asked for; `error` when none was. */
export function parseFailOn(given: readonly string[]): readonly FailOn[] {
  const levels = given.flatMap((text) => text.split(','))
  for (const level of levels) {
    if (!isLevel(level)) {
      throw usageError(`--fail-on has no level ${level}`, {
        hint: `the levels are ${FAIL_ON_LEVELS.join(', ')}`,
      })
    }
  }
  const known = levels.filter(isLevel)
  if (known.includes('never') && known.length > 1)
    throw usageError('--fail-on never goes with no other level')
  return known.length === 0 ? ['error'] : known
}

function isLevel(text: string): text is FailOn {
  return Object.hasOwn(LEVELS, text)
}

/** True when one of the levels holds for the result. */
export function fails(result: AuditResult, levels: readonly FailOn[]): boolean {
  return levels.some((level) => LEVELS[level](result))
}
