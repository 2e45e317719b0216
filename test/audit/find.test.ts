// Which description an image is compared with, by what, and how sure that is; with real repositories and layouts.
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TRUST_NOBODY } from '../../src/audit/index.ts'
import { BUILT_IN_RULES } from '../../src/rule/index.ts'
import { git } from '../description/workshop.ts'
import { DOCKERFILE, FindWorkshop, told, URL } from './find-workshop.ts'

const workshop = new FindWorkshop()
afterAll(() => workshop.remove())

const ABSENT = '0123456789abcdef0123456789abcdef01234567'
const BUILDKIT =
  'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md'
let first = ''
let second = ''
let root = ''

beforeAll(() => {
  root = workshop.clone('app', { Dockerfile: DOCKERFILE, app: 'one\n' })
  first = git(root, 'rev-parse', 'HEAD').trim()
  second = workshop.commit(root, { app: 'two\n' })
  workshop.clone('other', { Dockerfile: 'FROM scratch\n' }, 'https://github.com/example/other')
})

function provenance(commit: string, more: object = {}) {
  return {
    buildDefinition: {
      buildType: BUILDKIT,
      externalParameters: {
        configSource: {
          uri: `${URL}.git#refs/heads/main`,
          digest: { sha1: commit },
          path: 'Dockerfile',
        },
        request: { args: {} },
      },
      ...more,
    },
  }
}

const at = () => ({ repositories: [workshop.path('repositories')] })

describe('provenance leads to a repository at hand', () => {
  it.each(['index', 'artifact', 'att', 'bundle'] as const)('stored as %s', async (storage) => {
    const image = await workshop.image({ predicate: provenance(first), storage })
    const result = await workshop.audit(image, at())
    expect(told(result)).toEqual({
      verdict: 'rebuildable',
      revision: first,
      by: 'provenance claimed',
      revisionBy: 'provenance claimed',
      outcomes: ['provenance used'],
    })
    expect(result.attestations.map(({ trust }) => trust)).toEqual(['unverified'])
    expect(result.description?.how).toContain(`names ${URL}.git`)
  })

  it('and says what to pass when it is not at hand', async () => {
    const image = await workshop.image({ predicate: provenance(first), storage: 'index' })
    const result = await workshop.audit(image, { rules: [BUILT_IN_RULES] })
    expect(told(result)).toMatchObject({ verdict: 'unknown', outcomes: ['provenance not-at-hand'] })
    expect(result.findings.map(({ rule }) => rule)).not.toContain('T06')
    expect(result.reasons.map(({ text }) => text).join('\n')).toContain(
      `provenance (SLSA 1.0, unverified) names ${URL}.git at commit ${first.slice(0, 12)}, which is not at hand; clone it and pass --source or --repositories`,
    )
  })

  it('or that the clone lacks the commit', async () => {
    const image = await workshop.image({ predicate: provenance(ABSENT), storage: 'index' })
    const { reasons, verdict } = await workshop.audit(image, at())
    expect(verdict).toBe('unknown')
    expect(reasons.map(({ text }) => text).join('\n')).toMatch(/does not have; fetch it there/)
  })

  it('by the commit alone, when nothing names a URL', async () => {
    const labels = { 'org.opencontainers.image.revision': first }
    const result = await workshop.audit(await workshop.image({ labels }), at())
    expect(told(result)).toMatchObject({ revision: first, by: 'label claimed' })
    expect(result.description?.how).toContain('which it holds')
  })

  it('whose statement is about another image is not believed', async () => {
    const subject = `sha256:${'1'.repeat(64)}`
    const image = await workshop.image({ predicate: provenance(first), storage: 'index', subject })
    const result = await workshop.audit(image)
    expect(result.claims).toEqual([])
    expect(result.attestations).toMatchObject([
      { trust: 'wrong', note: 'it is about another image' },
    ])
    expect(result.unknown.map(({ reason }) => reason).join('\n')).toContain(
      'is not used: it is about another image',
    )
  })
})

