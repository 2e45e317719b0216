// Values of build arguments, as histories show them.
import { describe, expect, it } from 'vitest'
import {
  chainInstructions,
  type RecordedArgument,
  recordedArguments,
} from '../../src/attribution/index.ts'
import { type ImageSettings, NO_SETTINGS } from '../../src/core/index.ts'
import { describe as description, historyEntry, readAll } from '../support/attribution.ts'

/** What BuildKit's history tells of a Dockerfile's arguments. */
function recorded(dockerfile: string, ...history: readonly string[]): readonly RecordedArgument[] {
  const comment = 'buildkit.dockerfile.v0'
  const entries = readAll(history.map((text) => historyEntry(text, { comment })))
  return recordedArguments(entries, chainInstructions(description(dockerfile)), NO_SETTINGS)
}

const RUN = 'FROM debian\nARG VERSION=2\nARG TOKEN\nRUN make\n'

describe('recorded build arguments', () => {
  it('are those of a RUN that differ from the description', () => {
    const history = [
      'ARG VERSION=2',
      'ARG TOKEN',
      'RUN |2 VERSION=3 TOKEN=a b /bin/sh -c make # buildkit',
    ]
    expect(recorded(RUN, ...history)).toEqual([
      { name: 'TOKEN', expected: '', found: 'a b' },
      { name: 'VERSION', expected: '2', found: '3' },
    ])
  })

  it('are none where the image was built with the values of the description', () => {
    expect(recorded(RUN, 'RUN |2 VERSION=2 TOKEN= /bin/sh -c make # buildkit')).toEqual([])
  })

  it('are none that the description does not declare', () => {
    expect(recorded(RUN, 'RUN |1 OTHER=9 /bin/sh -c make # buildkit')).toEqual([])
  })

  it('are solved from the text of an ENV or LABEL where no RUN tells', () => {
    const dockerfile = `FROM scratch\nARG VERSION=2\nARG NAME=app\nENV APP="\${NAME} $VERSION"\nLABEL version=v\${VERSION}\n`
    const history = ['ARG VERSION=2', 'ARG NAME=app', 'ENV APP=tool 7.1', 'LABEL version=v7.1']
    expect(recorded(dockerfile, ...history)).toEqual([
      { name: 'NAME', expected: 'app', found: 'tool' },
      { name: 'VERSION', expected: '2', found: '7.1' },
    ])
  })

  it.each([
    ['the text is as expected', ['ENV APP=2', 'ENV APP=3']],
    ['two entries fit', ['ENV APP=3', 'ENV APP=4']],
    ['none fits', ['ENV OTHER=3']],
  ])('are not guessed where %s', (_, history) => {
    expect(recorded(`FROM scratch\nARG VERSION=2\nENV APP=\${VERSION}\n`, ...history)).toEqual([])
  })

  it('have one value where an ENV uses it twice', () => {
    const dockerfile = 'FROM scratch\nARG V=2\nENV A=$V B=$V\n'
    expect(recorded(dockerfile, 'ENV A=3 B=4')).toEqual([])
    expect(recorded(dockerfile, 'ENV A=3 B=3')).toEqual([{ name: 'V', expected: '2', found: '3' }])
  })
})

describe('build arguments where the history has no values', () => {
  const FROM = 'FROM debian:12'
  const buildah = (text: string) =>
    historyEntry(`/bin/sh -c #(nop) ${text}`, { comment: FROM, emptyLayer: true })
  const dockerfile = `FROM debian\nARG LEVEL=2\nENV LEVEL=\${LEVEL}\nLABEL level=v$LEVEL\n`
  const instructions = chainInstructions(description(dockerfile))
  const found = (settings: Partial<ImageSettings>) => {
    const entries = readAll(
      ['ARG LEVEL', `ENV LEVEL=\${LEVEL}`, 'LABEL level=v$LEVEL'].map(buildah),
    )
    return recordedArguments(entries, instructions, { ...NO_SETTINGS, ...settings })
  }

  it('are solved from the settings of the image', () => {
    const argument = { name: 'LEVEL', expected: '2', found: '3' }
    expect(found({ env: ['LEVEL=3'], labels: { level: 'v3' } })).toEqual([argument])
    expect(found({ labels: { level: 'v3' } })).toEqual([argument])
    expect(found({ env: ['LEVEL=2'], labels: { level: 'v2' } })).toEqual([])
  })

  it('are not guessed where the settings have none', () => {
    expect(found({})).toEqual([])
  })
})
