// Pairing of two sequences: the cheapest for small ones, cut at what stands once for large ones.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Place, pairUp } from '../../src/attribution/sequence.ts'

const GAP = 3

/** Equal letters cost nothing, letters of one kind 2, others never. */
function cost(a: string, b: string): number {
  if (a === b) return 0
  return a.toLowerCase() === b.toLowerCase() ? 2 : Number.POSITIVE_INFINITY
}

function pair(rows: readonly string[], columns: readonly string[], freeLead = false) {
  return pairUp({
    rows: rows.length,
    columns: columns.length,
    cost: (row, column) => cost(rows[row] ?? '', columns[column] ?? ''),
    rowKey: (row) => rows[row] ?? '',
    columnKeys: (column) => [columns[column] ?? ''],
    freeLead,
  })
}

function priceOf(places: readonly Place[], rows: readonly string[], columns: readonly string[]) {
  return places.reduce((sum, { row, column }) => {
    if (row === null || column === null) return sum + GAP
    return sum + cost(rows[row] ?? '', columns[column] ?? '')
  }, 0)
}

/** The cheapest price there is, by trying everything. */
function cheapest(rows: readonly string[], columns: readonly string[]): number {
  const [row, ...moreRows] = rows
  const [column, ...moreColumns] = columns
  if (row === undefined) return columns.length * GAP
  if (column === undefined) return rows.length * GAP
  return Math.min(
    cost(row, column) + cheapest(moreRows, moreColumns),
    GAP + cheapest(moreRows, columns),
    GAP + cheapest(rows, moreColumns),
  )
}

const letters = fc.array(fc.constantFrom('a', 'A', 'b', 'B', 'c'), { maxLength: 6 })

describe('pairing', () => {
  it('is the cheapest, and holds each member once in order', () => {
    fc.assert(
      fc.property(letters, letters, (rows, columns) => {
        const places = pair(rows, columns)
        expect(priceOf(places, rows, columns)).toBe(cheapest(rows, columns))
        const inOrder = (list: readonly (number | null)[]) => list.filter((at) => at !== null)
        expect(inOrder(places.map(({ row }) => row))).toEqual([...rows.keys()])
        expect(inOrder(places.map(({ column }) => column))).toEqual([...columns.keys()])
      }),
    )
  })

  it('of an empty sequence leaves the other alone', () => {
    expect(pair([], ['a'])).toEqual([{ row: null, column: 0, compared: true }])
    expect(pair([], [])).toEqual([])
  })

  it('of long sequences is cut at members that stand once, whatever lies between', () => {
    const names = Array.from({ length: 4000 }, (_, at) => `step ${at}`)
    const rows = names.toSpliced(10, 1).toSpliced(2000, 0, 'new')
    const alone = pair(rows, names).filter(({ row, column }) => row === null || column === null)
    expect(alone).toEqual([
      { row: null, column: 10, compared: true },
      { row: 2000, column: null, compared: true },
    ])
  })

  it('of long sequences without such members is left open', () => {
    const many = (letter: string) => Array.from({ length: 2500 }, () => letter)
    const places = pair(many('a'), many('b'))
    expect(places).toHaveLength(5000)
    expect(places.every(({ compared }) => !compared)).toBe(true)
  })
})
