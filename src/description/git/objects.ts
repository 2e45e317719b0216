// Blobs and commits through one long-lived `git cat-file --batch` (git-cat-file(1), BATCH OUTPUT).
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { sourceError } from '../../core/index.ts'
import { type GitPlace, startError, startGit } from './run.ts'

const OBJECT_ID = /^[0-9a-f]{40}$/

/** Largest commit that is read, in bytes. */
const MAX_COMMIT = 1 << 20

/** A commit that a text named. */
export interface NamedCommit {
  readonly id: string
  readonly seconds: string
}

/** Reads blobs one after the other; `close` ends the process. */
export class BlobReader {
  readonly #place: GitPlace
  #child: ChildProcessWithoutNullStreams | null = null
  #source: ByteSource | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(place: GitPlace) {
    this.#place = place
  }

  /** Bytes of a blob; null when it is missing, is no blob or is larger than `maxBytes`. */
  read(id: string, maxBytes: number): Promise<Uint8Array | null> {
    if (!OBJECT_ID.test(id)) return Promise.resolve(null)
    return this.#inTurn(async () => (await this.#object(id, 'blob', maxBytes))?.bytes ?? null)
  }

  /**
   * The commit that an expression names (gitrevisions(7)), and its committer's seconds since 1970; null
   * when there is none. It is handed over on standard input, where nothing can be an option.
   */
  commit(expression: string): Promise<NamedCommit | null> {
    if (/[\n\0]/.test(expression)) return Promise.resolve(null)
    return this.#inTurn(async () => {
      const found = await this.#object(`${expression}^{commit}`, 'commit', MAX_COMMIT)
      if (found === null) return null
      const header = /^committer .*> (\d+) [-+]\d+$/m.exec(found.bytes.toString('latin1'))
      return { id: found.id, seconds: header?.[1] ?? '' }
    })
  }

  close(): void {
    this.#closed = true
    this.#stop()
  }

  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(read)
    this.#turn = turn.catch(() => {})
    return turn
  }

  #stop(): void {
    this.#child?.kill('SIGKILL')
    this.#child = null
    this.#source = null
  }

  #start(): { child: ChildProcessWithoutNullStreams; source: ByteSource } {
    if (this.#closed) throw sourceError('the repository is already closed')
    if (this.#child !== null && this.#source !== null) {
      return { child: this.#child, source: this.#source }
    }
    const child = startGit(this.#place, ['cat-file', '--batch'])
    child.stderr.resume()
    const source = new ByteSource(child)
    this.#child = child
    this.#source = source
    return { child, source }
  }

  /** The object that a name leads to; null when there is none, or it is another kind or too large. */
  async #object(
    name: string,
    kind: 'blob' | 'commit',
    maxBytes: number,
  ): Promise<{ id: string; bytes: Buffer } | null> {
    const { child, source } = this.#start()
    child.stdin.write(`${name}\n`)
    const header = await source.line()
    // git ended: a missing object of a partial clone does that. The next request starts anew.
    if (header === null) {
      this.#stop()
      return null
    }
    const match = /^([0-9a-f]{40}) (\w+) (\d+)$/.exec(header)
    if (match === null) return null
    const [, id = '', type] = match
    const size = Number(match[3])
    const wanted = type === kind && size <= maxBytes
    const bytes = await source.take(size, wanted)
    await source.take(1, false)
    if (bytes === null) this.#stop()
    return wanted && bytes !== null ? { id, bytes } : null
  }
}

/** The output of a process, pulled. */
class ByteSource {
  readonly #child: ChildProcessWithoutNullStreams
  #rest: Buffer = Buffer.alloc(0)
  #ended = false
  #failure: unknown = null
  #wake: () => void = () => {}

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    const wake = () => this.#wake()
    child.stdout.on('readable', wake)
    child.stdout.on('end', () => {
      this.#ended = true
      wake()
    })
    child.on('error', (error) => {
      this.#failure = startError(error)
      this.#ended = true
      wake()
    })
    child.on('close', () => {
      this.#ended = true
      wake()
    })
  }

  /** The next line without its end; null at the end. */
  async line(): Promise<string | null> {
    for (;;) {
      const end = this.#rest.indexOf(10)
      if (end >= 0) {
        const line = this.#rest.toString('latin1', 0, end)
        this.#rest = this.#rest.subarray(end + 1)
        return line
      }
      const chunk = await this.#more()
      if (chunk === null) return null
      this.#rest = Buffer.concat([this.#rest, chunk])
    }
  }

  /** The next bytes, or with `keep` false an empty array in their place; null when they end early. */
  async take(length: number, keep: boolean): Promise<Buffer | null> {
    const result = Buffer.alloc(keep ? length : 0)
    let at = 0
    while (at < length) {
      if (this.#rest.length === 0) {
        const chunk = await this.#more()
        if (chunk === null) return null
        this.#rest = chunk
      }
      const part = this.#rest.subarray(0, length - at)
      if (keep) result.set(part, at)
      at += part.length
      this.#rest = this.#rest.subarray(part.length)
    }
    return result
  }

  async #more(): Promise<Buffer | null> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure
      const chunk: unknown = this.#child.stdout.read()
      if (Buffer.isBuffer(chunk)) return chunk
      if (this.#ended) return null
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
