// Digests of one content: sha256, git's blob id (sha1 over "blob SIZE\0" and the bytes), and what package records use.
import * as crypto from 'node:crypto'
import type { Entry } from '../core/index.ts'
import type { ExtraDigest } from './request.ts'

/** The digests of a content, hexadecimal; '' for those that nobody asked for. */
export type ContentDigests = Pick<Entry, 'sha256' | 'gitBlob' | 'md5' | 'sha1'>

/** The digests of what has no content or was not read. */
export const NO_DIGESTS: ContentDigests = { sha256: '', gitBlob: '', md5: '', sha1: '' }

type OneShot = (algorithm: string, bytes: Uint8Array) => string

/** The one-shot function (Node.js 20.12 and later) takes half the time for small files. */
const hashAtOnce: OneShot =
  typeof crypto.hash === 'function'
    ? (algorithm, bytes) => crypto.hash(algorithm, bytes, 'hex')
    : (algorithm, bytes) => crypto.createHash(algorithm).update(bytes).digest('hex')

/** Digests of contents; one for a whole layer. */
export class ContentHasher {
  readonly #md5: boolean
  readonly #sha1: boolean
  readonly #empty: ContentDigests

  constructor(digests: readonly ExtraDigest[]) {
    this.#md5 = digests.includes('md5')
    this.#sha1 = digests.includes('sha1')
    this.#empty = this.#whole(Buffer.alloc(64), 64, 64)
  }

  /** Of the bytes from `start` to `end`; bytes before `start` are overwritten, so that git's header needs no copy. */
  whole(chunk: Buffer, start: number, end: number): ContentDigests {
    return start === end ? this.#empty : this.#whole(chunk, start, end)
  }

  #whole(chunk: Buffer, start: number, end: number): ContentDigests {
    const bytes = chunk.subarray(start, end)
    return {
      sha256: hashAtOnce('sha256', bytes),
      gitBlob: gitBlobOf(chunk, start, end),
      md5: this.#md5 ? hashAtOnce('md5', bytes) : '',
      sha1: this.#sha1 ? hashAtOnce('sha1', bytes) : '',
    }
  }

  /** Of bytes that come bit by bit. */
  stream(size: number): ContentStream {
    return new ContentStream(size, this.#md5, this.#sha1)
  }
}

function gitBlobOf(chunk: Buffer, start: number, end: number): string {
  const header = `blob ${end - start}\0`
  const from = start - header.length
  if (from < 0) {
    const hash = crypto.createHash('sha1').update(header)
    return hash.update(chunk.subarray(start, end)).digest('hex')
  }
  chunk.write(header, from, 'latin1')
  return hashAtOnce('sha1', chunk.subarray(from, end))
}

/** Hashes of a content that is not in memory as a whole. */
export class ContentStream {
  readonly #sha256 = crypto.createHash('sha256')
  readonly #gitBlob = crypto.createHash('sha1')
  readonly #md5: crypto.Hash | null
  readonly #sha1: crypto.Hash | null

  constructor(size: number, md5: boolean, sha1: boolean) {
    this.#gitBlob.update(`blob ${size}\0`)
    this.#md5 = md5 ? crypto.createHash('md5') : null
    this.#sha1 = sha1 ? crypto.createHash('sha1') : null
  }

  /** The next bytes. */
  update(bytes: Buffer): void {
    this.#sha256.update(bytes)
    this.#gitBlob.update(bytes)
    this.#md5?.update(bytes)
    this.#sha1?.update(bytes)
  }

  /** The digests, once all bytes were given. */
  digests(): ContentDigests {
    return {
      sha256: this.#sha256.digest('hex'),
      gitBlob: this.#gitBlob.digest('hex'),
      md5: this.#md5?.digest('hex') ?? '',
      sha1: this.#sha1?.digest('hex') ?? '',
    }
  }
}
