// Sparse files of GNU tar: the old form (type S) and PAX forms 0.0, 0.1 and 1.0 (GNU tar manual, "Storing Sparse
// Files"). What is accepted is what Go's archive/tar accepts: the content is the file as programs see it.
import { sourceError } from '../core/index.ts'

/** A stretch of a sparse file that is stored. */
export interface Stretch {
  readonly offset: number
  readonly length: number
}

/** How the logical file comes from the stored bytes. */
export interface SparseFile {
  /** Bytes of the logical file. */
  readonly size: number
  /** Null when the map stands before the stored bytes (PAX 1.0). */
  readonly map: readonly Stretch[] | null
}

/** More stretches than any real file has. */
const MAX_STRETCHES = 1_000_000
/** Bytes that a map inside the content may take. */
const MAX_MAP_BYTES = 32 << 20
const BLOCK = 512

/** Number of the four stretches of an old GNU header, or of the 21 of its continuation, that are in use. */
export function readOldStretches(bytes: Buffer, at: number, room: number): Stretch[] {
  const found: Stretch[] = []
  for (let index = 0; index < room; index += 1) {
    const start = at + index * 24
    if (bytes[start] === 0) break
    const offset = readSparseNumber(bytes, start)
    found.push({ offset, length: readSparseNumber(bytes, start + 12) })
  }
  return found
}

/** A number field of an old GNU sparse header: twelve bytes, octal or base-256. */
export function readSparseNumber(bytes: Buffer, at: number): number {
  if ((bytes[at] ?? 0) >= 0x80) {
    let value = (bytes[at] ?? 0) & 0x7f
    for (let index = at + 1; index < at + 12; index += 1) value = value * 256 + (bytes[index] ?? 0)
    return value
  }
  const text = bytes
    .toString('latin1', at, at + 12)
    .replace(/\0.*$/s, '')
    .trim()
  if (!/^[0-7]*$/.test(text)) throw sourceError('a sparse file has a malformed map')
  return Number.parseInt(text || '0', 8)
}

/** The sparse form that PAX records describe; null when they describe none. */
export function sparseFromRecords(
  records: ReadonlyMap<string, string>,
  stretches: readonly string[],
): { readonly file: SparseFile; readonly name: string } | null {
  const version = `${records.get('GNU.sparse.major') ?? ''}.${records.get('GNU.sparse.minor') ?? ''}`
  const list = records.get('GNU.sparse.map') ?? stretches.join(',')
  if (version !== '1.0' && version !== '0.0' && version !== '0.1') {
    if (version !== '.' || list === '') return null
  }
  const size = decimal(records.get('GNU.sparse.size') ?? records.get('GNU.sparse.realsize') ?? '')
  const name = records.get('GNU.sparse.name') ?? ''
  if (version === '1.0') return { file: { size, map: null }, name }
  const numbers = list === '' ? [] : list.split(',').map(decimal)
  const count = decimal(records.get('GNU.sparse.numblocks') ?? '')
  if (numbers.length !== count * 2) throw sourceError('a sparse file has a malformed map')
  return { file: { size, map: paired(numbers) }, name }
}

function paired(numbers: readonly number[]): Stretch[] {
  const map: Stretch[] = []
  for (let index = 0; index + 1 < numbers.length; index += 2)
    map.push({ offset: numbers[index] ?? 0, length: numbers[index + 1] ?? 0 })
  return map
}

function decimal(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value)) throw sourceError('a sparse file has a malformed map')
  return value
}

/** @throws AssayError `source` when stretches overlap, leave the file, or do not fit what is stored. */
export function checkMap(map: readonly Stretch[], size: number, stored: number): void {
  if (map.length > MAX_STRETCHES) throw sourceError('a sparse file has too many stretches')
  let end = 0
  let sum = 0
  for (const { offset, length } of map) {
    if (offset < end || offset + length > size) throw sourceError('a sparse file has a wrong map')
    end = offset + length
    sum += length
  }
  if (sum !== stored) throw sourceError('a sparse file has a map that does not fit its content')
}

/** Turns stored bytes into the logical file, hole by hole. */
export class SparseExpander {
  readonly #size: number
  readonly #out: (bytes: Buffer) => void
  #map: readonly Stretch[] | null
  #held: Buffer = Buffer.alloc(0)
  #stored: number
  #stretch = 0
  #inStretch = 0
  #position = 0

  constructor(file: SparseFile, stored: number, out: (bytes: Buffer) => void) {
    this.#size = file.size
    this.#map = file.map
    this.#stored = stored
    this.#out = out
    if (file.map !== null) checkMap(file.map, file.size, stored)
  }

  /** The next stored bytes. */
  push(bytes: Buffer): void {
    let rest = bytes
    if (this.#map === null) {
      this.#held = Buffer.concat([this.#held, bytes])
      const found = readInlineMap(this.#held)
      if (found === null) return
      checkMap(found.map, this.#size, this.#stored - found.length)
      this.#map = found.map
      rest = this.#held.subarray(found.length)
      this.#held = Buffer.alloc(0)
    }
    while (rest.length > 0) {
      const stretch = this.#map[this.#stretch]
      if (stretch === undefined) throw sourceError('a sparse file has a map that does not fit')
      this.#fill(stretch.offset)
      const taken = Math.min(rest.length, stretch.length - this.#inStretch)
      if (taken > 0) this.#out(rest.subarray(0, taken))
      this.#position += taken
      this.#inStretch += taken
      rest = rest.subarray(taken)
      if (this.#inStretch < stretch.length) continue
      this.#stretch += 1
      this.#inStretch = 0
    }
  }

  /** After the last stored byte: the hole at the end. */
  finish(): void {
    if (this.#map === null) throw sourceError('a sparse file has a malformed map')
    this.#fill(this.#size)
  }

  #fill(end: number): void {
    if (this.#inStretch > 0) return
    while (this.#position < end) {
      const length = Math.min(ZEROS.length, end - this.#position)
      this.#out(length === ZEROS.length ? ZEROS : ZEROS.subarray(0, length))
      this.#position += length
    }
  }
}

const ZEROS = Buffer.alloc(256 << 10)

/** The map before the content, padded to whole blocks; null when more bytes are needed. */
function readInlineMap(bytes: Buffer): { map: Stretch[]; length: number } | null {
  const numbers: number[] = []
  let at = 0
  let wanted = 1
  while (numbers.length < wanted) {
    const end = bytes.indexOf(0x0a, at)
    if (end < 0) {
      if (bytes.length > MAX_MAP_BYTES || bytes.length - at > BLOCK)
        throw sourceError('a sparse file has a malformed map')
      return null
    }
    numbers.push(decimal(bytes.toString('latin1', at, end)))
    at = end + 1
    if (numbers.length === 1) {
      const count = numbers[0] ?? 0
      if (count > MAX_STRETCHES) throw sourceError('a sparse file has too many stretches')
      wanted = 1 + 2 * count
    }
  }
  const length = Math.ceil(at / BLOCK) * BLOCK
  return length > bytes.length ? null : { map: paired(numbers.slice(1)), length }
}
