// Which names of images a pattern fits, and which entry of `images:` counts.
import { describe, expect, it } from 'vitest'
import type { Platform } from '../../src/core/index.ts'
import { mappingOf, matchesName, parsePolicy } from '../../src/policy/index.ts'

describe('a pattern of image names', () => {
  it.each([
    ['app', 'app:1.2'],
    ['app', 'docker.io/library/app:latest'],
    ['docker.io/team/app', 'team/app:2'],
    ['registry.example:5000/team/*', 'registry.example:5000/team/app:1'],
    ['registry.example/**', 'registry.example/a/b/c:1'],
    ['**/app', 'registry.example/team/app:1'],
    ['app:1.*', 'app:1.12'],
    ['app:latest', 'app'],
    ['app', 'app@sha256:00'],
    ['app@sha256:*', 'app@sha256:00'],
    ['**', 'a/b:c'],
    ['*-worker', 'mail-worker:3'],
  ])('%s fits %s', (pattern, name) => {
    expect(matchesName(pattern, name)).toBe(true)
  })

  it.each([
    ['app', 'apps:1'],
    ['app', 'team/app:1'],
    ['registry.example/*', 'registry.example/a/b:1'],
    ['app:1.*', 'app:2.0'],
    ['app:2', 'app'],
    ['registry.example:5000/app', 'registry.example/app:5000'],
    ['a.c', 'abc'],
    ['app@sha256:11', 'app@sha256:00'],
  ])('%s does not fit %s', (pattern, name) => {
    expect(matchesName(pattern, name)).toBe(false)
  })

  it('cannot be made slow', () => {
    const started = performance.now()
    expect(matchesName(`${'*a'.repeat(500)}b`, 'a'.repeat(2_000))).toBe(false)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

const ARM: Platform = { os: 'linux', architecture: 'arm64', variant: 'v8' }
const INTEL: Platform = { os: 'linux', architecture: 'amd64', variant: '' }

describe('the entry of an image', () => {
  const policy = parsePolicy(
    'assay.yaml',
    `images:
  - {match: team/app, repository: arm, platform: linux/arm64}
  - {match: [team/app, team/web], repository: first}
  - {match: team/*, repository: second}
  - {match: "**", repository: rest}
`,
  )
  const chosen = (names: readonly string[], platform: Platform | null) =>
    mappingOf(policy, names, platform)?.repository.name

  it('is the first that matches', () => {
    expect(chosen(['team/web:1'], INTEL)).toBe('first')
    expect(chosen(['team/job:1'], INTEL)).toBe('second')
    expect(chosen(['other'], INTEL)).toBe('rest')
  })

  it('is for its platform only', () => {
    expect(chosen(['team/app:1'], ARM)).toBe('arm')
    expect(chosen(['team/app:1'], INTEL)).toBe('first')
    expect(chosen(['team/app:1'], null)).toBe('first')
  })

  it('is found by any of the names', () => {
    expect(chosen(['other:1', 'team/job:2'], INTEL)).toBe('second')
  })

  it('of an image without a name is one for all', () => {
    expect(chosen([], INTEL)).toBe('rest')
    expect(mappingOf(parsePolicy('a', 'images: [{match: a, repository: b}]'), [], INTEL)).toBeNull()
  })
})
