// The few parts of DER (ITU-T X.690) that reading a certificate's names and extensions takes; node:crypto gives
// the rest of a certificate.

/** One element: its tag byte and its contents. */
export interface Element {
  readonly tag: number
  readonly bytes: Uint8Array
}

/** Elements of one list: more than any certificate has. */
const MOST = 512

/** The elements that bytes are made of; null when they are not whole. */
export function elementsOf(bytes: Uint8Array): Element[] | null {
  const elements: Element[] = []
  let at = 0
  while (at < bytes.length) {
    const read = elementAt(bytes, at)
    if (read === null || elements.length >= MOST) return null
    elements.push(read.element)
    at = read.end
  }
  return elements
}

function elementAt(bytes: Uint8Array, at: number): { element: Element; end: number } | null {
  const tag = bytes[at]
  const first = bytes[at + 1]
  // Tags of several bytes occur in no certificate.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return null
  let start = at + 2
  let length = first
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 4) return null
    length = 0
    for (const byte of bytes.subarray(start, start + count)) length = length * 256 + byte
    start += count
  }
  const end = start + length
  return end > bytes.length ? null : { element: { tag, bytes: bytes.subarray(start, end) }, end }
}

/** The elements inside an element with this tag; null for another. */
export function inside(element: Element | undefined, tag: number): Element[] | null {
  return element === undefined || element.tag !== tag ? null : elementsOf(element.bytes)
}

/** Tags of universal types. */
export const TAG = { boolean: 0x01, octets: 0x04, identifier: 0x06, sequence: 0x30 } as const

/** An object identifier in dots; '' when it is malformed. */
export function identifierOf({ tag, bytes }: Element): string {
  if (tag !== TAG.identifier || bytes.length === 0 || bytes.length > 64) return ''
  const numbers: number[] = []
  let number = 0
  for (const byte of bytes) {
    number = number * 128 + (byte & 0x7f)
    if (number > Number.MAX_SAFE_INTEGER / 128) return ''
    if (byte >= 0x80) continue
    numbers.push(number)
    number = 0
  }
  const [first, ...rest] = numbers
  if (first === undefined || number !== 0) return ''
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...rest].join('.')
}
