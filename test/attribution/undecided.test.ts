// What an alignment cannot tell is said, with the reason, and is no change.
import { describe, expect, it } from 'vitest'
import { align, chainInstructions, undecided } from '../../src/attribution/index.ts'
import type { HistoryEntry } from '../../src/core/index.ts'
import { describe as description, historyEntry, readAll } from '../support/attribution.ts'
import { digestFor, imageFacts } from '../support/inventory.ts'

const kaniko = (createdBy: string) => historyEntry(createdBy, { author: 'kaniko' })

function told(
  dockerfile: string,
  history: readonly HistoryEntry[],
  baseEntries: number | null = 0,
) {
  const entries = readAll(history)
  const found = description(dockerfile)
  const steps = align({ entries, instructions: chainInstructions(found), baseEntries })
  const known = { reference: 'x', config: null, how: '', strength: 'proved' } as const
  const base = baseEntries === null ? null : { ...known, layers: 0, entries: baseEntries }
  const facts = imageFacts('x', [digestFor('a')])
  const rows = undecided({ facts, entries, description: found, steps, base })
  return { steps, rows: rows.map(({ place, reason, weight }) => `${weight} ${place}: ${reason}`) }
}

describe('what is not decided', () => {
  it('is nothing where every entry and every line is accounted for', () => {
    expect(told('FROM x\nCOPY a /a\n', [kaniko('COPY a /a')]).rows).toEqual([])
    expect(told('FROM x\nCOPY a /a\n', [kaniko('COPY a /a')], null).rows).toEqual([])
  })

  it('is a RUN of which kaniko would have kept nothing had it changed nothing', () => {
    const dockerfile = 'FROM x\nENV A=b\nRUN true\nCOPY a /a\nCOPY b /b\nCMD ["a"]\n'
    const { steps, rows } = told(dockerfile, [kaniko('COPY a /a'), kaniko('COPY b /b')])
    expect(steps.map(({ alignment }) => alignment)).toEqual(['same', 'same'])
    expect(rows).toEqual([expect.stringMatching(/^partial line 3: .*whether line 3 was run/)])
  })

  it('is no COPY: that always has files to show', () => {
    const { steps } = told('FROM x\nCOPY a /a\nCOPY b /b\nCOPY c /c\n', [
      kaniko('COPY b /b'),
      kaniko('COPY c /c'),
    ])
    expect(steps.map(({ alignment }) => alignment)).toEqual(['missing', 'same', 'same'])
  })

  it('is a history of too many steps that are all alike, and with it the verdict', () => {
    const lines = 'RUN true\n'.repeat(2500)
    const history = Array.from({ length: 2500 }, () => historyEntry('/bin/sh -c false'))
    expect(told(`FROM x\n${lines}`, history).rows).toEqual([
      expect.stringMatching(/^fatal history: 2500 of 2500 entries were not compared/),
    ])
  })

  it('is whose a file is in a layer that holds the base as well', () => {
    expect(told('FROM x\nRUN make\n', [historyEntry('')], null).rows).toEqual([
      expect.stringMatching(/^partial layer 0: the base image and all steps lie in one layer/),
    ])
  })
})

describe('what kaniko keeps of a stage in one snapshot', () => {
  const dockerfile =
    'FROM x AS ground\nENV A=b\nWORKDIR /srv\nFROM ground\nCOPY a /a\nRUN make\nCMD ["a"]\n'

  it('is the last line of each stage; the others are parts of its layer', () => {
    const { steps } = told(dockerfile, [kaniko('WORKDIR /srv'), kaniko('CMD ["a"]')])
    expect(steps.map(({ alignment, line, layer }) => [alignment, line, layer])).toEqual([
      ['same', 3, 0],
      ['merged', 5, 1],
      ['merged', 6, 1],
      ['same', 7, 1],
    ])
  })

  it('is read without its author too, where the build was to be reproducible', () => {
    const bare = (text: string) => historyEntry(text, { created: '0001-01-01T00:00:00Z' })
    const { steps } = told('FROM x\nRUN make\nCOPY a /a\n', [bare('RUN make'), bare('COPY a /a')])
    expect(steps.map(({ alignment, maker }) => `${alignment} ${maker}`)).toEqual([
      'same kaniko',
      'same kaniko',
    ])
    expect(readAll([bare('bash')])[0]?.step.maker).toBe('commit')
  })
})
