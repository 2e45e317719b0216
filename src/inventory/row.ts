// Values that come out of SQLite, checked: a column has the type the schema says, or the
// database is called damaged. No casts.
import { damaged, parseJson } from './pack.ts'

/** A row as better-sqlite3 gives it. */
export type Row = Readonly<Record<string, unknown>>

/** Any row result as a row; undefined when there is none. */
export function asRow(value: unknown): Row | undefined {
  return isRecord(value) ? value : undefined
}

/** True for plain objects, not arrays or null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text column. */
export function textAt(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw damaged(column)
  return value
}

/** A text column that may be null. */
export function textOrNullAt(row: Row, column: string): string | null {
  return row[column] === null ? null : textAt(row, column)
}

/** A whole number column. */
export function integerAt(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw damaged(column)
  return value
}

/** The column `id` of a row that was just written. */
export function idAt(row: Row | undefined): number {
  if (row === undefined) throw damaged('a row that was just written')
  return integerAt(row, 'id')
}

/** The texts of one column by the numbers of another, in the order of the rows. */
export function groupedTexts(
  rows: readonly Row[],
  number: string,
  text: string,
): Map<number, string[]> {
  const found = new Map<number, string[]>()
  for (const row of rows) {
    const key = integerAt(row, number)
    const known = found.get(key)
    if (known === undefined) found.set(key, [textAt(row, text)])
    else known.push(textAt(row, text))
  }
  return found
}

/** A blob column. */
export function blobAt(row: Row, column: string): Buffer {
  const value = row[column]
  if (!Buffer.isBuffer(value)) throw damaged(column)
  return value
}

/** A column with a JSON array of texts. */
export function textsAt(row: Row, column: string): readonly string[] {
  const value = parseJson(textAt(row, column), column)
  if (!isTexts(value)) throw damaged(column)
  return value
}

/** True for an array of texts. */
export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

const HAS_LONE_SURROGATE = /[\ud800-\udfff]/u
/** With the u flag this matches surrogates that stand alone, not pairs. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu

/**
 * Text as SQLite can hold it. A path's bytes that are not UTF-8 are lone surrogates in this
 * program (core/path.ts); in SQL they show as `\xNN`, so that two such names stay two.
 */
export function sqlText(text: string): string {
  if (!HAS_LONE_SURROGATE.test(text)) return text
  return text.replace(LONE_SURROGATE, (character) => {
    const code = character.charCodeAt(0)
    return code >= 0xdc80 && code <= 0xdcff
      ? `\\x${(code - 0xdc00).toString(16)}`
      : `\\u${code.toString(16)}`
  })
}
