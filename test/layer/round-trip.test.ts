// What other programs pack is read back: tar-stream and GNU tar in each of its formats.
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LayerBlock } from '../../src/layer/index.ts'
import { gitBlob, type Member, makeTar, sha256 } from '../support/image.ts'
import { temporaryFolder } from '../support/inventory.ts'
import { entriesIn, readStored } from '../support/layer-file.ts'

const part = fc.oneof(
  fc.constantFrom('usr', 'lib', 'a', 'ä', 'node_modules', 'x y'),
  fc.string({ unit: fc.constantFrom('b', 'c', '-', 'é', '漢'), minLength: 1, maxLength: 60 }),
)
const path = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'))
const metadata = {
  name: path,
  // tar-stream takes 0 for "not given"
  mode: fc.integer({ min: 1, max: 0o7777 }),
  uid: fc.constantFrom(0, 1000, 0o777777),
  gid: fc.constantFrom(0, 65_534),
  // and it wraps at 2^31
  mtime: fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((seconds) => new Date(seconds * 1000)),
}
const anyMember: fc.Arbitrary<Member> = fc.oneof(
  fc.record({
    ...metadata,
    type: fc.constant('file' as const),
    content: fc.uint8Array({ maxLength: 1500 }),
    pax: fc.constantFrom({}, { 'SCHILY.xattr.user.note': 'hello' }),
  }),
  fc.record({ ...metadata, type: fc.constant('directory' as const) }),
  fc.record({ ...metadata, type: fc.constant('symlink' as const), linkname: path }),
  fc.record({ ...metadata, type: fc.constant('link' as const), linkname: path }),
)
const KIND = { file: 'file', directory: 'directory', symlink: 'symlink', link: 'hardlink' }

test('any members that tar-stream packs', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyMember, { maxLength: 12 }), async (members) => {
      const facts = await readStored(await makeTar(members))
      expect(entriesIn(facts)).toEqual(members.map(expected))
      expect(facts.unknowns).toEqual([])
    }),
    { numRuns: 200 },
  )
})

function expected(member: Member) {
  const type =
    member.type === 'link' || member.type === 'symlink' || member.type === 'directory'
      ? member.type
      : 'file'
  const content = Buffer.from((member.content ?? '') as Uint8Array)
  const note = Object.values(member.pax ?? {})[0]
  return {
    path: member.name,
    kind: KIND[type],
    mode: member.mode,
    uid: member.uid,
    gid: member.gid,
    size: content.length,
    mtime: (member.mtime?.getTime() ?? 0) / 1000,
    target: member.linkname ?? '',
    xattrs: note === undefined ? {} : { 'user.note': Buffer.from(note).toString('hex') },
    flags: content.subarray(0, 2).toString('latin1') === '#!' ? ['script'] : [],
    sha256: type === 'file' ? sha256(content) : '',
    gitBlob: type === 'file' ? gitBlob(content) : '',
    md5: '',
    sha1: '',
  }
}

interface TreeFile {
  readonly path: string
  readonly content: Buffer
}

function makeTree(folder: string): TreeFile[] {
  const files: TreeFile[] = []
  const put = (name: string, content: Buffer) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
    files.push({ path: name, content })
  }
  put('empty', Buffer.alloc(0))
  put('usr/bin/program', Buffer.from('#!/bin/sh\necho hello\n'))
  put('usr/lib/exact', Buffer.alloc(1024, 'x'))
  put('usr/lib/large', Buffer.alloc(700_001, 'large '))
  put('etc/caf\u00e9', Buffer.from('coffee'))
  symlinkSync('../usr/bin/program', join(folder, 'etc/link'))
  return files
}

/** A file with holes at its start, in its middle and at its end. */
function makeSparse(folder: string): TreeFile {
  const content = Buffer.alloc(3 << 20)
  const fd = openSync(join(folder, 'sparse'), 'w')
  for (const at of [1 << 20, 2 << 20]) writeSync(fd, 'stored', at)
  ftruncateSync(fd, content.length)
  closeSync(fd)
  for (const at of [1 << 20, 2 << 20]) content.write('stored', at)
  return { path: 'sparse', content }
}

function tarOf(folder: string, ...words: string[]): Buffer {
  return execFileSync('tar', ['-C', folder, '-cf', '-', ...words, '.'], { maxBuffer: 1 << 28 })
}

function contents(block: LayerBlock): Map<string, string> {
  const files = [...block.entries()].filter(({ kind }) => kind === 'file')
  return new Map(files.map(({ path: name, sha256: digest }) => [name, digest]))
}

describe('GNU tar', () => {
  test.each(['v7', 'oldgnu', 'gnu', 'ustar', 'posix'])('format %s', async (format) => {
    const folder = temporaryFolder()
    const files = makeTree(folder)
    const long = `${'long-name-'.repeat(9)}/${'long-name-'.repeat(9)}end`
    if (format !== 'v7') {
      mkdirSync(dirname(join(folder, long)), { recursive: true })
      writeFileSync(join(folder, long), 'long')
      files.push({ path: long, content: Buffer.from('long') })
    }
    const facts = await readStored(
      tarOf(folder, `--format=${format}`, '--owner=7:7', '--sort=name'),
    )
    const block = LayerBlock.decode(facts.block)
    expect(contents(block)).toEqual(
      new Map(files.map(({ path: name, content }) => [name, sha256(content)])),
    )
    const link = [...block.entries()].find(({ path: name }) => name === 'etc/link')
    expect(link).toMatchObject({ kind: 'symlink', target: '../usr/bin/program', uid: 7 })
    expect(facts.unknowns).toEqual([])
  })

  test.each([
    ['gnu', []],
    ['posix', ['--sparse-version=0.0']],
    ['posix', ['--sparse-version=0.1']],
    ['posix', ['--sparse-version=1.0']],
  ])('sparse, format %s %s', async (format, words) => {
    const folder = temporaryFolder()
    const { content } = makeSparse(folder)
    const tar = tarOf(folder, '--sparse', `--format=${format}`, ...words)
    expect(tar.length, 'tar left the holes out').toBeLessThan(content.length / 2)
    const found = entriesIn(await readStored(tar)).find(({ path: name }) => name === 'sparse')
    expect(found).toMatchObject({
      kind: 'file',
      size: content.length,
      flags: ['sparse'],
      sha256: sha256(content),
      gitBlob: gitBlob(content),
    })
  })
})
