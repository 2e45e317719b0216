// Rows of `assay query` and of the tables: for people, for programs, for spreadsheets (RFC 4180).
import { printable } from '../core/index.ts'
import { safeJson } from './json.ts'
import { alignRows, clipMiddle, columnsOf } from './layout.ts'

/** How rows are written. */
export type QueryFormat = 'table' | 'json' | 'json-lines' | 'csv'

/** Values as SQLite gives them: numbers, texts, null, bytes. */
type Cell = unknown

const WIDEST_CELL = 120

/** Rows under their columns; ends with a line feed, but an empty json-lines answer is empty. */
export function renderRows(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  format: QueryFormat,
): string {
  switch (format) {
    case 'table':
      return renderTable(columns, rows)
    case 'json':
      return `[${rows.map((row) => `\n  ${jsonRow(columns, row)}`).join(',')}${rows.length > 0 ? '\n' : ''}]\n`
    case 'json-lines':
      return rows.map((row) => `${jsonRow(columns, row)}\n`).join('')
    case 'csv':
      return [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
  }
}

function renderTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const right = columns.map((_name, column) => {
    const cells = rows.map((row) => row[column]).filter((cell) => cell !== null)
    return cells.length > 0 && cells.every(isNumber)
  })
  const head = columns.map((name) => tableCell(name))
  const body = rows.map((row) => columns.map((_name, column) => tableCell(row[column])))
  const widths = head.map(columnsOf)
  for (const row of body)
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, columnsOf(cell))
  const rule = widths.map((width) => '-'.repeat(width))
  return `${alignRows([head, rule, ...body], right).join('\n')}\n`
}

function isNumber(cell: Cell): boolean {
  return typeof cell === 'number' || typeof cell === 'bigint'
}

/** A cell on one line; NULL is empty, bytes are hexadecimal. */
function tableCell(cell: Cell): string {
  return clipMiddle(printable(textOf(cell).slice(0, WIDEST_CELL * 8)), WIDEST_CELL)
}

function textOf(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('hex')
  return String(cell)
}

/** Written by hand: two columns may have one name, and only the text keeps both in order. */
function jsonRow(columns: readonly string[], row: readonly Cell[]): string {
  const used = new Map<string, number>()
  const pairs = columns.map((name, column) => {
    const times = (used.get(name) ?? 0) + 1
    used.set(name, times)
    const key = times === 1 ? name : `${name}:${times}`
    return `${safeJson(key)}: ${jsonCell(row[column])}`
  })
  return `{ ${pairs.join(', ')} }`
}

function jsonCell(cell: Cell): string {
  if (typeof cell === 'bigint') return String(cell)
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : 'null'
  if (cell === null || cell === undefined) return 'null'
  return safeJson(textOf(cell))
}

/** Quoted where needed. A text that a spreadsheet would run as a formula gets an apostrophe (owasp.org/www-community/attacks/CSV_Injection). */
function csvCell(cell: Cell): string {
  const plain = textOf(cell)
  const text = !isNumber(cell) && /^[\s\u0000]*[=+\-@\t\r|%]/.test(plain) ? `'${plain}` : plain
  const safe = text.replace(/[^\t\n]+/g, (run) => printable(run))
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
