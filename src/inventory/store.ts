// A database handle with its prepared statements: each is prepared when first used, text that
// SQLite cannot hold is made fit, and errors are put into words.
import type { Statement } from 'better-sqlite3'
import type { Handle } from './open.ts'
import { asRow, type Row, sqlText } from './row.ts'
import { guarded } from './sqlite-error.ts'

/** A value bound to a statement; true and false become 1 and 0. */
export type Bound = string | number | boolean | null | Uint8Array

/** Statements on one database file. */
export class Store {
  readonly file: string
  readonly handle: Handle
  readonly #statements = new Map<string, Statement>()

  constructor(file: string, handle: Handle) {
    this.file = file
    this.handle = handle
  }

  /** Runs a statement that gives no rows. */
  run(sql: string, ...values: Bound[]): void {
    guarded(this.file, () => this.#prepare(sql).run(...values.map(bindable)))
  }

  /** The first row, if any. */
  row(sql: string, ...values: Bound[]): Row | undefined {
    return guarded(this.file, () => asRow(this.#prepare(sql).get(...values.map(bindable))))
  }

  /** All rows. */
  rows(sql: string, ...values: Bound[]): Row[] {
    const rows = guarded(this.file, () => this.#prepare(sql).all(...values.map(bindable)))
    return rows.flatMap((value) => {
      const row = asRow(value)
      return row === undefined ? [] : [row]
    })
  }

  /** Inserts a row given as column and value. */
  insert(table: string, row: Readonly<Record<string, Bound>>, otherwise = ''): void {
    const columns = Object.keys(row)
    const marks = columns.map(() => '?').join(', ')
    const sql = `INSERT ${otherwise} INTO ${table} (${columns.join(', ')}) VALUES (${marks})`
    this.run(sql, ...Object.values(row))
  }

  /** Everything in `work`, or nothing. */
  transaction<T>(work: () => T): T {
    this.run('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.run('COMMIT')
      return result
    } catch (thrown) {
      // a full disk ends the transaction by itself
      if (this.handle.inTransaction) this.run('ROLLBACK')
      throw thrown
    }
  }

  #prepare(sql: string): Statement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.handle.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

function bindable(value: Bound): string | number | null | Uint8Array {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'string' ? sqlText(value) : value
}
