// Layer blocks: what goes in comes out, equal entries give equal bytes, and damage is one error.
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AssayError, type Entry } from '../../src/core/index.ts'
import { encodeEntries, LayerBlock } from '../../src/layer/index.ts'
import { entry } from '../support/columns.ts'
import { anyEntries } from '../support/random-entries.ts'

const roundTrip = (entries: readonly Entry[]) => [
  ...LayerBlock.decode(encodeEntries(entries)).entries(),
]

test('any entries survive', () => {
  fc.assert(
    fc.property(anyEntries, (entries) => {
      expect(roundTrip(entries)).toEqual(entries)
    }),
    { numRuns: 500 },
  )
})

test('equal entries give equal bytes', () => {
  fc.assert(
    fc.property(anyEntries, (entries) => {
      const copy = structuredClone(entries)
      expect(Buffer.compare(encodeEntries(entries), encodeEntries(copy))).toBe(0)
    }),
  )
})

test('many entries of many folders and contents survive', () => {
  const entries = Array.from({ length: 20_000 }, (_, index) =>
    entry({
      path: `top/folder-${index % 977}/deep-${index % 13}/file-${index}`,
      kind: 'file',
      size: index % 701,
      mtime: 1_700_000_000 + (index % 5),
      uid: index % 3,
      sha256: (index % 9000).toString(16).padStart(64, '0'),
      gitBlob: (index % 9000).toString(16).padStart(40, '0'),
    }),
  )
  expect(roundTrip(entries)).toEqual(entries)
})

test('folders are listed once, in the order in which entries name them', () => {
  const paths = ['b/x', 'a/x', 'b/y', 'top', 'a/b/x', 'a/z']
  const block = LayerBlock.decode(encodeEntries(paths.map((path) => entry({ path, kind: 'file' }))))
  expect(block.directories).toEqual(['b', 'a', '', 'a/b'])
  expect([...block.directoryOf]).toEqual([0, 1, 0, 2, 3, 1])
  expect(block.count).toBe(6)
})

test('an equal content is stored once', () => {
  const file = (path: string) =>
    entry({ path, kind: 'file', size: 9, sha256: 'ab'.repeat(32), gitBlob: 'cd'.repeat(20) })
  const one = encodeEntries([file('a')]).length
  expect(encodeEntries([file('a'), file('b'), file('c')]).length).toBeLessThan(one + 32)
})

test.each([
  ['a kind', { kind: 'socket' }],
  ['a digest', { sha256: 'abc' }],
  ['digits', { sha256: 'xy'.repeat(32) }],
  ['a time', { mtime: 2 ** 60 }],
  ['a path', { path: `${'x'.repeat(40_000)}/y` }],
])('%s that no reader makes is refused', (_, facts) => {
  const wrong = { ...entry({ path: 'a', kind: 'file' }), ...facts } as Entry
  expect(() => encodeEntries([wrong])).toThrow(RangeError)
})

describe('damage', () => {
  const readAll = (bytes: Uint8Array) => [...LayerBlock.decode(bytes).entries()]
  const sound = encodeEntries(
    Array.from({ length: 300 }, (_, index) =>
      entry({
        path: `folder-${index >> 4}/name-${index}`,
        kind: index % 7 === 0 ? 'symlink' : 'file',
        target: index % 7 === 0 ? 'x' : '',
        size: index,
        sha256: index.toString(16).padStart(64, '0'),
        xattrs: index % 50 === 0 ? { 'user.x': '00' } : {},
      }),
    ),
  )

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['another file', Buffer.from('{"entries":[]} and so on, no block')],
    ['a later version', Buffer.from(sound).fill(9, 4, 5)],
    ['a block cut short', sound.subarray(0, sound.length - 1)],
    ['a block with something after it', Buffer.concat([sound, Buffer.from('x')])],
  ])('%s is one error', (_, bytes) => {
    expect(() => readAll(bytes)).toThrow(AssayError)
    expect(() => readAll(bytes)).toThrow(/^a stored layer is damaged/)
  })

  test('a changed byte is found by the checksum', () => {
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(sound)
        bytes[at] = (bytes[at] ?? 0) ^ change
        expect(() => LayerBlock.decode(bytes)).toThrow(AssayError)
      }),
    )
  })

  test('bytes with a right checksum end in entries or in one error, in bounded time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sound.length - 10), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const bytes = Buffer.from(sound)
          for (const [at, value] of changes) bytes[9 + at] = value
          bytes.writeUInt32LE(crc32(bytes.subarray(9)), 5)
          try {
            readAll(bytes)
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(AssayError)
          }
        },
      ),
      { numRuns: 3000 },
    )
  })
})
