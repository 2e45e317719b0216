// Provenance of BuildKit in both versions and modes, of GitHub's and GitLab's builders, and BuildKit's older
// build information: what each says of the description.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ImageFacts } from '../../../src/core/index.ts'
import { readClaims, statementOf } from '../../../src/description/index.ts'
import { imageFacts } from '../../support/inventory.ts'
import { attestationOf, statementAbout } from '../attestation/forge.ts'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const DOCKERFILE = 'FROM alpine:3.20\nCOPY app /app\n'
const BUILDKIT =
  'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md'
const ALPINE = {
  uri: 'pkg:docker/alpine@3.20?platform=linux%2Famd64',
  digest: { sha256: 'a'.repeat(64) },
}
const FRONTEND = { uri: 'pkg:docker/docker/dockerfile@1', digest: { sha256: 'b'.repeat(64) } }

function claimsFor(predicateType: string, predicate: unknown, more: Partial<ImageFacts> = {}) {
  const text = statementAbout('x', predicate).replace(
    /"predicateType":"[^"]*"/,
    `"predicateType":${JSON.stringify(predicateType)}`,
  )
  const attestation = attestationOf(text)
  const statement = statementOf(attestation)
  const statements =
    statement === null
      ? []
      : [{ statement, trust: 'unverified' as const, attestation: attestation.digest }]
  const facts = {
    ...imageFacts('app', []),
    settings: { ...imageFacts('app', []).settings, labels: {} },
    ...more,
  }
  return readClaims({ facts, statements, traces: [], inherited: () => false })
}

function claimFor(predicateType: string, predicate: unknown) {
  const [claim, another] = claimsFor(predicateType, predicate).descriptions
  expect(another).toBeUndefined()
  return claim
}

const V02 = 'https://slsa.dev/provenance/v0.2'
const V1 = 'https://slsa.dev/provenance/v1'

describe('BuildKit', () => {
  it('SLSA 0.2 of a git context: repository, commit, folder, Dockerfile, target and arguments', () => {
    const claim = claimFor(V02, {
      buildType: 'https://mobyproject.org/buildkit@v1',
      materials: [ALPINE],
      invocation: {
        configSource: {
          uri: 'https://github.com/example/app.git#refs/heads/main:service',
          digest: { sha1: COMMIT },
          entryPoint: 'docker/Dockerfile',
        },
        parameters: { args: { 'build-arg:VERSION': '1', target: 'run', 'label:x': 'y' } },
      },
    })
    expect(claim).toMatchObject({
      kind: 'provenance',
      from: 'provenance (SLSA 0.2)',
      repository: 'https://github.com/example/app.git',
      revision: COMMIT,
      context: 'service',
      dockerfile: 'docker/Dockerfile',
      target: 'run',
      arguments: { VERSION: '1' },
      trust: 'unverified',
      dockerfileText: null,
      refused: '',
    })
  })

  it('SLSA 0.2 of a local context: what buildx saw, and the bytes of the Dockerfile', () => {
    const claim = claimFor(V02, {
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: { configSource: { entryPoint: 'Dockerfile.prod' }, parameters: {} },
      metadata: {
        'https://mobyproject.org/buildkit@v1#metadata': {
          vcs: {
            source: 'git@github.com:example/app.git',
            revision: `${COMMIT}-dirty`,
            'localdir:context': 'services/web',
            'localdir:dockerfile': 'services/docker',
          },
          source: {
            infos: [
              { filename: 'Dockerfile.prod', language: 'Dockerfile', data: btoa(DOCKERFILE) },
              { filename: 'other', language: 'Dockerfile', data: btoa('FROM scratch\n') },
            ],
          },
        },
      },
    })
    expect(claim).toMatchObject({
      repository: 'git@github.com:example/app.git',
      revision: `${COMMIT}-dirty`,
      context: 'services/web',
      dockerfile: '../docker/Dockerfile.prod',
      dockerfileText: DOCKERFILE,
    })
  })

  it('SLSA 1 of mode=min and of mode=max', () => {
    const predicate = (metadata: object) => ({
      buildDefinition: {
        buildType: BUILDKIT,
        externalParameters: {
          configSource: {
            uri: 'https://gitlab.example/group/app.git#v2',
            digest: { sha1: COMMIT },
            path: 'Dockerfile',
          },
          request: { frontend: 'dockerfile.v0', args: { 'build-arg:A': 'x' } },
        },
        resolvedDependencies: [ALPINE, FRONTEND],
      },
      runDetails: { builder: { id: '' }, metadata },
    })
    const said = {
      from: 'provenance (SLSA 1.0)',
      repository: 'https://gitlab.example/group/app.git',
      revision: COMMIT,
      context: '',
      dockerfile: 'Dockerfile',
      arguments: { A: 'x' },
    }
    expect(claimFor(V1, predicate({}))).toMatchObject({ ...said, dockerfileText: null })
    const infos = [{ filename: 'Dockerfile', data: btoa(DOCKERFILE) }]
    const metadata = { buildkit_metadata: { source: { infos } } }
    expect(claimFor(V1, predicate(metadata))).toMatchObject({ ...said, dockerfileText: DOCKERFILE })
  })

  it('a request that is kept one level deeper', () => {
    const claim = claimFor(V1, {
      buildDefinition: {
        buildType: BUILDKIT,
        externalParameters: {
          configSource: { path: 'Dockerfile.api' },
          request: {
            root: {
              request: {
                args: {
                  'vcs:source': 'https://github.com/example/app',
                  'vcs:revision': COMMIT,
                  'vcs:localdir:context': '.',
                  'vcs:localdir:dockerfile': 'docker',
                },
              },
            },
          },
        },
      },
    })
    expect(claim).toMatchObject({
      repository: 'https://github.com/example/app',
      revision: COMMIT,
      context: '',
      dockerfile: 'docker/Dockerfile.api',
    })
  })

  it('the images that a build took in may be its base; a frontend is none', () => {
    const predicate = {
      buildDefinition: { buildType: BUILDKIT, resolvedDependencies: [ALPINE, FRONTEND] },
    }
    expect(claimsFor(V1, predicate).bases).toEqual([
      {
        from: 'a material of provenance (SLSA 1.0)',
        reference: 'alpine:3.20',
        digest: `sha256:${'a'.repeat(64)}`,
        direct: false,
        trust: 'unverified',
      },
    ])
  })
})

