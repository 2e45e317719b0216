// What SQLite's result codes (sqlite.org/rescode.html) mean for a person: one sentence, the
// file, and what to do.
import Database from 'better-sqlite3'
import { AssayError, type ErrorCode, messageOf } from '../core/index.ts'

interface Meaning {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
}

const READ_ONLY: Meaning = {
  code: 'source',
  message: 'the inventory cannot be written',
  hint: 'make the file and its folder writable (SQLite needs that for its locks even to read), or name another file with --db',
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  SQLITE_NOTADB: {
    code: 'source',
    message: 'the file is not an inventory: it is no SQLite database',
    hint: 'name another file with --db; this one was not changed',
  },
  SQLITE_CORRUPT: {
    code: 'source',
    message: 'the inventory is damaged',
    hint: 'restore it from a backup, or move it away: Assay then makes a new one',
  },
  SQLITE_READONLY: READ_ONLY,
  SQLITE_PERM: READ_ONLY,
  SQLITE_CANTOPEN: {
    code: 'source',
    message: 'the inventory cannot be opened',
    hint: 'check who may read and write it and its folder (SQLite needs both for its locks)',
  },
  SQLITE_FULL: {
    code: 'source',
    message: 'the disk is full: the inventory could not be written, and holds what it held before',
    hint: 'make room, or name a file on another disk with --db',
  },
  SQLITE_BUSY: {
    code: 'incomplete',
    message: 'the inventory is in use by another run',
    hint: 'wait for the other run to end, or name another file with --db',
  },
  SQLITE_IOERR: {
    code: 'source',
    message: 'the inventory could not be read or written',
    hint: 'check the disk; network file systems often lack the locks that SQLite needs',
  },
  SQLITE_NOMEM: {
    code: 'incomplete',
    message: 'not enough memory for the inventory',
    hint: 'ask for less at once, or raise the memory limit',
  },
  SQLITE_TOOBIG: {
    code: 'source',
    message: 'a value is too large for the inventory (1 GB)',
    hint: 'lower the limits on entries and files held of a layer',
  },
}

/** The error to show for anything thrown while the inventory was used. */
export function inventoryError(thrown: unknown, file: string): unknown {
  if (thrown instanceof AssayError) return thrown
  if (!(thrown instanceof Database.SqliteError)) return missingBinding(thrown) ?? thrown
  const meaning = MEANINGS[thrown.code.split('_').slice(0, 2).join('_')]
  if (meaning === undefined) return thrown
  const detail = { hint: meaning.hint, where: file, cause: thrown }
  return new AssayError(meaning.code, meaning.message, detail)
}

/** Runs a piece of work on a database file and throws what `inventoryError` makes of its errors. */
export function guarded<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw inventoryError(thrown, file)
  }
}

function missingBinding(thrown: unknown): AssayError | undefined {
  if (!/bindings file|better_sqlite3\.node|NODE_MODULE_VERSION/.test(messageOf(thrown))) return
  return new AssayError('configuration', 'the SQLite binding (better-sqlite3) is not built', {
    hint: 'install python3, make and g++ (Debian: apt-get install build-essential python3), then run npm rebuild better-sqlite3',
    cause: thrown,
  })
}
