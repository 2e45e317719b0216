// Numbers git object ids (20 bytes each) in the order in which they come: a hash table in typed arrays, which
// takes a fifth of the memory of a Map of texts.

/** Bytes of a git object id (sha1). */
export const ID_BYTES = 20

/** Object ids, each with the number of its place. */
export class IdTable {
  #bytes: Uint8Array
  #slots: Int32Array
  #count: number

  /** Takes over ids that lie one behind the other, without repeats. */
  constructor(ids: Uint8Array = new Uint8Array(0)) {
    this.#count = Math.floor(ids.length / ID_BYTES)
    this.#bytes = ids
    this.#slots = new Int32Array(0)
    this.#rehash()
  }

  get size(): number {
    return this.#count
  }

  /** All ids in order, from a place on; not a copy. */
  bytes(from = 0): Uint8Array {
    return this.#bytes.subarray(from * ID_BYTES, this.#count * ID_BYTES)
  }

  /** The number of the id that begins at a place of `source`; -1 when it is unknown. */
  find(source: Uint8Array, at: number): number {
    return (this.#slots[this.#slotOf(source, at)] ?? 0) - 1
  }

  /** The same, of an id in hexadecimal. */
  findHex(id: string): number {
    return /^[0-9a-f]{40}$/.test(id) ? this.find(Buffer.from(id, 'hex'), 0) : -1
  }

  /** The number of an id, which is given one when it is new. */
  add(source: Uint8Array, at: number): number {
    const slot = this.#slotOf(source, at)
    const known = this.#slots[slot] ?? 0
    if (known > 0) return known - 1
    const number = this.#count
    if ((number + 1) * ID_BYTES > this.#bytes.length) this.#grow()
    this.#bytes.set(source.subarray(at, at + ID_BYTES), number * ID_BYTES)
    this.#count += 1
    this.#slots[slot] = number + 1
    if (this.#count * 2 > this.#slots.length) this.#rehash()
    return number
  }

  /** The id of this number, hexadecimal. */
  hexAt(number: number): string {
    return Buffer.from(this.#bytes.subarray(number * ID_BYTES, (number + 1) * ID_BYTES)).toString(
      'hex',
    )
  }

  #grow(): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, 1024 * ID_BYTES))
    grown.set(this.#bytes.subarray(0, this.#count * ID_BYTES))
    this.#bytes = grown
  }

  #rehash(): void {
    let length = 2048
    while (length < this.#count * 3) length *= 2
    this.#slots = new Int32Array(length)
    for (let number = 0; number < this.#count; number += 1) {
      this.#slots[this.#slotOf(this.#bytes, number * ID_BYTES)] = number + 1
    }
  }

  /** Ids are hashes already: their first bytes choose the slot. */
  #slotOf(source: Uint8Array, at: number): number {
    const mask = this.#slots.length - 1
    let slot =
      ((source[at] ?? 0) |
        ((source[at + 1] ?? 0) << 8) |
        ((source[at + 2] ?? 0) << 16) |
        ((source[at + 3] ?? 0) << 24)) &
      mask
    for (;;) {
      const number = this.#slots[slot] ?? 0
      if (number === 0 || this.#equals(number - 1, source, at)) return slot
      slot = (slot + 1) & mask
    }
  }

  #equals(number: number, source: Uint8Array, at: number): boolean {
    const start = number * ID_BYTES
    for (let byte = 0; byte < ID_BYTES; byte += 1) {
      if (this.#bytes[start + byte] !== source[at + byte]) return false
    }
    return true
  }
}
