// One layer from its stored bytes: compression, digests that must match, wanted files.
import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readLayer } from '../../src/layer/index.ts'
import { gitBlob, type Member, makeTar, sha256 } from '../support/image.ts'
import { digest, entriesIn, readMembers, readStored, withLayer } from '../support/layer-file.ts'
import { storedZstd } from '../support/zstd.ts'

const members: Member[] = [
  { name: 'etc/', type: 'directory' },
  { name: 'etc/os-release', content: 'ID=debian\n' },
  { name: 'usr/lib/large', content: randomBytes(3_000_000) },
]
const tar = await makeTar(members)

describe('compression is told by the bytes', () => {
  test.each([
    ['plain', tar],
    ['gzip', gzipSync(tar)],
    [
      'gzip of several members',
      Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))]),
    ],
    ['zstd', storedZstd(tar)],
    [
      'zstd of several frames',
      Buffer.concat([storedZstd(tar.subarray(0, 700)), storedZstd(tar.subarray(700))]),
    ],
  ])('%s', async (_, stored) => {
    const facts = await readStored(stored, { tar, blob: digest(stored), mediaType: 'a lie' })
    expect(facts).toMatchObject({ diffId: digest(tar), size: tar.length, entries: 3, unknowns: [] })
    const large = entriesIn(facts).at(-1)
    expect(large?.sha256).toBe(sha256(Buffer.from(members[2]?.content as Buffer)))
  })

  test.each([
    ['xz', Buffer.from('fd377a585a0000000000', 'hex')],
    ['bzip2', Buffer.from('BZh91AY&SY')],
  ])('%s is named', async (name, stored) => {
    await expect(readStored(stored)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining(name),
    })
  })
})

describe('digests', () => {
  test('md5 and sha1 only where they are asked for', async () => {
    const content = 'hello'
    const of = async (digests: readonly ('md5' | 'sha1')[]) =>
      entriesIn(await readMembers([{ name: 'f', content }], { digests }))[0]
    const md5 = '5d41402abc4b2a76b9719d911017c592'
    const sha1 = 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d'
    expect(await of([])).toMatchObject({ md5: '', sha1: '', gitBlob: gitBlob(content) })
    expect(await of(['md5'])).toMatchObject({ md5, sha1: '' })
    expect(await of(['sha1', 'md5'])).toMatchObject({ md5, sha1 })
  })

  test.each([
    ['plain', tar],
    ['gzip', gzipSync(tar)],
    ['zstd', storedZstd(tar)],
  ])('%s: a wrong diff_id is an integrity error that names both', async (_, stored) => {
    const diffId = digest(Buffer.from('other'))
    await expect(readStored(stored, { tar, diffId })).rejects.toMatchObject({
      code: 'integrity',
      message: expect.stringContaining(`${digest(tar)} instead of ${diffId}`),
      where: `layer ${diffId}`,
    })
  })

  test.each([
    ['plain', tar],
    ['gzip', gzipSync(tar)],
    ['zstd', storedZstd(tar)],
  ])('%s: wrong stored bytes are an integrity error', async (_, stored) => {
    const blob = digest(Buffer.from('other'))
    await expect(readStored(stored, { tar, blob })).rejects.toMatchObject({
      code: 'integrity',
      message: `its stored bytes have the digest ${digest(stored)} instead of ${blob}`,
    })
  })

  test('a wrong digest explains a malformed archive', async () => {
    const stored = gzipSync(tar)
    const broken = Buffer.from(stored)
    broken.fill(0xff, 400, 500)
    await expect(readStored(broken, { tar, blob: digest(stored) })).rejects.toMatchObject({
      code: 'integrity',
      hint: expect.stringContaining('gzip'),
    })
    const cut = tar.subarray(0, 2000)
    await expect(readStored(cut, { tar })).rejects.toMatchObject({ code: 'integrity' })
  })

  test.each([
    ['gzip', gzipSync(tar)],
    ['zstd', storedZstd(tar)],
  ])('%s that ends too early', async (name, stored) => {
    const cut = stored.subarray(0, stored.length - 9)
    await expect(readStored(cut, { tar })).rejects.toMatchObject({
      code: 'source',
      message: `the ${name} stream ends too early`,
      where: expect.stringContaining(`layer ${digest(tar)}`),
    })
  })

  test('a file that is shorter than the range', async () => {
    const failure = withLayer(tar, {}, (request) =>
      readLayer({ ...request, source: { ...request.source, length: tar.length + 1 } }),
    )
    await expect(failure).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('ends'),
    })
  })

  test('a descriptor that is not open', async () => {
    const failure = withLayer(tar, {}, (request) =>
      readLayer({ ...request, source: { ...request.source, fd: 99_999 } }),
    )
    await expect(failure).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('EBADF'),
    })
  })
})

