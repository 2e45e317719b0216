// What is no image, or a damaged one: each ends in one line that names the file and the fault.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type BuiltImage, buildImage, type Member, makeTar } from '../support/image.ts'
import { OciLayout } from '../support/oci-layout.ts'
import { refusal, refusalLine, scratchFolder } from '../support/opened.ts'
import { binarySize, rawHeader, rawMember, TAR_END } from '../support/raw-tar.ts'

const folder = scratchFolder()
let number = 0
let layout = new OciLayout()
let built: BuiltImage

beforeEach(async () => {
  layout = new OciLayout()
  built = await buildImage({ layers: [{ members: [{ name: 'a' }], createdBy: 'A' }] })
})

function fileOf(bytes: Buffer | string): string {
  number += 1
  const file = join(folder, `file-${number}`)
  writeFileSync(file, bytes)
  return file
}

async function tarOf(...names: readonly (string | Member)[]): Promise<string> {
  const members = names.map((name) => (typeof name === 'string' ? { name } : name))
  return fileOf(await makeTar(members))
}

function layoutOf(...manifests: readonly object[]): string {
  number += 1
  return layout.writeFolder(join(folder, `layout-${number}`), manifests)
}

describe('not an archive', () => {
  test('nothing there', async () => {
    const error = await refusal(join(folder, 'nothing'))
    expect(error.message).toBe('no such file or folder')
    expect(error.hint).toBe(
      'Name a file or folder; an image in an engine or a registry is saved first: docker save IMAGE -o FILE',
    )
    expect(await refusalLine(join(fileOf('x'), 'below'))).toBe(
      'source FILE: no such file or folder',
    )
  })

  test('empty', async () => {
    expect(await refusalLine(fileOf(''))).toBe('source FILE: it is empty')
    expect(await refusalLine('-', { stdin: Readable.from([]) })).toBe(
      'source standard input: it is empty',
    )
  })

  test.each(['{"a":1}', 'x', 'MZ'.repeat(1000)])('other bytes: %.8s', async (bytes) => {
    const line = await refusalLine(fileOf(bytes.padEnd(600, '.')))
    expect(line).toBe('source FILE: it is not an image: neither a tar archive nor a folder')
  })

  test('other bytes, gzipped', async () => {
    expect(await refusalLine(fileOf(gzipSync('x'.repeat(600))))).toBe(
      'source FILE: it is not an image: neither a tar archive nor a folder',
    )
  })

  test('a device, a socket', async () => {
    expect(await refusalLine('/dev/null')).toBe(
      'source FILE: it is a device, not an image archive or an image layout',
    )
    const path = join(folder, 'socket')
    const server = createServer().listen(path)
    await new Promise((resolve) => server.once('listening', resolve))
    onTestFinished(() => void server.close())
    expect(await refusalLine(path)).toBe(
      'source FILE: it is a socket, not an image archive or an image layout',
    )
  })

  test('a file that may not be read', async () => {
    const file = await tarOf('manifest.json')
    chmodSync(file, 0)
    // root may read everything.
    const root = process.geteuid?.() === 0
    if (root) process.seteuid?.(65534)
    try {
      chmodScratch(root)
      expect(await refusalLine(file)).toBe('source FILE: permission denied')
    } finally {
      if (root) process.seteuid?.(0)
    }
  })

  function chmodScratch(root: boolean): void {
    // Another user must get as far as the file.
    if (!root) return
    process.seteuid?.(0)
    chmodSync(folder, 0o755)
    process.seteuid?.(65534)
  }
})

describe('an archive of something else', () => {
  test('a folder with other files, and one without any', async () => {
    const path = join(folder, 'other')
    mkdirSync(path)
    writeFileSync(join(path, 'README'), '')
    const line =
      'it is neither a docker archive nor an OCI image layout: no manifest.json, no index.json'
    expect(await refusalLine(path)).toBe(`source FILE: ${line}`)
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    expect(await refusalLine(empty)).toBe('source FILE: it has no files')
    expect(await refusalLine(await tarOf('README'))).toBe(`source FILE: ${line}`)
    expect(await refusalLine(fileOf(TAR_END))).toBe('source FILE: it has no files')
  })

  test('a root file system', async () => {
    const error = await refusal(await tarOf('./etc/passwd', './usr/bin/x', './bin', './var/a'))
    expect(error.message).toBe(
      'it is a root file system, not an image: it has neither history nor settings',
    )
    expect(error.hint).toBe(
      'docker export and buildx type=tar write such files: use docker save or type=oci, or docker import it first.',
    )
  })

  test('a Windows file system', async () => {
    expect(await refusalLine(await tarOf('Files/Windows/x', 'Hives/System_Delta'))).toBe(
      'source FILE: it is the file system of a Windows container, not an image',
    )
  })

  test('a docker archive of before manifest.json, an image layout without index.json', async () => {
    expect(await refusalLine(await tarOf('repositories', 'a/json', 'a/layer.tar'))).toBe(
      'source FILE: it is a docker archive without manifest.json',
    )
    expect(await refusalLine(await tarOf('oci-layout', 'blobs/sha256/x'))).toBe(
      'source FILE: it is an image layout without index.json',
    )
  })

  test('an image with a folder around it', async () => {
    const inside = layout.members([layout.image(built)])
    const members = inside.map((member) => ({ ...member, name: `image/${member.name}` }))
    const error = await refusal(await tarOf(...members))
    expect(error.message).toBe('the image lies in its folder "image"')
    expect(error.hint).toBe('Give that folder, or pack its content without the folder around it.')
  })

  test('compressed as no image is', async () => {
    const file = await tarOf('manifest.json')
    execFileSync('xz', ['-k', file])
    expect(await refusalLine(`${file}.xz`)).toBe(
      'source FILE: it is compressed with xz, which container runtimes do not use',
    )
  })
})

