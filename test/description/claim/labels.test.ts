// Labels and annotations: what each system writes, whose they are, and addresses that are refused.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseClaimOfLabels, claimsOfLabels } from '../../../src/description/claim/labels.ts'
import { readRepository, seenFrom } from '../../../src/description/claim/repository.ts'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const NEVER = () => false

describe('labels', () => {
  it.each([
    [
      'OCI, as docker-library annotates: the address holds commit and folder',
      {
        'org.opencontainers.image.source': `https://github.com/docker-library/docker.git#${COMMIT}:24/cli`,
      },
      {
        repository: 'https://github.com/docker-library/docker.git',
        revision: COMMIT,
        context: '24/cli',
      },
    ],
    [
      'buildx: source, revision and the path of the Dockerfile',
      {
        'org.opencontainers.image.source': 'git@github.com:example/app.git',
        'org.opencontainers.image.revision': `${COMMIT}-dirty`,
        'com.docker.image.source.entrypoint': 'docker/Dockerfile',
      },
      {
        repository: 'git@github.com:example/app.git',
        revision: `${COMMIT}-dirty`,
        dockerfile: 'docker/Dockerfile',
      },
    ],
    [
      'label-schema',
      {
        'org.label-schema.vcs-ref': '0123456',
        'org.label-schema.vcs-url': 'https://x.example/a/b',
      },
      {
        from: 'label org.label-schema.vcs-ref',
        repository: 'https://x.example/a/b',
        revision: '0123456',
      },
    ],
    [
      'OpenShift',
      {
        'io.openshift.build.commit.id': COMMIT,
        'io.openshift.build.commit.ref': 'main',
        'io.openshift.build.source-location': 'https://x.example/a/b',
        'io.openshift.build.source-context-dir': './web/',
      },
      { repository: 'https://x.example/a/b', revision: COMMIT, context: 'web' },
    ],
    [
      'Azure Pipelines',
      {
        'com.azure.dev.image.build.sourceversion': COMMIT,
        'com.azure.dev.image.build.repository.uri': 'https://dev.azure.com/o/p/_git/r',
      },
      { repository: 'https://dev.azure.com/o/p/_git/r', revision: COMMIT },
    ],
    [
      'buildpacks',
      {
        'io.buildpacks.project.metadata': JSON.stringify({
          source: {
            type: 'git',
            version: { commit: COMMIT },
            metadata: { repository: 'https://x.example/a/b' },
          },
        }),
      },
      { repository: 'https://x.example/a/b', revision: COMMIT },
    ],
  ])('%s', (_, labels, expected) => {
    const claims = claimsOfLabels(labels, 'label', NEVER)
    expect(claims).toHaveLength(1)
    expect(claims[0]).toMatchObject({
      kind: 'label',
      trust: 'unverified',
      refused: '',
      ...expected,
    })
  })

  it("the base's are no claims", () => {
    const labels = { 'org.opencontainers.image.revision': COMMIT }
    expect(claimsOfLabels(labels, 'label', (key) => key in labels)).toEqual([])
  })

  it('image.base.*: a digest, a name, a name with a digest', () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const name = 'org.opencontainers.image.base.name'
    const of = (texts: Record<string, string>) => baseClaimOfLabels(texts, 'annotation', NEVER)
    expect(of({ [name]: 'debian:12', 'org.opencontainers.image.base.digest': digest })).toEqual({
      from: 'annotation org.opencontainers.image.base.digest',
      reference: 'debian:12',
      digest,
      direct: true,
      trust: 'unverified',
    })
    expect(of({ [name]: `debian@${digest}` })).toMatchObject({ reference: 'debian', digest })
    expect(of({ [name]: '--output=/tmp/x' })).toBeNull()
    expect(of({ 'org.opencontainers.image.base.digest': 'sha256:1' })).toBeNull()
    expect(baseClaimOfLabels({ [name]: 'debian:12' }, 'label', () => true)).toBeNull()
  })
})

describe('addresses', () => {
  it.each([
    ['https://github.com/x/y.git#main:a/b', ['https://github.com/x/y.git', 'main', 'a/b']],
    ['https://github.com/x/y.git?ref=v1&subdir=a', ['https://github.com/x/y.git', 'v1', 'a']],
    [
      'git+https://github.com/x/y@refs/heads/main',
      ['https://github.com/x/y', 'refs/heads/main', ''],
    ],
    ['git+ssh://git@host/x/y.git@0123abc', ['ssh://git@host/x/y.git', '0123abc', '']],
    ['git@github.com:x/y.git', ['git@github.com:x/y.git', '', '']],
    ['github.com/x/y', ['github.com/x/y', '', '']],
    ['pkg:github/x/y@0123abc?type=a', ['https://github.com/x/y', '0123abc', '']],
    ['https://user:secret@host/x/y', ['https://user@host/x/y', '', '']],
  ])('%s', (text, [repository, revision, context]) => {
    expect(readRepository(text)).toEqual({ repository, revision, context, refused: '' })
  })

  it.each([
    'file:///etc/passwd',
    'FILE://host/srv/repo',
    '--upload-pack=touch /tmp/x',
    '-oProxyCommand=x',
    'ssh://-oProxyCommand=x/y',
    'ssh://git@-oProxyCommand=x/y',
    "ext::sh -c 'touch x'",
    'https://host/x\ny',
    'https://host/\u001b]0;x',
    'javascript:alert(1)',
    '/srv/repo',
    '../repo',
    'https://',
    `https://host/${'x'.repeat(5000)}`,
  ])('is refused: %j', (text) => {
    const { repository, refused } = readRepository(text)
    expect(repository).toBe('')
    expect(refused).not.toBe('')
    expect(refused).not.toMatch(/[\u0000-\u001f]/)
  })

  it('never gives what git would take for an option or run', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { repository } = readRepository(text)
        expect(repository.startsWith('-')).toBe(false)
        expect(/^(?:file|ext|fd):/i.test(repository)).toBe(false)
        expect(/[\u0000-\u001f]/.test(repository)).toBe(false)
      }),
    )
  })

  it.each([
    ['', 'a/Dockerfile', 'a/Dockerfile'],
    ['a', 'a/b/Dockerfile', 'b/Dockerfile'],
    ['a/b', 'a/Dockerfile', '../Dockerfile'],
    ['a', 'c/d', '../c/d'],
    ['a', '../x', ''],
    ['a/../..', 'x', ''],
  ])('from %j, %j is %j', (folder, path, seen) => {
    expect(seenFrom(folder, path)).toBe(seen)
  })
})
