// Signatures over bytes: ECDSA, RSA (PKCS #1 v1.5 and PSS) and Ed25519 (sigstore, docs/algorithm-registry).
import { constants, type KeyObject, verify } from 'node:crypto'

/** Hashes that signers use with a curve: its own size, and sha256, which cosign took for every one. */
const HASHES: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['sha256'],
  secp384r1: ['sha384', 'sha256'],
  secp521r1: ['sha512', 'sha256'],
}

/** True for a key of a kind that `isSignedBy` knows. */
export function isKnownKey(key: KeyObject): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (key.type !== 'public') return false
  if (type === 'ec') return HASHES[details?.namedCurve ?? ''] !== undefined
  return type === 'ed25519' || (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048)
}

/** True when the signature over the message is that of the key. */
export function isSignedBy(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isKnownKey(key) || signature.length === 0) return false
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  try {
    if (type === 'ed25519') return verify(null, message, key, signature)
    if (type === 'ec') {
      const hashes = HASHES[details?.namedCurve ?? ''] ?? []
      return hashes.some((hash) => verify(hash, message, key, signature))
    }
    const padding = constants.RSA_PKCS1_PADDING
    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING }
    return (
      verify('sha256', message, { key, padding }, signature) ||
      verify('sha256', message, { ...pss, saltLength: constants.RSA_PSS_SALTLEN_AUTO }, signature)
    )
  } catch {
    // A signature that is no encoding of one.
    return false
  }
}

/** What DSSE signs (secure-systems-lab/dsse, protocol.md, "PAE"): type and payload, each behind its length. */
export function preAuthenticated(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8')
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ])
}
