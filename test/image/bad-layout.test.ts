// Layouts whose documents lie, are missing or do not fit together: one line each.
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type BuiltImage, buildImage } from '../support/image.ts'
import { type Descriptor, OciLayout, TYPES } from '../support/oci-layout.ts'
import { opened, refusalLine, scratchFolder } from '../support/opened.ts'

const folder = scratchFolder()
let number = 0
let layout = new OciLayout()
let built: BuiltImage

beforeEach(async () => {
  layout = new OciLayout()
  built = await buildImage({ layers: [{ members: [{ name: 'a' }], createdBy: 'A' }] })
})

function layoutOf(...manifests: readonly object[]): string {
  number += 1
  return layout.writeFolder(join(folder, `layout-${number}`), manifests)
}

describe('a layout that does not hold together', () => {
  test.each<[string, string]>([
    ['index.json is not valid JSON', '{"manifests":'],
    ['index.json is malformed: expected object, received array', '[]'],
    ['index.json is malformed: expected object, received null', 'null'],
    ['index.json is malformed: manifests: expected array, received object', '{"manifests":{}}'],
    [
      'index.json is malformed: manifests.0.digest: expected string, received undefined',
      '{"manifests":[{}]}',
    ],
    [
      'index.json is malformed: manifests.0.size: Too small: expected number to be >=0',
      '{"manifests":[{"digest":"x","size":-1}]}',
    ],
    [
      'index.json is malformed: manifests.0.size: expected int, received number',
      '{"manifests":[{"digest":"x","size":1.5}]}',
    ],
    [
      'index.json is malformed: manifests.0.annotations.a: expected string, received number',
      '{"manifests":[{"digest":"x","size":1,"annotations":{"a":1}}]}',
    ],
    ['not a sha256 digest: "sha512:00"', '{"manifests":[{"digest":"sha512:00","size":1}]}'],
    [
      'not a sha256 digest: "../../etc/passwd"',
      '{"manifests":[{"digest":"../../etc/passwd","size":1}]}',
    ],
  ])('%s', async (message, index) => {
    const path = layoutOf(layout.image(built))
    writeFileSync(join(path, 'index.json'), index)
    expect(await refusalLine(path)).toBe(`source FILE: ${message}`)
  })

  test('ten million bytes of nesting are one line as well', async () => {
    const path = layoutOf(layout.image(built))
    writeFileSync(join(path, 'index.json'), '['.repeat(10_000_000))
    expect(await refusalLine(path)).toBe('source FILE: index.json is not valid JSON')
    const half = 4_000_000
    const nested = `${'['.repeat(half)}${']'.repeat(half)}`
    writeFileSync(join(path, 'index.json'), `{"manifests":${nested}}`)
    expect(await refusalLine(path)).toMatch(
      /^source FILE: index\.json is malformed: manifests\.0: /,
    )
  })

  test('documents that are too long', async () => {
    const path = layoutOf(layout.image(built))
    truncateSync(join(path, 'index.json'), 2 ** 24 + 1)
    expect(await refusalLine(path)).toBe(
      'source FILE: index.json has 16777217 bytes, more than the 16777216 that are read',
    )
    const config = layout.add(Buffer.alloc(2 ** 23 + 1, ' '), TYPES.config)
    expect(await refusalLine(layoutOf(manifest({ config })))).toBe(
      `source FILE: blobs/${config.digest.replace(':', '/')} has 8388609 bytes, more than the 8388608 that are read`,
    )
  })

  function manifest(fields: Record<string, unknown>): Descriptor {
    return layout.manifest(built, { layers: layout.gzipLayers(built), ...fields })
  }

  test('a missing manifest, a missing config', async () => {
    const image = layout.image(built)
    layout.remove(image)
    expect(await refusalLine(layoutOf(image))).toBe(
      `source FILE: the manifest ${image.digest} is not in the archive`,
    )
    const again = layout.image(built)
    layout.blobs.delete(built.config.digest)
    expect(await refusalLine(layoutOf(again))).toBe(
      `source FILE: the config ${built.config.digest} is not in the archive`,
    )
  })

  test('a manifest and a config with other bytes than their digests promise', async () => {
    const image = layout.image(built)
    const right = layout.blobs.get(image.digest) ?? Buffer.alloc(0)
    layout.blobs.set(image.digest, Buffer.from(right.toString().replace('2', '3')))
    expect(await refusalLine(layoutOf(image))).toMatch(
      new RegExp(`^integrity FILE: the blob ${image.digest} has the digest sha256:\\w{64}$`),
    )
    layout.blobs.set(image.digest, right)
    const text = built.config.bytes.toString()
    layout.blobs.set(built.config.digest, Buffer.from(text.replace('amd64', 'arm64')))
    expect(await refusalLine(layoutOf(image))).toMatch(
      new RegExp(`^integrity FILE: the blob ${built.config.digest} has the digest sha256:`),
    )
    layout.blobs.set(built.config.digest, built.config.bytes)
    await opened(layoutOf(image))
  })

  test('a size that is not the blob’s', async () => {
    const image = layout.image(built)
    expect(await refusalLine(layoutOf({ ...image, size: image.size + 7 }))).toBe(
      `integrity FILE: the blob ${image.digest} has ${image.size} bytes, and its descriptor says ${image.size + 7}`,
    )
  })

  test.each<[string, object]>([
    ['is neither an index nor a manifest', {}],
    ['is an index and a manifest at once', { manifests: [], layers: [], config: {} }],
    ['is malformed: expected object, received array', []],
    ['is malformed: config: expected object, received undefined', { layers: [] }],
    ['is malformed: manifests.0: expected object, received number', { manifests: [1] }],
  ])('a manifest that %s', async (reason, content) => {
    const descriptor = layout.add(content, TYPES.manifest)
    expect(await refusalLine(layoutOf(descriptor))).toBe(
      `source FILE: the manifest ${descriptor.digest} ${reason}`,
    )
  })

  test.each<[string, Record<string, unknown>]>([
    ['history.0.created_by: expected string, received number', { history: [{ created_by: 1 }] }],
    ['history: expected array, received object', { history: {} }],
    ['config.Env: expected array, received string', { config: { Env: 'A=1' } }],
    ['config.Labels.a: expected string, received object', { config: { Labels: { a: {} } } }],
    ['os: expected string, received array', { os: [] }],
    ['rootfs.diff_ids: expected array, received null', { rootfs: { diff_ids: {} } }],
  ])('a config that is malformed: %s', async (message, extra) => {
    built = await buildImage({ layers: [] }, extra)
    const line = await refusalLine(layoutOf(layout.image(built)))
    const shown = message.replace('received null', 'received object')
    expect(line).toBe(`source FILE: the config ${built.config.digest} is malformed: ${shown}`)
  })

  test('a diff_id that is none, and more of them than layers', async () => {
    built = await buildImage({ layers: [] }, { rootfs: { diff_ids: ['sha256:x'] } })
    expect(await refusalLine(layoutOf(layout.image(built)))).toBe(
      'source FILE: not a sha256 digest: "sha256:x"',
    )
    const ids = Array.from({ length: 2 }, () => `sha256:${'0'.repeat(64)}`)
    built = await buildImage({ layers: [] }, { rootfs: { diff_ids: ids } })
    expect(await refusalLine(layoutOf(layout.image(built)))).toBe(
      `integrity FILE: the config ${built.config.digest} has 2 diff_ids, and the image has 0 layers`,
    )
  })

  test('indexes nested too deep, and too many manifests', async () => {
    let descriptor = layout.image(built)
    for (let depth = 0; depth < 8; depth += 1) descriptor = layout.index([descriptor])
    expect(await refusalLine(layoutOf(descriptor))).toBe(
      'source FILE: the indexes are nested more than 8 deep',
    )
    const one = layout.image(built)
    expect(await refusalLine(layoutOf(...Array.from({ length: 4097 }, () => one)))).toBe(
      'source FILE: the image layout lists more than 4096 manifests',
    )
  })

  test('manifests that are too long together', async () => {
    const padding = ' '.repeat(7 << 20)
    const manifests = Array.from({ length: 5 }, (_, index) =>
      layout.add(`{"manifests":[],"annotations":{"n":"${index}"}}${padding}`, TYPES.index),
    )
    expect(await refusalLine(layoutOf(layout.index(manifests)))).toBe(
      'source FILE: its manifests have more than 33554432 bytes together',
    )
  })

  test('an index that lists itself cannot be written; one that claims to is refused', async () => {
    const digest = `sha256:${'c'.repeat(64)}`
    const self = { mediaType: TYPES.index, digest, size: 0 }
    const bytes = Buffer.from(JSON.stringify({ manifests: [self] }))
    layout.blobs.set(digest, bytes)
    expect(await refusalLine(layoutOf({ ...self, size: bytes.length }))).toMatch(
      /^integrity FILE: the blob sha256:c+ has the digest sha256:/,
    )
  })

  test('terminal escapes do not get into the line as a way around the printer', async () => {
    const path = layoutOf(layout.image(built))
    const key = '\u001b[31mred\u0007'
    writeFileSync(
      join(path, 'index.json'),
      JSON.stringify({ manifests: [{ digest: 'x', size: 1, annotations: { [key]: 1 } }] }),
    )
    expect(await refusalLine(path)).toContain('\\x1b[31mred\\x07')
    expect(readFileSync(join(path, 'index.json'), 'utf8')).not.toContain('\u001b')
  })
})
