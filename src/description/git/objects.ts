// Blobs by id through one long-lived `git cat-file --batch` (git-cat-file(1), BATCH OUTPUT).
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { sourceError } from '../../core/index.ts'
import { type GitPlace, startError, startGit } from './run.ts'

const OBJECT_ID = /^[0-9a-f]{40}$/

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
    const turn = this.#turn.then(() => this.#readNow(id, maxBytes))
    this.#turn = turn.catch(() => {})
    return turn
  }

  close(): void {
    this.#closed = true
    this.#stop()
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

  async #readNow(id: string, maxBytes: number): Promise<Uint8Array | null> {
    const { child, source } = this.#start()
    child.stdin.write(`${id}\n`)
    const header = await source.line()
    // git ended: a missing object of a partial clone does that. The next request starts anew.
    if (header === null) {
      this.#stop()
      return null
    }
    const match = /^[0-9a-f]{40} (\w+) (\d+)$/.exec(header)
    if (match === null) return null
    const size = Number(match[2])
    const wanted = match[1] === 'blob' && size <= maxBytes
    const bytes = await source.take(size, wanted)
    await source.take(1, false)
    if (bytes === null) this.#stop()
    return wanted ? bytes : null
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
  async take(length: number, keep: boolean): Promise<Uint8Array | null> {
    const result = new Uint8Array(keep ? length : 0)
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
