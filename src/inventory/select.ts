// Reading statements over the public views: what may be asked, and rows as JSON-safe values.
import { AssayError, messageOf } from '../core/index.ts'
import type { Handle } from './open.ts'
import { inventoryError } from './sqlite-error.ts'
import type { Store } from './store.ts'

/** A value in a result; whole numbers beyond 2^53 as text, blobs in hexadecimal. */
export type Value = string | number | null

/** A row by column name. */
export type Row = Readonly<Record<string, Value>>

/** Values of `:name` parameters. */
export type QueryParameters = Readonly<Record<string, string | number | null>>

/** A prepared reading statement. */
export interface Selection {
  readonly columns: readonly string[]
  rows(parameters: QueryParameters): Generator<Value[]>
}

/** Pragmas that only tell of tables. */
const PRAGMAS: ReadonlySet<string> = new Set(['table_list', 'table_info', 'table_xinfo'])

/**
 * Prepares one reading statement.
 * @throws AssayError `usage` when it writes, is none or several, or SQLite refuses it.
 */
export function prepareSelection(handle: Handle, sql: string): Selection {
  requireReading(sql)
  try {
    const statement = handle.prepare(sql).safeIntegers(true)
    if (!statement.reader || !statement.readonly) throw refused('it is no reading statement')
    statement.raw(true)
    return {
      columns: statement.columns().map((column) => column.name),
      *rows(parameters) {
        for (const row of statement.iterate(parameters)) {
          if (Array.isArray(row)) yield row.map(cellOf)
        }
      },
    }
  } catch (thrown) {
    throw sqlError(thrown)
  }
}

/** All rows of a trusted SELECT. */
export function selectRows(store: Store, sql: string, parameters: QueryParameters): Row[] {
  const { columns, rows } = prepareSelection(store.handle, sql)
  const found: Row[] = []
  try {
    for (const row of rows(parameters)) {
      found.push(Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])))
    }
  } catch (thrown) {
    throw sqlError(inventoryError(thrown, store.file))
  }
  return found
}

/** An error of the SQL itself becomes a usage error in SQLite's own words. */
export function sqlError(thrown: unknown): unknown {
  if (thrown instanceof AssayError) return thrown
  const message = messageOf(thrown).replaceAll(/\s+/g, ' ')
  if (message.includes('more than one statement')) return refused('it holds several statements')
  if (message.includes('contains no statements')) return refused('it holds no statement')
  return new AssayError('usage', `the query failed: ${message}`, {
    hint: 'docs/schema.md lists the views and their columns',
    cause: thrown,
  })
}

/** Words before SQLite sees them: some pragmas act while a statement is prepared. */
function requireReading(sql: string): void {
  let rest = withoutSpace(sql)
  let word = firstWord(rest)
  if (word === 'explain') {
    rest = afterWord(rest, word)
    word = firstWord(rest)
    if (word === 'query') {
      rest = afterWord(rest, word)
      rest = afterWord(rest, firstWord(rest))
      word = firstWord(rest)
    }
  }
  if (word === 'select' || word === 'with' || word === 'values') return
  if (word !== 'pragma') {
    throw refused(word === '' ? 'it holds no statement' : `it begins with ${word.toUpperCase()}`)
  }
  const argument =
    /^(?:main\s*\.\s*|temp\s*\.\s*)?(\w+)\s*(?:\(\s*["'[]?\w+["'\]]?\s*\))?\s*;?\s*$/i
  const name = argument.exec(afterWord(rest, word))?.[1]?.toLowerCase()
  if (name === undefined || !PRAGMAS.has(name)) {
    throw refused(`of pragmas only ${[...PRAGMAS].join(', ')} are allowed`)
  }
}

/** Drops white space, a byte order mark, comments and empty statements at the beginning. */
function withoutSpace(sql: string): string {
  return sql.replace(/^(?:[\s\ufeff;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/, '')
}

function firstWord(text: string): string {
  return (/^[A-Za-z_]+/.exec(text)?.[0] ?? '').toLowerCase()
}

function afterWord(text: string, word: string): string {
  return withoutSpace(text.slice(word.length))
}

function refused(reason: string): AssayError {
  return new AssayError('usage', `the query was refused: ${reason}`, {
    hint: 'ask one SELECT; docs/schema.md lists the views',
  })
}

function cellOf(value: unknown): Value {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value.toString()
  }
  if (typeof value === 'string' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  return Buffer.isBuffer(value) ? value.toString('hex') : null
}
