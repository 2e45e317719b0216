// Bytes as the inventory stores them: one byte (0 plain, 1 deflated), then the bytes.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { AssayError } from '../core/index.ts'

const PLAIN = 0
const DEFLATED = 1
/** Below this, deflate gains less than it costs. */
const WORTH_DEFLATING = 64
/** No column of the inventory unpacks to more: a damaged file must not take all memory. */
const UNPACKED_LIMIT = 1 << 30

/** Packs bytes; level 3 of deflate is three times as fast as the default and 5 % larger. */
export function packBytes(bytes: Uint8Array): Buffer {
  if (bytes.length >= WORTH_DEFLATING) {
    const deflated = deflateRawSync(bytes, { level: 3 })
    if (deflated.length < bytes.length) return Buffer.concat([Uint8Array.of(DEFLATED), deflated])
  }
  return Buffer.concat([Uint8Array.of(PLAIN), bytes])
}

/** The bytes that `packBytes` packed. */
export function unpackBytes(packed: Uint8Array, where: string): Buffer {
  const body = packed.subarray(1)
  if (packed[0] === PLAIN) return Buffer.from(body)
  if (packed[0] !== DEFLATED) throw damaged(where)
  try {
    return inflateRawSync(body, { maxOutputLength: UNPACKED_LIMIT })
  } catch (cause) {
    throw damaged(where, cause)
  }
}

/** Packs a JSON-safe value. */
export function packJson(value: unknown): Buffer {
  return packBytes(Buffer.from(JSON.stringify(value)))
}

/** The value that `packJson` packed, for the caller to check. */
export function unpackJson(packed: Uint8Array, where: string): unknown {
  return parseJson(unpackBytes(packed, where).toString('utf8'), where)
}

/** Parses JSON that the inventory itself wrote. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw damaged(where, cause)
  }
}

/** The error for a value in the database that this program did not write like that. */
export function damaged(where: string, cause?: unknown): AssayError {
  return new AssayError('source', `the inventory holds a damaged value (${where})`, {
    hint: 'restore the file from a backup, or move it away: Assay then makes a new one',
    ...(cause === undefined ? {} : { cause }),
  })
}
