import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderRows } from '../../src/report/query.ts'

const columns = ['name', 'size', 'note']
const rows = [
  ['libc6', 12, null],
  ['a longer name', 123_456, 'two\nlines'],
  ['bytes', 7n, new Uint8Array([0, 255])],
]

describe('renderRows', () => {
  it('aligns a table, numbers to the right', () => {
    expect(renderRows(columns, rows, 'table')).toBe(
      [
        'name             size  note',
        '-------------  ------  ----------',
        'libc6              12',
        'a longer name  123456  two\\nlines',
        'bytes               7  00ff',
        '',
      ].join('\n'),
    )
  })

  it('writes JSON that holds the same values', () => {
    const expected = [
      { name: 'libc6', size: 12, note: null },
      { name: 'a longer name', size: 123_456, note: 'two\nlines' },
      { name: 'bytes', size: 7, note: '00ff' },
    ]
    expect(JSON.parse(renderRows(columns, rows, 'json'))).toEqual(expected)
    const lines = renderRows(columns, rows, 'json-lines').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(expected)
  })

  it('keeps columns of equal names and integers of any size', () => {
    expect(renderRows(['a', 'a'], [[1, 9007199254740993n]], 'json-lines')).toBe(
      '{ "a": 1, "a:2": 9007199254740993 }\n',
    )
  })

  it('answers nothing with nothing', () => {
    expect(renderRows(columns, [], 'json')).toBe('[]\n')
    expect(renderRows(columns, [], 'json-lines')).toBe('')
    expect(renderRows(columns, [], 'csv')).toBe('name,size,note\r\n')
    expect(renderRows(columns, [], 'table')).toContain('name')
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '|calc', '%0A', '\u0000=1'])(
    'does not let a spreadsheet run %j',
    (text) => {
      const [, cell] = renderRows(['x'], [[text]], 'csv').split('\r\n')
      expect(cell).toMatch(/^"?'/)
    },
  )

  it('leaves numbers numbers in CSV, and quotes what needs it', () => {
    expect(renderRows(['a', 'b'], [[-1, 'x,"y"\nz']], 'csv')).toBe('a,b\r\n-1,"x,""y""\nz"\r\n')
  })

  it('is safe and parseable whatever the cells hold', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.constant(null),
      fc.double(),
      fc.uint8Array(),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), (cells) => {
        expect(renderRows(['a', 'b'], cells, 'table')).toMatch(
          /^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]*$/,
        )
        expect(
          renderRows(['a', 'b'], cells, 'table').trimEnd().split('\n').length,
        ).toBeLessThanOrEqual(cells.length + 2)
        expect(JSON.parse(renderRows(['a', 'b'], cells, 'json'))).toHaveLength(cells.length)
        expect(renderRows(['a', 'b'], cells, 'csv')).toMatch(
          /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$/,
        )
      }),
    )
  })

  it('does not stumble over many rows', () => {
    const many = Array.from({ length: 150_000 }, (_, index) => [index, 'x'])
    expect(renderRows(['a', 'b'], many, 'csv').length).toBeGreaterThan(1_000_000)
    expect(renderRows(['a', 'b'], many, 'table').length).toBeGreaterThan(1_000_000)
  })
})
