import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSameImage, parseReference } from '../../src/core/index.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('an image reference', () => {
  it.each([
    ['alpine', 'docker.io', 'library/alpine', '', ''],
    ['alpine:3.20', 'docker.io', 'library/alpine', '3.20', ''],
    ['docker.io/alpine', 'docker.io', 'library/alpine', '', ''],
    ['index.docker.io/library/alpine:3', 'docker.io', 'library/alpine', '3', ''],
    ['team/app:1', 'docker.io', 'team/app', '1', ''],
    ['localhost/app', 'localhost', 'app', '', ''],
    ['localhost:5000/app:1', 'localhost:5000', 'app', '1', ''],
    ['registry.example/a/b/c:1.2', 'registry.example', 'a/b/c', '1.2', ''],
    ['registry.example:5000/app', 'registry.example:5000', 'app', '', ''],
    [`app@${digest}`, 'docker.io', 'library/app', '', digest],
    [`registry.example/app:1@${digest}`, 'registry.example', 'app', '1', digest],
    ['', 'docker.io', 'library/', '', ''],
  ])('%s', (text, registry, repository, tag, found) => {
    expect(parseReference(text)).toEqual({ registry, repository, tag, digest: found })
  })

  it('any text gives parts, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parts = parseReference(text)
        expect(text.includes(parts.tag) && text.includes(parts.digest)).toBe(true)
      }),
    )
  })
})

describe('two references name one image', () => {
  it.each([
    ['alpine', 'docker.io/library/alpine:latest', true],
    ['alpine:3.20', 'alpine:3.19', false],
    ['alpine:3.20', `alpine@${digest}`, true],
    [`alpine@sha256:${'b'.repeat(64)}`, `alpine@${digest}`, false],
    ['team/alpine', 'alpine', false],
    ['registry.example/alpine', 'alpine', false],
    ['', '', false],
  ])('%s and %s: %s', (a, b, same) => {
    expect(isSameImage(a, b)).toBe(same)
    expect(isSameImage(b, a)).toBe(same)
  })
})
