// Content digests as the OCI image specification writes them (descriptor.md, "Digests").
import { AssayError } from './errors.ts'

/** `sha256:` and 64 lower-case hexadecimal digits. Other algorithms are recognised and refused by name. */
export type Digest = `sha256:${string}`

const PATTERN = /^sha256:[0-9a-f]{64}$/

/** True when the text is a well-formed sha256 digest. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && PATTERN.test(text)
}

/**
 * The text as a digest.
 * @throws AssayError `source` when it is malformed or of another algorithm.
 */
export function parseDigest(text: unknown, where: string): Digest {
  if (isDigest(text)) return text
  const shown = typeof text === 'string' ? JSON.stringify(text.slice(0, 80)) : typeof text
  throw new AssayError('source', `not a sha256 digest: ${shown}`, { where })
}

/** The 64 hexadecimal digits of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length)
}

/** The digest with these 64 hexadecimal digits. */
export function digestOf(hex: string): Digest {
  return `sha256:${hex}`
}

/** The first twelve digits, as container tools show ids to people. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12)
}
