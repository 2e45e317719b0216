// Signed attestations as tests want them: keys, certificates and log entries made on the spot.
import { execFileSync } from 'node:child_process'
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Attestation, type Digest, digestOf } from '../../../src/core/index.ts'
import { preAuthenticated } from '../../../src/description/attestation/signature.ts'

/** Hexadecimal sha256. */
export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export const MANIFEST = '{"schemaVersion":2,"config":{},"layers":[]}'
export const IMAGE: Digest = digestOf(sha256(MANIFEST))

/** A statement about an image. */
export function statementAbout(digest: string, predicate: unknown = {}): string {
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app', digest: { sha256: digest.replace('sha256:', '') } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate,
  })
}

/** An attestation with these bytes. */
export function attestationOf(statement: string, more: Partial<Attestation> = {}): Attestation {
  return {
    predicateType: 'https://slsa.dev/provenance/v1',
    digest: digestOf(sha256(statement)),
    statement,
    mediaType: 'application/vnd.in-toto+json',
    annotations: {},
    about: [IMAGE],
    message: '',
    ...more,
  }
}

/** The hash that a key signs with; null for Ed25519. */
export function hashFor(key: KeyObject): string | null {
  if (key.asymmetricKeyType === 'ed25519') return null
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256'
}

/** A DSSE envelope over a statement. */
export function envelope(statement: string, key: KeyObject, hash = hashFor(key)): object {
  const type = 'application/vnd.in-toto+json'
  const message = preAuthenticated(type, Buffer.from(statement))
  return {
    payloadType: type,
    payload: Buffer.from(statement).toString('base64'),
    signatures: [{ keyid: '', sig: sign(hash, message, key).toString('base64') }],
  }
}

/** A pair of keys of a kind. */
export function keyPair(kind: 'P-256' | 'P-384' | 'rsa' | 'ed25519') {
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 })
  if (kind === 'ed25519') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('ec', { namedCurve: kind })
}

/** A certificate and its key, below an issuer. */
export interface Certified {
  readonly pem: string
  readonly key: KeyObject
}

/** What a certificate is to say. */
export interface Wish {
  readonly issuer: Certified | null
  readonly ca: boolean
  readonly names?: string
  readonly oidc?: string
  readonly usage?: string
  readonly days?: number
  /** Name of an authority, and its key; of its own when not given. */
  readonly name?: string
  readonly key?: KeyObject
}

/** Makes a certificate with openssl. */
export function certificate(wish: Wish): Certified {
  const { issuer, ca, names, oidc, usage, days } = wish
  const folder = mkdtempSync(join(tmpdir(), 'assay-certificate-'))
  const at = (name: string) => join(folder, name)
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' })
  try {
    if (wish.key === undefined) {
      openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', at('key'))
    } else writeFileSync(at('key'), wish.key.export({ type: 'pkcs8', format: 'pem' }))
    const own = wish.name ?? sha256(readFileSync(at('key'))).slice(0, 8)
    const subject = ca ? `/CN=ca ${own}` : '/'
    openssl('req', '-new', '-key', at('key'), '-subj', subject, '-out', at('csr'))
    const lines = [
      `basicConstraints=critical,CA:${ca ? 'TRUE' : 'FALSE'}`,
      ...(ca ? ['keyUsage=critical,keyCertSign'] : []),
      ...(usage === undefined ? [] : [`extendedKeyUsage=${usage}`]),
      ...(names === undefined ? [] : [`subjectAltName=critical,${names}`]),
      ...(oidc === undefined ? [] : [`1.3.6.1.4.1.57264.1.8=ASN1:UTF8String:${oidc}`]),
    ]
    writeFileSync(at('extensions'), `${lines.join('\n')}\n`)
    const signer =
      issuer === null ? ['-signkey', at('key')] : ['-CA', at('ca.pem'), '-CAkey', at('ca.key')]
    if (issuer !== null) {
      writeFileSync(at('ca.pem'), issuer.pem)
      writeFileSync(at('ca.key'), issuer.key.export({ type: 'pkcs8', format: 'pem' }))
    }
    const serial = ['-set_serial', `0x${sha256(folder).slice(0, 16)}`]
    const time = ['-days', String(days ?? 30), '-extfile', at('extensions'), '-out', at('pem')]
    openssl('x509', '-req', '-in', at('csr'), ...signer, ...serial, ...time)
    return {
      pem: readFileSync(at('pem'), 'utf8'),
      key: createPrivateKey(readFileSync(at('key'))),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A promise of a log for one signature, as cosign keeps it beside a layer. */
export function promise(
  log: KeyObject,
  { statement, signature, time }: { statement: string; signature: string; time: number },
): object {
  const body = Buffer.from(
    JSON.stringify({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        payloadHash: { algorithm: 'sha256', value: sha256(statement) },
        signatures: [{ signature }],
      },
    }),
  ).toString('base64')
  const payload = { body, integratedTime: time, logIndex: 7, logID: sha256('log') }
  const text = JSON.stringify({
    body,
    integratedTime: time,
    logID: payload.logID,
    logIndex: payload.logIndex,
  })
  const signed = sign('sha256', Buffer.from(text), log).toString('base64')
  return { SignedEntryTimestamp: signed, Payload: payload }
}
