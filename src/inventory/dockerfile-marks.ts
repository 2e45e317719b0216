// Dockerfiles of any commit of any repository, and what their instructions read like in a history: a few
// numbers a Dockerfile, by which those that may have made an image are found among all.
import { packBytes, unpackBytes } from './pack.ts'
import { blobAt, groupedTexts, idAt, integerAt } from './row.ts'
import type { Store } from './store.ts'

/** A Dockerfile of any commit of a repository. */
export interface TrackedDockerfile {
  readonly blob: string
  readonly text: string
  /** What its instructions read like in a history. */
  readonly marks: readonly number[]
}

/** Stores a Dockerfile unless it is there, and gives its row. */
export function writeDockerfile(
  store: Store,
  dockerfile: TrackedDockerfile,
  reader: number,
): number {
  const blob = Buffer.from(dockerfile.blob, 'hex')
  const find = 'SELECT id FROM tracked_dockerfile WHERE blob = ?'
  const known = store.row(find, blob)
  const text = packBytes(Buffer.from(dockerfile.text))
  if (known !== undefined) return integerAt(known, 'id')
  store.insert('tracked_dockerfile', { blob, reader, text })
  const id = idAt(store.row(find, blob))
  writeMarks(store, id, dockerfile.marks)
  return id
}

function writeMarks(store: Store, id: number, marks: readonly number[]): void {
  const sql = `INSERT OR IGNORE INTO dockerfile_mark (mark, dockerfile_id)
               SELECT value, ? FROM json_each(?)`
  store.run(sql, id, JSON.stringify(marks))
}

/** Makes the marks anew of Dockerfiles whose marks another version made. */
export function renewMarks(
  store: Store,
  reader: number,
  marksOf: (text: string) => readonly number[],
): void {
  const stale = store.rows('SELECT id, text FROM tracked_dockerfile WHERE reader <> ?', reader)
  if (stale.length === 0) return
  store.transaction(() => {
    for (const row of stale) {
      const id = integerAt(row, 'id')
      const text = unpackBytes(blobAt(row, 'text'), 'tracked Dockerfile').toString('utf8')
      store.run('DELETE FROM dockerfile_mark WHERE dockerfile_id = ?', id)
      writeMarks(store, id, marksOf(text))
      store.run('UPDATE tracked_dockerfile SET reader = ? WHERE id = ?', reader, id)
    }
  })
}

/** The text of a tracked Dockerfile; null when it is not stored. */
export function readDockerfile(store: Store, blob: string): string | null {
  const row = store.row(
    'SELECT text FROM tracked_dockerfile WHERE blob = ?',
    Buffer.from(blob, 'hex'),
  )
  return row === undefined
    ? null
    : unpackBytes(blobAt(row, 'text'), 'tracked Dockerfile').toString('utf8')
}

/** For each of these marks the repositories with a Dockerfile that has it. */
export function readMarked(store: Store, marks: Iterable<number>): Map<number, string[]> {
  const rows = store.rows(
    `SELECT DISTINCT m.mark, r.store FROM json_each(?) j CROSS JOIN dockerfile_mark m ON m.mark = j.value
     JOIN repository_dockerfile d ON d.dockerfile_id = m.dockerfile_id
     JOIN tracked_repository r ON r.id = d.repository_id`,
    `[${[...new Set(marks)].join(',')}]`,
  )
  return groupedTexts(rows, 'mark', 'store')
}

/** The Dockerfiles of a repository that have any of these marks, with the marks. */
export function readMarkedDockerfiles(
  store: Store,
  path: string,
  marks: Iterable<number>,
): Map<string, number[]> {
  const rows = store.rows(
    `SELECT f.blob, m.mark FROM tracked_repository r
     JOIN repository_dockerfile d ON d.repository_id = r.id
     JOIN tracked_dockerfile f ON f.id = d.dockerfile_id
     JOIN dockerfile_mark m ON m.dockerfile_id = f.id
     WHERE r.store = ? AND m.mark IN (SELECT value FROM json_each(?))`,
    ...[path, `[${[...new Set(marks)].join(',')}]`],
  )
  const found = new Map<string, number[]>()
  for (const row of rows) {
    const blob = Buffer.from(blobAt(row, 'blob')).toString('hex')
    found.set(blob, [...(found.get(blob) ?? []), integerAt(row, 'mark')])
  }
  return found
}
