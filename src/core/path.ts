// Paths inside an image: relative to its root, `/` between parts, no `.` or `..`; the root is ''.
// Names are bytes in tar and on Linux. Bytes that are not UTF-8 become lone surrogates
// (U+DC80 + byte - 0x80, the scheme of PEP 383), so that every name survives a round trip.

/** A cleaned path, and whether the raw one tried to leave the root by `..`. */
export interface CleanPath {
  readonly path: string
  readonly escapes: boolean
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of a name; invalid UTF-8 bytes become lone surrogates. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return decodeBroken(bytes)
  }
}

function decodeBroken(bytes: Uint8Array): string {
  let text = ''
  let valid = 0
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length > 0) {
      at += length
      continue
    }
    if (valid < at) text += strictUtf8.decode(bytes.subarray(valid, at))
    text += String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
    at += 1
    valid = at
  }
  return valid < at ? text + strictUtf8.decode(bytes.subarray(valid, at)) : text
}

/** Bytes of the character at a place (RFC 3629, section 4); 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  const second = bytes[at + 1] ?? 0
  if (second < lowest || second > highest) return 0
  for (let index = at + 2; index < at + length; index += 1) {
    const next = bytes[index] ?? 0
    if (next < 0x80 || next > 0xbf) return 0
  }
  return length
}

const utf8 = new TextEncoder()
const LONE_SURROGATE = /[\ud800-\udfff]/u

/** The bytes of a name that `decodeName` made. */
export function encodeName(text: string): Uint8Array {
  if (!LONE_SURROGATE.test(text)) return utf8.encode(text)
  const parts: number[] = []
  for (const character of text) {
    const code = character.charCodeAt(0)
    if (character.length === 1 && code >= 0xdc80 && code <= 0xdcff) parts.push(code - 0xdc00)
    else parts.push(...utf8.encode(character))
  }
  return Uint8Array.from(parts)
}

/** Removes `.`, empty parts and a leading `/`; `..` is clamped at the root and reported. */
export function cleanPath(raw: string): CleanPath {
  if (isClean(raw)) return { path: raw, escapes: false }
  const parts: string[] = []
  let escapes = false
  for (const part of raw.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) escapes = true
  }
  return { path: parts.join('/'), escapes }
}

function isClean(raw: string): boolean {
  return raw !== '' && raw !== '.' && raw !== '..' && !/^[./]*\/|\/\.{0,2}(\/|$)/.test(raw)
}

/** The folder of a path; '' for what lies in the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Joins cleaned paths; either may be ''. */
export function joinPath(parent: string, name: string): string {
  if (parent === '') return name
  return name === '' ? parent : `${parent}/${name}`
}

/** True when `path` is `folder` or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}
