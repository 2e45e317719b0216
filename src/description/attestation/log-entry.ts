// Entries of a transparency log (sigstore/rekor; protobuf-specs, sigstore_rekor.proto): a promise, signed by the
// log, that it took in a signature at a time. It is what tells when a short-lived certificate was used.
import { createHash, type KeyObject } from 'node:crypto'
import { bytesOf, fieldAt, listAt, parseJson, textAt } from '../claim/json.ts'
import { isSignedBy } from './signature.ts'

/** An entry as its promise signs it. */
export interface LogEntry {
  /** base64 of what the log holds. */
  readonly body: string
  readonly integratedTime: number
  readonly logIndex: number
  /** Hexadecimal. */
  readonly logId: string
  readonly promise: Uint8Array
}

const MAX_BODY = 1 << 20
const MAX_PROMISE = 1 << 12

/** The entry in the annotation of cosign's layers; null when there is none. */
export function logEntryOfCosign(value: unknown): LogEntry | null {
  const payload = fieldAt(value, 'Payload')
  return entry({
    body: fieldAt(payload, 'body'),
    time: fieldAt(payload, 'integratedTime'),
    index: fieldAt(payload, 'logIndex'),
    id: textAt(payload, 'logID'),
    promise: fieldAt(value, 'SignedEntryTimestamp'),
  })
}

/** The entry in a bundle; null when it has no promise. */
export function logEntryOfBundle(value: unknown): LogEntry | null {
  return entry({
    body: fieldAt(value, 'canonicalizedBody'),
    time: fieldAt(value, 'integratedTime'),
    index: fieldAt(value, 'logIndex'),
    id: bytesOf(fieldAt(value, 'logId', 'keyId'), 64)?.toString('hex') ?? '',
    promise: fieldAt(value, 'inclusionPromise', 'signedEntryTimestamp'),
  })
}

interface Parts {
  readonly body: unknown
  readonly time: unknown
  readonly index: unknown
  readonly id: string
  readonly promise: unknown
}

function entry({ body, time, index, id, promise }: Parts): LogEntry | null {
  const signed = bytesOf(promise, MAX_PROMISE)
  const [integratedTime, logIndex] = [wholeNumber(time), wholeNumber(index)]
  if (typeof body !== 'string' || body.length > MAX_BODY || signed === null) return null
  if (integratedTime === null || logIndex === null || !/^[0-9a-f]{64}$/.test(id)) return null
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(body)) return null
  return { body, integratedTime, logIndex, logId: id, promise: signed }
}

/** Protobuf's JSON writes 64-bit numbers as text. */
function wholeNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}

/**
 * When the log took in one of these signatures over this message; null when its promise is not signed by the
 * log's key, or is about something else.
 */
export function integratedAt(
  { body, integratedTime, logIndex, logId, promise }: LogEntry,
  log: KeyObject,
  signed: { readonly signatures: readonly Uint8Array[]; readonly payloads: readonly Uint8Array[] },
): Date | null {
  // RFC 8785: members in order of name, no spaces.
  const text = JSON.stringify({ body, integratedTime, logID: logId, logIndex })
  if (!isSignedBy(log, Buffer.from(text), promise)) return null
  if (!isAbout(parseJson(Buffer.from(body, 'base64').toString('utf8')), signed)) return null
  return new Date(integratedTime * 1000)
}

/** The kinds of entries that signers of images make: hashedrekord, dsse, intoto. */
function isAbout(
  body: unknown,
  signed: { readonly signatures: readonly Uint8Array[]; readonly payloads: readonly Uint8Array[] },
): boolean {
  const kind = textAt(body, 'kind')
  const signatures = signed.signatures.map((one) => Buffer.from(one).toString('base64'))
  const hashes = signed.payloads.map((one) => createHash('sha256').update(one).digest('hex'))
  const spec = fieldAt(body, 'spec')
  if (kind === 'hashedrekord') {
    return (
      signatures.includes(textAt(spec, 'signature', 'content')) &&
      hashes.includes(textAt(spec, 'data', 'hash', 'value'))
    )
  }
  if (kind === 'dsse') {
    const logged = listAt(spec, 'signatures').map((one) => textAt(one, 'signature'))
    return logged.some((one) => signatures.includes(one)) && hashes.includes(hashIn(spec))
  }
  return kind === 'intoto' && hashes.includes(hashIn(fieldAt(spec, 'content')))
}

function hashIn(value: unknown): string {
  return textAt(value, 'payloadHash', 'value')
}
