// Where the base ends: which candidate is taken, whatever their order, and what follows from it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BaseCandidate,
  baseReference,
  chainInstructions,
  chooseBase,
  guessBase,
  isPrefix,
} from '../../src/attribution/base.ts'
import type { Digest } from '../../src/core/index.ts'
import { describe as description, historyEntry, readAll } from '../support/attribution.ts'
import { digestFor, imageFacts } from '../support/inventory.ts'

const DOCKERFILE = 'FROM registry.example/debian:12\nRUN make\nCOPY app /app\n'
const HISTORY = [
  historyEntry('ADD rootfs.tar / # buildkit'),
  historyEntry('CMD ["bash"]', { comment: 'buildkit.dockerfile.v0', emptyLayer: true }),
  historyEntry('RUN /bin/sh -c evil # buildkit'),
  historyEntry('RUN /bin/sh -c make # buildkit'),
  historyEntry('COPY app /app # buildkit'),
]
const candidate = (more: Partial<BaseCandidate>): BaseCandidate => ({
  reference: '',
  config: digestFor(JSON.stringify(more)),
  layers: 1,
  entries: 2,
  source: 'known',
  ...more,
})

function choose(candidates: readonly BaseCandidate[], dockerfile: string | null = DOCKERFILE) {
  const entries = readAll(HISTORY)
  const found = dockerfile === null ? null : description(dockerfile)
  return chooseBase(candidates, entries, found)
}

describe('the base', () => {
  it('is the one that was given, whatever else is known', () => {
    const given = candidate({ source: 'given', reference: 'base.tar' })
    const known = candidate({ layers: 2, entries: 3, reference: 'registry.example/debian:12' })
    expect(choose([known, given])).toMatchObject({
      reference: 'base.tar',
      layers: 1,
      strength: 'proved',
    })
  })

  it('is the one that FROM names, though a longer one would hide an untracked step', () => {
    const named = candidate({ reference: 'registry.example/debian:12' })
    const longer = candidate({ reference: 'registry.example/evil:1', layers: 2, entries: 3 })
    expect(choose([longer, named])).toMatchObject({ layers: 1, entries: 2, strength: 'proved' })
  })

  it('is said to have another name when FROM does not know it', () => {
    const other = candidate({ reference: 'registry.example/evil:1', layers: 2, entries: 3 })
    expect(choose([other])).toMatchObject({ layers: 2, strength: 'consistent' })
    expect(choose([other])?.how).toContain('FROM calls it registry.example/debian:12')
  })

  it('is not an image of the same build: the description fits worse after it', () => {
    const base = candidate({ reference: 'a' })
    const parent = candidate({ reference: 'b', layers: 3, entries: 4 })
    expect(choose([parent, base], 'FROM x\nRUN evil\nRUN make\nCOPY app /app\n')?.layers).toBe(1)
  })

  it('is none where the only image known holds what the instructions made', () => {
    const parent = candidate({ reference: 'b', layers: 3, entries: 4 })
    expect(choose([parent], 'FROM x\nRUN evil\nRUN make\nCOPY app /app\n')).toBeNull()
    const whole = candidate({ reference: 'c', layers: 4, entries: 5 })
    expect(choose([whole], 'FROM x\nCOPY app /app\n')).toBeNull()
  })

  it('without a description is the longest', () => {
    expect(choose([candidate({}), candidate({ layers: 2, entries: 3 })], null)?.layers).toBe(2)
  })

  it('takes the entries that made its layers, and no entry of a later layer', () => {
    expect(choose([candidate({ layers: 2, entries: 0 })])?.entries).toBe(3)
    expect(choose([candidate({ layers: 1, entries: 9 })])?.entries).toBe(2)
  })

  it('FROM scratch is empty', () => {
    expect(choose([], 'FROM scratch\nCOPY a /a\n')).toMatchObject({
      reference: 'scratch',
      layers: 0,
    })
  })

  it('does not depend on the order of the candidates', () => {
    const all = [
      candidate({ reference: 'a' }),
      candidate({ reference: 'b' }),
      candidate({ reference: 'registry.example/debian:12' }),
      candidate({ reference: 'c', layers: 2, entries: 3 }),
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: 1 }), (some) => {
        expect(choose(some)).toEqual(choose([...some].reverse()))
      }),
    )
  })

  it('is the one that the step of a squash names, whatever FROM calls it', () => {
    const squashed = digestFor('the base that was squashed on')
    const history = [
      ...HISTORY.slice(0, 2),
      historyEntry('', { comment: `merge ${digestFor('child')} to ${squashed}` }),
    ]
    const other = candidate({ reference: 'other/name:1', config: squashed })
    const named = candidate({ reference: 'registry.example/debian:12' })
    const found = chooseBase([named, other], readAll(history), description(DOCKERFILE))
    expect(found).toMatchObject({ config: squashed, strength: 'proved' })
    expect(found?.how).toContain('squash')
  })

  it('is consistent, not proved, where its layers were written again with other times', () => {
    const given = candidate({ source: 'given', reference: 'base.tar', rewritten: true })
    expect(choose([given])).toMatchObject({ strength: 'consistent' })
    expect(choose([given])?.how).toContain('other times')
  })

  it('is a guess when nothing is known', () => {
    const facts = imageFacts('x', [digestFor('a'), digestFor('b')])
    expect(guessBase(facts, 2, 1, description(DOCKERFILE))).toMatchObject({
      reference: 'registry.example/debian:12',
      layers: 1,
      strength: 'guessed',
    })
    expect(guessBase(facts, 0, 0, description(DOCKERFILE))).toBeNull()
  })
})

describe('references', () => {
  it.each([
    ['debian:12', 'docker.io/library/debian:12', true],
    ['debian', 'debian:latest', true],
    ['debian:12@sha256:aa', 'debian:12', true],
    ['debian@sha256:aa', 'debian@sha256:bb', false],
    ['registry:5000/debian:12', 'debian:12', false],
    ['debian:12', 'debian:13', false],
    ['', 'debian:12', false],
  ])('%s names %s: %s', (reference, from, same) => {
    const found = choose([candidate({ reference })], `FROM ${from}\nRUN make\n`)
    expect(found?.strength).toBe(same ? 'proved' : 'consistent')
  })

  it('the outermost FROM is behind stages and arguments', () => {
    const text = 'ARG V=12\nFROM debian:$V AS a\nFROM a AS b\nFROM b\n'
    expect(baseReference(description(text))).toBe('debian:12')
    expect(baseReference(null)).toBeNull()
  })

  it('a chain of stages has the instructions of all, those that run first first', () => {
    const text = 'FROM x AS a\nRUN one\nONBUILD RUN two\nFROM y\nRUN never\nFROM a\nRUN three\n'
    const texts = chainInstructions(description(text)).map(({ keyword, text: words }) =>
      keyword === 'FROM' ? keyword : words,
    )
    expect(texts.filter((words) => words !== 'FROM')).toEqual(['one', 'RUN two', 'two', 'three'])
  })
})

describe('layers', () => {
  const ids = fc.array(fc.constantFrom<Digest>('sha256:a', 'sha256:b'), { maxLength: 5 })
  it('lead another image exactly when that goes on after them', () => {
    fc.assert(
      fc.property(ids, ids, (base, more) => {
        const expected = base.length > 0 && more.length > 0
        expect(isPrefix(base, [...base, ...more])).toBe(expected)
      }),
    )
  })
})