describe('what a current BuildKit really wrote (fixtures/provenance)', () => {
  const read = (mode: 'min' | 'max') => {
    const statement = readFileSync(`fixtures/provenance/buildkit-git-${mode}.json`, 'utf8')
    const found = statementOf(attestationOf(statement))
    // Without a name to export to, BuildKit names no subject.
    expect(found?.subjects).toEqual([])
    return claimFor(found?.predicateType ?? '', found?.predicate)
  }

  it.each(['min', 'max'] as const)('mode=%s of a git context', (mode) => {
    expect(read(mode)).toMatchObject({
      repository: expect.stringMatching(/^git:\/\/127\.0\.0\.1:\d+\/status\/\.git$/),
      revision: expect.stringMatching(/^[0-9a-f]{40}$/),
      dockerfile: '',
      refused: '',
    })
  })

  it('mode=max holds the Dockerfile', () => {
    expect(read('min')?.dockerfileText).toBeNull()
    expect(read('max')?.dockerfileText).toMatch(
      /^# A status page.*\nFROM assay\.test\/debian-tiny:12\n/,
    )
  })
})

describe('other builders', () => {
  it("GitHub's workflow: the dependency that is a commit", () => {
    const claim = claimFor(V1, {
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: {
          workflow: {
            ref: 'refs/tags/v1',
            repository: 'https://github.com/example/app',
            path: '.github/workflows/release.yml',
          },
        },
        resolvedDependencies: [
          { uri: 'git+https://github.com/example/app@refs/tags/v1', digest: { gitCommit: COMMIT } },
        ],
      },
    })
    expect(claim).toMatchObject({
      repository: 'https://github.com/example/app',
      revision: COMMIT,
      // The path is that of the workflow.
      dockerfile: '',
    })
  })

  it("GitLab's runner, and slsa-github-generator in the older version", () => {
    expect(
      claimFor(V1, {
        buildDefinition: {
          buildType: 'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17.0.0/PROVENANCE.md',
          externalParameters: { source: 'https://gitlab.example/group/app', entryPoint: 'build' },
          resolvedDependencies: [
            { uri: 'https://gitlab.example/group/app', digest: { gitCommit: COMMIT } },
          ],
        },
      }),
    ).toMatchObject({ repository: 'https://gitlab.example/group/app', revision: COMMIT })
    expect(
      claimFor(V02, {
        buildType: 'https://github.com/slsa-framework/slsa-github-generator/container@v1',
        invocation: {
          configSource: {
            uri: 'git+https://github.com/example/app@refs/heads/main',
            digest: { sha1: COMMIT },
            entryPoint: '.github/workflows/docker.yml',
          },
        },
      }),
    ).toMatchObject({
      repository: 'https://github.com/example/app',
      revision: COMMIT,
      dockerfile: '',
    })
  })

  it('statements of other kinds claim nothing', () => {
    expect(claimsFor('https://spdx.dev/Document', { materials: [ALPINE] })).toEqual({
      descriptions: [],
      bases: [],
    })
  })
})

