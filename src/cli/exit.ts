// Exit statuses, decided in this one place (README, "Exit status").
import { AssayError, type ErrorCode } from '../core/index.ts'

/** 0 clean, 1 findings, 2 usage, 3 input, 4 incomplete, 70 a bug, 130 interrupted. */
export type ExitStatus = 0 | 1 | 2 | 3 | 4 | 70 | 130

const OF_CODE: Readonly<Record<ErrorCode, ExitStatus>> = {
  usage: 2,
  configuration: 2,
  rule: 2,
  source: 3,
  integrity: 3,
  incomplete: 4,
  internal: 70,
}

/** Where several hold, the first of these counts. */
const PRECEDENCE: readonly ExitStatus[] = [70, 130, 2, 3, 1, 4, 0]

/** The status of a thing that was thrown. */
export function statusOf(thrown: unknown): ExitStatus {
  return thrown instanceof AssayError ? OF_CODE[thrown.code] : 70
}

/** The status that counts among several. */
export function worstStatus(statuses: readonly ExitStatus[]): ExitStatus {
  return PRECEDENCE.find((status) => statuses.includes(status)) ?? 0
}
