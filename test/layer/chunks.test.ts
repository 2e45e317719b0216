// The facts of a layer do not depend on how its bytes come.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EntryReader } from '../../src/layer/entry-reader.ts'
import { DEFAULT_LAYER_LIMITS } from '../../src/layer/index.ts'
import { TarReader } from '../../src/layer/tar-reader.ts'
import {
  END,
  header,
  longName,
  member,
  octal12,
  padded,
  pax,
  stretches,
} from '../support/tar-blocks.ts'

const ARCHIVE = Buffer.concat([
  member({ name: 'a/', type: '5' }),
  member({ name: 'a/empty' }),
  member({ name: 'a/small.txt' }, 'hello'),
  pax([
    ['path', `${'deep/'.repeat(40)}end.txt`],
    ['SCHILY.xattr.user.x', 'value'],
  ]),
  member({ name: 'cut' }, 'x'.repeat(3000)),
  longName('n'.repeat(300)),
  member({ name: 'cut', magic: 'gnu' }, '#!/bin/sh\n'),
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
  pax([
    ['GNU.sparse.major', '1'],
    ['GNU.sparse.minor', '0'],
    ['GNU.sparse.name', 'sparse.txt'],
    ['GNU.sparse.realsize', '1025'],
  ]),
  member({ name: 'x' }, Buffer.concat([padded('2\n0\n2\n1002\n3\n'), Buffer.from('abcde')])),
  member({ name: 'elf' }, Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(1020)])),
  member({ name: '.wh.gone' }),
  END,
  Buffer.from('rest'),
])

function factsOf(chunks: readonly Buffer[]) {
  const entries = new EntryReader({
    diffId: `sha256:${'0'.repeat(64)}`,
    blob: null,
    mediaType: '',
    source: { fd: -1, offset: 0, length: 0 },
    wants: [
      { glob: '**/*.txt', maxBytes: 2000 },
      { glob: '**/*.txt', maxBytes: 99, head: 7 },
    ],
    digests: ['md5', 'sha1'],
    limits: DEFAULT_LAYER_LIMITS,
  })
  const tar = new TarReader(entries, DEFAULT_LAYER_LIMITS)
  for (const chunk of chunks) tar.push(chunk)
  tar.end()
  return {
    block: entries.block.finish().toString('hex'),
    unknowns: entries.unknowns,
    wanted: entries.wanted.files.map(({ path, sha256, bytes }) => [
      path,
      sha256,
      Buffer.from(bytes).toString('latin1'),
    ]),
  }
}

function split(cuts: readonly number[]): Buffer[] {
  const sorted = [0, ...new Set(cuts), ARCHIVE.length].sort((a, b) => a - b)
  // copies: the reader may write into bytes that it has read
  return sorted.slice(1).map((end, index) => Buffer.from(ARCHIVE.subarray(sorted[index], end)))
}

const whole = factsOf(split([]))

test('all of it at once', () => {
  expect(whole.wanted.map(([path]) => path)).toEqual([
    'a/small.txt',
    `${'deep/'.repeat(40)}end.txt`,
    'sparse.txt',
  ])
  expect(whole.unknowns).toHaveLength(2)
})

test('split at any places', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(ARCHIVE.length - 1), { maxLength: 30 }), (cuts) => {
      expect(factsOf(split(cuts))).toEqual(whole)
    }),
    { numRuns: 300 },
  )
})

test.each([1, 7, 511, 512, 513, 1024])('in pieces of %i bytes', (size) => {
  const cuts = Array.from({ length: Math.ceil(ARCHIVE.length / size) }, (_, index) => index * size)
  expect(factsOf(split(cuts))).toEqual(whole)
})
