// Rows of one shape as columns of JSON: numbers as they are, texts by dictionary where they repeat,
// else each with the length it shares with the text before it. Ten bytes a row after deflate.
import { damaged, packJson, unpackJson } from './pack.ts'
import { isRecord, isTexts, sqlText } from './row.ts'

/** One cell of a row. */
export type Cell = string | number | null

type Column =
  | { readonly numbers: readonly (number | null)[] }
  | { readonly words: readonly string[]; readonly indexes: readonly number[] }
  | { readonly shared: readonly number[]; readonly rest: readonly string[] }

/** Packs rows that all have `width` cells. Text is made fit for SQLite. */
export function packRows(rows: readonly (readonly Cell[])[], width: number): Buffer {
  const columns = Array.from({ length: width }, (_, at) => columnOf(rows, at))
  return packJson({ rows: rows.length, columns })
}

function columnOf(rows: readonly (readonly Cell[])[], at: number): Column {
  if (rows.some((row) => typeof row[at] !== 'string')) {
    return { numbers: rows.map((row) => numberOf(row[at])) }
  }
  return dictionaryOf(rows, at) ?? frontCoded(rows, at)
}

function numberOf(cell: Cell | undefined): number | null {
  return typeof cell === 'number' ? cell : null
}

/** Null when texts hardly repeat. */
function dictionaryOf(rows: readonly (readonly Cell[])[], at: number): Column | null {
  const known = new Map<string, number>()
  const words: string[] = []
  const indexes: number[] = []
  const most = rows.length / 2
  for (const row of rows) {
    const text = String(row[at])
    let index = known.get(text)
    if (index === undefined) {
      index = words.length
      if (index > most) return null
      known.set(text, index)
      words.push(sqlText(text))
    }
    indexes.push(index)
  }
  return { words, indexes }
}

function frontCoded(rows: readonly (readonly Cell[])[], at: number): Column {
  const shared: number[] = []
  const rest: string[] = []
  let last = ''
  for (const row of rows) {
    const text = sqlText(String(row[at]))
    const end = Math.min(text.length, last.length)
    let length = 0
    while (length < end && text.charCodeAt(length) === last.charCodeAt(length)) length += 1
    shared.push(length)
    rest.push(text.slice(length))
    last = text
  }
  return { shared, rest }
}

/** Columns that `packRows` packed, to be read once or again. */
export interface Columns {
  readonly count: number
  readonly columns: readonly Column[]
}

/** The columns that `packRows` packed. */
export function unpackColumns(packed: Uint8Array, width: number, where: string): Columns {
  const value = unpackJson(packed, where)
  if (!isRecord(value) || !Array.isArray(value['columns'])) throw damaged(where)
  const { rows: count, columns } = value
  if (typeof count !== 'number' || columns.length !== width) throw damaged(where)
  return { count, columns: columns.map((column) => checkedColumn(column, count, where)) }
}

/** The rows of these columns, one at a time. */
export function* rowsOf({ count, columns }: Columns): Generator<Cell[]> {
  const readers = columns.map(readerOf)
  for (let at = 0; at < count; at += 1) yield readers.map((read) => read(at))
}

type Reader = (at: number) => Cell

function readerOf(column: Column): Reader {
  if ('numbers' in column) return (at) => column.numbers[at] ?? null
  if ('words' in column) return (at) => column.words[column.indexes[at] ?? -1] ?? null
  let last = ''
  return (at) => {
    last = last.slice(0, column.shared[at] ?? 0) + (column.rest[at] ?? '')
    return last
  }
}

function checkedColumn(column: unknown, count: number, where: string): Column {
  if (!isRecord(column)) throw damaged(where)
  const { numbers, words, indexes, shared, rest } = column
  if (isNumbers(numbers) && numbers.length === count) return { numbers }
  if (isTexts(words) && isIndexes(indexes) && indexes.length === count) return { words, indexes }
  if (isIndexes(shared) && isTexts(rest) && rest.length === count) return { shared, rest }
  throw damaged(where)
}

function isNumbers(value: unknown): value is readonly (number | null)[] {
  return Array.isArray(value) && value.every((item) => item === null || typeof item === 'number')
}

function isIndexes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number')
}
