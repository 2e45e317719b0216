// Opens, creates and migrates the database file. A file that is refused is never altered:
// it is looked at through a read-only handle first.
import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { AssayError, messageOf, sourceError } from '../core/index.ts'
import { APPLICATION_ID, migrationSql, SCHEMA_VERSION } from './schema.ts'
import { guarded } from './sqlite-error.ts'

/** An open SQLite database. */
export type Handle = Database.Database

/** How long one writer waits for another. Milliseconds. */
const BUSY_TIMEOUT = 10_000

/** Opens the file for reading and writing; makes it, and its folder, when missing. */
export function openForWriting(file: string, busyTimeout = BUSY_TIMEOUT): Handle {
  return guarded(file, () => {
    const version = versionOf(file)
    if (version === 0) create(file)
    const handle = new Database(file, { timeout: busyTimeout })
    try {
      if (version < SCHEMA_VERSION) migrate(handle)
      setUp(handle)
      requireWritable(handle, busyTimeout)
      return handle
    } catch (thrown) {
      handle.close()
      throw thrown
    }
  })
}

/** Opens an existing inventory of this schema version for reading only. */
export function openForReading(file: string, busyTimeout = BUSY_TIMEOUT): Handle {
  return guarded(file, () => {
    const version = versionOf(file)
    if (version === 0) throw sourceError('there is no inventory here yet', missing(file))
    if (version < SCHEMA_VERSION) {
      throw sourceError(`written by an older Assay (schema ${version})`, {
        where: file,
        hint: 'open it once for writing, for example with assay audit: that brings it up to date',
      })
    }
    const handle = new Database(file, { readonly: true, timeout: busyTimeout })
    handle.pragma('temp_store = memory')
    return handle
  })
}

function missing(file: string) {
  return { where: file, hint: 'audit an image first, or name the file with --db' }
}

/**
 * The schema version in the file; 0 for a missing or empty one.
 * @throws AssayError when it is no inventory or a newer one.
 */
function versionOf(file: string): number {
  const status = statusOf(file)
  if (status === undefined) return 0
  if (!status.isFile()) throw sourceError('the inventory is not a file', notFile(file))
  if (status.size === 0) return 0
  const handle = new Database(file, { readonly: true, fileMustExist: true })
  try {
    const application = handle.pragma('application_id', { simple: true })
    const version = Number(handle.pragma('user_version', { simple: true }))
    if (application === APPLICATION_ID && version > SCHEMA_VERSION) {
      throw sourceError(
        `written by a newer Assay (schema ${version}, this one knows ${SCHEMA_VERSION})`,
        { where: file, hint: 'update Assay, or name another file with --db' },
      )
    }
    if (application === APPLICATION_ID && version > 0) return version
    const objects = Number(handle.prepare('SELECT count(*) FROM sqlite_schema').pluck().get())
    if (application === 0 && version === 0 && objects === 0) return 0
    throw sourceError('the file is a database of another program, not an inventory', {
      where: file,
      hint: 'name another file with --db; this one was not changed',
    })
  } finally {
    handle.close()
  }
}

function statusOf(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false })
  } catch (cause) {
    throw new AssayError('source', `the inventory cannot be opened: ${systemReason(cause)}`, {
      where: file,
      hint: 'name another file with --db',
      cause,
    })
  }
}

function notFile(file: string) {
  return { where: file, hint: 'name a file with --db' }
}

/** Makes the empty file, readable by its owner alone: build arguments may be secrets. */
function create(file: string): void {
  try {
    makeFolder(dirname(file))
    closeSync(openSync(file, 'a', 0o600))
  } catch (cause) {
    throw new AssayError('source', `the inventory cannot be made: ${systemReason(cause)}`, {
      where: file,
      hint: 'name a file in a folder that you may write with --db',
      cause,
    })
  }
}

/** Not by the `recursive` of Node.js, which never ends where the system refuses to make a folder (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (thrown) {
    // another run may have made it meanwhile
    if (!existsSync(folder)) throw thrown
  }
}

function systemReason(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  return SYSTEM_REASONS[code] ?? messageOf(thrown)
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a part of its path is not a folder',
  ENOENT: 'its folder cannot be made',
}

/** One transaction; a second process that comes meanwhile waits, then finds the work done. */
function migrate(handle: Handle): void {
  handle.pragma('journal_mode = WAL')
  handle.exec('BEGIN IMMEDIATE')
  try {
    const version = Number(handle.pragma('user_version', { simple: true }))
    if (version < SCHEMA_VERSION) {
      handle.exec(migrationSql(version))
      handle.pragma(`application_id = ${APPLICATION_ID}`)
      handle.pragma(`user_version = ${SCHEMA_VERSION}`)
    }
    handle.exec('COMMIT')
  } catch (thrown) {
    if (handle.inTransaction) handle.exec('ROLLBACK')
    throw thrown
  }
}

function setUp(handle: Handle): void {
  handle.pragma('synchronous = NORMAL')
  handle.pragma('foreign_keys = ON')
  handle.pragma('temp_store = memory')
}

/** SQLite opens a file it may not write for reading, silently; a run would fail at its end. */
function requireWritable(handle: Handle, busyTimeout: number): void {
  handle.pragma('busy_timeout = 0')
  try {
    handle.exec('BEGIN IMMEDIATE')
    handle.exec('ROLLBACK')
  } catch (thrown) {
    // another writer at work: this one waits for it when it has something to write
    if (!(thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY'))) {
      throw thrown
    }
  }
  handle.pragma(`busy_timeout = ${busyTimeout}`)
}
