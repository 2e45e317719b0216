// Whom the user trusts to sign attestations: keys, certificate identities and roots, read from the files that
// options name (the names are those of cosign).
import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { AssayError, messageOf, usageError } from '../core/index.ts'
import { isKnownKey, readCertificates, type Trust } from '../description/index.ts'
import type { TrustRequest } from './options.ts'

/**
 * Reads the files of a request.
 * @throws AssayError `usage` when a part is missing, contradicts another, or is no key or certificate;
 *   `source` when a file cannot be read.
 */
export function loadTrust(request: TrustRequest): Trust {
  const chains = request.chains.flatMap((file) => certificatesIn(file))
  const roots = [
    ...request.roots.flatMap((file) => certificatesIn(file)),
    ...chains.filter((one) => isSelfIssued(one)),
  ]
  const identity = identityOf(request)
  if (identity !== null && roots.length === 0) {
    throw usageError('a certificate identity needs the roots that vouch for certificates', {
      hint: '--ca-roots FILE or --certificate-chain FILE names them; nothing is fetched',
    })
  }
  return {
    keys: request.keys.map((name) => ({ name, key: keyIn(name) })),
    identity,
    roots,
    intermediates: [
      ...request.intermediates.flatMap((file) => certificatesIn(file)),
      ...chains.filter((one) => !isSelfIssued(one)),
    ],
    log: request.log === null ? null : keyIn(request.log),
  }
}

function identityOf(request: TrustRequest): Trust['identity'] {
  const name = textOrExpression(request.identity, request.identityRegexp, '--certificate-identity')
  const issuer = textOrExpression(request.issuer, request.issuerRegexp, '--certificate-oidc-issuer')
  if (name === null && issuer === null) return null
  // A name that anybody may vouch for says nothing of who signed.
  if (name === null) throw usageError('--certificate-oidc-issuer needs --certificate-identity')
  if (issuer === null) throw usageError('--certificate-identity needs --certificate-oidc-issuer')
  return { name, issuer }
}

function textOrExpression(text: string | null, expression: string | null, option: string) {
  if (text !== null && expression !== null) {
    throw usageError(`${option} and ${option}-regexp cannot both be given`)
  }
  if (text === '' || expression === '') throw usageError(`${option} is empty`)
  if (expression === null) return text
  try {
    return new RegExp(expression, 'u')
  } catch (thrown) {
    throw usageError(`${option}-regexp is no regular expression: ${messageOf(thrown)}`)
  }
}

/** Bytes of a file of keys or certificates. */
const LONGEST = 1 << 20

function bytesOf(file: string): Buffer {
  try {
    const opened = openSync(file, 'r')
    try {
      const bytes = Buffer.alloc(LONGEST)
      return bytes.subarray(0, readSync(opened, bytes, 0, LONGEST, 0))
    } finally {
      closeSync(opened)
    }
  } catch (cause) {
    const message = `the file cannot be read: ${messageOf(cause)}`
    throw new AssayError('source', message, { where: file, cause })
  }
}

function keyIn(file: string): KeyObject {
  const bytes = bytesOf(file)
  const text = bytes.toString('latin1')
  if (/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(text)) {
    throw usageError('it holds a private key; verifying takes the public one', { where: file })
  }
  try {
    // node:crypto would take the key out of a certificate, and say nothing of whose that is.
    const key = /-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text) ? createPublicKey(bytes) : null
    if (key !== null && isKnownKey(key)) return key
  } catch {
    // What it is not is all that there is to say.
  }
  throw usageError('it holds no public key in PEM of a kind that is known', {
    where: file,
    hint: 'ECDSA (P-256, P-384, P-521), Ed25519, and RSA of 2048 bits or more are',
  })
}

function certificatesIn(file: string): X509Certificate[] {
  const found = readCertificates(bytesOf(file))
  if (found.length > 0) return found
  throw usageError('it holds no certificates in PEM', { where: file })
}

function isSelfIssued(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate)
}
