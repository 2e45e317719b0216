// Names of an image inside an SBOM: its purl (purl-spec, types/oci) and its name-based UUID (RFC 9562).
import { createHash } from 'node:crypto'
import { type Digest, nameOf, type Platform } from '../core/index.ts'

/** What an SBOM says of the image itself. */
export interface SbomImage {
  readonly config: Digest
  readonly manifest: Digest | null
  readonly names: readonly string[]
  readonly platform: Platform
  /** RFC 3339 text, '' when absent. */
  readonly created: string
  readonly layers: readonly { readonly diffId: Digest }[]
}

/** The image's name: one it was saved under, else the last part of the path it was read from. */
export function imageName(image: SbomImage, reference: string): string {
  const name = image.names[0] ?? nameOf(reference.replace(/\/+$/, ''))
  return name === '' ? 'image' : name
}

/** `pkg:oci/…` of the image; null without a manifest digest or a name that fits. */
export function imagePurl(image: SbomImage): string | null {
  const parts = /^([^@]+?)(?::([A-Za-z0-9_][\w.-]*))?(?:@.*)?$/.exec(image.names[0] ?? '')
  if (image.manifest === null || parts?.[1] === undefined) return null
  const repository = parts[1].toLowerCase()
  const name = nameOf(repository)
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) return null
  const qualifiers = [['arch', image.platform.architecture]]
  if (repository.includes('/')) qualifiers.push(['repository_url', repository])
  if (parts[2] !== undefined) qualifiers.push(['tag', parts[2]])
  const query = qualifiers
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${encodeURIComponent(value ?? '').replaceAll('%2F', '/')}`)
  const tail = query.length === 0 ? '' : `?${query.join('&')}`
  return `pkg:oci/${name}@${encodeURIComponent(image.manifest)}${tail}`
}

/** Namespace of the serial numbers: a UUID of Assay's own, never changed. */
const NAMESPACE = '5b1d6f0e-6c0a-5c9b-9a41-6a1f2d0c7e35'

/** The UUID, version 5, of a text: equal texts have equal ids on every machine. */
export function uuidOf(text: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex'))
    .update(text)
    .digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-')
}

/** The instant of the text in RFC 3339, or null when it is none. */
export function instantOf(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.test(text)) return null
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}
