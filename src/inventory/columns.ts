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
  const cells = Array.from({ length: width }, (_, at) => (row: readonly Cell[]) => row[at] ?? null)
  return packItems(rows, cells)
}

/** Packs items as rows, a column for each of `cells`: a million items become no million rows on the way. */
export function packItems<Item>(
  items: readonly Item[],
  cells: readonly ((item: Item) => Cell)[],
): Buffer {
  return packJson({ rows: items.length, columns: cells.map((cell) => columnOf(items, cell)) })
}

function columnOf<Item>(items: readonly Item[], cell: (item: Item) => Cell): Column {
  const texts = textsOf(items, cell)
  if (texts === null) return { numbers: items.map((item) => numberOf(cell(item))) }
  return dictionaryOf(texts) ?? frontCoded(texts)
}

/** Null unless all cells are texts. */
function textsOf<Item>(items: readonly Item[], cell: (item: Item) => Cell): string[] | null {
  const texts: string[] = []
  for (const item of items) {
    const text = cell(item)
    if (typeof text !== 'string') return null
    texts.push(text)
  }
  return texts
}

function numberOf(cell: Cell): number | null {
  return typeof cell === 'number' ? cell : null
}

/** Texts before it is asked whether they repeat. */
const FIRST_TEXTS = 256

/** Null when texts hardly repeat. */
function dictionaryOf(texts: readonly string[]): Column | null {
  const known = new Map<string, number>()
  const words: string[] = []
  const indexes: number[] = []
  for (const text of texts) {
    let index = known.get(text)
    if (index === undefined) {
      index = words.length
      if (index > FIRST_TEXTS + indexes.length / 2) return null
      known.set(text, index)
      words.push(sqlText(text))
    }
    indexes.push(index)
  }
  return { words, indexes }
}

function frontCoded(texts: readonly string[]): Column {
  const shared: number[] = []
  const rest: string[] = []
  let last = ''
  for (const raw of texts) {
    const text = sqlText(raw)
    const end = Math.min(text.length, last.length)
    let length = 0
    while (length < end && text.charCodeAt(length) === last.charCodeAt(length)) length += 1
    shared.push(length)
    rest.push(text.slice(length))
    last = text
  }
  return { shared, rest }
}

/** Columns that were packed, to be read once or again. */
export interface Columns {
  readonly count: number
  readonly columns: readonly Column[]
}

/** The columns that `packItems` packed. */
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
