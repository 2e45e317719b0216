// What is no image, or only a part of one: one line that names the file and the place, status 3.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readImages } from '../support/archive-reader.ts'
import { hostileArchives } from '../support/hostile.ts'
import { makeTar, writeDockerArchive } from '../support/image.ts'
import { buildImage } from '../support/image-build.ts'
import { OciLayout, TYPES } from '../support/oci-layout.ts'
import { base256, END, header, member } from '../support/tar-blocks.ts'
import { Desk, FIXTURES, linesOf, openDesk } from './command-line.ts'
import { expectFailure, expectIntact, expectUsable, parseAudit } from './expectations.ts'
import { writeForged } from './forge.ts'

const desk = new Desk()
const image = { layers: [{ members: [{ name: 'app', content: 'app\n' }], createdBy: 'x' }] }
let good = ''
beforeAll(async () => {
  good = await writeDockerArchive(desk.path('good.tar'), image)
})
afterAll(() => {
  expectUsable(desk, good)
  desk.remove()
})

/** Bytes that look like nothing: the same every time. */
function noise(length: number): Buffer {
  let state = 1
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state * 1103515245 + 12345) & 0x7fffffff
      return state >> 16
    }),
  )
}

describe('not an image', () => {
  const things: readonly (readonly [string, () => Promise<Buffer | string>, RegExp])[] = [
    ['an empty file', async () => '', /it is empty/],
    ['a text', async () => 'FROM debian\n'.repeat(100), /neither a tar archive nor a folder/],
    ['one byte', async () => 'x', /truncated|not a tar/],
    ['noise', async () => noise(100_000), /neither a tar archive nor a folder/],
    ['compressed noise', async () => gzipSync(noise(100_000)), /neither a tar archive nor/],
    ['a cut gzip header', async () => Buffer.from([0x1f, 0x8b, 8]), /gzip stream ends too early/],
    ['blocks of zeros', async () => Buffer.alloc(10_240), /it has no files/],
    [
      'a tar of other things',
      () => makeTar([{ name: 'x', content: 'x' }]),
      /neither a docker arch/,
    ],
    [
      'a root file system',
      () =>
        makeTar(['bin', 'etc', 'usr', 'var'].map((name) => ({ name: `${name}/f`, content: 'x' }))),
      /it is a root file system, not an image/,
    ],
    ['an xz file', async () => Buffer.from('fd377a585a000004e6d6b446', 'hex'), /xz/],
    ['a layer', async () => member({ name: '.wh.x' }, ''), /neither a docker archive/],
  ]

  it.each(things)('%s', async (name, make, message) => {
    const file = desk.path('not-an-image')
    writeFileSync(file, await make())
    const run = desk.run(['audit', file])
    expectFailure(run, 3, message)
    expect({ name, where: run.stderr.startsWith(`assay: ${file}: `) }).toEqual({
      name,
      where: true,
    })
    expect(run.stdout).toBe('')
    const piped = desk.run(['audit', '-'], { input: readFileSync(file) })
    expectFailure(piped, 3, /^assay: standard input: /)
  })

  it('a folder without an image in it', () => {
    mkdirSync(desk.path('empty'))
    expectFailure(desk.run(['audit', desk.path('empty')]), 3, /empty: it has no files/)
  })

  it('a path that is not there, a device, a name of an engine', () => {
    for (const [reference, message] of [
      [desk.path('nothing'), /nothing: no such file/],
      ['/dev/null', /\/dev\/null: it is a device/],
      ['debian:12', /debian:12: no such file.*\n {2}.*docker save/],
      ['', /^assay: /],
      ['x'.repeat(5000), /no such file/],
    ] as const)
      expectFailure(desk.run(['audit', reference]), 3, message)
  })

  it('is refused by sbom and explain as well, and as a base', () => {
    const file = desk.path('text')
    writeFileSync(file, 'text')
    expectFailure(desk.run(['sbom', file]), 3, /text: /)
    expectFailure(desk.run(['explain', file, 'etc']), 3, /text: /)
    expectFailure(desk.run(['audit', good, '--base', file]), 3, /text: /)
  })
})

describe('a truncated archive', () => {
  it('is told wherever it is cut', () => {
    const whole = gunzipSync(readFileSync(FIXTURES.clean))
    const own = openDesk()
    for (const share of [0.0001, 0.01, 0.2, 0.5, 0.9, 0.999]) {
      const file = own.path('cut.tar')
      const length = Math.floor(whole.length * share)
      writeFileSync(file, whole.subarray(0, length - (length % 512) + 100))
      const run = own.run(['audit', file])
      expectFailure(run, 3, /cut\.tar: .*(truncated|may be cut off)/)
    }
    expectUsable(own, good)
  })

  it('is told when the compression is cut', () => {
    const whole = readFileSync(FIXTURES.clean)
    for (const share of [0.001, 0.5, 0.99]) {
      const file = desk.path('cut.tar.gz')
      writeFileSync(file, whole.subarray(0, Math.floor(whole.length * share)))
      expectFailure(desk.run(['audit', file]), 3, /cut\.tar\.gz: the gzip stream ends too early/)
    }
  })

  it('is told when its end is missing at a boundary, if something is missing', async () => {
    const whole = readFileSync(good)
    const manifest = whole.lastIndexOf('manifest.json')
    writeFileSync(desk.path('cut.tar'), whole.subarray(0, manifest - (manifest % 512)))
    expectFailure(desk.run(['audit', desk.path('cut.tar')]), 3, /no end mark, so it may be cut off/)
  })
})

