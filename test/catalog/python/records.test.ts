import { describe, expect, test } from 'vitest'
import { pythonBytecode } from '../../../src/catalog/python/bytecode.ts'
import { parseHeaders } from '../../../src/catalog/python/headers.ts'
import { pythonPlaceOf } from '../../../src/catalog/python/place.ts'
import { csvFields, pythonDirectUrl } from '../../../src/catalog/python/record.ts'
import {
  excludesLinux,
  normalName,
  parseRequirement,
} from '../../../src/catalog/python/requirement.ts'
import { catalogOf, rowsOf } from '../../support/rows.ts'

test.each([
  ['a,b,c', ['a', 'b', 'c']],
  ['"a,b",c,', ['a,b', 'c', '']],
  ['"say ""hi""",,', ['say "hi"', '', '']],
  ['"open', null],
  ['', ['']],
])('CSV %s', (line, fields) => {
  expect(csvFields(line)).toEqual(fields)
})

test('headers end at the first blank line; folded ones are joined', () => {
  const headers = parseHeaders(
    'Name: a\r\nLicense: one\r\n  two\r\nno header\r\n folded to nothing\r\nX: 1\r\n\r\nX: 2\r\n',
  )
  expect(Object.fromEntries(headers)).toEqual({ name: ['a'], license: ['one\ntwo'], x: ['1'] })
})

test.each(['Zope.Interface', 'zope__interface', 'zope-.-interface'])(
  '%s is one project',
  (name) => {
    expect(normalName(name)).toBe('zope-interface')
  },
)

test.each([
  ['foo', 'depends', 'foo'],
  ['Foo_Bar[x,y] (>=1.0)', 'depends', 'foo-bar'],
  ['foo>=1 ; python_version < "3"', 'optional', 'foo'],
  ["foo; extra == 'dev'", 'extra', 'foo'],
  ['foo @ https://example.org/foo.whl', 'depends', 'foo'],
])('requirement %s', (text, kind, name) => {
  expect(parseRequirement(text)).toMatchObject({ kind, alternatives: [name] })
})

test.each(['', '; x', '>=1'])('no requirement: %j', (text) => {
  expect(parseRequirement(text)).toBeNull()
})

test.each([
  ['a; sys_platform == "win32"', true],
  ["a; (os_name != 'posix')", true],
  ['a; sys_platform == "linux"', false],
  ['a; platform_system != "Windows"', false],
  ['a; python_version < "3"', false],
  ['a; sys_platform == "win32" or x', false],
])('%s is never met on Linux: %s', (text, excluded) => {
  expect(excludesLinux(text)).toBe(excluded)
})

test.each([
  ['s/a-1.dist-info/METADATA', 's', 's/a-1.dist-info', false],
  ['s/a.egg-info', 's', 's/a.egg-info', false],
  ['s/a.egg/EGG-INFO/PKG-INFO', 's/a.egg', 's/a.egg/EGG-INFO', false],
  ['s/pip/_vendor/b-1.dist-info/METADATA', 's/pip/_vendor', 's/pip/_vendor/b-1.dist-info', true],
])('place of %s', (path, site, location, bundled) => {
  expect(pythonPlaceOf(path)).toMatchObject({ site, location, bundled })
})

describe('heads of compiled files', () => {
  const head = (hex: string) => rowsOf(pythonBytecode, Buffer.from(hex, 'hex'))[0]

  test('time and size', () => {
    expect(head('cb0d0d0a 00000000 00f15365 2a000000'.replaceAll(' ', ''))).toEqual({
      kind: 'bytecode',
      hashBased: false,
      sourceMtime: 1700000000,
      sourceSize: 42,
      sourceHash: '',
    })
  })

  test('hash', () => {
    const row = head('cb0d0d0a010000000102030405060708')
    expect(row).toMatchObject({ hashBased: true, sourceMtime: -1, sourceHash: '0102030405060708' })
  })

  test.each([
    [
      'Python 2.7',
      '03f30d0a00f15365630000000000000000',
      { sourceMtime: 1700000000, sourceSize: -1 },
    ],
    [
      'Python 3.6',
      '330d0d0a00f153652a000000e300000000',
      { sourceMtime: 1700000000, sourceSize: 42 },
    ],
  ])('%s', (_name, hex, fields) => {
    expect(head(hex)).toMatchObject({ kind: 'bytecode', hashBased: false, ...fields })
  })

  test.each([
    '',
    'cb0d0d0a',
    'cb0d0d0b000000000000000000000000',
    'cb0d0d0aff0000000000000000000000',
  ])('no head: %s', (hex) => {
    expect(head(hex)).toMatchObject({ kind: 'unknown' })
  })
})

test('a password in an address is not kept', () => {
  const rows = rowsOf(
    pythonDirectUrl,
    '{"url":"https://me:secret@example.org/a.whl","archive_info":{}}',
  )
  expect(rows).toEqual([{ kind: 'property', name: 'url', value: 'https://example.org/a.whl' }])
})

test('a distribution does not depend on the one of the system outside its environment', () => {
  const metadata = (name: string, more = '') => `Name: ${name}\nVersion: 1\n${more}\n`
  const catalog = catalogOf({
    'usr/lib/python3/dist-packages/b-1.dist-info/METADATA': metadata('b'),
    'usr/local/lib/python3.11/dist-packages/a-1.dist-info/METADATA': metadata(
      'a',
      'Requires-Dist: b\n',
    ),
    'opt/venv/lib/python3.11/site-packages/c-1.dist-info/METADATA': metadata(
      'c',
      'Requires-Dist: b\n',
    ),
  })
  const resolved = Object.fromEntries(catalog.packages.map((each) => [each.name, each.resolved]))
  expect(resolved).toEqual({ a: ['pkg:pypi/b@1'], b: [], c: [] })
})
