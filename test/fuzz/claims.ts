// Readers of what images say of themselves as targets of the fuzzer: attestations in all their forms, build
// information, labels, certificates.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attestation, Digest } from '../../src/core/index.ts'
import { identityOf } from '../../src/description/attestation/certificate.ts'
import {
  NO_TRUST,
  readCertificates,
  readClaims,
  statementOf,
  type Trust,
  verifyAttestation,
} from '../../src/description/index.ts'
import { openImages } from '../../src/image/index.ts'
import { imageFacts } from '../support/inventory.ts'
import { FUZZ_ROOT, type FuzzTarget, refusing, textOf } from './target.ts'

const COSIGN = join(FUZZ_ROOT, 'fixtures/cosign')
const PROVENANCE = join(FUZZ_ROOT, 'fixtures/provenance')
const IMAGE: Digest = `sha256:${'1'.repeat(64)}`

const FORMS = [
  'application/vnd.in-toto+json',
  'application/vnd.dsse.envelope.v1+json',
  'application/vnd.dev.sigstore.bundle.v0.3+json',
  'application/vnd.dev.cosign.simplesigning.v1+json',
]

function trust(): Trust {
  const roots = readCertificates(readFileSync(join(COSIGN, 'root.pem')))
  const [root] = roots
  if (root === undefined) throw new Error('no root certificate')
  const identity = { name: /./u, issuer: /./u }
  return { ...NO_TRUST, keys: [{ name: 'root', key: root.publicKey }], identity, roots }
}

/** Whatever the bytes are, they are verified for nobody, and what they claim can be stored. */
function readAll(text: string, trusted: Trust): void {
  for (const mediaType of FORMS) {
    const attestation: Attestation = {
      ...{ predicateType: '', digest: IMAGE, statement: text, mediaType, about: [IMAGE] },
      annotations: {
        'dev.cosignproject.cosign/signature': text.slice(0, 200),
        'dev.sigstore.cosign/certificate': text,
        'dev.sigstore.cosign/bundle': text,
      },
      message: text,
    }
    if (verifyAttestation(attestation, trusted).trust === 'verified')
      throw new Error('what nobody signed is verified')
    const statement = statementOf(attestation)
    const statements =
      statement === null ? [] : [{ statement, trust: 'unverified' as const, attestation: IMAGE }]
    claim(text, statements)
  }
}

function claim(text: string, statements: Parameters<typeof readClaims>[0]['statements']): void {
  const plain = imageFacts('app', [])
  const names = ['org.opencontainers.image.source', 'io.buildpacks.project.metadata', 'vcs-ref']
  const labels = Object.fromEntries(names.map((name) => [name, text]))
  const facts = {
    ...plain,
    annotations: { 'org.opencontainers.image.base.name': text },
    settings: { ...plain.settings, labels },
    configText: `{"moby.buildkit.buildinfo.v0":${JSON.stringify(btoa(encodeURIComponent(text)))}}`,
  }
  const claims = readClaims({ facts, statements, traces: [], inherited: () => false })
  if (JSON.stringify(JSON.parse(JSON.stringify(claims))) !== JSON.stringify(claims))
    throw new Error('claims change when they are stored')
  for (const { repository } of claims.descriptions)
    if (/^-|^(?:file|ext):|[\u0000-\u001f]/i.test(repository))
      throw new Error(`a dangerous repository: ${JSON.stringify(repository)}`)
}

async function statements(): Promise<Uint8Array[]> {
  const archive = await openImages({
    ...{ reference: join(COSIGN, 'layout.tar'), stdin: null, platform: null, name: null },
  })
  try {
    const found = archive.images.flatMap(({ facts }) => facts.attestations)
    const seeds = found.map(({ statement }) => Buffer.from(statement))
    for (const mode of ['min', 'max'])
      seeds.push(readFileSync(join(PROVENANCE, `buildkit-git-${mode}.json`)))
    return seeds
  } finally {
    archive.close()
  }
}

const attestations: FuzzTarget = {
  name: 'attestation',
  seeds: statements,
  // The real ones are about another image: nothing here may be taken as signed.
  run: (bytes) => refusing(() => readAll(textOf(bytes), trust())),
}

const certificates: FuzzTarget = {
  name: 'certificate',
  seeds: async () => {
    const pem = readFileSync(join(COSIGN, 'root.pem'))
    return [pem, ...readCertificates(pem).map(({ raw }) => new Uint8Array(raw))]
  },
  run: (bytes) =>
    refusing(() => {
      for (const certificate of readCertificates(bytes)) {
        const { names, issuer } = identityOf(certificate)
        if ([issuer, ...names].some((text) => text.length > bytes.length))
          throw new Error('an identity larger than its certificate')
      }
    }),
}

const repositories: FuzzTarget = {
  name: 'repository-address',
  seeds: async () =>
    [
      'https://github.com/docker-library/docker.git#6d541d27:24/cli',
      'git+https://user@host.example/x/y@refs/heads/main',
      'git@github.com:x/y.git?ref=a&subdir=b',
      'pkg:github/x/y@0123abc?type=a#b',
    ].map((text) => Buffer.from(text)),
  run: (bytes) => refusing(() => claim(textOf(bytes), [])),
}

/** Targets that read claims. */
export const claimTargets: readonly FuzzTarget[] = [attestations, certificates, repositories]
