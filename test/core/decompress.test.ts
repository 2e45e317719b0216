// Streams as they are stored: told by their first bytes, read whole whatever their pieces, damage named.
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AssayError, type Compression, decompress, sniffCompression } from '../../src/core/index.ts'
import { storedZstd } from '../support/zstd.ts'
import { FRAME, repeatedZstd, skippable, TEXT } from '../support/zstd-frames.ts'

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Buffer, size = 1 << 16, kind?: Compression): Promise<Buffer> {
  const out: Buffer[] = []
  const chosen = kind ?? sniffCompression(bytes)
  for await (const chunk of decompress(pieces(bytes, size), chosen)) out.push(Buffer.from(chunk))
  return Buffer.concat(out)
}

const large = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) >> 7))

describe('the kind of a stream', () => {
  test.each<[Compression, Buffer]>([
    ['gzip', gzipSync('x')],
    ['zstd', FRAME],
    ['zstd', skippable(Buffer.alloc(3), 15)],
    ['xz', Buffer.from('fd377a585a00', 'hex')],
    ['bzip2', Buffer.from('BZh91AY&SY')],
    ['none', Buffer.from('usr/\0\0\0\0')],
    ['none', Buffer.from('BZh is no bzip2')],
    ['none', Buffer.alloc(0)],
    ['none', Buffer.from([0x1f])],
  ])('%s', (kind, bytes) => {
    expect(sniffCompression(bytes)).toBe(kind)
  })
})

describe('what is in it', () => {
  const streams: readonly (readonly [string, Buffer, Buffer])[] = [
    ['plain', large, large],
    ['gzip', gzipSync(large), large],
    [
      'gzip, several members',
      Buffer.concat([gzipSync(large), gzipSync(''), gzipSync(TEXT)]),
      Buffer.concat([large, TEXT]),
    ],
    ['zstd', FRAME, TEXT],
    [
      'zstd, several frames',
      Buffer.concat([FRAME, storedZstd(large), FRAME]),
      Buffer.concat([TEXT, large, TEXT]),
    ],
    [
      'zstd, skippable frames before, between and after',
      Buffer.concat([
        skippable(Buffer.alloc(0)),
        FRAME,
        skippable(Buffer.alloc(70_000), 9),
        FRAME,
        skippable(FRAME),
      ]),
      Buffer.concat([TEXT, TEXT]),
    ],
    ['zstd, an empty frame', Buffer.concat([storedZstd(Buffer.alloc(0)), FRAME]), TEXT],
    ['zstd, repeated bytes', repeatedZstd(0x41, 1000), Buffer.alloc(1000, 'A')],
    ['nothing', Buffer.alloc(0), Buffer.alloc(0)],
  ]

  test.each(streams)('%s', async (_, stored, expected) => {
    expect(Buffer.compare(await read(stored), expected)).toBe(0)
  })

  test.each(streams)('%s, in small pieces', async (_, stored, expected) => {
    if (stored.length === 0) return
    const size = stored.length > 10_000 ? 777 : 1
    expect(Buffer.compare(await read(stored, size), expected)).toBe(0)
  })

  test('any pieces of any gzip members', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 100 }),
        async (parts, size) => {
          const stored = Buffer.concat(parts.map((part) => gzipSync(part)))
          expect(Buffer.compare(await read(stored, size), gunzipSync(stored))).toBe(0)
        },
      ),
    )
  })
})

