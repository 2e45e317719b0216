// Columns of numbers as bytes: LEB128, seven bits a byte, low ones first; signed ones in zigzag order.
import { sourceError } from '../core/index.ts'

/** The largest magnitude of a signed number in a column. */
export const SIGNED_LIMIT = 2 ** 52

/** The error for a stored layer that this program did not write like that. */
export function damagedBlock(what: string, cause?: unknown): Error {
  return sourceError(`a stored layer is damaged (${what})`, {
    hint: 'restore the inventory from a backup, or read the layer again with --verify',
    ...(cause === undefined ? {} : { cause }),
  })
}

/** Bytes that grow at their end. */
export class ByteColumn {
  #bytes = Buffer.allocUnsafe(256)
  #length = 0

  get length(): number {
    return this.#length
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }

  /** Appends one byte. */
  pushByte(value: number): void {
    this.#room(1)
    this.#bytes[this.#length++] = value
  }

  /** Appends a whole number from 0 to 2^53. */
  push(value: number): void {
    this.#room(8)
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80
      rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 0x80)
    }
    this.#bytes[this.#length++] = rest
  }

  /** Appends a whole number that may be negative, of `SIGNED_LIMIT` at most. */
  pushSigned(value: number): void {
    this.push(value >= 0 ? value * 2 : -value * 2 - 1)
  }

  /** Appends the bytes that hexadecimal digits name. */
  pushHex(digits: string): void {
    const length = digits.length >> 1
    this.#room(length)
    if (this.#bytes.write(digits, this.#length, 'hex') !== length)
      throw new RangeError('not hexadecimal')
    this.#length += length
  }

  /** These bytes as hexadecimal digits. */
  hex(at: number, length: number): string {
    return this.#bytes.toString('hex', at, at + length)
  }

  /** What was appended so far; valid until the next change. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }
}

/** Exactly `count` numbers below 2^32. */
export function readIndexes(bytes: Uint8Array, count: number, what: string): Uint32Array {
  if (bytes.length < count) throw damagedBlock(what)
  const values = new Uint32Array(count)
  let at = 0
  for (let index = 0; index < count; index += 1) {
    let byte = bytes[at++] ?? 0
    let value = byte
    if (byte >= 0x80) {
      value = byte & 0x7f
      let scale = 0x80
      do {
        byte = bytes[at++] ?? 0x100
        value += (byte & 0x7f) * scale
        scale *= 0x80
      } while (byte >= 0x80 && byte < 0x100 && scale <= 2 ** 28)
      if (byte >= 0x80 || value > 0xffffffff) throw damagedBlock(what)
    }
    values[index] = value
  }
  if (at !== bytes.length) throw damagedBlock(what)
  return values
}

/** Reads numbers one after another. */
export class NumberReader {
  readonly #bytes: Uint8Array
  readonly #what: string
  #at = 0

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes
    this.#what = what
  }

  /** Bytes read so far. */
  get at(): number {
    return this.#at
  }

  /** The next whole number from 0 to 2^53. */
  next(): number {
    let value = 0
    for (let scale = 1; scale <= 2 ** 49; scale *= 0x80) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) break
      value += (byte & 0x7f) * scale
      if (byte >= 0x80) continue
      if (value > 2 ** 53) break
      return value
    }
    throw damagedBlock(this.#what)
  }

  /** The next number that may be negative. */
  nextSigned(): number {
    const value = this.next()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** @throws AssayError when bytes are left. */
  finish(): void {
    if (this.#at !== this.#bytes.length) throw damagedBlock(this.#what)
  }
}

/** The numbers whose differences these are. */
export function readDeltas(bytes: Uint8Array, count: number, what: string): Float64Array {
  if (bytes.length < count) throw damagedBlock(what)
  const reader = new NumberReader(bytes, what)
  const values = new Float64Array(count)
  let last = 0
  for (let index = 0; index < count; index += 1) {
    last += reader.nextSigned()
    values[index] = last
  }
  reader.finish()
  return values
}
