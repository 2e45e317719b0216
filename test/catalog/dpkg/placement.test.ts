import fc from 'fast-check'
import { expect, test } from 'vitest'
import { divertedPath, isExcluded } from '../../../src/catalog/index.ts'

const SLIM = [
  { pattern: '/usr/share/doc/*', include: false },
  { pattern: '/usr/share/doc/*/copyright', include: true },
  { pattern: '/usr/share/man/*', include: false },
]

test.each([
  ['usr/share/doc/dash/changelog.gz', true],
  ['usr/share/doc/dash/copyright', false],
  ['usr/share/doc/a/b/copyright', false],
  ['usr/share/man/de/man1/x.1.gz', true],
  ['usr/share/man', false],
  ['usr/bin/doc', false],
])('slim filters: %s left out is %s', (path, excluded) => {
  expect(isExcluded(SLIM, path)).toBe(excluded)
  expect(isExcluded(SLIM, `/${path}`)).toBe(excluded)
})

test('the last filter that matches decides', () => {
  const filters = [
    { pattern: '/a/*', include: true },
    { pattern: '/a/b', include: false },
  ]
  expect(isExcluded(filters, 'a/b')).toBe(true)
  expect(isExcluded(filters.toReversed(), 'a/b')).toBe(false)
  expect(isExcluded([], 'a/b')).toBe(false)
})

test.each([
  ['/x?z', 'x/z', true],
  ['/[a-c]x', 'bx', true],
  ['/[!a-c]x', 'bx', false],
  ['/[^a]x', 'bx', true],
  ['/[]x]y', ']y', true],
  ['/[unclosed', '[unclosed', true],
  ['/\\*', '*', true],
  ['/\\*', 'a', false],
  ['/a*b*c', 'aXbYbZc', true],
  ['/a*b*c', 'aXbYbZ', false],
  ['/usr/share/locale/[a-z]*', 'usr/share/locale/de', true],
])('pattern %s on %s: %s', (pattern, path, matches) => {
  expect(isExcluded([{ pattern, include: false }], path)).toBe(matches)
})

test('a pattern made to be slow is not', () => {
  const pattern = `/${'*a'.repeat(200)}b`
  expect(isExcluded([{ pattern, include: false }], 'a'.repeat(4000))).toBe(false)
})

test('a pattern of plain characters and stars agrees with the regular expression it means', () => {
  const pattern = fc.stringMatching(/^[ab/*]{0,12}$/)
  fc.assert(
    fc.property(pattern, fc.stringMatching(/^[ab/]{0,12}$/), (glob, path) => {
      const expression = new RegExp(`^${glob.replaceAll('*', '.*')}$`, 's')
      const absolute = path.startsWith('/') ? path : `/${path}`
      expect(isExcluded([{ pattern: glob, include: false }], path)).toBe(expression.test(absolute))
    }),
  )
})

test('a diverted file lies elsewhere for all but the package that diverted it', () => {
  const diversions = [
    { original: 'bin/sh', target: 'bin/sh.distrib', owner: 'dash' },
    { original: 'usr/bin/tool', target: 'usr/bin/tool.real', owner: '' },
  ]
  expect(divertedPath(diversions, 'bin/sh', 'bash')).toBe('bin/sh.distrib')
  expect(divertedPath(diversions, 'bin/sh', 'dash')).toBe('bin/sh')
  expect(divertedPath(diversions, 'usr/bin/tool', 'dash')).toBe('usr/bin/tool.real')
  expect(divertedPath(diversions, 'bin/ls', 'dash')).toBe('bin/ls')
})
