import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AssayError } from '../../src/core/index.ts'
import { packRows, rowsOf, unpackColumns } from '../../src/inventory/columns.ts'
import { packBytes, unpackBytes } from '../../src/inventory/pack.ts'
import { sqlText } from '../../src/inventory/row.ts'

const text = fc.oneof(
  fc.constantFrom('usr/bin/a', 'usr/bin/ab', '', 'usr/lib'),
  fc.string({ unit: 'binary' }),
)

test('rows come back as they went in', () => {
  const row = fc.tuple(text, fc.option(fc.integer()), text, fc.maxSafeInteger())
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const found = [...rowsOf(unpackColumns(packRows(rows, 4), 4, 'test'))]
      expect(found).toEqual(rows.map((cells) => cells.map(fit)))
    }),
  )
})

function fit(cell: string | number | null) {
  return typeof cell === 'string' ? sqlText(cell) : cell
}

test('paths share what they have in common: few bytes a row', () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => [
    `usr/share/doc/package-${index >> 3}/file-${index}`,
    'package',
  ])
  expect(packRows(rows, 2).length).toBeLessThan(10_000 * 10)
})

test('damaged columns are an error, never rows of nonsense or a crash', () => {
  const packed = packRows([['a', 1]], 2)
  expect(() => unpackColumns(packed, 3, 'test')).toThrow(AssayError)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        for (const row of rowsOf(unpackColumns(bytes, 2, 'test'))) expect(row.length).toBe(2)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(AssayError)
      }
    }),
  )
})

test('bytes come back as they went in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      expect(Uint8Array.from(unpackBytes(packBytes(bytes), 'test'))).toEqual(bytes)
    }),
  )
})

test('names that are not UTF-8 stay apart', () => {
  expect(sqlText('a\udcff')).toBe('a\\xff')
  expect(sqlText('a\ud800')).toBe('a\\ud800')
  expect(sqlText('a😀')).toBe('a😀')
})
