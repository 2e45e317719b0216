// The forms that signed statements come in: bare, DSSE, sigstore bundles (protobuf-specs, sigstore_bundle.proto,
// v0.1 to v0.3), cosign's layers (sigstore/cosign, specs/SIGNATURE_SPEC.md). All are brought to one: messages, the
// signatures over them, certificates, log entries.
import { createHash } from 'node:crypto'
import { type Attestation, type Digest, isDigest } from '../../core/index.ts'
import { bytesOf, fieldAt, listAt, parseJson, textAt } from '../claim/json.ts'
import { readStatement } from '../claim/statement.ts'
import { type LogEntry, logEntryOfBundle, logEntryOfCosign } from './log-entry.ts'
import { preAuthenticated } from './signature.ts'

/** A signed document. */
export interface SignedForm {
  /** What is signed. */
  readonly message: Uint8Array
  /** The document itself, without what an envelope adds to it. */
  readonly payload: Uint8Array
  /** sha256 digests of what the signed document is about. */
  readonly subjects: readonly Digest[]
  readonly signatures: readonly Uint8Array[]
  /** The signer's certificate, and those between it and a root, in PEM or DER. */
  readonly certificates: readonly Uint8Array[]
  readonly entries: readonly LogEntry[]
}

const MAX_PAYLOAD = 48 << 20
const MAX_SIGNATURE = 16 << 10
const MAX_CERTIFICATE = 128 << 10
const MAX_MEMBERS = 16

const IN_TOTO = 'application/vnd.in-toto+json'

const ANNOTATION = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  chain: 'dev.sigstore.cosign/chain',
  bundle: 'dev.sigstore.cosign/bundle',
} as const

/** The signed form of an attestation; null for a bare statement, a text says what is wrong with a signed one. */
export function signedForm(attestation: Attestation): SignedForm | string | null {
  const { mediaType, annotations, message } = attestation
  const value = parseJson(attestation.statement)
  if (mediaType.includes('simplesigning')) return simpleSigning(value, attestation)
  const enveloped = fieldAt(value, 'dsseEnvelope')
  if (enveloped !== undefined) {
    return envelopeForm(enveloped, materialOf(value))
  }
  const plain = fieldAt(value, 'messageSignature')
  if (plain !== undefined) return messageForm(plain, message, materialOf(value))
  if (fieldAt(value, 'payload') === undefined) return null
  return envelopeForm(value, cosignMaterial(annotations))
}

type Material = Pick<SignedForm, 'certificates' | 'entries'>

function envelopeForm(envelope: unknown, material: Material): SignedForm | string {
  const payload = bytesOf(fieldAt(envelope, 'payload'), MAX_PAYLOAD)
  if (payload === null) return 'its payload is not base64, or too large'
  const type = textAt(envelope, 'payloadType')
  if (type !== IN_TOTO) return 'its payload is of another type than in-toto'
  const signatures = listAt(envelope, 'signatures')
    .slice(0, MAX_MEMBERS)
    .flatMap((one) => bytesOf(fieldAt(one, 'sig'), MAX_SIGNATURE) ?? [])
  if (signatures.length === 0) return 'its envelope has no signature'
  const statement = readStatement(parseJson(payload.toString('utf8')))
  if (statement === null) return 'its payload is no in-toto statement'
  const { subjects } = statement
  return { message: preAuthenticated(type, payload), payload, subjects, signatures, ...material }
}

/** A bundle that signs an artifact's digest: the artifact is the image's manifest. */
function messageForm(plain: unknown, manifest: string, material: Material): SignedForm | string {
  const signature = bytesOf(fieldAt(plain, 'signature'), MAX_SIGNATURE)
  if (signature === null) return 'its signature is not base64'
  if (textAt(plain, 'messageDigest', 'algorithm') !== 'SHA2_256') return 'its digest is no sha256'
  const signed = bytesOf(fieldAt(plain, 'messageDigest', 'digest'), 32)
  const digest = `sha256:${signed?.toString('hex') ?? ''}`
  if (!isDigest(digest)) return 'its digest is no sha256'
  const message = Buffer.from(manifest, 'utf8')
  if (signed?.equals(createHash('sha256').update(message).digest()) !== true) {
    return 'it signs other bytes than those of the manifest'
  }
  return {
    message,
    payload: message,
    subjects: [digest],
    signatures: [signature],
    ...material,
  }
}

function simpleSigning(value: unknown, { statement, annotations }: Attestation) {
  const signature = bytesOf(annotations[ANNOTATION.signature], MAX_SIGNATURE)
  if (signature === null) return 'its layer has no signature'
  const digest = textAt(value, 'critical', 'image', 'docker-manifest-digest')
  const message = Buffer.from(statement, 'utf8')
  return {
    message,
    payload: message,
    subjects: isDigest(digest) ? [digest] : [],
    signatures: [signature],
    ...cosignMaterial(annotations),
  }
}

function cosignMaterial(annotations: Readonly<Record<string, string>>): Material {
  const certificates = [ANNOTATION.certificate, ANNOTATION.chain].flatMap((name) => {
    const pem = annotations[name] ?? ''
    return pem === '' || pem.length > MAX_CERTIFICATE ? [] : [Buffer.from(pem)]
  })
  const entry = logEntryOfCosign(parseJson(annotations[ANNOTATION.bundle] ?? ''))
  return { certificates, entries: entry === null ? [] : [entry] }
}

function materialOf(bundle: unknown): Material {
  const material = fieldAt(bundle, 'verificationMaterial')
  const single = fieldAt(material, 'certificate', 'rawBytes')
  const chain = listAt(material, 'x509CertificateChain', 'certificates').map((one) =>
    fieldAt(one, 'rawBytes'),
  )
  return {
    certificates: [...(single === undefined ? [] : [single]), ...chain]
      .slice(0, MAX_MEMBERS)
      .flatMap((raw) => bytesOf(raw, MAX_CERTIFICATE) ?? []),
    entries: listAt(material, 'tlogEntries')
      .slice(0, MAX_MEMBERS)
      .flatMap((one) => logEntryOfBundle(one) ?? []),
  }
}