describe('keys', () => {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = generateKeyPairSync('ed25519')

  it.each(['att', 'bundle'] as const)(
    'verify a claim, or name it as wrong: %s',
    async (storage) => {
      const predicate = provenance(first)
      const image = await workshop.image({ predicate, storage, signer: own.privateKey })
      const key = workshop.keyFile('own.pub', own.publicKey)
      const verified = await workshop.audit(image, {
        ...at(),
        trust: { ...TRUST_NOBODY, keys: [key] },
      })
      expect(told(verified)).toMatchObject({ by: 'provenance verified', verdict: 'rebuildable' })
      expect(verified.attestations).toMatchObject([
        { trust: 'verified', note: `signed with the key ${key}` },
      ])
      const alien = workshop.keyFile('other.pub', other.publicKey)
      const wrong = await workshop.audit(image, {
        ...at(),
        trust: { ...TRUST_NOBODY, keys: [alien] },
      })
      expect(wrong.claims).toEqual([])
      expect(wrong.attestations).toMatchObject([{ trust: 'wrong' }])
      expect(wrong.unknown.map(({ reason }) => reason).join('\n')).toContain(
        `its signature is not that of the key ${alien}`,
      )
    },
  )

  it('an unverified claim finds the description and raises no verdict', async () => {
    // Its content is that of no commit, whatever the provenance says.
    const image = await workshop.image({
      ...{ content: 'hand-made\n', predicate: provenance(first), storage: 'att' },
      signer: own.privateKey,
    })
    for (const keys of [[], [workshop.keyFile('own.pub', own.publicKey)]]) {
      const { verdict } = await workshop.audit(image, { ...at(), trust: { ...TRUST_NOBODY, keys } })
      expect(verdict).toBe('drifted')
    }
  })

  it('files that are no public keys, and identities without roots, are refused', async () => {
    const image = await workshop.image({})
    const privateKey = own.privateKey.export({ type: 'pkcs8', format: 'pem' })
    workshop.write(workshop.folder, { 'private.pem': String(privateKey), 'text.pem': 'x' })
    const cases: [Partial<typeof TRUST_NOBODY>, RegExp][] = [
      [{ keys: [workshop.path('private.pem')] }, /holds a private key/],
      [{ keys: [workshop.path('text.pem')] }, /no public key in PEM/],
      [{ keys: [workshop.path('absent.pem')] }, /cannot be read/],
      [{ identity: 'a', issuer: 'b' }, /needs the roots/],
      [{ identity: 'a' }, /needs --certificate-oidc-issuer/],
      [{ issuer: 'a' }, /needs --certificate-identity/],
      [{ identity: 'a', identityRegexp: 'a', issuer: 'b' }, /cannot both be given/],
      [{ identityRegexp: '(', issuer: 'b' }, /no regular expression/],
      [{ roots: [workshop.path('text.pem')] }, /no certificates/],
    ]
    for (const [trust, message] of cases) {
      await expect(workshop.audit(image, { trust: { ...TRUST_NOBODY, ...trust } })).rejects.toThrow(
        message,
      )
    }
  })
})

describe('several claims', () => {
  it('the first that leads somewhere is used, the others are held against it', async () => {
    const image = await workshop.image({
      ...{ predicate: provenance(first), storage: 'index' },
      labels: {
        'org.opencontainers.image.revision': second,
        'org.opencontainers.image.source': URL,
        'org.label-schema.vcs-ref': first.slice(0, 10),
        'vcs-ref': ABSENT,
      },
      annotations: { 'org.opencontainers.image.source': 'https://github.com/example/other' },
    })
    const result = await workshop.audit(image, at())
    expect(told(result)).toMatchObject({
      revision: first,
      by: 'provenance claimed',
      outcomes: [
        'provenance used',
        'annotation contradicts',
        'label contradicts',
        'label agrees',
        'label missing',
      ],
    })
    const reasons = result.unknown.map(({ reason }) => reason)
    expect(reasons.filter((reason) => reason.startsWith('claims contradict'))).toHaveLength(2)
  })

  it('with --source the first revision that is there is taken; the command line goes first', async () => {
    const image = await workshop.image({
      labels: { 'vcs-ref': first, 'org.opencontainers.image.revision': ABSENT },
    })
    const result = await workshop.audit(image, { source: root })
    expect(told(result)).toMatchObject({
      revision: first,
      by: 'command-line given',
      revisionBy: 'label claimed',
      outcomes: ['label missing', 'label used'],
    })
    const named = await workshop.audit(image, { source: `${root}#${second}` })
    expect(told(named)).toMatchObject({
      revision: second,
      revisionBy: 'command-line given',
      outcomes: ['label missing', 'label contradicts'],
    })
  })

  it('hostile addresses are refused, told, and never opened', async () => {
    const image = await workshop.image({
      labels: {
        'org.opencontainers.image.source': `file://${root}`,
        'org.label-schema.vcs-url': '--upload-pack=touch /tmp/x',
        'vcs-url': 'https://h.example/\u001b]0;x\u0007',
      },
    })
    const result = await workshop.audit(image, at())
    expect(told(result)).toMatchObject({
      revision: null,
      outcomes: ['label refused', 'label refused', 'label refused'],
    })
    expect(result.claims.every(({ repository, note }) => repository === '' && note !== '')).toBe(
      true,
    )
  })
})

