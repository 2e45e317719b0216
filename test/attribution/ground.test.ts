// What the text of a description stands on: the variables of its base, at hand or told by its history.
import { describe, expect, it } from 'vitest'
import { groundOf, groundOfHistory } from '../../src/attribution/ground.ts'
import { movingInputs } from '../../src/attribution/moving-inputs.ts'
import { NO_SETTINGS } from '../../src/core/index.ts'
import { parseDockerfile, reachableStages } from '../../src/description/index.ts'
import { describe as description, historyEntry, readAll } from '../support/attribution.ts'

describe('the ground', () => {
  it('is what the settings of the base say', () => {
    const settings = {
      ...NO_SETTINGS,
      onBuild: ['RUN make'],
      env: ['PATH=/go/bin:/bin', 'A=b=c'],
      workingDir: '/go',
    }
    expect(groundOf(settings)).toEqual({
      environment: { PATH: '/go/bin:/bin', A: 'b=c' },
      workdir: '/go',
      shell: [],
      onBuild: ['RUN make'],
    })
  })

  it('is what the history of the base says, by each builder, the last value holding', () => {
    const history = [
      historyEntry('/bin/sh -c #(nop)  ENV PATH=/bin'),
      historyEntry('ENV PATH=/go/bin:/bin TITLE=two words', { comment: 'buildkit.dockerfile.v0' }),
      historyEntry('WORKDIR /go', { comment: 'buildkit.dockerfile.v0' }),
    ]
    expect(groundOfHistory(readAll(history))).toEqual({
      environment: { PATH: '/go/bin:/bin', TITLE: 'two words' },
      workdir: '/go',
      shell: [],
      onBuild: [],
    })
  })

  it('has no value of a variable that is recorded as it is written', () => {
    const entry = historyEntry('/bin/sh -c #(nop) ENV PATH=$PATH:/go A=b', { comment: 'FROM x' })
    expect(groundOfHistory(readAll([entry])).environment).toEqual({ A: 'b' })
  })

  it('makes the triggers of the base run first, counted on from the lines of the file', () => {
    const { stages, instructions } = parseDockerfile('FROM a AS x\nFROM go\nCOPY b /b\n', {
      arguments: {},
      target: null,
      base: {
        environment: {},
        workdir: '/go',
        shell: [],
        onBuild: ['COPY a a', 'ENV B=1', 'FROM x'],
      },
    })
    expect(stages[0]?.triggers).toEqual([])
    expect(stages[1]?.triggers).toMatchObject([
      { position: 3, line: 2, keyword: 'COPY', stage: 1, copy: { destination: '/go/a' } },
      { position: 4, line: 2, keyword: 'ENV', pairs: [{ name: 'B', value: '1' }] },
    ])
    expect(instructions).toHaveLength(3)
  })

  it('makes $PATH of a description read as it was built', () => {
    const ground = groundOfHistory(readAll([historyEntry('/bin/sh -c #(nop)  ENV PATH=/go/bin')]))
    const { instructions } = parseDockerfile('FROM go\nENV PATH=$PATH:/app\n', {
      arguments: {},
      target: null,
      base: ground,
    })
    expect(instructions.at(-1)?.expanded).toBe('PATH=/go/bin:/app')
  })
})

describe('inputs that may change', () => {
  const inputs = (text: string) => {
    const tracked = description(text)
    const { stages, instructions, target } = tracked.dockerfile
    return movingInputs(tracked, reachableStages(stages, instructions, target))
  }

  it('are the images of stages, copies and mounts without a digest', () => {
    const text = [
      'FROM golang:1 AS build',
      'RUN --mount=from=tools:2,target=/t make',
      'FROM node:20@sha256:0123 AS pinned',
      'FROM debian:12',
      'COPY --from=build /a /a',
      'COPY --from=pinned /b /b',
      'COPY --from=busybox:1 /c /c',
    ].join('\n')
    expect(inputs(text)).toEqual(['busybox:1', 'golang:1', 'tools:2'])
  })

  it('are downloads without a checksum and repositories without a commit', () => {
    const text = [
      'FROM debian:12',
      'ADD https://example.org/a /a',
      `ADD --checksum=sha256:${'a'.repeat(64)} https://example.org/b /b`,
      'ADD https://example.org/c.git#main /c',
      'ADD archive.tar /d',
    ].join('\n')
    expect(inputs(text)).toEqual(['https://example.org/a', 'https://example.org/c.git#main'])
  })

  it('are none of a stage that the target does not need, and not the base, which has its own row', () => {
    expect(inputs('FROM golang:1 AS unused\nFROM debian:12\n')).toEqual([])
  })
})
