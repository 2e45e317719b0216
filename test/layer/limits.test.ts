// Layers that want too much: each ends in one error or one unknown row, soon, and without the memory they ask for.
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { gitBlob, sha256 } from '../support/image.ts'
import { entriesIn, readStored } from '../support/layer-file.ts'
import { base256, END, header, longName, member, pax } from '../support/tar-blocks.ts'

const refusal = (message: string, where = 'layer sha256:') => ({
  code: 'source',
  message: expect.stringContaining(message),
  where: expect.stringContaining(where),
})

describe('what a header claims', () => {
  test.each([
    ['8 EiB, base-256', header({ name: 'big', magic: 'gnu', size: base256(2n ** 63n - 1n, 12) })],
    [
      '8 GiB in a stored layer of a few bytes, octal',
      header({ name: 'big', size: Buffer.from('77777777777\0') }),
    ],
    [
      '8 EiB in PAX',
      Buffer.concat([pax([['size', String(2n ** 63n - 1n)]]), header({ name: 'big' })]),
    ],
  ])('a size of %s', async (_, archive) => {
    const failure = readStored(archive)
    await expect(failure).rejects.toMatchObject({
      code: 'source',
      where: expect.stringContaining('layer'),
    })
  })

  test.each([
    ['a PAX header', header({ type: 'x', size: 2 ** 30 })],
    ['a global PAX header', header({ type: 'g', size: 2 ** 30 })],
    ['a GNU long name', header({ type: 'L', magic: 'gnu', size: 2 ** 30 })],
  ])('%s of 1 GiB', async (_, block) => {
    const before = process.memoryUsage().rss
    const archive = Buffer.concat([member({ name: 'ok' }), block, Buffer.alloc(4096)])
    await expect(readStored(archive)).rejects.toMatchObject(
      refusal(
        'an extended header claims 1073741824 bytes, the limit is 1048576',
        'after entry "ok"',
      ),
    )
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28)
  })

  test('an owner that no system has', async () => {
    const archive = header({ magic: 'gnu', uid: base256(2n ** 60n, 8) })
    await expect(readStored(archive)).rejects.toMatchObject(refusal('owner'))
  })
})

describe('limits', () => {
  const three = Buffer.concat([member({ name: 'a' }), member({ name: 'b' }), member({ name: 'c' })])

  test('entries', async () => {
    await expect(readStored(three, { limits: { entries: 2 } })).rejects.toMatchObject(
      refusal('more than 2 entries', 'entry "c"'),
    )
    expect(await readStored(three, { limits: { entries: 3 } })).toMatchObject({ entries: 3 })
  })

  test('bytes of a path, not characters', async () => {
    const archive = Buffer.concat([longName('ä'.repeat(60)), member({ magic: 'gnu' })])
    await expect(readStored(archive, { limits: { pathBytes: 100 } })).rejects.toMatchObject(
      refusal('a path has 120 bytes, the limit is 100'),
    )
    expect(await readStored(archive, { limits: { pathBytes: 120 } })).toMatchObject({ entries: 1 })
  })

  test('bytes of a link target', async () => {
    const archive = Buffer.concat([
      longName('x'.repeat(5000), 'K'),
      member({ type: '2', magic: 'gnu' }),
    ])
    await expect(readStored(archive)).rejects.toMatchObject(refusal('a path has 5000 bytes'))
  })

  test('bytes of all names and attributes', async () => {
    const value = Buffer.alloc(50_000, 'x')
    const one = Buffer.concat([pax([['SCHILY.xattr.user.x', value]]), member({})])
    const archive = Buffer.concat(Array.from({ length: 20 }, () => one))
    await expect(readStored(archive, { limits: { textBytes: 1_000_000 } })).rejects.toMatchObject(
      refusal('names and attributes of the layer take more than 1000000 bytes'),
    )
  })

  test('uncompressed bytes', async () => {
    const failure = readStored(gzipSync(three), { limits: { uncompressedBytes: 1000 } })
    await expect(failure).rejects.toMatchObject(refusal('more than 1000 uncompressed bytes'))
  })

  test('unknown rows: the last one counts the rest', async () => {
    const labels = Array.from({ length: 9 }, () => member({ name: 'v', type: 'V' }))
    const facts = await readStored(Buffer.concat(labels), { limits: { unknowns: 3 } })
    expect(facts.unknowns).toHaveLength(4)
    expect(facts.unknowns.at(-1)?.reason).toBe('6 more things like the last')
  })

  test('holes: a sparse file that expands too far is named and not hashed', async () => {
    const map = Buffer.alloc(512)
    map.write('0\n')
    const huge = (name: string, size: number) =>
      Buffer.concat([
        pax([
          ['GNU.sparse.major', '1'],
          ['GNU.sparse.minor', '0'],
          ['GNU.sparse.name', name],
          ['GNU.sparse.realsize', String(size)],
        ]),
        member({}, map),
      ])
    const facts = await readStored(
      Buffer.concat([huge('log', 2 ** 50), huge('ok', 100), member({ name: 'next' }, 'abc'), END]),
    )
    const [log, ok, next] = entriesIn(facts)
    expect(log).toMatchObject({ size: 2 ** 50, flags: ['sparse', 'over-limit'], sha256: '' })
    expect(ok).toMatchObject({ size: 100, flags: ['sparse'], sha256: sha256(Buffer.alloc(100)) })
    expect(next).toMatchObject({ gitBlob: gitBlob('abc') })
    expect(facts.unknowns).toMatchObject([
      { place: 'log', reason: expect.stringContaining('expands') },
    ])
  })
})

describe('expansion', () => {
  test('a gzip of 1000:1 stops at the ratio', async () => {
    const zeros = gzipSync(Buffer.alloc(1 << 20))
    const head = gzipSync(header({ name: 'zeros', size: 600 << 20 }))
    const bomb = Buffer.concat([head, ...Array.from({ length: 600 }, () => zeros)])
    const failure = readStored(bomb, { diffId: `sha256:${'0'.repeat(64)}`, tar: Buffer.alloc(0) })
    await expect(failure).rejects.toMatchObject(
      refusal('expands more than 200 times', 'entry "zeros"'),
    )
  })

  test('the ratio does not count below its floor', async () => {
    const tar = Buffer.concat([member({ name: 'zeros' }, Buffer.alloc(8 << 20)), END])
    expect(await readStored(gzipSync(tar))).toMatchObject({ entries: 1 })
    await expect(
      readStored(gzipSync(tar), { limits: { expansionFloor: 1 << 20 } }),
    ).rejects.toMatchObject(refusal('expands more than 200 times'))
  })

  test('ten million empty entries', async () => {
    const block = header({ name: 'empty' })
    const many = gzipSync(Buffer.concat(Array.from({ length: 100_000 }, () => block)))
    const bomb = Buffer.concat(Array.from({ length: 100 }, () => many))
    const before = process.memoryUsage().rss
    await expect(
      readStored(bomb, { diffId: `sha256:${'0'.repeat(64)}`, tar: Buffer.alloc(0) }),
    ).rejects.toMatchObject(refusal('more than 2000000 entries', 'entry "empty"'))
    expect(process.memoryUsage().rss - before).toBeLessThan(300 << 20)
  })
})
