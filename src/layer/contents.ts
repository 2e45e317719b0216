// The contents of a layer's files, each once: size and digests. Entries refer to them by number.
import type { Entry } from '../core/index.ts'
import { ByteColumn, damagedBlock, NumberReader, readIndexes } from './numbers.ts'
import type { Section, Sections } from './sections.ts'

/** Digest columns: their section, bytes of a digest, and the bit that says which contents have one. */
const DIGESTS = [
  { field: 'sha256', section: 'sha256', bytes: 32, bit: 1 },
  { field: 'gitBlob', section: 'git blobs', bytes: 20, bit: 2 },
  { field: 'md5', section: 'md5', bytes: 16, bit: 4 },
  { field: 'sha1', section: 'sha1', bytes: 20, bit: 8 },
] as const

/** Name of a digest of an entry. */
export type DigestField = (typeof DIGESTS)[number]['field']

// in the column of entries; other numbers are two more than that of a content seen before
const NO_CONTENT = 0
const NEW_CONTENT = 1
const MIXED = -1

type ContentSection = Extract<
  Section,
  'content of entry' | 'sizes' | 'digests present' | (typeof DIGESTS)[number]['section']
>

/** Collects the contents of entries. */
export class ContentWriter {
  readonly #contentOf = new ByteColumn()
  readonly #sizes: number[] = []
  readonly #present = new ByteColumn()
  readonly #columns: Readonly<Record<DigestField, ByteColumn>> = {
    sha256: new ByteColumn(),
    gitBlob: new ByteColumn(),
    md5: new ByteColumn(),
    sha1: new ByteColumn(),
  }
  // numbers of contents by the first bits of sha256: a Map of a million texts would take 100 MB
  #slots = new Int32Array(1024).fill(-1)
  // digests that all contents have so far; equal contents are sought only while that is one set
  #present0 = 0

  /** Number of contents. */
  get count(): number {
    return this.#sizes.length
  }

  /** Appends the content of an entry. */
  add(entry: Entry): void {
    const present = presentIn(entry)
    if (present === 0 && entry.size === 0) {
      this.#contentOf.push(NO_CONTENT)
      return
    }
    if (this.count === 0) this.#present0 = present
    else if (this.#present0 !== present) this.#present0 = MIXED
    const slot = (present & 1) === 0 ? -1 : this.#slotOf(entry)
    const known = slot < 0 ? -1 : (this.#slots[slot] ?? -1)
    if (known >= 0) {
      this.#contentOf.push(known + 2)
      return
    }
    if (slot >= 0) this.#slots[slot] = this.count
    this.#contentOf.push(NEW_CONTENT)
    this.#sizes.push(entry.size)
    this.#present.pushByte(present)
    for (const { field } of DIGESTS) this.#columns[field].pushHex(entry[field])
    if (this.count * 2 > this.#slots.length) this.#grow()
  }

  /** The slot that holds an equal content, or the free one where it belongs. */
  #slotOf(entry: Entry): number {
    const mask = this.#slots.length - 1
    let slot = Number.parseInt(entry.sha256.slice(0, 8), 16) & mask
    for (; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] ?? -1
      if (number < 0 || this.#isEqual(number, entry)) return slot
    }
  }

  #isEqual(number: number, entry: Entry): boolean {
    if (this.#present0 === MIXED || this.#sizes[number] !== entry.size) return false
    return DIGESTS.every(({ field, bytes }) => {
      const digest = entry[field]
      if (digest === '') return true
      return this.#columns[field].hex(number * bytes, bytes) === digest
    })
  }

  #grow(): void {
    const old = this.#slots
    const mask = old.length * 2 - 1
    this.#slots = new Int32Array(old.length * 2).fill(-1)
    const bits = this.#columns.sha256.bytes()
    let at = 0
    for (const [number, present] of this.#present.bytes().entries()) {
      if ((present & 1) === 0) continue
      let slot = bits.readUInt32BE(at) & mask
      while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask
      this.#slots[slot] = number
      at += 32
    }
  }

  /** The sections of the table. */
  sections(): Readonly<Record<ContentSection, Buffer>> {
    const sizes = new ByteColumn()
    for (const size of this.#sizes) sizes.push(size)
    return {
      'content of entry': this.#contentOf.bytes(),
      sizes: sizes.bytes(),
      'digests present': this.#present.bytes(),
      sha256: this.#columns.sha256.bytes(),
      'git blobs': this.#columns.gitBlob.bytes(),
      md5: this.#columns.md5.bytes(),
      sha1: this.#columns.sha1.bytes(),
    }
  }
}

function presentIn(entry: Entry): number {
  let present = 0
  for (const { field, bytes, bit } of DIGESTS) {
    const digest = entry[field]
    if (digest === '') continue
    if (digest.length !== bytes * 2) throw new RangeError(`no such ${field}: ${digest}`)
    present |= bit
  }
  return present
}

/** One digest column: where the digest of each content starts. */
interface DigestColumn {
  readonly bytes: Buffer
  readonly width: number
  /** Null when all contents have one; else the position of each among those that do, -1 where none is. */
  readonly ranks: Int32Array | null
}

/** The contents of a block. */
export class ContentReader {
  readonly #contentOf: Int32Array
  readonly #sizes: Float64Array
  readonly #columns: Readonly<Record<DigestField, DigestColumn>>

  /** @throws AssayError `source` when the sections do not fit together. */
  constructor(sections: Sections) {
    const { entries, contents } = sections.counts
    this.#contentOf = numbersOf(sections.get('content of entry'), entries, contents)
    const sizes = new NumberReader(sections.get('sizes'), 'sizes')
    this.#sizes = new Float64Array(contents)
    for (let content = 0; content < contents; content += 1) this.#sizes[content] = sizes.next()
    sizes.finish()
    const present = sections.exactly('digests present', contents)
    const column = (at: 0 | 1 | 2 | 3): DigestColumn => {
      const { section, bytes: width, bit } = DIGESTS[at]
      const { count, ranks } = ranksOf(present, bit)
      return { bytes: sections.exactly(section, count * width), width, ranks }
    }
    this.#columns = { sha256: column(0), gitBlob: column(1), md5: column(2), sha1: column(3) }
  }

  /** Bytes of an entry's content. */
  sizeAt(entry: number): number {
    return this.#sizes[this.#contentOf[entry] ?? -1] ?? 0
  }

  /** A digest of an entry's content, hexadecimal; '' when it has none. */
  digestAt(field: DigestField, entry: number): string {
    const { bytes, width, ranks } = this.#columns[field]
    const content = this.#contentOf[entry] ?? -1
    const rank = content < 0 || ranks === null ? content : (ranks[content] ?? -1)
    return rank < 0 ? '' : bytes.toString('hex', rank * width, (rank + 1) * width)
  }
}

function numbersOf(bytes: Buffer, entries: number, contents: number): Int32Array {
  const codes = readIndexes(bytes, entries, 'content of entry')
  const numbers = new Int32Array(codes.buffer)
  let seen = 0
  for (let entry = 0; entry < entries; entry += 1) {
    const code = codes[entry] ?? 0
    if (code === NEW_CONTENT) seen += 1
    const number = code === NEW_CONTENT ? seen - 1 : code === NO_CONTENT ? -1 : code - 2
    if (number >= seen) throw damagedBlock('content of entry')
    numbers[entry] = number
  }
  if (seen !== contents) throw damagedBlock('content of entry')
  return numbers
}

function ranksOf(present: Buffer, bit: number): { count: number; ranks: Int32Array | null } {
  // plain loops: iterators over bytes take three times as long
  let count = 0
  for (let content = 0; content < present.length; content += 1)
    if (((present[content] ?? 0) & bit) !== 0) count += 1
  if (count === present.length) return { count, ranks: null }
  const ranks = new Int32Array(present.length).fill(-1)
  if (count === 0) return { count, ranks }
  let rank = 0
  for (let content = 0; content < present.length; content += 1) {
    if (((present[content] ?? 0) & bit) === 0) continue
    ranks[content] = rank
    rank += 1
  }
  return { count, ranks }
}
