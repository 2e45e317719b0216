// Package URLs (purl-spec, ECMA-427). Written here because the libraries leave `+` raw in versions
// and lower-case npm names, which the specification calls case-sensitive.
import { byCodeUnit, type Distribution } from '../core/index.ts'

/** The parts of a package URL, not encoded. */
export interface PurlParts {
  /** Ecosystem type: `deb`, `npm`, … */
  readonly type: string
  /** Segments joined by `/`; '' when none. */
  readonly namespace: string
  readonly name: string
  /** '' when unknown. */
  readonly version: string
  /** Those with an empty value are left out. */
  readonly qualifiers: Readonly<Record<string, string>>
}

const LOWER_CASE_TYPES: ReadonlySet<string> = new Set(['apk', 'deb', 'pypi'])

/** The canonical package URL of these parts; '' when there is no name. */
export function buildPurl(parts: PurlParts): string {
  const name = encode(canonicalName(parts.type, parts.name))
  if (name === '') return ''
  const lower = LOWER_CASE_TYPES.has(parts.type)
  const namespace = parts.namespace
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => `${encode(lower ? segment.toLowerCase() : segment)}/`)
    .join('')
  const version = parts.version === '' ? '' : `@${encode(parts.version)}`
  return `pkg:${parts.type.toLowerCase()}/${namespace}${name}${version}${encodeQualifiers(parts.qualifiers)}`
}

function canonicalName(type: string, name: string): string {
  if (type === 'pypi') return name.toLowerCase().replaceAll('_', '-')
  return LOWER_CASE_TYPES.has(type) ? name.toLowerCase() : name
}

function encodeQualifiers(qualifiers: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(qualifiers)
    .map(([key, value]) => [key.toLowerCase(), value] as const)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => byCodeUnit(a, b))
  return pairs.length === 0
    ? ''
    : `?${pairs.map(([key, value]) => `${key}=${encode(value)}`).join('&')}`
}

/** Bytes that were not UTF-8 (core/path.ts); encodeURIComponent refuses them. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu
const PLAIN = /^[A-Za-z0-9._~:-]*$/

/** Percent-encodes all but letters, digits and `. - _ ~ :`. */
function encode(text: string): string {
  if (PLAIN.test(text)) return text
  return encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd'))
    .replaceAll('%3A', ':')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** The qualifier `distro`, as other tools write it: `debian-12`; '' when not known. */
export function distroOf(distribution: Distribution | null): string {
  if (distribution === null) return ''
  const version = distribution.versionId || distribution.codename
  return version === '' ? distribution.id : `${distribution.id}-${version}`
}
