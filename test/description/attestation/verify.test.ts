// Signatures hold for their key, their identity and their time, and for nothing else.
import { sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Attestation } from '../../../src/core/index.ts'
import {
  NO_TRUST,
  readCertificates,
  type Trust,
  verifyAttestation,
} from '../../../src/description/index.ts'
import {
  attestationOf,
  type Certified,
  certificate,
  envelope,
  hashFor,
  IMAGE,
  keyPair,
  MANIFEST,
  promise,
  sha256,
  statementAbout,
} from './forge.ts'

const DSSE = 'application/vnd.dsse.envelope.v1+json'
const STATEMENT = statementAbout(IMAGE)

function signed(value: object, more: Partial<Attestation> = {}): Attestation {
  return attestationOf(JSON.stringify(value), { mediaType: DSSE, ...more })
}

function trusting(...keys: Trust['keys'][number]['key'][]): Trust {
  return { ...NO_TRUST, keys: keys.map((key, index) => ({ name: `key ${index}`, key })) }
}

describe('keys', () => {
  it.each(['P-256', 'P-384', 'rsa', 'ed25519'] as const)('%s', (kind) => {
    const own = keyPair(kind)
    const other = keyPair(kind)
    const attestation = signed(envelope(STATEMENT, own.privateKey))
    expect(verifyAttestation(attestation, NO_TRUST).trust).toBe('unverified')
    expect(verifyAttestation(attestation, trusting(own.publicKey))).toEqual({
      trust: 'verified',
      note: 'signed with the key key 0',
      unchecked: [],
    })
    expect(verifyAttestation(attestation, trusting(other.publicKey, own.publicKey)).trust).toBe(
      'verified',
    )
    expect(verifyAttestation(attestation, trusting(other.publicKey)).trust).toBe('wrong')
  })

  it('a P-384 key may have signed a sha256, as cosign let it', () => {
    const { privateKey, publicKey } = keyPair('P-384')
    const attestation = signed(envelope(STATEMENT, privateKey, 'sha256'))
    expect(verifyAttestation(attestation, trusting(publicKey)).trust).toBe('verified')
  })

  it('a changed payload, type or signature is wrong, and so is one without a signature', () => {
    const { privateKey, publicKey } = keyPair('ed25519')
    const good = envelope(STATEMENT, privateKey)
    const other = Buffer.from(statementAbout(IMAGE, { other: 1 })).toString('base64')
    const bad = [
      { ...good, payload: other },
      { ...good, payloadType: 'text/plain' },
      { ...good, signatures: [] },
      { ...good, signatures: [{ sig: 'AAAA' }] },
      { ...good, signatures: [{ sig: '' }] },
      { ...good, signatures: [{ sig: '%%%' }] },
      { ...good, payload: `${'A'.repeat(40)}!` },
      { ...good, payload: Buffer.from('no JSON').toString('base64') },
    ]
    for (const value of bad) {
      expect(verifyAttestation(signed(value), trusting(publicKey)).trust).toBe('wrong')
    }
    expect(verifyAttestation(signed(good), trusting(publicKey)).trust).toBe('verified')
  })

  it('a statement about another image is wrong, signed or not, whoever is trusted', () => {
    const { privateKey, publicKey } = keyPair('ed25519')
    const elsewhere = statementAbout(sha256('another'))
    for (const attestation of [attestationOf(elsewhere), signed(envelope(elsewhere, privateKey))]) {
      for (const trust of [NO_TRUST, trusting(publicKey)]) {
        expect(verifyAttestation(attestation, trust)).toMatchObject({
          trust: 'wrong',
          note: 'it is about another image',
        })
      }
    }
  })

  it('a signed statement that names no image proves nothing of this one', () => {
    const { privateKey, publicKey } = keyPair('ed25519')
    const nothing = STATEMENT.replace(/"subject":\[.*?\]/, '"subject":[]')
    const attestation = signed(envelope(nothing, privateKey))
    expect(verifyAttestation(attestation, trusting(publicKey)).trust).toBe('wrong')
  })

  it('a statement about the index that lists the image counts', () => {
    const { privateKey, publicKey } = keyPair('ed25519')
    const index = `sha256:${sha256('index')}` as const
    const attestation = signed(envelope(statementAbout(index), privateKey), {
      about: [IMAGE, index],
    })
    expect(verifyAttestation(attestation, trusting(publicKey)).trust).toBe('verified')
  })

  it('a bare statement is unverified with a key as without', () => {
    const { publicKey } = keyPair('ed25519')
    expect(verifyAttestation(attestationOf(STATEMENT), trusting(publicKey))).toMatchObject({
      trust: 'unverified',
      note: 'it is not signed',
    })
  })
})

describe('signatures of the image itself', () => {
  const { privateKey, publicKey } = keyPair('P-256')
  const payload = JSON.stringify({
    critical: {
      identity: { 'docker-reference': 'app' },
      image: { 'docker-manifest-digest': IMAGE },
      type: 'cosign container image signature',
    },
  })

  it("cosign's: the annotation signs the layer's bytes", () => {
    const signature = sign('sha256', Buffer.from(payload), privateKey).toString('base64')
    const layer = (bytes: string, text: string) =>
      attestationOf(bytes, {
        mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
        annotations: { 'dev.cosignproject.cosign/signature': text },
      })
    const trust = trusting(publicKey)
    expect(verifyAttestation(layer(payload, signature), trust).trust).toBe('verified')
    expect(verifyAttestation(layer(`${payload} `, signature), trust).trust).toBe('wrong')
    expect(verifyAttestation(layer(payload, ''), trust).trust).toBe('wrong')
  })

  it('a bundle that signs the bytes of the manifest', () => {
    const value = {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: 'x' } },
      messageSignature: {
        messageDigest: {
          algorithm: 'SHA2_256',
          digest: Buffer.from(sha256(MANIFEST), 'hex').toString('base64'),
        },
        signature: sign(hashFor(privateKey), Buffer.from(MANIFEST), privateKey).toString('base64'),
      },
    }
    const bundle = (message: string) =>
      attestationOf(JSON.stringify(value), {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        message,
      })
    expect(verifyAttestation(bundle(MANIFEST), trusting(publicKey)).trust).toBe('verified')
    expect(verifyAttestation(bundle(`${MANIFEST}\n`), trusting(publicKey)).trust).toBe('wrong')
  })
})