describe('details that claims give', () => {
  it('the path of the Dockerfile is from the root, its context is where its files are', async () => {
    const url = 'https://github.com/example/nested'
    const files = {
      'web/Dockerfile': DOCKERFILE,
      'web/app': 'one\n',
      'docker/Dockerfile': 'FROM scratch\nCOPY web/app /app\n',
    }
    const commit = git(workshop.clone('nested', files, url), 'rev-parse', 'HEAD').trim()
    const audited = async (path: string) => {
      const labels = {
        'org.opencontainers.image.source': url,
        'org.opencontainers.image.revision': commit,
        'com.docker.image.source.entrypoint': path,
      }
      return (await workshop.audit(await workshop.image({ labels }), at())).description
    }
    expect(await audited('web/Dockerfile')).toMatchObject({
      dockerfile: 'web/Dockerfile',
      context: 'web',
    })
    expect(await audited('docker/Dockerfile')).toMatchObject({
      dockerfile: 'docker/Dockerfile',
      context: '',
    })
  })

  it('a build argument that only provenance names is used, and named as untracked', async () => {
    const url = 'https://github.com/example/argued'
    const files = { Dockerfile: 'ARG BASE=debian:11\nFROM $BASE\nCOPY app /app\n', app: 'one\n' }
    const commit = git(workshop.clone('argued', files, url), 'rev-parse', 'HEAD').trim()
    const predicate = provenance(commit, {
      externalParameters: {
        configSource: { uri: `${url}.git#main`, digest: { sha1: commit }, path: 'Dockerfile' },
        request: { args: { 'build-arg:BASE': 'debian:12', 'build-arg:UNDECLARED': 'x' } },
      },
    })
    const result = await workshop.audit(await workshop.image({ predicate, storage: 'index' }), at())
    expect(result.changes.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      'argument BASE',
    ])
    // What it was built with is no more tracked for being told.
    expect(result.verdict).toBe('floating')
    expect(result.reasons.map(({ text }) => text).join('\n')).toContain(
      'FROM debian:12 has no digest',
    )
  })
})

describe('the Dockerfile inside provenance', () => {
  const max = (text: string, commit: string) => ({
    ...provenance(commit),
    runDetails: {
      metadata: {
        buildkit_metadata: { source: { infos: [{ filename: 'Dockerfile', data: btoa(text) }] } },
      },
    },
  })

  it.each([
    ['the tracked one', DOCKERFILE, /^the Dockerfile inside is Dockerfile at /, 0],
    [
      'one of no commit',
      `${DOCKERFILE}RUN true\n`,
      /^the Dockerfile inside is in no commit of /,
      1,
    ],
  ])('%s', async (_, text, note, unknowns) => {
    const image = await workshop.image({ predicate: max(text, first), storage: 'index' })
    const result = await workshop.audit(image, at())
    expect(result.claims[0]?.note).toMatch(note)
    const told = result.unknown.filter(({ reason }) => reason.includes('the Dockerfile inside'))
    expect(told).toHaveLength(unknowns)
  })

  it('that of another commit is named with it', async () => {
    const earlier = git(root, 'rev-parse', 'HEAD').trim()
    const later = workshop.commit(root, { Dockerfile: `${DOCKERFILE}LABEL a=b\n` })
    const text = `${DOCKERFILE}LABEL a=b\n`
    const image = await workshop.image({ predicate: max(text, earlier), storage: 'index' })
    const { claims } = await workshop.audit(image, at())
    expect(claims[0]?.note).toBe(
      `the Dockerfile inside is Dockerfile of commit ${later.slice(0, 12)}`,
    )
  })
})

describe('files inside the image', () => {
  it("npm's gitHead leads to the repository when nothing surer does", async () => {
    const members = [
      {
        name: 'srv/package.json',
        content: JSON.stringify({ name: 'a', version: '1', gitHead: first }),
      },
    ]
    const image = await workshop.image({ members })
    expect(told(await workshop.audit(image, at()))).toMatchObject({
      revision: first,
      by: 'in-image claimed',
    })
    const labels = { 'org.opencontainers.image.revision': second }
    const labelled = await workshop.image({ members, labels })
    expect(told(await workshop.audit(labelled, at()))).toMatchObject({
      revision: second,
      outcomes: ['label used'],
    })
  })
})
