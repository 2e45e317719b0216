import { describe, expect, it } from 'vitest'
import { splitArguments } from '../../src/attribution/dialect/dialect.ts'
import { readEntry } from '../../src/attribution/dialect/index.ts'
import { similarity } from '../../src/attribution/normalise.ts'

const entry = (createdBy: string, comment = '') => ({
  created: '',
  createdBy,
  comment,
  author: '',
  emptyLayer: false,
})
const context = { shells: ['/bin/sh -c'] }

describe('history entries', () => {
  it('reads what each builder writes', () => {
    expect(
      readEntry(
        entry('RUN /bin/sh -c apt-get update # buildkit', 'buildkit.dockerfile.v0'),
        context,
      ),
    ).toMatchObject({ maker: 'buildkit', keyword: 'RUN', text: 'apt-get update' })
    expect(readEntry(entry('/bin/sh -c apt-get update'), context)).toMatchObject({
      maker: 'docker',
      keyword: 'RUN',
      text: 'apt-get update',
    })
    expect(
      readEntry(entry(`/bin/sh -c #(nop) COPY file:${'a'.repeat(64)} in /srv/ `), context),
    ).toMatchObject({
      maker: 'docker',
      keyword: 'COPY',
      destination: '/srv/',
      hash: { kind: 'file' },
    })
    expect(readEntry(entry('bash'), context).maker).toBe('commit')
    expect(readEntry(entry('', 'Imported from -'), context).maker).toBe('import')
  })

  it('takes the values of build arguments off the command', () => {
    expect(splitArguments('|2 A=1 B=x y /bin/sh -c true', ['/bin/sh -c'])).toEqual({
      values: { A: '1', B: 'x y' },
      rest: '/bin/sh -c true',
    })
  })

  it('measures how alike two texts are by their words', () => {
    expect(similarity('a b', 'a b')).toBe(1)
    expect(similarity('a b', 'c d')).toBe(0)
    expect(similarity('a b', 'a c')).toBe(0.5)
  })
})