describe('certificates', () => {
  const root = certificate({ issuer: null, ca: true })
  const between = certificate({ issuer: root, ca: true })
  const wish = {
    names: 'URI:https://ci.example/wf',
    oidc: 'https://id.example',
    usage: 'codeSigning',
  }
  const leaf = certificate({ ...wish, issuer: between, ca: false })
  const identity = { name: 'https://ci.example/wf', issuer: 'https://id.example' }
  const trust: Trust = { ...NO_TRUST, identity, roots: readCertificates(Buffer.from(root.pem)) }

  function withCertificates({ pem, key }: Certified, chain: string, more: object = {}) {
    return signed(envelope(STATEMENT, key), {
      annotations: {
        'dev.sigstore.cosign/certificate': pem,
        'dev.sigstore.cosign/chain': chain,
        ...more,
      },
    })
  }

  it('a chain leads to the root, from the layer or from the options', () => {
    expect(verifyAttestation(withCertificates(leaf, between.pem), trust).trust).toBe('verified')
    const intermediates = readCertificates(Buffer.from(between.pem))
    expect(verifyAttestation(withCertificates(leaf, ''), { ...trust, intermediates }).trust).toBe(
      'verified',
    )
    expect(verifyAttestation(withCertificates(leaf, ''), trust)).toMatchObject({
      trust: 'wrong',
      note: 'no chain leads from its certificate to the roots that were given',
    })
  })

  it('a bundle carries the certificate in DER', () => {
    const raw = readCertificates(Buffer.from(leaf.pem))[0]?.raw.toString('base64')
    const value = {
      verificationMaterial: { certificate: { rawBytes: raw } },
      dsseEnvelope: envelope(STATEMENT, leaf.key),
    }
    const intermediates = readCertificates(Buffer.from(between.pem))
    const bundle = signed(value, { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' })
    expect(verifyAttestation(bundle, { ...trust, intermediates }).trust).toBe('verified')
  })

  it('neither a leaf nor a stranger vouches for another certificate', () => {
    const false_ = certificate({ ...wish, issuer: leaf, ca: false })
    const stranger = certificate({ issuer: null, ca: true })
    const alien = certificate({ ...wish, issuer: stranger, ca: false })
    for (const one of [
      withCertificates(false_, leaf.pem + between.pem),
      withCertificates(alien, stranger.pem),
      withCertificates(certificate({ ...wish, issuer: between, ca: true }), between.pem),
      withCertificates(
        certificate({ ...wish, usage: 'serverAuth', issuer: between, ca: false }),
        between.pem,
      ),
    ]) {
      expect(verifyAttestation(one, trust).trust).toBe('wrong')
    }
  })

  it('certificates that vouch for each other in a ring lead nowhere, soon', () => {
    // One name and one key, twenty certificates: each is the issuer of all.
    const first = certificate({ issuer: null, ca: true, name: 'ring' })
    const again = { issuer: first, ca: true, key: first.key, name: 'ring' }
    const ring = [first, ...Array.from({ length: 19 }, () => certificate(again))]
    const one = certificate({ ...wish, issuer: first, ca: false })
    const started = performance.now()
    const chain = ring.map((each) => each.pem).join('')
    expect(verifyAttestation(withCertificates(one, chain), trust).trust).toBe('wrong')
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('the certificate must be that of the signature', () => {
    const one = withCertificates({ pem: leaf.pem, key: between.key }, between.pem)
    expect(verifyAttestation(one, trust)).toMatchObject({
      trust: 'wrong',
      note: 'its signature is not that of its own certificate',
    })
  })

  it('a promise of the log tells the time, when the log signed it and it is about this signature', () => {
    const log = keyPair('P-256')
    const value: { signatures?: { sig: string }[] } = envelope(STATEMENT, leaf.key)
    const signature = value.signatures?.[0]?.sig ?? ''
    const now = Math.floor(Date.now() / 1000)
    const at = (time: number, by = log.privateKey, over = signature) =>
      signed(value, {
        annotations: {
          'dev.sigstore.cosign/certificate': leaf.pem,
          'dev.sigstore.cosign/chain': between.pem,
          'dev.sigstore.cosign/bundle': JSON.stringify(
            promise(by, { statement: STATEMENT, signature: over, time }),
          ),
        },
      })
    const logged = { ...trust, log: log.publicKey }
    expect(verifyAttestation(at(now), logged)).toMatchObject({ trust: 'verified', unchecked: [] })
    // Years after the certificate ran out.
    expect(verifyAttestation(at(now + 400 * 86_400), logged)).toMatchObject({
      trust: 'wrong',
      note: expect.stringContaining('was not valid when it was signed'),
    })
    const doubt = { trust: 'verified', unchecked: [expect.stringContaining('no promise in it')] }
    expect(verifyAttestation(at(now, keyPair('P-256').privateKey), logged)).toMatchObject(doubt)
    expect(verifyAttestation(at(now, log.privateKey, 'AAAA'), logged)).toMatchObject(doubt)
  })
})
