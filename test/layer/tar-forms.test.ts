// Every form of member that archives have, made by hand: what the reader makes of it.
import { describe, expect, test } from 'vitest'
import type { Entry } from '../../src/core/index.ts'
import { gitBlob, sha256 } from '../support/image.ts'
import { entriesIn, readStored } from '../support/layer-file.ts'
import {
  base256,
  END,
  header,
  longName,
  member,
  padded,
  pax,
  paxRecord,
} from '../support/tar-blocks.ts'

interface Form {
  readonly name: string
  readonly archive: readonly Buffer[]
  readonly entries: readonly Partial<Entry>[]
  /** Parts of the reasons of unknown rows. */
  readonly unknowns?: readonly string[]
}

const long = `${'long-folder/'.repeat(12)}name`
const abc = {
  size: 3,
  sha256: sha256('abc'),
  gitBlob: gitBlob('abc'),
}

const FORMS: readonly Form[] = [
  {
    name: 'ustar with a prefix',
    archive: [member({ name: 'leaf', prefix: 'some/folder', mode: 0o4755, uid: 1, gid: 2 }, 'abc')],
    entries: [{ path: 'some/folder/leaf', kind: 'file', mode: 0o4755, uid: 1, gid: 2, ...abc }],
  },
  {
    name: 'v7: no magic, NUL as type, a trailing slash makes a folder',
    archive: [
      member({ name: 'd/', type: '\0', magic: 'v7' }),
      member({ name: 'd/f', type: '\0', magic: 'v7' }, 'abc'),
    ],
    entries: [
      { path: 'd', kind: 'directory' },
      { path: 'd/f', kind: 'file', ...abc },
    ],
  },
  {
    name: 'a trailing slash on a file of type 0 makes no folder, as in Go',
    archive: [member({ name: 'f/' }, 'abc')],
    entries: [{ path: 'f', kind: 'file', ...abc }],
  },
  {
    name: 'contiguous file',
    archive: [member({ type: '7' }, 'abc')],
    entries: [{ path: 'file', kind: 'file', ...abc }],
  },
  {
    name: 'links, devices, fifo, folder; sizes of what has no content are ignored',
    archive: [
      member({ name: 'd', type: '5', mode: 0o1777 }),
      header({ name: 'h', type: '1', link: '/d/../f', size: 5000 }),
      header({ name: 's', type: '2', link: '../up//./x', size: 7 }),
      header({ name: 'c', type: '3', major: 1, minor: 3 }),
      header({ name: 'b', type: '4', major: 259, minor: 70000 }),
      header({ name: 'p', type: '6' }),
    ],
    entries: [
      { path: 'd', kind: 'directory', mode: 0o1777 },
      { path: 'h', kind: 'hardlink', target: 'f', size: 0, sha256: '' },
      { path: 's', kind: 'symlink', target: '../up//./x' },
      { path: 'c', kind: 'character-device', target: '1:3' },
      { path: 'b', kind: 'block-device', target: '259:70000' },
      { path: 'p', kind: 'fifo' },
    ],
  },
  {
    name: 'GNU long name and long link target',
    archive: [
      longName(long),
      longName(`${long}/target`, 'K'),
      member({ name: 'cut', type: '2', link: 'cut', magic: 'gnu' }),
      member({ name: 'next' }, 'abc'),
    ],
    entries: [
      { path: long, kind: 'symlink', target: `${long}/target` },
      { path: 'next', kind: 'file' },
    ],
  },
  {
    name: 'PAX: path, linkpath, owner, time with a fraction, before 1970',
    archive: [
      pax([
        ['path', `${long}-ä`],
        ['linkpath', 'to/ö'],
        ['uid', '3000000000'],
        ['gid', '4000000000'],
        ['mtime', '-0.25'],
      ]),
      member({ name: 'cut', type: '2', link: 'cut' }),
      member({ name: 'next', mtime: 5 }),
    ],
    entries: [
      {
        path: `${long}-ä`,
        kind: 'symlink',
        target: 'to/ö',
        uid: 3_000_000_000,
        gid: 4_000_000_000,
        mtime: -1,
      },
      { path: 'next', uid: 0, mtime: 5 },
    ],
  },
  {
    name: 'PAX: the last record of a key counts, an empty one does not',
    archive: [
      pax([
        ['path', 'first'],
        ['path', 'second'],
        ['linkpath', ''],
      ]),
      member({ name: 'cut', type: '2', link: 'kept' }),
    ],
    entries: [{ path: 'second', target: 'kept' }],
  },
  {
    name: 'PAX: the size of the content',
    archive: [
      pax([['size', '3']]),
      header({ name: 'f', size: 0 }),
      padded('abc'),
      member({ name: 'g' }),
    ],
    entries: [{ path: 'f', ...abc }, { path: 'g' }],
  },
  {
    name: 'PAX: extended attributes that matter, in both notations',
    archive: [
      pax([
        ['SCHILY.xattr.security.capability', Buffer.from('0100000200000000', 'hex')],
        ['SCHILY.xattr.security.selinux', 'system_u:object_r:etc_t:s0'],
        ['SCHILY.xattr.user.a', 'line\nline=\0'],
        ['LIBARCHIVE.xattr.user.b%20c', 'aGVsbG8'],
        ['LIBARCHIVE.xattr.user.a', 'AAAA'],
        ['LIBARCHIVE.creationtime', '1'],
      ]),
      member({ name: 'f' }),
    ],
    entries: [
      {
        path: 'f',
        xattrs: {
          'security.capability': '0100000200000000',
          'user.a': Buffer.from('line\nline=\0').toString('hex'),
          'user.b c': Buffer.from('hello').toString('hex'),
        },
      },
    ],
  },
  {
    name: 'a global PAX header: named, not applied, as engines do',
    archive: [pax([['comment', 'abc']], 'g'), pax([['uid', '7']], 'g'), member({ name: 'f' })],
    entries: [{ path: 'f', uid: 0 }],
    unknowns: ['global PAX header sets uid'],
  },
  {
    name: 'base-256 numbers, negative ones too',
    archive: [
      member({
        magic: 'gnu',
        uid: base256(3_000_000_000n, 8),
        gid: base256(-2n, 8),
        mtime: base256(-86_400n, 12),
      }),
    ],
    entries: [{ path: 'file', uid: 3_000_000_000, gid: -2, mtime: -86_400 }],
  },
  {
    name: 'base-256 size',
    archive: [header({ magic: 'gnu', size: base256(3n, 12) }), padded('abc')],
    entries: [{ path: 'file', ...abc }],
  },
  {
    name: 'numbers with leading spaces and without a terminator',
    archive: [
      header({
        mode: Buffer.from('   755 \0'),
        uid: Buffer.from('00000012'),
        gid: Buffer.from('7 \0\0'),
      }),
    ],
    entries: [{ path: 'file', mode: 0o755, uid: 0o12, gid: 7 }],
  },
  {
    name: 'names: dots, slashes, absolute, leaving the root, not UTF-8',
    archive: [
      member({ name: './', type: '5' }),
      member({ name: './a//b/./c' }),
      member({ name: '/etc/x' }),
      member({ name: '../../x' }),
      member({ name: 'a/../../y' }),
      member({ name: Buffer.from('caf\xe9', 'latin1') }),
      member({ name: Buffer.from('\u{1f600}x') }),
    ],
    entries: [
      { path: '', kind: 'directory', flags: [] },
      { path: 'a/b/c', flags: [] },
      { path: 'etc/x', flags: ['absolute-name'] },
      { path: 'x', flags: ['escapes-root'] },
      { path: 'y', flags: ['escapes-root'] },
      { path: 'caf\udce9', flags: [] },
      { path: '\u{1f600}x', flags: [] },
    ],
  },
  {
    name: 'a name that fills its field',
    archive: [member({ name: 'n'.repeat(100) }), member({ type: '2', link: 'l'.repeat(100) })],
    entries: [{ path: 'n'.repeat(100) }, { target: 'l'.repeat(100) }],
  },
  {
    name: 'whiteouts and opaque folders, whatever the kind of the marker',
    archive: [
      member({ name: 'd/.wh.gone' }, 'x'),
      member({ name: '.wh.top', type: '5' }),
      member({ name: './d/.wh..wh..opq' }),
      member({ name: '.wh..wh..opq' }),
      member({ name: 'd/.wh.f', type: '1', link: 'x' }),
    ],
    entries: [
      { path: 'd/gone', kind: 'whiteout', size: 0, sha256: '' },
      { path: 'top', kind: 'whiteout' },
      { path: 'd', kind: 'opaque' },
      { path: '', kind: 'opaque' },
      { path: 'd/f', kind: 'whiteout', target: '' },
    ],
  },
  {
    name: 'markers that mark nothing, AUFS bookkeeping, and a folder that only looks like a marker',
    archive: [
      member({ name: 'd/.wh.' }),
      member({ name: 'd/.wh...' }),
      member({ name: '.wh..wh.plnk/1.2' }),
      member({ name: '.wh..wh.aufs' }),
      member({ name: 'd/.wh.x/f' }),
      member({ name: 'd/a.wh.b' }),
    ],
    entries: [
      { path: 'd/.wh.x/f', kind: 'file' },
      { path: 'd/a.wh.b', kind: 'file' },
    ],
    unknowns: ['whiteout without a name', 'whiteout without a name'],
  },
  {
    name: 'duplicate members are both facts',
    archive: [member({}, 'abc'), member({}, 'abcd')],
    entries: [
      { path: 'file', ...abc },
      { path: 'file', size: 4 },
    ],
  },
  {
    name: 'programs, by their first bytes',
    archive: [
      member({ name: 'elf' }, '\x7fELF\x02'),
      member({ name: 'short' }, '\x7fEL'),
      member({ name: 'script' }, '#!/bin/sh\n'),
      member({ name: 'comment' }, '# x'),
      member({ name: 'one' }, '#'),
    ],
    entries: [
      { path: 'elf', flags: ['elf'] },
      { path: 'short', flags: [] },
      { path: 'script', flags: ['script'] },
      { path: 'comment', flags: [] },
      { path: 'one', flags: [] },
    ],
  },
  {
    name: 'a type that engines refuse is named, its content skipped',
    archive: [
      member({ name: 'label', type: 'V' }),
      member({ name: 'dump', type: 'D' }, 'abc'),
      member({}),
    ],
    entries: [{ path: 'file' }],
    unknowns: ['type "V"', 'type "D"'],
  },
]

async function check({ archive, entries, unknowns = [] }: Form): Promise<void> {
  const facts = await readStored(Buffer.concat([...archive, END]))
  expect(entriesIn(facts)).toEqual(entries.map((entry) => expect.objectContaining(entry)))
  expect(facts.unknowns.map(({ reason }) => reason)).toEqual(
    unknowns.map((part) => expect.stringContaining(part)),
  )
}

describe('members', () => {
  test.each(FORMS)('$name', check)
})

test('a PAX record counts its own length', () => {
  expect(paxRecord('path', 'x').toString()).toBe('9 path=x\n')
  expect(paxRecord('path', 'x'.repeat(92)).toString().slice(0, 4)).toBe('102 ')
})
