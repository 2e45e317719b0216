// Bytes of wanted files while a layer is read: copied into slabs, because a layer may have a hundred thousand of
// them, each content once, and no more than the limit.
import type { WantedFile } from '../core/index.ts'

const SLAB = 1 << 20

/** Wanted files of one layer. */
export class WantedFiles {
  readonly files: WantedFile[] = []
  readonly #limit: number
  readonly #contents = new Map<string, Uint8Array>()
  #held = 0
  #slab = Buffer.alloc(0)
  #used = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Room for this many bytes; null when the limit is reached. */
  room(length: number): Buffer | null {
    if (this.#held + length > this.#limit) return null
    this.#held += length
    if (length > SLAB / 4) return Buffer.allocUnsafeSlow(length)
    if (this.#used + length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB)
      this.#used = 0
    }
    this.#used += length
    return this.#slab.subarray(this.#used - length, this.#used)
  }

  /** Keeps a file with the bytes that were put into its room, or with the same ones of an equal content. */
  keep(path: string, sha256: string, bytes: Buffer): void {
    const key = `${sha256} ${bytes.length}`
    const known = this.#contents.get(key)
    if (known === undefined) this.#contents.set(key, bytes)
    else this.#giveBack(bytes)
    this.files.push({ path, sha256, bytes: known ?? bytes })
  }

  #giveBack(bytes: Buffer): void {
    this.#held -= bytes.length
    if (bytes.buffer === this.#slab.buffer) this.#used -= bytes.length
  }
}
