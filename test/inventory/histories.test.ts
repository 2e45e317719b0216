// Histories of repositories in the inventory: what is put in comes out, segment by segment, and only one writer wins.
import { describe, expect, it } from 'vitest'
import type { HistorySegment } from '../../src/core/index.ts'
import { type Inventory, prefixOf, type RepositoryReading } from '../../src/inventory/index.ts'
import { freshInventory } from '../support/inventory.ts'

const id = (number: number) => Buffer.alloc(20, number)
const hex = (number: number) => id(number).toString('hex')

/** A commit that puts one new blob at one path: the next of a row of them. */
function nextCommit(number: number): HistorySegment {
  return {
    commits: id(100 + number),
    times: Float64Array.of(1000 + number),
    parents: Int32Array.of(number - 1),
    merges: new Int32Array(0),
    changeCounts: Int32Array.of(1),
    changePaths: Int32Array.of(number),
    changeOld: Int32Array.of(-1),
    changeNew: Int32Array.of(number),
    blobs: id(number),
    paths: [`path ${number} \udcff`],
  }
}

function reading(number: number, more: Partial<RepositoryReading> = {}): RepositoryReading {
  return {
    repository: {
      ...{ store: '/git/a', state: `${number}`, reader: 1, tips: [hex(100 + number)] },
      ...{ heads: [hex(100 + number)], problem: '' },
    },
    segment: nextCommit(number),
    follows: number > 0,
    dockerfiles: [],
    marker: 1,
    before: number === 0 ? null : `${number - 1}`,
    ...more,
  }
}

const using = <T>(use: (inventory: Inventory) => T): T => {
  const inventory = freshInventory()
  try {
    return use(inventory)
  } finally {
    inventory.close()
  }
}

describe('the history of a repository', () => {
  it('comes out whole, however often it grew', () => {
    using(({ histories }) => {
      for (let number = 0; number < 40; number += 1)
        expect(histories.put(reading(number))).toBe(true)
      const history = histories.history('/git/a')
      const numbers = Array.from({ length: 40 }, (_, number) => number)
      expect([...(history?.parents ?? [])]).toEqual(numbers.map((number) => number - 1))
      expect([...(history?.times ?? [])]).toEqual(numbers.map((number) => 1000 + number))
      expect(history?.paths).toEqual(numbers.map((number) => `path ${number} \udcff`))
      expect(Buffer.from(history?.blobs ?? []).subarray(39 * 20)).toEqual(id(39))
      expect(histories.repository('/git/a')).toMatchObject({ state: '39', tips: [hex(139)] })
      expect(histories.history('/git/b')).toBeNull()
    })
  })

  it('is not overwritten by one who read before another wrote', () => {
    using(({ histories }) => {
      histories.put(reading(0))
      histories.put(reading(1))
      expect(histories.put(reading(1))).toBe(false)
      expect(histories.put(reading(0))).toBe(false)
      expect(histories.history('/git/a')?.parents).toHaveLength(2)
    })
  })

  it('read anew takes the place of what was there, with what pointed at it', () => {
    using(({ histories }) => {
      histories.put(reading(0, { dockerfiles: [{ blob: hex(7), text: 'FROM a', marks: [5] }] }))
      histories.put(reading(1))
      const anew = { ...nextCommit(0), blobs: id(9) }
      histories.put(reading(2, { follows: false, segment: anew }))
      const prefixes = [0, 1, 9].map((number) => prefixOf(id(number), 0))
      expect([...histories.holders(prefixes)]).toEqual([[prefixes[2], ['/git/a']]])
      expect(histories.marked([5]).size).toBe(0)
      expect(histories.dockerfile(hex(7))).toBe('FROM a')
    })
  })
})

describe('Dockerfiles', () => {
  it('are found by their marks in every repository that holds them, also when marks are made anew', () => {
    using(({ histories }) => {
      const dockerfile = { blob: hex(7), text: 'FROM a\nRUN b\n', marks: [5, 6] }
      histories.put(reading(0, { dockerfiles: [dockerfile] }))
      const other = { ...reading(0).repository, store: '/git/b' }
      histories.put(reading(0, { repository: other, dockerfiles: [dockerfile] }))
      expect([...histories.marked([6, 8])]).toEqual([[6, ['/git/a', '/git/b']]])
      expect([...histories.markedDockerfiles('/git/b', [5, 6, 8])]).toEqual([[hex(7), [5, 6]]])
      histories.renewMarks(1, () => [9])
      expect(histories.marked([9]).size).toBe(0)
      histories.renewMarks(2, (text) => [text.length])
      expect([...histories.marked([5, dockerfile.text.length])]).toEqual([
        [dockerfile.text.length, ['/git/a', '/git/b']],
      ])
    })
  })
})
