// PAX extended header records: "LENGTH KEY=VALUE\n" (POSIX.1-2024 pax, "pax Extended Header").
import { sourceError } from './errors.ts'
import { nameAt } from './tar-header.ts'

/** One record; an empty value takes an earlier one back. */
export interface PaxRecord {
  readonly key: string
  readonly value: Buffer
}

/**
 * The records of an extended header, in order, duplicates kept.
 * @throws AssayError `source` when a record is malformed.
 */
export function readPaxRecords(bytes: Buffer): PaxRecord[] {
  const records: PaxRecord[] = []
  let at = 0
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at)
    const digits = space < 0 ? '' : bytes.toString('latin1', at, Math.min(space, at + 16))
    const length = /^\d{1,10}$/.test(digits) ? Number(digits) : 0
    const end = at + length
    const equals = bytes.indexOf(0x3d, space + 1)
    const fits = length > 0 && end <= bytes.length && bytes[end - 1] === 0x0a
    if (!fits || equals <= space + 1 || equals >= end - 1)
      throw sourceError('a PAX header has a malformed record')
    records.push({
      key: nameAt(bytes, space + 1, equals),
      value: bytes.subarray(equals + 1, end - 1),
    })
    at = end
  }
  return records
}

/** The text of a record that is a name: bytes that are not UTF-8 survive. */
export function paxName({ key, value }: PaxRecord): string {
  if (value.includes(0)) throw sourceError(`the PAX record ${key} holds a NUL`)
  return nameAt(value, 0, value.length)
}

/** The number of a record. */
export function paxNumber({ key, value }: PaxRecord): number {
  const text = value.toString('latin1')
  if (!/^-?\d{1,20}(\.\d*)?$/.test(text)) throw sourceError(`the PAX record ${key} is not a number`)
  return Math.floor(Number(text))
}
