// JSON from strangers: any value may be of any type, keys may be `__proto__`, and files that
// people edited carry byte order marks or trailing zero bytes.
import { messageOf } from '../core/index.ts'
import { decodeText } from './text.ts'

/** A JSON object, seen without its prototype. */
export type JsonObject = ReadonlyMap<string, unknown>

/** The value, or the reason why there is none. */
export type JsonResult =
  | { readonly value: unknown; readonly problem: null }
  | { readonly value: null; readonly problem: string }

/** Parses a whole file. Never throws. */
export function parseJson(bytes: Uint8Array): JsonResult {
  const text = decodeText(withoutTrailingZeros(bytes)).replace(/^\ufeff/, '')
  try {
    return { value: JSON.parse(text), problem: null }
  } catch (error) {
    return { value: null, problem: `not JSON: ${messageOf(error).slice(0, 120)}` }
  }
}

function withoutTrailingZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 10)) end -= 1
  return bytes.subarray(0, end)
}

/** The members of an object; null for every other value. */
export function asObject(value: unknown): JsonObject | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return new Map(Object.entries(value))
}

/** The elements of an array; empty for every other value. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A string as it is; '' for every other value. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
