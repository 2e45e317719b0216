// JSON of an archive: bounded in bytes, parsed against a schema, every fault one short sentence. Where Go
// takes `null` for an absent field (encoding/json), so do these schemas: engines are written in Go.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Digest, digestOf, excerpt, sourceError } from '../core/index.ts'

/** Bytes of a manifest or a config. */
export const DOCUMENT_LIMIT = 8 << 20
/** Bytes of an index, and of a docker archive's `manifest.json`. */
export const INDEX_LIMIT = 16 << 20

/** Text; '' when absent. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')

/** A list of texts; empty when absent. */
export const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? [])

/** Texts by key; empty when absent. */
export const textMap = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {})

/** What a document is, for messages. */
export interface DocumentPlace {
  /** As `index.json` or `the manifest sha256:…`. */
  readonly name: string
  /** The archive. */
  readonly where: string
}

/**
 * The value of a JSON document.
 * @throws AssayError `source` when it is not JSON.
 */
export function parseJson(bytes: Buffer, place: DocumentPlace): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    // The parser's message would quote the document.
    throw sourceError(`${place.name} is not valid JSON`, { where: place.where, cause })
  }
}

/**
 * A value as a schema describes it.
 * @throws AssayError `source` that names the first field that is wrong.
 */
export function decode<T>(schema: z.ZodType<T>, value: unknown, place: DocumentPlace): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = excerpt(issue?.path.map(String).join('.') ?? '', 80)
  const reason = (issue?.message ?? 'malformed').replace(/^Invalid input: /, '')
  const shown = field === '' ? reason : `${field}: ${reason}`
  throw sourceError(`${place.name} is malformed: ${shown}`, { where: place.where })
}

/** The sha256 of bytes. */
export function digestOfBytes(bytes: Uint8Array): Digest {
  return digestOf(createHash('sha256').update(bytes).digest('hex'))
}