describe('damage is one error', () => {
  const cut = (bytes: Buffer, by: number) => bytes.subarray(0, bytes.length - by)
  const damagedGzip = gzipSync(large)
  damagedGzip.fill(0xff, 500, 520)

  test.each([
    ['gzip cut short', cut(gzipSync(large), 1), 'the gzip stream ends too early'],
    ['gzip cut in its head', gzipSync(large).subarray(0, 5), 'the gzip stream ends too early'],
    ['gzip with other bytes in it', damagedGzip, 'the gzip stream is damaged'],
    ['zstd cut in a block', cut(FRAME, 9), 'the zstd stream ends too early'],
    ['zstd cut in its checksum', cut(FRAME, 1), 'the zstd stream ends too early'],
    ['zstd cut in its head', FRAME.subarray(0, 5), 'the zstd stream ends too early'],
    [
      'zstd cut in a second frame',
      Buffer.concat([FRAME, cut(FRAME, 20)]),
      'the zstd stream ends too early',
    ],
    [
      'zstd cut in a skippable frame',
      Buffer.concat([FRAME, cut(skippable(Buffer.alloc(9)), 1)]),
      'ends too early',
    ],
    [
      'zstd with something else after a frame',
      Buffer.concat([FRAME, Buffer.from('else')]),
      'something else',
    ],
    ['zstd with a reserved block', Buffer.from('28b52ffd0000070000', 'hex'), 'reserved'],
    ['zstd with a block beyond 128 KiB', Buffer.from('28b52ffd003809001061', 'hex'), 'block of'],
    ['zstd with a reserved bit', Buffer.from('28b52ffd0800010000', 'hex'), 'reserved'],
    ['zstd with a dictionary', Buffer.from('28b52ffd010001010000', 'hex'), 'dictionary'],
    ['zstd with a huge window', repeatedZstd(0, 1, 0xff), 'window'],
  ])('%s', async (_, stored, message) => {
    await expect(read(stored)).rejects.toThrow(AssayError)
    await expect(read(stored)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining(message),
    })
    await expect(read(stored, 1)).rejects.toMatchObject({
      message: expect.stringContaining(message),
    })
  })

  test.each<Compression>(['xz', 'bzip2'])('%s is refused by name', async (kind) => {
    await expect(read(Buffer.from('x'), 1, kind)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining(kind),
    })
  })

  test('any changed zstd stream ends in bytes or in one error', async () => {
    const stored = Buffer.concat([
      FRAME,
      skippable(Buffer.alloc(5)),
      storedZstd(TEXT.subarray(0, 50)),
    ])
    await fc.assert(
      fc.asyncProperty(fc.nat(stored.length - 1), fc.nat(255), async (at, value) => {
        const changed = Buffer.from(stored)
        changed[at] = value
        try {
          await read(changed, 1 << 16, 'zstd')
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AssayError)
        }
      }),
      { numRuns: 400 },
    )
  })
})

test('blocks that expand 30 000 times are not all held at once', async () => {
  const block = Buffer.alloc(4)
  block.writeUIntLE(((128 << 10) << 3) | 0b010, 0, 3)
  const bomb = Buffer.concat([
    Buffer.from('28b52ffd0038', 'hex'),
    ...Array.from({ length: 32 << 10 }, () => block),
  ])
  let largest = 0
  let total = 0
  const before = process.memoryUsage().rss
  for await (const chunk of decompress(pieces(bomb, 1 << 18), 'zstd')) {
    total += chunk.length
    largest = Math.max(largest, process.memoryUsage().rss - before)
    if (total > 2 ** 30) break
  }
  expect(total).toBeGreaterThan(2 ** 30)
  expect(largest).toBeLessThan(300 << 20)
})

test('an error of the input is thrown as it is', async () => {
  async function* failing(): AsyncGenerator<Buffer, void> {
    yield gzipSync(large).subarray(0, 1000)
    throw new AssayError('source', 'the disk is gone')
  }
  for (const kind of ['none', 'gzip'] as const) {
    const drain = async () => {
      for await (const chunk of decompress(failing(), kind)) expect(chunk.length).toBeGreaterThan(0)
    }
    await expect(drain()).rejects.toThrow('the disk is gone')
  }
})

test('a reader that stops early leaves the input alone', async () => {
  let taken = 0
  async function* input(): AsyncGenerator<Buffer, void> {
    const stored = gzipSync(Buffer.alloc(50 << 20), { level: 0 })
    for (let at = 0; at < stored.length; at += 1 << 16) {
      taken += 1
      yield stored.subarray(at, at + (1 << 16))
    }
  }
  for await (const chunk of decompress(input(), 'gzip')) {
    expect(chunk.length).toBeGreaterThan(0)
    break
  }
  expect(taken).toBeLessThan(60)
})
