// A file whose content comes bit by bit: digests, first bytes, wanted bytes; a sparse one expanded.
import type { ContentDigests, ContentStream } from './content-hash.ts'
import { SparseExpander, type SparseFile } from './sparse.ts'

/** A file that is being read. */
export class StreamedFile {
  /** Where wanted bytes go; null when none are wanted. */
  readonly kept: Buffer | null
  readonly #hash: ContentStream
  readonly #head = Buffer.alloc(4)
  readonly #sparse: SparseExpander | null
  #length = 0

  /** `stored`: bytes in the archive of a sparse file. */
  constructor(
    hash: ContentStream,
    kept: Buffer | null,
    sparse: SparseFile | null = null,
    stored = 0,
  ) {
    this.#hash = hash
    this.kept = kept
    this.#sparse =
      sparse === null ? null : new SparseExpander(sparse, stored, (bytes) => this.#take(bytes))
  }

  /** The next bytes of the archive. */
  push(bytes: Buffer): void {
    if (this.#sparse === null) this.#take(bytes)
    else this.#sparse.push(bytes)
  }

  #take(bytes: Buffer): void {
    this.#hash.update(bytes)
    if (this.#length < this.#head.length) bytes.copy(this.#head, this.#length)
    if (this.kept !== null && this.#length < this.kept.length) bytes.copy(this.kept, this.#length)
    this.#length += bytes.length
  }

  /** After the last byte. */
  finish(): ContentDigests {
    this.#sparse?.finish()
    return this.#hash.digests()
  }

  /** The first four bytes, or fewer. */
  get head(): Buffer {
    return this.#head.subarray(0, this.#length)
  }
}
