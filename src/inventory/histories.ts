// What repositories track: their histories as packed columns, and two narrow tables that say which
// repositories may hold a blob, and which Dockerfiles may have left a step.
import { type HistorySegment, ID_BYTES, joinSegments } from '../core/index.ts'
import {
  readDockerfile,
  readMarked,
  readMarkedDockerfiles,
  renewMarks,
  type TrackedDockerfile,
  writeDockerfile,
} from './dockerfile-marks.ts'
import { columnsOf, segmentOf } from './history-columns.ts'
import { packBytes, unpackBytes } from './pack.ts'
import { blobAt, groupedTexts, idAt, integerAt, type Row, textAt, textsAt } from './row.ts'
import type { Store } from './store.ts'

/** A repository as it was last read. */
export interface TrackedRepository {
  /** Where its objects lie. */
  readonly store: string
  /** Names all that decides what its history is. */
  readonly state: string
  /** Version of what read it. */
  readonly reader: number
  /** Ids of all that its refs named. */
  readonly tips: readonly string[]
  /** Commits that its HEAD and its remote's HEAD named. */
  readonly heads: readonly string[]
  /** What of it could not be read, in a sentence; ''. */
  readonly problem: string
}

/** What was read of a repository. */
export interface RepositoryReading {
  readonly repository: TrackedRepository
  readonly segment: HistorySegment
  /** The segment follows what is stored; else it takes its place. */
  readonly follows: boolean
  readonly dockerfiles: readonly TrackedDockerfile[]
  /** Version of what made the marks. */
  readonly marker: number
  /** State that was stored when reading began; null for none: another writer's work is not overwritten. */
  readonly before: string | null
}

/** Segments of one repository before they are written as one. */
const MAX_SEGMENTS = 16
/** Rows that one statement inserts. */
const BATCH = 50_000

function readTracked(store: Store, path: string): TrackedRepository | null {
  const row = store.row('SELECT * FROM tracked_repository WHERE store = ?', path)
  return row === undefined ? null : trackedOf(row)
}

function trackedOf(row: Row): TrackedRepository {
  const tips = unpackBytes(blobAt(row, 'tips'), 'tracked repository').toString('latin1')
  return {
    store: textAt(row, 'store'),
    state: textAt(row, 'state'),
    reader: integerAt(row, 'reader'),
    tips: tips === '' ? [] : tips.split('\n'),
    heads: textsAt(row, 'heads'),
    problem: textAt(row, 'problem'),
  }
}

function readHistoryOf(store: Store, path: string): HistorySegment | null {
  const rows = store.rows(
    `SELECT h.* FROM tracked_history h JOIN tracked_repository r ON r.id = h.repository_id
     WHERE r.store = ? ORDER BY h.position`,
    path,
  )
  return rows.length === 0 ? null : joinSegments(rows.map(segmentOf))
}

function writeReading(store: Store, reading: RepositoryReading): boolean {
  const { repository, segment, before } = reading
  return store.transaction(() => {
    const known = store.row(
      'SELECT id, state FROM tracked_repository WHERE store = ?',
      repository.store,
    )
    if ((known === undefined ? null : textAt(known, 'state')) !== before) return false
    const id = writeRepository(
      store,
      repository,
      known === undefined ? null : integerAt(known, 'id'),
    )
    if (!reading.follows && known !== undefined) {
      for (const table of ['tracked_history', 'tracked_blob', 'repository_dockerfile']) {
        store.run(`DELETE FROM ${table} WHERE repository_id = ?`, id)
      }
    }
    if (segment.commits.length > 0 || !reading.follows) writeSegment(store, id, segment)
    writeBlobs(store, id, segment.blobs)
    for (const dockerfile of reading.dockerfiles) {
      const dockerfile_id = writeDockerfile(store, dockerfile, reading.marker)
      store.insert('repository_dockerfile', { repository_id: id, dockerfile_id }, 'OR IGNORE')
    }
    return true
  })
}

