// Where archives end, and what is wrong with them: made by hand.
import { describe, expect, test } from 'vitest'
import { entriesIn, readStored } from '../support/layer-file.ts'
import {
  base256,
  END,
  header,
  member,
  octal12,
  padded,
  pax,
  stretches,
} from '../support/tar-blocks.ts'

describe('the end of an archive', () => {
  const one = member({}, 'abc')
  const read = (...parts: Buffer[]) => readStored(Buffer.concat(parts))

  test.each([
    ['two blocks of zeros', END],
    ['one block of zeros', Buffer.alloc(512)],
    ['none', Buffer.alloc(0)],
    ['many, as records are padded', Buffer.alloc(10_240)],
  ])('%s', async (_, end) => {
    const facts = await read(one, end)
    expect(facts).toMatchObject({ entries: 1, unknowns: [], size: 1024 + end.length })
  })

  test('nothing at all', async () => {
    expect(await read(Buffer.alloc(0))).toMatchObject({ entries: 0, size: 0, unknowns: [] })
  })

  test('the last content without its padding', async () => {
    expect(await read(one.subarray(0, 515))).toMatchObject({ entries: 1 })
  })

  test('another archive after the end is named, not read', async () => {
    const facts = await read(one, END, member({ name: 'hidden' }), END)
    expect(entriesIn(facts).map(({ path }) => path)).toEqual(['file'])
    expect(facts.unknowns).toMatchObject([
      { reason: expect.stringContaining('another archive follows'), subject: facts.diffId },
    ])
  })

  test('other bytes after the end are named', async () => {
    const facts = await read(one, END, Buffer.from('hello'))
    expect(facts.unknowns[0]?.reason).toContain(
      'something follows the end of the archive (5 bytes)',
    )
  })
})

describe('malformed archives give one error that names layer and place', () => {
  const cases: readonly (readonly [string, readonly Buffer[], string, string])[] = [
    [
      'a wrong checksum',
      [member({ name: 'ok' }), header({ checksumOff: 1 })],
      'checksum',
      'after entry "ok"',
    ],
    ['no tar at all', [Buffer.from('hello '.repeat(200))], 'checksum', 'layer sha256:'],
    [
      'content cut short',
      [header({ name: 'cut', size: 4000 }), Buffer.alloc(512)],
      'too early',
      'entry "cut"',
    ],
    [
      'a header cut short',
      [member({ name: 'ok' }), Buffer.alloc(100, 1)],
      'too early',
      'after entry "ok"',
    ],
    [
      'a block of zeros in the middle',
      [member({}), Buffer.alloc(512), member({})],
      'zeros',
      'after entry',
    ],
    [
      'a negative size',
      [header({ magic: 'gnu', size: base256(-5n, 12) })],
      'negative size',
      'layer',
    ],
    ['a malformed PAX record', [member({ type: 'x' }, '999 path=x\n'), member({})], 'PAX', 'layer'],
    ['a PAX record without =', [member({ type: 'x' }, '8 path\n'), member({})], 'PAX', 'layer'],
    ['a PAX path with NUL', [pax([['path', 'a\0b']]), member({})], 'NUL', 'layer'],
    ['a PAX size that is no number', [pax([['size', 'x']]), member({})], 'not a number', 'layer'],
    ['a number that is no number', [header({ mode: Buffer.from('9999999\0') })], 'mode', 'layer'],
    [
      'a sparse map that leaves its file',
      [
        header({
          type: 'S',
          magic: 'gnu',
          size: 5,
          raw: { 386: stretches([[9, 5]]), 483: octal12(10) },
        }),
        padded('abcde'),
      ],
      'map',
      'layer',
    ],
    [
      'a sparse map with too little in it',
      [
        header({
          type: 'S',
          magic: 'gnu',
          size: 5,
          raw: { 386: stretches([[0, 4]]), 483: octal12(10) },
        }),
        padded('abcde'),
      ],
      'map',
      'layer',
    ],
    [
      'a sparse map that is no map',
      [
        pax([
          ['GNU.sparse.major', '1'],
          ['GNU.sparse.minor', '0'],
          ['GNU.sparse.realsize', '9'],
        ]),
        member({ name: 'x' }, 'hello\n'),
      ],
      'map',
      'entry "x"',
    ],
    [
      'a sparse folder',
      [
        pax([
          ['GNU.sparse.map', '0,0'],
          ['GNU.sparse.numblocks', '1'],
          ['GNU.sparse.size', '0'],
        ]),
        member({ type: '5' }),
      ],
      'sparse',
      'layer',
    ],
  ]

  test.each(cases)('%s', async (_, archive, message, where) => {
    const failure = readStored(Buffer.concat(archive))
    await expect(failure).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining(message),
      where: expect.stringContaining(where),
    })
  })
})
