// What cosign 2.6.1 really wrote (fixtures/cosign/make.sh): every form is found, and verified for its signer alone.
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Attestation } from '../../../src/core/index.ts'
import {
  NO_TRUST,
  readCertificates,
  type Trust,
  verifyAttestation,
} from '../../../src/description/index.ts'
import { openImages } from '../../../src/image/index.ts'

const FOLDER = 'fixtures/cosign'
const KEY = { name: 'cosign.pub', key: createPublicKey(readFileSync(`${FOLDER}/cosign.pub`)) }
const BY_KEY: Trust = { ...NO_TRUST, keys: [KEY] }
const IDENTITY = { name: 'ci@example.test', issuer: 'https://accounts.example.test' }
const BY_NAME: Trust = {
  ...NO_TRUST,
  identity: IDENTITY,
  roots: readCertificates(readFileSync(`${FOLDER}/root.pem`)),
}

async function attestationsIn(file: string): Promise<readonly Attestation[]> {
  const reference = `${FOLDER}/${file}`
  const archive = await openImages({ reference, stdin: null, platform: null, name: null })
  try {
    expect(archive.errors).toEqual([])
    const [image, another] = archive.images
    expect(another).toBeUndefined()
    expect(image?.notes).toEqual([])
    return image?.facts.attestations ?? []
  } finally {
    archive.close()
  }
}

/** How many attestations of each form are verified, unverified and wrong. */
async function tally(file: string, trust: Trust): Promise<Record<string, string[]>> {
  const result: Record<string, string[]> = {}
  for (const attestation of await attestationsIn(file)) {
    const form = attestation.mediaType.replace(/^application\/vnd\./, '')
    const { trust: found } = verifyAttestation(attestation, trust)
    result[form] = [...(result[form] ?? []), found].sort()
  }
  return result
}

const DSSE = 'dsse.envelope.v1+json'
const BUNDLE = 'dev.sigstore.bundle.v0.3+json'
const SIGNATURE = 'dev.cosign.simplesigning.v1+json'

describe('real output of cosign', () => {
  it('is unverified while nobody is trusted', async () => {
    expect(await tally('layout.tar', NO_TRUST)).toEqual({
      [DSSE]: ['unverified', 'unverified'],
      [BUNDLE]: ['unverified', 'unverified'],
      [SIGNATURE]: ['unverified'],
    })
  })

  it('is verified with the key that signed it, in every form; what another signed is not', async () => {
    expect(await tally('layout.tar', BY_KEY)).toEqual({
      [DSSE]: ['verified', 'wrong'],
      [BUNDLE]: ['verified', 'verified'],
      [SIGNATURE]: ['verified'],
    })
  })

  it('is verified with the identity in its certificate, whose time of signing stays unchecked', async () => {
    expect((await tally('layout.tar', BY_NAME))[DSSE]).toEqual(['unverified', 'verified'])
    const signed = (await attestationsIn('layout.tar')).find(
      ({ annotations }) => 'dev.sigstore.cosign/certificate' in annotations,
    )
    if (signed === undefined) throw new Error('no attestation with a certificate')
    expect(verifyAttestation(signed, BY_NAME)).toEqual({
      trust: 'verified',
      note: 'signed by ci@example.test, whom https://accounts.example.test vouched for',
      unchecked: [
        'whether its certificate was valid when it signed: --rekor-key FILE, the key of the transparency log, would tell',
      ],
    })
  })

  it.each([
    ['another identity', { ...IDENTITY, name: 'eve@example.test' }],
    ['another provider', { ...IDENTITY, issuer: 'https://accounts.example.test.evil.test' }],
    ['an expression that does not match', { ...IDENTITY, name: /^ci@example\.org$/u }],
  ])('is not verified for %s', async (_, identity) => {
    expect((await tally('layout.tar', { ...BY_NAME, identity }))[DSSE]).toEqual([
      'unverified',
      'wrong',
    ])
  })

  it('is not verified below another root', async () => {
    expect((await tally('layout.tar', { ...BY_NAME, roots: [] }))[DSSE]).toEqual([
      'unverified',
      'wrong',
    ])
  })

  it('is not verified with another key', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const trust = { ...NO_TRUST, keys: [{ name: 'other.pub', key: publicKey }] }
    const found = await tally('layout.tar', trust)
    expect(new Set(Object.values(found).flat())).toEqual(new Set(['wrong']))
    const [first] = await attestationsIn('layout.tar')
    if (first === undefined) throw new Error('no attestation')
    expect(verifyAttestation(first, trust).note).toBe(
      'its signature is not that of the key other.pub',
    )
  })

  it('is found as cosign saves it, where nothing but the statements names the image', async () => {
    expect(await tally('saved.tar', BY_KEY)).toEqual({
      [DSSE]: ['verified', 'wrong'],
      [SIGNATURE]: ['verified'],
    })
  })
})
