// One 512-byte tar header: v7, POSIX ustar, star and GNU (POSIX.1-2024 pax, "ustar Interchange Format";
// GNU tar manual, "Basic Tar Format"). Strict where Go's archive/tar is, because container runtimes use that.
import { sourceError } from './errors.ts'
import { decodeName } from './path.ts'

/** Bytes of a tar block; headers and contents are padded to it. */
export const TAR_BLOCK = 512

/** The fields of a header as written, before PAX records and long names are applied. */
export interface TarHeader {
  readonly name: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes of content that follow, as the header claims: may be absurd. */
  readonly size: number
  readonly mtime: number
  /** Type flag as a character; the NUL of v7 archives is `\0`. */
  readonly type: string
  readonly link: string
  readonly deviceMajor: number
  readonly deviceMinor: number
  readonly gnu: boolean
}

/**
 * Reads the header at an offset; null for a block of zeros.
 * @throws AssayError `source` when the checksum or a number is wrong.
 */
export function readTarHeader(bytes: Buffer, at: number): TarHeader | null {
  const sum = checksum(bytes, at)
  if (sum === ZERO_SUM && isZero(bytes, at)) return null
  const claimed = readOctal(bytes, at + 148, 8, 'checksum')
  // old Sun tars summed signed characters
  if (claimed !== sum && claimed !== sum - 256 * highBytes(bytes, at))
    throw sourceError('a tar header has a wrong checksum')
  const magic = bytes.toString('latin1', at + 257, at + 265)
  const gnu = magic === 'ustar  \0'
  const ustar = magic.startsWith('ustar\0')
  const star = ustar && bytes.toString('latin1', at + 508, at + 512) === 'tar\0'
  const plain = readText(bytes, at, 100)
  const type = String.fromCharCode(bytes[at + 156] ?? 0)
  const device = type === '3' || type === '4'
  const prefix = ustar ? readText(bytes, at + 345, star ? 131 : 155) : ''
  return {
    name: prefix === '' ? plain : `${prefix}/${plain}`,
    mode: readNumber(bytes, at + 100, 8, 'mode'),
    uid: readNumber(bytes, at + 108, 8, 'uid'),
    gid: readNumber(bytes, at + 116, 8, 'gid'),
    size: readNumber(bytes, at + 124, 12, 'size'),
    mtime: readNumber(bytes, at + 136, 12, 'mtime'),
    type,
    link: readText(bytes, at + 157, 100),
    deviceMajor: device ? readNumber(bytes, at + 329, 8, 'device number') : 0,
    deviceMinor: device ? readNumber(bytes, at + 337, 8, 'device number') : 0,
    gnu,
  }
}

/** What the eight checksum bytes count as: spaces. */
const ZERO_SUM = 8 * 0x20

function checksum(bytes: Buffer, at: number): number {
  let sum = ZERO_SUM
  for (let index = at; index < at + 148; index += 1) sum += bytes[index] as number
  for (let index = at + 156; index < at + TAR_BLOCK; index += 1) sum += bytes[index] as number
  return sum
}

/** Bytes of a header outside its checksum that are negative as signed characters. */
function highBytes(bytes: Buffer, at: number): number {
  let count = 0
  for (let index = at; index < at + TAR_BLOCK; index += 1)
    if (index < at + 148 || index >= at + 156) count += (bytes[index] as number) >> 7
  return count
}

function isZero(bytes: Buffer, at: number): boolean {
  for (let index = at; index < at + TAR_BLOCK; index += 1) if (bytes[index] !== 0) return false
  return true
}

/** A NUL-terminated text field. */
export function readText(bytes: Buffer, at: number, length: number): string {
  const first = bytes[at]
  if (first === 0) return ''
  const nul = bytes.indexOf(0, at)
  const end = nul < 0 || nul > at + length ? at + length : nul
  return nameAt(bytes, at, end)
}

/** The name in these bytes, by the scheme of `decodeName`. */
export function nameAt(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end)
  return text.includes('\ufffd') ? decodeName(bytes.subarray(start, end)) : text
}

/** A number field: octal text, or base-256 when its first bit is set (GNU). */
export function readNumber(bytes: Buffer, at: number, length: number, field: string): number {
  const first = bytes[at] as number
  if (first < 0x80) return readOctal(bytes, at, length, field)
  if (first >= 0xc0) return -readComplement(bytes, at, length)
  let value = first & 0x3f
  for (let index = at + 1; index < at + length; index += 1)
    value = value * 256 + (bytes[index] as number)
  return value
}

/** Magnitude of a negative two's complement number. */
function readComplement(bytes: Buffer, at: number, length: number): number {
  let value = 0
  for (let index = at; index < at + length; index += 1)
    value = value * 256 + (255 - (bytes[index] as number))
  return value + 1
}

function readOctal(bytes: Buffer, at: number, length: number, field: string): number {
  let index = at
  const end = at + length
  while (index < end && (bytes[index] === 0x20 || bytes[index] === 0)) index += 1
  let value = 0
  while (index < end) {
    const digit = (bytes[index] as number) - 0x30
    if (digit < 0 || digit > 7) break
    value = value * 8 + digit
    index += 1
  }
  while (index < end) {
    if (bytes[index] === 0) break
    if (bytes[index] !== 0x20) throw sourceError(`a tar header has a malformed ${field}`)
    index += 1
  }
  return value
}
