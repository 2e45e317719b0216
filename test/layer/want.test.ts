// Patterns of wanted files: the index over names and extensions finds what picomatch alone would find.
import fc from 'fast-check'
import picomatch from 'picomatch'
import { expect, test } from 'vitest'
import { wantPatterns } from '../../src/catalog/index.ts'
import { exactWants, WantMatcher } from '../../src/layer/want.ts'
import { anyName } from '../support/random-entries.ts'

const GLOBS = [
  'etc/passwd',
  '**/package.json',
  '**/*.pyc',
  'usr/share/doc/*/copyright',
  '**/*.dist-info/METADATA',
  'var/lib/dpkg/info/*.list',
  'etc/{a,b}.conf',
  'opt/+(x|y)/z',
  'c++/*.h',
  '*.[ch]',
  '**/lib?.so',
]
const part = fc.constantFrom(
  ...[
    'etc',
    'passwd',
    'package.json',
    'a.pyc',
    '.pyc',
    'usr',
    'share',
    'doc',
    'copyright',
    'x.dist-info',
  ],
  ...[
    'METADATA',
    'var',
    'lib',
    'dpkg',
    'info',
    'x.list',
    'a.conf',
    'opt',
    'xy',
    'z',
    'c++',
    'c',
    'm.h',
    'libz.so',
  ],
)

test('the same paths as picomatch', () => {
  const matcher = new WantMatcher(GLOBS.map((glob) => ({ glob, maxBytes: 10 })))
  const matches = GLOBS.map((glob) => picomatch(glob, { dot: true }))
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const path = parts.join('/')
      expect(matcher.isWanted(path), path).toBe(matches.some((match) => match(path)))
    }),
    { numRuns: 3000 },
  )
})

test('of the patterns in use, those without a fixed name or extension are few: each costs every file', () => {
  const wild = wantPatterns().filter(({ glob }) => /[*?[{(]/.test(glob.split('/').at(-1) ?? ''))
  const rest = wild.filter(({ glob }) => !/\/\*\.[A-Za-z0-9_-]+$/.test(glob))
  expect(rest.length).toBeLessThan(10)
})

test('several patterns of one path: the most that anybody may have', () => {
  const want = (size: number) =>
    new WantMatcher([
      { glob: '**/a.x', maxBytes: 10 },
      { glob: '**/*.x', maxBytes: 2 ** 40, head: 4 },
      { glob: 'b/*', maxBytes: 100 },
    ]).want('b/a.x', size)
  expect(want(3)).toEqual({ bytes: 3, exceeded: null })
  expect(want(50)).toEqual({ bytes: 50, exceeded: 10 })
  expect(want(500)).toEqual({ bytes: 4, exceeded: 100 })
})

test('exact paths, whatever characters they have', () => {
  fc.assert(
    fc.property(anyName, anyName, (name, other) => {
      const wants = exactWants(new Map([[name, 5]]))
      expect(wants.want(name, 9)).toEqual({ bytes: 5, exceeded: null })
      expect(wants.isWanted(other)).toBe(name === other)
    }),
  )
})
