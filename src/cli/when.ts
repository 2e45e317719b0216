// The date that ages refer to: `--at`, SOURCE_DATE_EPOCH (reproducible-builds.org), or now.
import { usageError } from '../core/index.ts'

/**
 * The date as RFC 3339, UTC, whole seconds.
 * @throws AssayError `usage` when the text is no date.
 */
export function auditDate(at: string | null): string {
  const { SOURCE_DATE_EPOCH: epoch } = process.env
  if (at !== null) return parseDate(at)
  if (epoch !== undefined && /^\d{1,12}$/.test(epoch)) return show(Number(epoch) * 1000)
  return show(Date.now())
}

function parseDate(text: string): string {
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (Number.isNaN(time)) {
    throw usageError(`--at is no date: ${text.slice(0, 80)}`, {
      hint: 'write it as 2026-01-31 or 2026-01-31T12:00:00Z',
    })
  }
  return show(time)
}

function show(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}
