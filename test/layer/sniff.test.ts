// Which digests the package records of an image use, told from its lowest layer.
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { sniffDigests } from '../../src/layer/index.ts'
import { type Member, makeTar } from '../support/image.ts'
import { withLayer } from '../support/layer-file.ts'

const sniff = (stored: Buffer) => withLayer(stored, {}, ({ source }) => sniffDigests(source, ''))

test.each([
  ['Debian', ['bin/sh', 'etc/dpkg/', 'var/lib/dpkg/status'], ['md5']],
  ['distroless', ['./', './var/lib/dpkg/status.d/base'], ['md5']],
  ['Alpine', ['etc/', 'etc/alpine-release', 'lib/apk/db/installed'], ['sha1']],
  ['Wolfi', ['usr/lib/apk/db/installed'], ['sha1']],
  ['absolute names', ['/etc/apk/world'], ['sha1']],
  ['neither', ['bin/busybox', 'my/var/lib/dpkg/status'], []],
])('%s', async (_, names, expected) => {
  const members: Member[] = names.map((name) =>
    name.endsWith('/') ? { name, type: 'directory' } : { name, content: 'x' },
  )
  const tar = await makeTar(members)
  expect(await sniff(tar)).toEqual(expected)
  expect(await sniff(gzipSync(tar))).toEqual(expected)
})

test('both when the first part does not tell', async () => {
  const tar = await makeTar([
    { name: 'big', content: Buffer.alloc(70 << 20) },
    { name: 'var/lib/dpkg/status', content: 'x' },
  ])
  expect(await sniff(gzipSync(tar))).toEqual(['md5', 'sha1'])
})

test('nothing in an empty layer tells', async () => {
  expect(await sniff(Buffer.alloc(0))).toEqual(['md5', 'sha1'])
  expect(await sniff(Buffer.alloc(1024))).toEqual([])
})

test('stops at the sign: what is broken behind it is not met', async () => {
  const tar = await makeTar([
    { name: 'var/lib/dpkg/status', content: 'x' },
    { name: 'rest', content: Buffer.alloc(4 << 20, 'y') },
  ])
  tar.fill(0xff, 2 << 20)
  expect(await sniff(tar)).toEqual(['md5'])
})

test('a layer that cannot be read is an error', async () => {
  await expect(sniff(Buffer.from('no layer at all '.repeat(99)))).rejects.toMatchObject({
    code: 'source',
  })
})
