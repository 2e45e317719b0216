// Certificates that sign attestations (RFC 5280; sigstore/fulcio, docs/oid-info.md): whom they were given to, who
// vouched for that, and whether a chain of trust leads from them to a root that the user gave. Offline.
import { X509Certificate } from 'node:crypto'
import { elementsOf, identifierOf, inside, TAG } from './der.ts'

/** Whom a certificate was given to. */
export interface Identity {
  /** Mail addresses and URIs of the subject alternative name. */
  readonly names: readonly string[]
  /** The OpenID provider that told it; '' when the certificate does not say. */
  readonly issuer: string
}

const ALTERNATIVE_NAME = '2.5.29.17'
/** Fulcio's issuer: as DER text, and in the older form as plain bytes. */
const ISSUER = '1.3.6.1.4.1.57264.1.8'
const OLD_ISSUER = '1.3.6.1.4.1.57264.1.1'
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'

/** Certificates of one chain. */
const MOST = 8
/** Steps of one search: certificates that vouch for each other in a ring lead nowhere, in many ways. */
const STEPS = 256
const LONGEST = 1 << 20

/** The certificates in PEM or DER; empty when it holds none, or one that is malformed. */
export function readCertificates(content: Uint8Array): X509Certificate[] {
  if (content.length > LONGEST) return []
  const blocks = pemBlocks(Buffer.from(content).toString('latin1'))
  const parts = blocks.length === 0 ? [content] : blocks
  try {
    return parts.map((part) => new X509Certificate(part))
  } catch {
    return []
  }
}

const BEGIN = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'

/** The blocks of a PEM text; many are more than any chain or store of roots has. */
function pemBlocks(text: string): string[] {
  const blocks: string[] = []
  let from = text.indexOf(BEGIN)
  while (from >= 0 && blocks.length < 512) {
    const end = text.indexOf(END, from)
    if (end < 0) break
    blocks.push(text.slice(from, end + END.length))
    from = text.indexOf(BEGIN, end)
  }
  return blocks
}

/** The identity in a certificate. */
export function identityOf(certificate: X509Certificate): Identity {
  const extensions = extensionsOf(certificate)
  const names = extensions.get(ALTERNATIVE_NAME)
  const issuer = extensions.get(ISSUER)
  return {
    names: names === undefined ? [] : alternativeNames(names),
    issuer: issuer === undefined ? plain(extensions.get(OLD_ISSUER)) : derText(issuer),
  }
}

/** Extensions by identifier: the bytes of their values. */
function extensionsOf(certificate: X509Certificate): ReadonlyMap<string, Uint8Array> {
  const [whole] = elementsOf(certificate.raw) ?? []
  const [signed] = inside(whole, TAG.sequence) ?? []
  const fields = inside(signed, TAG.sequence) ?? []
  const [list] =
    inside(
      fields.find(({ tag }) => tag === 0xa3),
      0xa3,
    ) ?? []
  const extensions = new Map<string, Uint8Array>()
  for (const extension of inside(list, TAG.sequence) ?? []) {
    const parts = inside(extension, TAG.sequence) ?? []
    const [identifier] = parts
    const value = parts.at(-1)
    if (identifier === undefined || value?.tag !== TAG.octets) continue
    const name = identifierOf(identifier)
    // The same extension twice is not allowed: neither counts.
    extensions.set(name, extensions.has(name) ? new Uint8Array() : value.bytes)
  }
  return extensions
}

function alternativeNames(bytes: Uint8Array): string[] {
  const [list] = elementsOf(bytes) ?? []
  const names = inside(list, TAG.sequence) ?? []
  // rfc822Name and uniformResourceIdentifier.
  return names.flatMap(({ tag, bytes: name }) =>
    tag === 0x81 || tag === 0x86 ? [plain(name)] : [],
  )
}

function derText(bytes: Uint8Array): string {
  const [text] = elementsOf(bytes) ?? []
  return text !== undefined && [0x0c, 0x13, 0x16].includes(text.tag) ? plain(text.bytes) : ''
}

function plain(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8')
}

/** What following a chain came to. */
export interface ChainAnswer {
  /** Why no chain leads to a root; '' when one does. */
  readonly failure: string
  /** From the leaf to the root. */
  readonly chain: readonly X509Certificate[]
}

/**
 * Follows a certificate to one of the roots. Signatures, names and the right to sign are checked; dates are
 * checked at `at` when the time of signing is known, else not at all.
 */
export function followChain(
  leaf: X509Certificate,
  between: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  at: Date | null,
): ChainAnswer {
  const answer = (failure: string, chain: readonly X509Certificate[] = []) => ({ failure, chain })
  if (leaf.ca) return answer('it is signed by the certificate of an authority, not of a signer')
  if (leaf.keyUsage !== undefined && !leaf.keyUsage.includes(CODE_SIGNING)) {
    return answer('its certificate is not for signing code')
  }
  const chain = climb([leaf], { between: between.slice(0, MOST * 4), roots, left: STEPS })
  if (chain === null)
    return answer('no chain leads from its certificate to the roots that were given')
  const stale = at === null ? undefined : chain.find((one) => !isValid(one, at))
  return stale === undefined
    ? answer('', chain)
    : answer(`a certificate of its chain was not valid when it was signed (${at?.toISOString()})`)
}

interface Climb {
  readonly between: readonly X509Certificate[]
  readonly roots: readonly X509Certificate[]
  left: number
}

function climb(chain: readonly X509Certificate[], way: Climb): readonly X509Certificate[] | null {
  const top = chain.at(-1)
  way.left -= 1
  if (top === undefined || chain.length > MOST || way.left < 0) return null
  const root = way.roots.find((one) => isIssuer(one, top))
  if (root !== undefined) return [...chain, root]
  for (const next of way.between) {
    if (chain.some((one) => one.fingerprint256 === next.fingerprint256)) continue
    if (!isIssuer(next, top)) continue
    const whole = climb([...chain, next], way)
    if (whole !== null) return whole
  }
  return null
}

function isIssuer(issuer: X509Certificate, of: X509Certificate): boolean {
  try {
    return issuer.ca && of.checkIssued(issuer) && of.verify(issuer.publicKey)
  } catch {
    // A key of a kind that cannot verify vouches for nothing.
    return false
  }
}

function isValid({ validFrom, validTo }: X509Certificate, at: Date): boolean {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)]
  return from <= at.getTime() && at.getTime() <= to
}
