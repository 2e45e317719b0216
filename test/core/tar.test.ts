// Tar headers and PAX records, field by field; whole archives are read in test/layer.
import { describe, expect, test } from 'vitest'
import {
  paxName,
  paxNumber,
  readNumber,
  readPaxRecords,
  readTarHeader,
} from '../../src/core/index.ts'
import { base256, header, paxRecord } from '../support/tar-blocks.ts'

describe('a header', () => {
  test('its fields as written', () => {
    const block = header({
      name: 'leaf',
      prefix: 'folder',
      mode: 0o640,
      uid: 7,
      gid: 8,
      size: 9,
      mtime: 10,
      type: '2',
      link: 'target',
    })
    expect(readTarHeader(block, 0)).toEqual({
      name: 'folder/leaf',
      mode: 0o640,
      uid: 7,
      gid: 8,
      size: 9,
      mtime: 10,
      type: '2',
      link: 'target',
      deviceMajor: 0,
      deviceMinor: 0,
      gnu: false,
    })
  })

  test('where it lies in a larger buffer', () => {
    const bytes = Buffer.concat([Buffer.alloc(512, 'x'), header({ name: 'a', size: 3 })])
    expect(readTarHeader(bytes, 512)).toMatchObject({ name: 'a', size: 3 })
  })

  test('zeros are no header', () => {
    expect(readTarHeader(Buffer.alloc(512), 0)).toBeNull()
    const almost = Buffer.alloc(512)
    almost[511] = 1
    expect(() => readTarHeader(almost, 0)).toThrow('checksum')
  })

  test('GNU archives have no prefix there: access times', () => {
    const block = header({ magic: 'gnu', name: 'a', prefix: '14000000000' })
    expect(readTarHeader(block, 0)).toMatchObject({ name: 'a', gnu: true })
  })

  test('star archives end the prefix before their times', () => {
    const block = header({
      name: 'a',
      prefix: `${'p'.repeat(131)}times`,
      raw: { 508: Buffer.from('tar\0') },
    })
    expect(readTarHeader(block, 0)?.name).toBe(`${'p'.repeat(131)}/a`)
  })

  test('a sum of signed characters, as old Sun tars made', () => {
    const name = Buffer.from('ää')
    expect(readTarHeader(header({ name, checksumOff: -256 * name.length }), 0)).toMatchObject({
      name: 'ää',
    })
    expect(() => readTarHeader(header({ name, checksumOff: -256 }), 0)).toThrow('checksum')
  })

  test('any changed byte is noticed', () => {
    const block = header({ name: 'a', size: 3 })
    for (let at = 0; at < 512; at += 1) {
      const changed = Buffer.from(block)
      changed[at] = (changed[at] ?? 0) ^ 0x05
      // the last two bytes of the checksum field end it
      if (at < 154 || at > 155) expect(() => readTarHeader(changed, 0), `byte ${at}`).toThrow()
    }
  })
})

describe('a number', () => {
  test.each<[string, Buffer, number]>([
    ['octal', Buffer.from('0000644\0'), 0o644],
    ['ended by a space', Buffer.from('000644 \0'), 0o644],
    ['without an end', Buffer.from('00000644'), 0o644],
    ['with spaces before', Buffer.from('   644 \0'), 0o644],
    ['empty', Buffer.alloc(8), 0],
    ['anything after NUL', Buffer.from('644\0zzzz'), 0o644],
    ['base-256', base256(300n, 8), 300],
    ['base-256, large', base256(2n ** 52n, 8), 2 ** 52],
    ['base-256, negative', base256(-300n, 8), -300],
  ])('%s', (_, bytes, value) => {
    expect(readNumber(bytes, 0, 8, 'field')).toBe(value)
  })

  test.each(['0000648\0', 'hello   ', '-0000644', '12 34   '])('%j is none', (text) => {
    expect(() => readNumber(Buffer.from(text), 0, 8, 'mode')).toThrow('malformed mode')
  })
})

describe('PAX records', () => {
  const read = (text: string) =>
    readPaxRecords(Buffer.from(text)).map(({ key, value }) => [key, value.toString()])

  test('in order, duplicates kept, values with newlines and =', () => {
    const bytes = [
      ['a', '1'],
      ['b', 'x=\ny'],
      ['a', ''],
    ].map(([key, value]) => paxRecord(key ?? '', value ?? ''))
    expect(read(Buffer.concat(bytes).toString())).toEqual([
      ['a', '1'],
      ['b', 'x=\ny'],
      ['a', ''],
    ])
    expect(read('')).toEqual([])
  })

  test.each([
    ['a length that is none', 'x a=1\n'],
    ['a length beyond the end', '99 a=1\n'],
    ['a length that ends early', '5 a=1\n'],
    ['a length of zero', '0 a=1\n'],
    ['a negative length', '-6 a=1\n'],
    ['no newline', '6 a=12'],
    ['no key', '5 a1\n'],
    ['an equals sign of the next record', '5 a1\n6 b=2\n'],
    ['bytes after the last record', '6 a=1\nrest'],
    ['a length of many digits', `${'0'.repeat(30)}6 a=1\n`],
  ])('%s', (_, text) => {
    expect(() => read(text)).toThrow('malformed record')
  })

  test('names keep bytes that are not UTF-8, and hold no NUL', () => {
    expect(paxName({ key: 'path', value: Buffer.from('caf\xe9', 'latin1') })).toBe('caf\udce9')
    expect(() => paxName({ key: 'path', value: Buffer.from('a\0') })).toThrow('NUL')
  })

  test.each([
    ['12', 12],
    ['1.999', 1],
    ['-1.5', -2],
    ['0.', 0],
  ])('the number %s', (text, value) => {
    expect(paxNumber({ key: 'mtime', value: Buffer.from(text) })).toBe(value)
  })

  test.each(['', 'x', '1e5', '0x10', ' 1', '1 ', '--1', '9'.repeat(21)])(
    '%j is no number',
    (text) => {
      expect(() => paxNumber({ key: 'uid', value: Buffer.from(text) })).toThrow('not a number')
    },
  )
})
