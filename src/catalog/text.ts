// Bytes as text and lines, for records that people and programs wrote.
// Bytes that are not UTF-8 survive as lone surrogates (core/path.ts), so paths round-trip.
import { createHash } from 'node:crypto'
import { decodeName, encodeName } from '../core/index.ts'

/** A broken line longer than this is decoded with replacement characters: exactness would cost seconds. */
const EXACT_LINE_BYTES = 1 << 16

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** The text of a file. Lines that are not UTF-8 keep their bytes as lone surrogates. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return decodeLines(bytes)
  }
}

function decodeLines(bytes: Uint8Array): string {
  const lines: string[] = []
  let start = 0
  while (start <= bytes.length) {
    const found = bytes.indexOf(10, start)
    const end = found < 0 ? bytes.length : found
    const line = bytes.subarray(start, end)
    lines.push(line.length > EXACT_LINE_BYTES ? lenientUtf8.decode(line) : decodeName(line))
    start = end + 1
  }
  return lines.join('\n')
}

/** The lines of a text without their ends; a carriage return at the end of a line is dropped. */
export function* linesOf(text: string): Generator<string> {
  let start = 0
  while (start < text.length) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    yield text.slice(start, end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end)
    start = end + 1
  }
}

/** Hexadecimal sha256 of a text's bytes. */
export function textDigest(text: string): string {
  return createHash('sha256').update(encodeName(text)).digest('hex')
}

/** Hexadecimal digits of base64 (plain or URL-safe); '' unless it holds exactly `length` bytes. */
export function hexOfBase64(text: string, length: number): string {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return ''
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === length ? bytes.toString('hex') : ''
}

/** The distinct texts in the order they came, empty ones dropped. */
export function distinct(texts: Iterable<string>): string[] {
  const seen = new Set(texts)
  seen.delete('')
  return [...seen]
}
