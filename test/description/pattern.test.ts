import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileGlob, PatternMatcher, readIgnoreLines } from '../../src/description/pattern.ts'

const matches = (patterns: readonly string[], path: string) =>
  new PatternMatcher(patterns).matches(path)

describe('patterns', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'a/b/c', true],
    ['a', 'b/a', false],
    ['a', 'ab', false],
    ['a/', 'a/b', true],
    ['./a', 'a', true],
    ['a/../b', 'b', true],
    ['a/*', 'a/b', true],
    ['a/*', 'a/b/c', true],
    ['a/*', 'a', false],
    ['*', 'a/b', true],
    ['*.md', 'x.md', true],
    ['*.md', 'a/x.md', false],
    ['*.md', 'x.md/inside', true],
    ['*/*.md', 'a/x.md', true],
    ['**/*.md', 'x.md', true],
    ['**/*.md', 'a/b/x.md', true],
    ['**.md', 'a/b/x.md', true],
    ['**', 'a/b', true],
    ['**/', 'a', true],
    ['a/**', 'a', false],
    ['a/**', 'a/b/c', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/xb', false],
    ['**/node_modules', 'x/node_modules/y/z', true],
    ['**/node_modules', 'x/node_modules_not', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a[b-d]e', 'ace', true],
    ['a[^b-d]e', 'ace', false],
    ['a[^b-d]e', 'axe', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['[ž-ö]', 'ö', false],
    ['[a-ö]', 'ö', true],
    ['a.b', 'axb', false],
    ['a(b)+$c', 'a(b)+$c', true],
    ['.*', '.git/config', true],
    ['.*', 'a.b', false],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(matches([pattern], path)).toBe(expected)
  })

  it.each<[readonly string[], string, boolean]>([
    [['*', '!keep'], 'keep', false],
    [['*', '!keep'], 'keep/inside', false],
    [['*', '!keep'], 'other/keep', true],
    [['!keep', '*'], 'keep', true],
    [['a', '!a/b'], 'a/b', false],
    [['a', '!a/b'], 'a/b/c', false],
    [['a', '!a/b'], 'a/c', true],
    [['a', '!a/b', 'a/b/c'], 'a/b/c', true],
    [['a', '!a/b', 'a/b/c'], 'a/b/d', false],
    [['**/*.md', '!README.md'], 'README.md', false],
    [['**/*.md', '!README.md'], 'docs/README.md', true],
    [['**', '!src/**', 'src/**/*.test.ts'], 'src/a/b.test.ts', true],
    [['**', '!src/**', 'src/**/*.test.ts'], 'src/a/b.ts', false],
    // an exception says nothing of a folder that nothing has matched yet
    [['a/a', '!a'], 'a/a', true],
    [[], 'a', false],
  ])('%j on %s: %s', (patterns, path, expected) => {
    expect(matches(patterns, path)).toBe(expected)
  })

  it.each(['[', '[]a]', 'a[', '[-]', '[x-]', '[a-b-c]', '[^', 'a\\', '!'])(
    '%s cannot be read',
    (pattern) => {
      const matcher = new PatternMatcher(['b', pattern])
      expect(matcher.problems).toEqual([{ pattern, reason: expect.any(String) }])
      expect(matcher.matches('b')).toBe(true)
      expect(matcher.matches('a')).toBe(false)
    },
  )

  it('are read from a file: comments, blanks, leading slashes, CRLF, a byte order mark', () => {
    const text = '\ufeff# note\n  a/b/ \r\n\n!  /c/../d\n/e\n #f\n/\n!\n'
    expect(readIgnoreLines(text)).toEqual(
      ['a/b', '!/d', 'e', '#f', '/', '!'].map((one) => one.replace('!/d', '!d')),
    )
  })
})

describe('matching', () => {
  it('says of a folder and what lies in it what each path by itself says', () => {
    const part = fc.constantFrom('a', 'b', 'ab', '*', '**', 'a*', '?', '[ab]', '[^a]')
    const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
    const path = fc.array(fc.constantFrom('a', 'b', 'ab', 'c'), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 5 }), path, (patterns, parts) => {
        expect(matches(patterns, parts.join('/'))).toBe(slowMatch(patterns, parts))
      }),
      { numRuns: 2000 },
    )
  })

  it('takes no long time over any pattern', () => {
    const nasty = `${'*a'.repeat(40)}/${'**/'.repeat(40)}b`
    const started = performance.now()
    expect(matches([nasty], 'a'.repeat(4000))).toBe(false)
    expect(compileGlob('*a'.repeat(40))?.('a'.repeat(4000))).toBe(true)
    expect(performance.now() - started).toBeLessThan(20_000)
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: fc.constantFrom('*', '?', '/', 'a', '[', ']', '\\', '!', '^', '-') }),
          { maxLength: 10 },
        ),
        fc.string(),
        (patterns, path) => {
          matches(patterns, path)
        },
      ),
    )
  })
})

/** The same by regular expressions, path by path, without memory of folders. */
function slowMatch(patterns: readonly string[], parts: readonly string[]): boolean {
  return patterns.some((text) =>
    parts.some((_, index) => expression(text).test(parts.slice(0, index + 1).join('/'))),
  )
}

function expression(pattern: string): RegExp {
  let source = ''
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? ''
    if (pattern.startsWith('**', at)) {
      at += pattern[at + 2] === '/' ? 2 : 1
      source += at + 1 < pattern.length ? '(.*/)?' : '.*'
    } else if (character === '*') source += '[^/]*'
    else if (character === '?') source += '[^/]'
    else source += character
  }
  return new RegExp(`^${source}$`)
}