describe('build information in the config', () => {
  const info = {
    frontend: 'dockerfile.v0',
    attrs: {
      context: 'https://github.com/example/app.git#main:web',
      filename: 'Dockerfile.web',
      'build-arg:A': '1',
      target: null,
    },
    sources: [
      {
        type: 'docker-image',
        ref: 'docker.io/library/alpine:3.16',
        pin: `sha256:${'c'.repeat(64)}`,
      },
      { type: 'git', ref: 'https://github.com/example/app.git#main:web', pin: COMMIT },
    ],
  }

  it('names the context, its commit and the images', () => {
    const configText = JSON.stringify({
      'moby.buildkit.buildinfo.v0': btoa(JSON.stringify(info)),
    })
    const { descriptions, bases } = claimsFor('', {}, { configText })
    expect(descriptions).toMatchObject([
      {
        kind: 'buildinfo',
        repository: 'https://github.com/example/app.git',
        revision: COMMIT,
        context: 'web',
        dockerfile: 'Dockerfile.web',
        arguments: { A: '1' },
      },
    ])
    expect(bases.map(({ reference, digest }) => [reference, digest])).toEqual([
      ['docker.io/library/alpine:3.16', `sha256:${'c'.repeat(64)}`],
    ])
  })

  it.each([
    '{',
    '"x"',
    '{"moby.buildkit.buildinfo.v0":7}',
    '{"moby.buildkit.buildinfo.v0":"e30="}',
  ])('is none: %s', (configText) => {
    expect(claimsFor('', {}, { configText }).descriptions).toEqual([])
  })
})

describe('hostile documents', () => {
  it('a text, list or object where another is expected is as good as absent', () => {
    for (const odd of [null, 7, 'x', [], [[]], { a: 1 }, { __proto__: null }]) {
      for (const predicate of [
        odd,
        { buildType: odd, invocation: odd, materials: odd, metadata: odd },
        { buildDefinition: odd, runDetails: odd },
        {
          buildDefinition: {
            buildType: BUILDKIT,
            externalParameters: { configSource: odd, request: odd },
          },
        },
        { buildDefinition: { resolvedDependencies: [odd, { uri: odd, digest: odd }] } },
      ]) {
        for (const type of [V02, V1]) expect(() => claimsFor(type, predicate)).not.toThrow()
      }
    }
  })

  it('nesting of 100 000 levels, a Dockerfile of gigabytes of zeros, and 100 000 materials', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(statementOf(attestationOf(deep))).toBeNull()
    const bomb = 'A'.repeat(3 << 20)
    const materials = Array.from({ length: 100_000 }, () => ALPINE)
    const metadata = { source: { infos: [{ filename: 'Dockerfile', data: bomb }] } }
    const { bases } = claimsFor(V1, {
      buildDefinition: { buildType: BUILDKIT, resolvedDependencies: materials },
      runDetails: { metadata: { buildkit_metadata: metadata } },
    })
    expect(bases.length).toBeLessThanOrEqual(1000)
  })
})
