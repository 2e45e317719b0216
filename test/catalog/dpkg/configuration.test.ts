import { expect, test } from 'vitest'
import {
  aptExtendedStates,
  dpkgDiversions,
  dpkgFilters,
} from '../../../src/catalog/dpkg/configuration.ts'
import { dpkgCopyright } from '../../../src/catalog/dpkg/copyright.ts'
import { rowsOf } from '../../support/rows.ts'

test('path filters are read in every form that dpkg takes, in order', () => {
  const text = [
    '# path-exclude=/commented',
    'path-exclude=/a/*',
    'path-include /b',
    '  --path-exclude = "/c d"',
    "path-exclude='/e'",
    'path-excluded=/not',
    'log /var/log/dpkg.log',
  ].join('\n')
  expect(rowsOf(dpkgFilters, text)).toEqual([
    { kind: 'exclusion', pattern: '/a/*', include: false },
    { kind: 'exclusion', pattern: '/b', include: true },
    { kind: 'exclusion', pattern: '/c d', include: false },
    { kind: 'exclusion', pattern: '/e', include: false },
  ])
})

test('filters beyond any real number are named, not tried on every path', () => {
  const rows = rowsOf(dpkgFilters, 'path-exclude=/x\n'.repeat(10_000))
  expect(rows).toHaveLength(501)
  expect(rows.at(-1)).toMatchObject({ kind: 'unknown' })
  expect(rowsOf(dpkgFilters, `path-exclude=/${'*'.repeat(5000)}\n`)).toMatchObject([
    { kind: 'unknown' },
  ])
})

test('a diversion is three lines; a colon is nobody', () => {
  expect(rowsOf(dpkgDiversions, '/a\n/a.distrib\np\n/b\n/b.real\n:\n/c\n')).toEqual([
    { kind: 'diversion', original: 'a', target: 'a.distrib', owner: 'p' },
    { kind: 'diversion', original: 'b', target: 'b.real', owner: '' },
    { kind: 'unknown', reason: 'the last diversion is cut short', place: '' },
  ])
})

test('extended states without the mark tell nothing', () => {
  expect(
    rowsOf(aptExtendedStates, 'Package: a\nArchitecture: amd64\n\nPackage: b\nAuto-Installed: 1\n'),
  ).toEqual([{ kind: 'request', name: 'b', architecture: '', requested: false }])
})

test.each([
  [
    'Format: https://x\nFiles: *\nLicense: GPL-2+ and MIT\n text\n\nFiles: a\nLicense: Expat\n\nLicense: Expat\n',
    ['GPL-2+ and MIT', 'Expat'],
  ],
  ['License: not-read\nThe text is in /usr/share/common-licenses/GPL-3.\n', ['GPL-3']],
  ['nothing at all', []],
])('licences of %j', (text, names) => {
  expect(rowsOf(dpkgCopyright, text)).toEqual([{ kind: 'licence', names }])
})
