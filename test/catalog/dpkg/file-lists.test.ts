import { expect, test } from 'vitest'
import { dpkgConffiles, dpkgDigests, dpkgList } from '../../../src/catalog/dpkg/file-lists.ts'
import { rowsOf } from '../../support/rows.ts'

test('a list gives clean paths, and as directories what others lie in', () => {
  const text =
    '/.\n/usr\n/usr/share\n/usr/share/empty\n/usr/share/a.b\n/usr//odd/\n/usr/../etc/x\n/usr/share2\n'
  expect(rowsOf(dpkgList, text)).toEqual([
    {
      kind: 'files',
      files: {
        paths: [
          'usr',
          'usr/share',
          'usr/share/empty',
          'usr/share/a.b',
          'usr/odd',
          'etc/x',
          'usr/share2',
        ],
        digests: [],
        directories: ['usr', 'usr/share'],
      },
    },
  ])
})

test('names whose bytes are not UTF-8 survive', () => {
  const bytes = Buffer.concat([
    Buffer.from('/usr/'),
    Buffer.from([0xe9]),
    Buffer.from('\n/usr/ü\n'),
  ])
  const [row] = rowsOf(dpkgList, bytes)
  expect(row).toMatchObject({ files: { paths: ['usr/\udce9', 'usr/ü'] } })
})

test('digests are read with escaped names, and lines that are none are counted', () => {
  const digest = '0123456789abcdef0123456789abcdef'
  const text = `${digest}  usr/bin/a\n\\${digest}  usr/b\\\\c\\nd\n${digest} *usr/binary\nshort  x\n\n${digest.toUpperCase()}  usr/upper\n`
  const rows = rowsOf(dpkgDigests, text)
  expect(rows.map((row) => row.kind)).toEqual(['unknown', 'unknown', 'files'])
  expect(rows[1]).toMatchObject({ reason: '2 lines that are no digest and path' })
  expect(rows[2]).toMatchObject({ files: { paths: ['usr/bin/a', 'usr/b\\c\nd', 'usr/binary'] } })
})

test('conffiles leave out those to be removed on upgrade', () => {
  expect(rowsOf(dpkgConffiles, '/etc/a\n remove-on-upgrade /etc/b\n/etc/c d\n')).toMatchObject([
    { files: { paths: ['etc/a', 'etc/c d'] } },
  ])
})