function writeRepository(
  store: Store,
  repository: TrackedRepository,
  known: number | null,
): number {
  const { store: path, state, reader, tips, heads, problem } = repository
  const packed = packBytes(Buffer.from(tips.join('\n'), 'latin1'))
  if (known !== null) {
    store.run(
      `UPDATE tracked_repository SET state = ?, reader = ?, tips = ?, heads = ?, problem = ?
       WHERE id = ?`,
      ...[state, reader, packed, JSON.stringify(heads), problem, known],
    )
    return known
  }
  const row = { store: path, state, reader, tips: packed, heads: JSON.stringify(heads), problem }
  store.insert('tracked_repository', row)
  return idAt(store.row('SELECT id FROM tracked_repository WHERE store = ?', path))
}

function writeSegment(store: Store, repository_id: number, segment: HistorySegment): void {
  const rows = store.rows(
    'SELECT * FROM tracked_history WHERE repository_id = ? ORDER BY position',
    repository_id,
  )
  let [position, whole] = [rows.length, segment]
  if (rows.length >= MAX_SEGMENTS) {
    whole = joinSegments([...rows.map(segmentOf), segment])
    store.run('DELETE FROM tracked_history WHERE repository_id = ?', repository_id)
    position = 0
  }
  store.insert('tracked_history', { repository_id, position, ...columnsOf(whole) })
}

/** The first 6 bytes of an object id as a number. */
export function prefixOf(ids: Uint8Array, at: number): number {
  return Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength).readUIntBE(at, 6)
}

function writeBlobs(store: Store, repository: number, blobs: Uint8Array): void {
  const prefixes = new Float64Array(blobs.length / ID_BYTES)
  for (let at = 0; at < prefixes.length; at += 1) prefixes[at] = prefixOf(blobs, at * ID_BYTES)
  // in the order of the table, which is then written in a fraction of the time
  prefixes.sort()
  for (let at = 0; at < prefixes.length; at += BATCH) {
    store.run(
      `INSERT OR IGNORE INTO tracked_blob (prefix, repository_id)
       SELECT value, ? FROM json_each(?)`,
      ...[repository, `[${prefixes.subarray(at, at + BATCH).join(',')}]`],
    )
  }
}

function readHolders(store: Store, prefixes: Iterable<number>): Map<number, string[]> {
  const rows = store.rows(
    `SELECT b.prefix, r.store FROM json_each(?) j CROSS JOIN tracked_blob b ON b.prefix = j.value
     JOIN tracked_repository r ON r.id = b.repository_id`,
    `[${[...new Set(prefixes)].join(',')}]`,
  )
  return groupedTexts(rows, 'prefix', 'store')
}

/** What the inventory knows of repositories. */
export class Histories {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** A repository as it was last read; null when it never was. */
  repository(path: string): TrackedRepository | null {
    return readTracked(this.#store, path)
  }

  /** The whole history of a repository; null when it was never read. */
  history(path: string): HistorySegment | null {
    return readHistoryOf(this.#store, path)
  }

  /** Stores what was read, whole or not at all: not when another writer was there since `before`, which gives false. */
  put(reading: RepositoryReading): boolean {
    return writeReading(this.#store, reading)
  }

  /** For each of these prefixes (`prefixOf`) the repositories that may hold such a blob. */
  holders(prefixes: Iterable<number>): Map<number, string[]> {
    return readHolders(this.#store, prefixes)
  }

  /** For each of these marks the repositories with a Dockerfile that has it. */
  marked(marks: Iterable<number>): Map<number, string[]> {
    return readMarked(this.#store, marks)
  }

  /** The Dockerfiles of a repository that have any of these marks, with the marks, by blob. */
  markedDockerfiles(path: string, marks: Iterable<number>): Map<string, number[]> {
    return readMarkedDockerfiles(this.#store, path, marks)
  }

  /** The text of a Dockerfile of any commit; null when it is not stored. */
  dockerfile(blob: string): string | null {
    return readDockerfile(this.#store, blob)
  }

  /** Makes the marks anew of Dockerfiles whose marks another version than `marker` made. */
  renewMarks(marker: number, marksOf: (text: string) => readonly number[]): void {
    renewMarks(this.#store, marker, marksOf)
  }
}
