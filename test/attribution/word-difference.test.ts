// The words in which two texts differ, and that nothing else is said to.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wordDifference } from '../../src/attribution/word-difference.ts'

describe('the difference of two texts', () => {
  it('is a span for each place', () => {
    expect(wordDifference('apt install -y curl=1 git', 'apt -q install -y curl=2 git')).toEqual([
      { removed: '', added: '-q' },
      { removed: 'curl=1', added: 'curl=2' },
    ])
  })

  it('is none between equal texts, and all of a text beside an empty one', () => {
    expect(wordDifference('a b', 'a b')).toEqual([])
    expect(wordDifference('', 'a b')).toEqual([{ removed: '', added: 'a b' }])
  })

  it('leaves as many words equal as can be', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'dd'), { maxLength: 8 })
    fc.assert(
      fc.property(text, text, (left, right) => {
        const spans = wordDifference(left.join(' '), right.join(' '))
        const count = (texts: readonly string[]) =>
          texts.flatMap((each) => each.split(' ').filter((word) => word !== '')).length
        const most = common(left, right)
        expect(count(spans.map(({ removed }) => removed))).toBe(left.length - most)
        expect(count(spans.map(({ added }) => added))).toBe(right.length - most)
      }),
    )
  })

  it('of texts too long for a table is the span between their common ends', () => {
    const words = (first: number) => Array.from({ length: 2000 }, (_, at) => `w${first + at}`)
    const [span, ...more] = wordDifference(
      `a ${words(0).join(' ')} z`,
      `a ${words(9999).join(' ')} z`,
    )
    expect(more).toEqual([])
    expect(span?.removed.split(' ')).toHaveLength(2000)
    expect(span?.added.startsWith('w9999 ')).toBe(true)
  })
})

/** Length of the longest common subsequence, by trying everything. */
function common(left: readonly string[], right: readonly string[]): number {
  const [word, ...more] = left
  if (word === undefined) return 0
  const at = right.indexOf(word)
  const without = common(more, right)
  return at < 0 ? without : Math.max(without, 1 + common(more, right.slice(at + 1)))
}
