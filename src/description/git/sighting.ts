// Where in history blobs were tracked: one pass of `git log --raw` over all refs, read as it comes.
import { type BlobSighting, decodeName, sourceError } from '../../core/index.ts'
import { type GitPlace, streamGit } from './run.ts'

/** For each wanted blob, the newest commit that brought it, and the first path there. */
export async function findSightings(
  place: GitPlace,
  wanted: ReadonlySet<string>,
  extraCommits: readonly string[],
): Promise<Map<string, BlobSighting>> {
  const reader = new LogReader(wanted)
  const command = [
    'log',
    '--all',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '-m',
    '--root',
    '-z',
    '--no-ext-diff',
    '--no-textconv',
    '--no-show-signature',
    '--no-notes',
    '--ignore-submodules=all',
    '--format=%x01%H %ct',
    '--end-of-options',
    ...extraCommits,
  ]
  const limits = { bytes: Number.POSITIVE_INFINITY, seconds: 1800 }
  const { code, complaint } = await streamGit(place, command, { input: '', limits }, (chunk) => {
    reader.take(chunk)
  })
  if (code !== 0) throw sourceError(`the history cannot be read: ${complaint}`)
  return reader.found
}

/** Longest field of the log: a path. */
const MAX_FIELD = 1 << 20

class LogReader {
  readonly found = new Map<string, BlobSighting>()
  readonly #wanted: ReadonlySet<string>
  #rest: Buffer = Buffer.alloc(0)
  #commit = ''
  #seconds = ''
  /** Blob of the raw line whose path comes next. */
  #blob = ''

  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted
  }

  take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    for (let end = bytes.indexOf(0, at); end >= 0; end = bytes.indexOf(0, at)) {
      this.#field(bytes, at, end)
      at = end + 1
    }
    this.#rest = bytes.subarray(at)
    if (this.#rest.length > MAX_FIELD) throw sourceError('the history holds a path without end')
  }

  #field(bytes: Buffer, from: number, end: number): void {
    if (this.#blob !== '') {
      this.#note(this.#blob, bytes.subarray(from, end))
      this.#blob = ''
      return
    }
    // the first entry of a commit stands on a line of its own
    const start = bytes[from] === 10 ? from + 1 : from
    if (bytes[start] === 1) {
      const [commit, seconds] = bytes.toString('latin1', start + 1, end).split(' ')
      this.#commit = commit ?? ''
      this.#seconds = seconds ?? ''
      return
    }
    // ":100644 100644 <old> <new> M"
    const blob = bytes[start] === 58 ? bytes.toString('latin1', start + 56, start + 96) : ''
    this.#blob = blob === '' ? '-' : blob
  }

  #note(blob: string, path: Buffer): void {
    if (!this.#wanted.has(blob) || this.found.has(blob)) return
    this.found.set(blob, {
      blob,
      path: decodeName(path),
      commit: this.#commit,
      date: dateOf(this.#seconds),
    })
  }
}

/** Seconds since 1970 as RFC 3339 UTC; '' when no calendar has such a year. */
export function dateOf(seconds: string): string {
  const date = new Date(Number(seconds.trim() === '' ? Number.NaN : seconds) * 1000)
  if (Number.isNaN(date.getTime())) return ''
  return date.toISOString().replace('.000Z', 'Z')
}