describe('wanted files', () => {
  const wants = [
    { glob: 'etc/os-release', maxBytes: 100 },
    { glob: '**/package.json', maxBytes: 20 },
    { glob: '**/*.pyc', maxBytes: 2 ** 40, head: 4 },
    { glob: 'var/lib/dpkg/status.d/*', maxBytes: 100 },
    { glob: 'etc/{passwd,group}', maxBytes: 100 },
  ]
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

  test('whole, only their head, none; in archive order', async () => {
    const facts = await readMembers(
      [
        { name: './etc/os-release', content: 'ID=x' },
        { name: 'package.json', content: '{}' },
        { name: 'a/b/package.json', content: '{"name":"b"}' },
        { name: 'a/package.json.bak', content: '{}' },
        { name: 'm.pyc', content: 'magic and more' },
        { name: 'short.pyc', content: 'mg' },
        { name: 'var/lib/dpkg/status.d/base', content: 'Package: base' },
        { name: 'var/lib/dpkg/status.d/deep/er', content: 'no' },
        { name: 'etc/passwd', content: '' },
        { name: 'etc/group', type: 'symlink', linkname: 'passwd' },
      ],
      { wants },
    )
    expect(facts.wanted.map(({ path, bytes }) => [path, text(bytes)])).toEqual([
      ['etc/os-release', 'ID=x'],
      ['package.json', '{}'],
      ['a/b/package.json', '{"name":"b"}'],
      ['m.pyc', 'magi'],
      ['short.pyc', 'mg'],
      ['var/lib/dpkg/status.d/base', 'Package: base'],
      ['etc/passwd', ''],
    ])
    expect(facts.wanted[0]?.sha256).toBe(sha256('ID=x'))
    expect(facts.unknowns).toEqual([])
  })

  test('hard links: the content of the file they lead to, whatever its name', async () => {
    const facts = await readMembers(
      [
        { name: 'store/[1]', content: '{"a":1}' },
        { name: 'a/package.json', type: 'link', linkname: './store/[1]' },
        { name: 'b', type: 'link', linkname: 'a/package.json' },
        { name: 'b/package.json', type: 'link', linkname: 'b' },
        { name: 'store/[1]', content: '{"later":1}' },
        { name: 'etc/passwd', content: 'root' },
        { name: 'etc/group', type: 'link', linkname: 'etc/passwd' },
        { name: 'large', content: 'x'.repeat(30) },
        { name: 'c/package.json', type: 'link', linkname: 'large' },
        { name: 'd/package.json', type: 'link', linkname: 'below' },
        { name: 'e/package.json', type: 'link', linkname: 'below/package.json' },
      ],
      { wants },
    )
    expect(facts.wanted.map(({ path, sha256: id, bytes }) => [path, id, text(bytes)])).toEqual([
      ['etc/passwd', sha256('root'), 'root'],
      ['a/package.json', sha256('{"a":1}'), '{"a":1}'],
      ['b/package.json', sha256('{"a":1}'), '{"a":1}'],
      ['etc/group', sha256('root'), 'root'],
    ])
    expect(facts.unknowns.map(({ place, reason }) => [place, reason])).toEqual([
      ['c/package.json', '30 bytes, the limit for this file is 20'],
      ['d/package.json', 'hard link to "below", which this layer does not have: it was not read'],
    ])
  })

  test('a file that is too large is an unknown row and a flag, not an error', async () => {
    const content = `{"name":"${'x'.repeat(50)}"}`
    const facts = await readMembers([{ name: 'a/package.json', content }], { wants })
    expect(facts.wanted).toEqual([])
    expect(facts.unknowns).toEqual([
      {
        subject: facts.diffId,
        place: 'a/package.json',
        reader: 'layer',
        reason: `${content.length} bytes, the limit for this file is 20`,
        weight: 'partial',
      },
    ])
    expect(entriesIn(facts)).toMatchObject([{ flags: ['over-limit'], sha256: sha256(content) }])
  })

  test('one that comes in several pieces', async () => {
    const content = randomBytes(2_000_000)
    const facts = await readMembers([{ name: 'big/package.json', content }], {
      wants: [{ glob: '**/package.json', maxBytes: 1 << 24 }],
    })
    expect(Buffer.compare(facts.wanted[0]?.bytes ?? Buffer.alloc(0), content)).toBe(0)
  })

  test('equal contents share their bytes', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `p${index}/package.json`)
    const facts = await readMembers(
      names.map((name) => ({ name, content: '{"a":1}' })),
      {
        wants,
        limits: { wantedBytes: 20 },
      },
    )
    expect(facts.wanted).toHaveLength(50)
    expect(new Set(facts.wanted.map(({ bytes }) => bytes.byteOffset)).size).toBe(1)
    expect(facts.wanted.every(({ bytes }) => text(bytes) === '{"a":1}')).toBe(true)
  })

  test('more than the limit together: each one that is left out is named', async () => {
    const names = ['a', 'b', 'c'].map((name) => `${name}/package.json`)
    const facts = await readMembers(
      names.map((name) => ({ name, content: `{"${name}":1}` })),
      {
        wants,
        limits: { wantedBytes: 45 },
      },
    )
    expect(facts.wanted.map(({ path }) => path)).toEqual(names.slice(0, 2))
    expect(facts.unknowns).toMatchObject([
      { place: 'c/package.json', reason: expect.stringContaining('more than 45 bytes') },
    ])
    expect(entriesIn(facts).map(({ flags }) => flags)).toEqual([[], [], ['over-limit']])
  })
})
