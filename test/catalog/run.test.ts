import { expect, test } from 'vitest'
import type { Cataloger, CatalogRow } from '../../src/catalog/index.ts'
import { createRunner } from '../../src/catalog/run.ts'

function cataloger(fields: Partial<Cataloger>): Cataloger {
  return {
    id: 'test',
    version: 1,
    ecosystem: 'test',
    describes: 'tests',
    files: [{ glob: 'a', maxBytes: 10 }],
    parse: (_path, bytes) => [{ kind: 'property', name: 'size', value: String(bytes.length) }],
    ...fields,
  }
}

const bytes = (length: number) => new Uint8Array(length)

test.each([
  ['etc/x', ['etc/x'], ['usr/etc/x', 'etc/x/y']],
  [
    '**/package.json',
    ['package.json', 'a/.hidden/b/package.json'],
    ['xpackage.json', 'package.json/a'],
  ],
  ['**/*.pyc', ['a.pyc', 'a/b.pyc', 'a/.pyc'], ['a.py', 'pyc']],
  ['d/*', ['d/a', 'd/.a'], ['d/a/b', 'd']],
  ['**/*.dist-info/RECORD', ['s/x-1.dist-info/RECORD'], ['s/x/RECORD']],
])('glob %s', (glob, yes, no) => {
  const runner = createRunner([cataloger({ files: [{ glob, maxBytes: 1 }] })])
  expect(yes.filter((path) => runner.catalogersFor(path).length === 0)).toEqual([])
  expect(no.filter((path) => runner.catalogersFor(path).length > 0)).toEqual([])
})

test('a throw becomes an unknown row after what was read', () => {
  const failing = cataloger({
    *parse(): Generator<CatalogRow> {
      yield { kind: 'property', name: 'first', value: '' }
      throw new RangeError('offset 7')
    },
  })
  expect(createRunner([failing]).catalogFile('a', bytes(1))).toEqual([
    {
      cataloger: 'test',
      version: 1,
      rows: [
        { kind: 'property', name: 'first', value: '' },
        { kind: 'unknown', reason: 'the cataloger failed: offset 7', place: '', cut: true },
      ],
    },
  ])
})

test('a file over the limit is named and not parsed; a head is cut', () => {
  const runner = createRunner([cataloger({})])
  expect(runner.catalogFile('a', bytes(11))[0]?.rows).toEqual([
    { kind: 'unknown', reason: '11 bytes, the limit for this file is 10', place: '', cut: true },
  ])
  const head = createRunner([cataloger({ files: [{ glob: 'a', maxBytes: 100, head: 4 }] })])
  expect(head.catalogFile('a', bytes(11))[0]?.rows).toMatchObject([{ value: '4' }])
})

test('rows without end are cut', () => {
  const endless = cataloger({
    *parse(): Generator<CatalogRow> {
      for (;;) yield { kind: 'property', name: '', value: '' }
    },
  })
  const rows = createRunner([endless]).catalogFile('a', bytes(1))[0]?.rows ?? []
  expect(rows).toHaveLength(100_001)
  expect(rows.at(-1)).toMatchObject({ kind: 'unknown' })
})

test('two catalogers may read one file, and one reads it once', () => {
  const files = [
    { glob: 'a', maxBytes: 10 },
    { glob: '*', maxBytes: 10 },
  ]
  const runner = createRunner([cataloger({ files }), cataloger({ id: 'other' })])
  expect(runner.catalogFile('a', bytes(1)).map((result) => result.cataloger)).toEqual([
    'test',
    'other',
  ])
})
