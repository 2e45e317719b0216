// Sparse files in the forms that GNU tar writes (GNU tar manual, "Storing Sparse Files"), made by hand.
import { describe, expect, test } from 'vitest'
import type { Entry } from '../../src/core/index.ts'
import { gitBlob, sha256 } from '../support/image.ts'
import { entriesIn, readStored } from '../support/layer-file.ts'
import { END, header, member, octal12, padded, pax, stretches } from '../support/tar-blocks.ts'

interface Form {
  readonly name: string
  readonly archive: readonly Buffer[]
  readonly entries: readonly Partial<Entry>[]
}

const HOLE = Buffer.alloc(1000)
const EXPANDED = Buffer.concat([Buffer.from('ab'), HOLE, Buffer.from('cde'), Buffer.alloc(20)])
const sparse = {
  path: 'sparse',
  kind: 'file',
  size: EXPANDED.length,
  flags: ['sparse'],
  sha256: sha256(EXPANDED),
  gitBlob: gitBlob(EXPANDED),
} as const

const SPARSE: readonly Form[] = [
  {
    name: 'old GNU',
    archive: [
      header({
        name: 'sparse',
        type: 'S',
        magic: 'gnu',
        size: 5,
        raw: {
          386: stretches([
            [0, 2],
            [1002, 3],
            [1025, 0],
          ]),
          483: octal12(1025),
        },
      }),
      padded('abcde'),
    ],
    entries: [sparse],
  },
  {
    name: 'old GNU with a continued map',
    archive: [
      header({
        name: 'sparse',
        type: 'S',
        magic: 'gnu',
        size: 5,
        raw: {
          386: stretches([
            [0, 1],
            [1, 1],
            [1002, 1],
            [1003, 1],
          ]),
          482: Buffer.from([1]),
          483: octal12(1025),
        },
      }),
      padded(
        stretches([
          [1004, 1],
          [1025, 0],
        ]),
      ),
      padded('abcde'),
      member({ name: 'next' }, 'abc'),
    ],
    entries: [sparse, { path: 'next', sha256: sha256('abc') }],
  },
  {
    name: 'PAX 0.0',
    archive: [
      pax([
        ['GNU.sparse.size', '1025'],
        ['GNU.sparse.numblocks', '2'],
        ['GNU.sparse.offset', '0'],
        ['GNU.sparse.numbytes', '2'],
        ['GNU.sparse.offset', '1002'],
        ['GNU.sparse.numbytes', '3'],
        ['GNU.sparse.major', '0'],
        ['GNU.sparse.minor', '0'],
      ]),
      member({ name: 'sparse' }, 'abcde'),
    ],
    entries: [sparse],
  },
  {
    name: 'PAX 0.1',
    archive: [
      pax([
        ['GNU.sparse.size', '1025'],
        ['GNU.sparse.numblocks', '2'],
        ['GNU.sparse.map', '0,2,1002,3'],
        ['GNU.sparse.name', 'sparse'],
      ]),
      member({ name: 'GNUSparseFile.1/sparse' }, 'abcde'),
    ],
    entries: [sparse],
  },
  {
    name: 'PAX 1.0',
    archive: [
      pax([
        ['GNU.sparse.major', '1'],
        ['GNU.sparse.minor', '0'],
        ['GNU.sparse.name', 'sparse'],
        ['GNU.sparse.realsize', '1025'],
      ]),
      member(
        { name: 'GNUSparseFile.1/sparse' },
        Buffer.concat([padded('2\n0\n2\n1002\n3\n'), Buffer.from('abcde')]),
      ),
    ],
    entries: [sparse],
  },
  {
    name: 'a file that is one hole',
    archive: [
      pax([
        ['GNU.sparse.major', '1'],
        ['GNU.sparse.minor', '0'],
        ['GNU.sparse.name', 'sparse'],
        ['GNU.sparse.realsize', '600000'],
      ]),
      member({ name: 'x' }, padded('0\n')),
    ],
    entries: [{ path: 'sparse', size: 600_000, sha256: sha256(Buffer.alloc(600_000)) }],
  },
]

async function check({ archive, entries }: Form): Promise<void> {
  const facts = await readStored(Buffer.concat([...archive, END]))
  expect(entriesIn(facts)).toEqual(entries.map((entry) => expect.objectContaining(entry)))
  expect(facts.unknowns).toEqual([])
}

describe('sparse files', () => {
  test.each(SPARSE)('$name', check)
})