describe('a damaged archive', () => {
  async function whole(): Promise<Buffer> {
    return makeTar(layout.members([layout.image(built)]))
  }

  test('cut off in a member, in a header, at a boundary', async () => {
    const bytes = await whole()
    const [[digest, content] = ['', '']] = [...layout.blobs]
    expect(await refusalLine(fileOf(bytes.subarray(0, 520)))).toBe(
      `source FILE: the archive is truncated: "blobs/${digest.replace(':', '/')}" has ${content.length} bytes, and 8 are left`,
    )
    expect(await refusalLine(fileOf(bytes.subarray(0, 1200)))).toBe(
      'source FILE: the archive is truncated: 176 bytes of a header are left',
    )
    // index.json stands at the end of this one.
    expect(await refusalLine(fileOf(bytes.subarray(0, 1024)))).toBe(
      'source FILE: it is an image layout without index.json (it has no end mark, so it may be cut off)',
    )
  })

  test('cut off while compressed', async () => {
    const bytes = gzipSync(await whole())
    expect(await refusalLine(fileOf(bytes.subarray(0, bytes.length - 10)))).toBe(
      'source FILE: the gzip stream ends too early',
    )
    const spoilt = Buffer.from(bytes)
    spoilt.fill(0xff, 40, 60)
    expect(await refusalLine(fileOf(spoilt))).toMatch(
      /^source FILE: the gzip stream is damaged \(.*\)$/,
    )
  })

  test('a wrong checksum in the middle, a block of zeros in the middle', async () => {
    const bytes = Buffer.concat([rawMember({}, 'x'), rawMember({ name: 'b' }), TAR_END])
    const spoilt = Buffer.from(bytes)
    spoilt[1024] = 0x7a
    expect(await refusalLine(fileOf(spoilt))).toBe(
      'source FILE: the tar archive is damaged: a tar header has a wrong checksum (at byte 1024)',
    )
    const zeros = Buffer.concat([rawMember({}), Buffer.alloc(512), rawMember({}), TAR_END])
    expect(await refusalLine(fileOf(zeros))).toBe(
      'source FILE: the tar archive is damaged: it goes on after a block of zeros (at byte 1024)',
    )
  })

  test('sizes that lie: 8 EiB, negative, a PAX header of 1 GiB, a PAX size', async () => {
    const line = async (...parts: readonly Buffer[]) =>
      refusalLine(fileOf(Buffer.concat([rawMember({ name: 'a' }), ...parts, TAR_END])))
    expect(await line(rawHeader({ size: binarySize(2n ** 63n - 1n) }))).toBe(
      'source FILE: the tar archive is damaged: the size of "file" is 9223372036854776000 (at byte 512)',
    )
    expect(await line(rawHeader({ size: binarySize(-5n) }))).toBe(
      'source FILE: the tar archive is damaged: the size of "file" is -5 (at byte 512)',
    )
    expect(await line(rawHeader({ size: 2 ** 40 / 128 - 1 }))).toBe(
      'source FILE: the archive is truncated: "file" has 8589934591 bytes, and 1024 are left',
    )
    expect(await line(rawHeader({ size: 2 ** 30, type: 'x' }))).toBe(
      'source FILE: the tar archive is damaged: a header extension of 1073741824 bytes (at byte 512)',
    )
    expect(await line(rawMember({ type: 'x' }, '19 size=9999999999\n'), rawHeader({}))).toBe(
      'source FILE: the archive is truncated: "file" has 9999999999 bytes, and 1024 are left',
    )
    expect(await line(rawMember({ type: 'x' }, '99 size=1\n'), rawHeader({}))).toBe(
      'source FILE: the tar archive is damaged: a PAX header has a malformed record (at byte 512)',
    )
  })

  test('a sparse member where an image has a file', async () => {
    const sparse = rawMember({ type: 'x' }, '22 GNU.sparse.major=1\n')
    const file = fileOf(
      Buffer.concat([sparse, rawMember({ name: 'manifest.json' }, '[]'), TAR_END]),
    )
    expect(await refusalLine(file)).toBe(
      'source FILE: manifest.json is stored as a sparse file, which image archives do not use',
    )
  })

  test('more members than an image has', async () => {
    const limits = { spool: 2 ** 30, ratio: 200, members: 10 }
    const many = Array.from({ length: 20 }, (_, index) => rawMember({ name: `${index}` }))
    const file = fileOf(Buffer.concat([...many, TAR_END]))
    expect(await refusalLine(file, { limits })).toBe(
      'source FILE: it is neither a docker archive nor an OCI image layout: no manifest.json, ' +
        'no index.json (it has more than 10 members, and only so many were looked at)',
    )
  })

  test('a folder where a blob should be a file', async () => {
    const path = layoutOf(layout.image(built))
    mkdirSync(join(path, 'folder'))
    execFileSync('sh', ['-c', `rm '${path}/index.json' && mkdir '${path}/index.json'`])
    expect((await refusal(path)).message).toBe('not a regular file')
  })
})