describe('a digest that is wrong', () => {
  it('of a layer: the layer is unreadable, the report says so, status 3', async () => {
    const stored = await makeTar([{ name: 'app', content: 'other\n' }])
    const diffId = `sha256:${'0'.repeat(64)}`
    const file = await writeForged(desk.path('forged.tar'), [{ stored, diffId }])
    const run = desk.run(['audit', file, '--json'])
    expectFailure(run, 3, /^assay: .*forged\.tar: layer sha256:0{64}: its uncompressed bytes have/)
    const document = parseAudit(run.stdout)
    expect(document.verdict).toBe('unknown')
    expect(document.image.layers).toMatchObject([{ state: 'unreadable' }])
    expect(document.unknown).toMatchObject([{ subject: diffId, weight: 'fatal', reader: 'layer' }])
    expectFailure(desk.run(['sbom', file, '-o', 'purls', '--quiet']), 3, /forged\.tar: layer/)
  })

  it('of a compressed blob, of a manifest, of a config', async () => {
    const built = await buildImage(image)
    for (const [mediaType, message] of [
      [TYPES.gzip, /layer sha256:\S+: its stored bytes have the digest/],
      [TYPES.manifest, /the blob sha256:\S+ has the digest/],
      [TYPES.config, /the blob sha256:\S+ has the digest/],
    ] as const) {
      const layout = new OciLayout()
      const manifest = layout.image(built)
      const target = [...layout.blobs].find(([digest, bytes]) => {
        if (mediaType === TYPES.manifest) return digest === manifest.digest
        const isGzip = bytes[0] === 0x1f
        return mediaType === TYPES.gzip ? isGzip : bytes.includes('rootfs')
      })
      if (target === undefined) throw new Error(mediaType)
      const [digest, bytes] = target
      const changed = Buffer.from(bytes)
      changed[changed.length - 2] = (changed[changed.length - 2] ?? 0) ^ 1
      layout.blobs.set(digest, changed)
      const file = await layout.writeTar(desk.path('layout.tar'), [manifest])
      expectFailure(desk.run(['audit', file]), 3, message)
    }
  })
})

describe('a blob that is missing', () => {
  it('a layer: what is there is reported, the status is 4', async () => {
    const built = await buildImage(image)
    const layout = new OciLayout()
    const [layer] = layout.gzipLayers(built)
    const manifest = layout.image(built)
    if (layer !== undefined) layout.remove(layer)
    const file = await layout.writeTar(desk.path('no-layer.tar'), [manifest])
    const own = openDesk()
    const run = own.run(['audit', file, '--json', '--fail-on', 'never'])
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 4, stderr: '' })
    const document = parseAudit(run.stdout)
    expect(document.image.layers).toMatchObject([{ state: 'unreadable' }])
    expect(document.unknown.map((row) => row.reason)).toContainEqual(
      expect.stringMatching(/layer sha256:\S+ is not in the archive/),
    )
    // A layer that the inventory knows need not be in the archive.
    expect(own.run(['sbom', good]).status).toBe(0)
    const known = parseAudit(own.run(['audit', file, '--json']).stdout)
    expect(known.image.layers).toMatchObject([{ state: 'known' }])
  })

  it('a manifest or a config: status 3', async () => {
    const built = await buildImage(image)
    for (const part of ['manifest', 'config'] as const) {
      const layout = new OciLayout()
      const manifest = layout.image(built)
      const config = { mediaType: TYPES.config, size: 0, digest: built.config.digest }
      layout.remove(part === 'manifest' ? manifest : config)
      const file = await layout.writeTar(desk.path('no-blob.tar'), [manifest])
      expectFailure(
        desk.run(['audit', file]),
        3,
        new RegExp(`no-blob.tar: the ${part} sha256:.* is not in`),
      )
    }
  })
})

describe('an outer archive that lies about its size', () => {
  it.each([
    ['a size of 8 EiB', [header({ name: 'manifest.json', size: base256(2n ** 63n, 12) })]],
    ['a PAX header of 1 GiB', [header({ name: 'pax', type: 'x', size: 2 ** 30 })]],
    ['a negative size', [header({ name: 'manifest.json', size: base256(-1n, 12) })]],
  ])('%s', (_, blocks) => {
    const file = desk.path('lies.tar')
    writeFileSync(file, Buffer.concat([...blocks, Buffer.alloc(1024), END]))
    expectFailure(desk.run(['audit', file]), 3, /lies\.tar: /)
  })

  it('an archive that expands 1000:1', () => {
    const file = desk.path('bomb.tar.gz')
    const zeros = gzipSync(Buffer.alloc(16 << 20))
    const head = gzipSync(header({ name: 'zeros', size: 2 ** 30 }))
    writeFileSync(file, Buffer.concat([head, ...Array.from({ length: 64 }, () => zeros)]))
    expectFailure(desk.run(['audit', file]), 3, /bomb\.tar\.gz: it expands to more than \d+ times/)
    expect(linesOf(desk.runProgram('ls', ['-A', desk.path('tmp')]).stdout)).toEqual([])
  })
})

describe.skipIf(hostileArchives().length === 0)('hostile archives (../shared/data/hostile)', () => {
  it.each(hostileArchives())('$name is an image or is refused', async ({ file }) => {
    const own = openDesk()
    copyFileSync(file, own.path('hostile.tar'))
    const images = await readImages(file)
    const run = own.run(['audit', own.path('hostile.tar'), '--json-lines'])
    if (images.length === 0) expectFailure(run, 3, /hostile\.tar: /)
    else {
      expect(run.stderr).toBe('')
      const layers = linesOf(run.stdout).map((line) => parseAudit(line).image.layers)
      expect(layers.map((list) => list.length)).toEqual(images.map((one) => one.layers.length))
      expect(layers.flat().map(({ state }) => state)).not.toContain('unreadable')
    }
    expectIntact(own.db)
  })
})
