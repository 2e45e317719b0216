// One image in every container it may come in, and the choice among several.
import { execFileSync } from 'node:child_process'
import {
  createReadStream,
  fstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type ImageFacts, shortDigest } from '../../src/core/index.ts'
import { type OpenImage, openImages } from '../../src/image/index.ts'
import {
  buildImage,
  type ImageSpecification,
  type Member,
  makeTar,
  sha256,
  writeDockerArchive,
  writeOciLayout,
} from '../support/image.ts'
import { CONTAINERD_NAME, OciLayout } from '../support/oci-layout.ts'
import {
  bytesOf,
  errorLine,
  opened,
  openedImage,
  refusal,
  refusalLine,
  scratchFolder,
} from '../support/opened.ts'
import { storedZstd } from '../support/zstd.ts'

const folder = scratchFolder()

const SPECIFICATION: ImageSpecification = {
  name: 'registry.example/app:1',
  created: '2026-03-04T05:06:07Z',
  config: { Env: ['A=1'], Cmd: ['/bin/app'], Labels: { team: 'x' } },
  layers: [
    { members: [{ name: 'a', content: 'lower' }], createdBy: 'ADD a' },
    { members: [{ name: 'b', content: 'x'.repeat(70_000) }], createdBy: 'ADD b' },
  ],
}

let members: Member[] = []
let plainTar: Buffer = Buffer.alloc(0)

beforeAll(async () => {
  const layout = new OciLayout()
  const descriptor = layout.image(await buildImage(SPECIFICATION))
  members = layout.members([
    { ...descriptor, annotations: { [CONTAINERD_NAME]: SPECIFICATION.name } },
  ])
  plainTar = await makeTar(members)
  writeFileSync(join(folder, 'plain.tar'), plainTar)
})

/** The facts of the image, and what its layers hold. */
function seen(image: OpenImage): { facts: ImageFacts; layers: (string | undefined)[] } {
  const layers = image.facts.layers.map((_, position) => {
    const bytes = bytesOf(image.layer(position))
    return bytes === null ? undefined : sha256(bytes)
  })
  return { facts: image.facts, layers }
}

/** How many files below the test's folder this process holds open. */
function openFiles(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder)
    } catch {
      // The descriptor that listed the folder is gone.
      return false
    }
  }).length
}

async function fromFile(name: string, bytes: Buffer) {
  const file = join(folder, name)
  writeFileSync(file, bytes)
  return seen(await openedImage(file))
}

describe('one image', () => {
  let expected: ReturnType<typeof seen>

  beforeAll(async () => {
    const layoutFolder = await writeOciLayout(join(folder, 'layout'), SPECIFICATION)
    const images = await openImages({
      reference: layoutFolder,
      stdin: null,
      platform: null,
      name: null,
    })
    const [image] = images.images
    if (image === undefined) throw new Error('no image')
    expected = seen(image)
    images.close()
  })

  test('as a layout in a folder: every fact', async () => {
    const built = await buildImage(SPECIFICATION)
    const { facts, layers } = expected
    expect(facts).toMatchObject({
      config: built.config.digest,
      names: ['registry.example/app:1'],
      platform: { os: 'linux', architecture: 'amd64', variant: '' },
      created: '2026-03-04T05:06:07Z',
      history: [{ createdBy: 'ADD a' }, { createdBy: 'ADD b' }],
      settings: { env: ['A=1'], cmd: ['/bin/app'], entrypoint: null, labels: { team: 'x' } },
      layers: built.layers.map(({ diffId, blob }) => ({
        diffId,
        blob: blob.digest,
        blobSize: blob.bytes.length,
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      })),
      attestations: [],
      configText: built.config.bytes.toString(),
      unknowns: [],
    })
    expect(layers).toEqual(built.layers.map(({ blob }) => sha256(blob.bytes)))
  })

  test('as a tar', async () => {
    expect(seen(await openedImage(join(folder, 'plain.tar')))).toEqual(expected)
  })

  test('as a tar in any order, with names that begin with ./', async () => {
    const turned = [...members].reverse().map((member) => ({ ...member, name: `./${member.name}` }))
    expect(await fromFile('turned.tar', await makeTar(turned))).toEqual(expected)
  })

  test('as a tar by GNU tar, and one without its end mark', async () => {
    const file = join(folder, 'gnu.tar')
    execFileSync('tar', ['-cf', file, '-C', join(folder, 'layout'), '.'])
    expect(seen(await openedImage(file))).toEqual(expected)
    const whole = plainTar.subarray(0, plainTar.length - 1024)
    expect(await fromFile('endless.tar', whole)).toEqual(expected)
  })

  test('gzipped, whatever the file is called', async () => {
    expect(await fromFile('image.zip', gzipSync(plainTar))).toEqual(expected)
  })

  test('in several gzip members', async () => {
    const parts = [plainTar.subarray(0, 3000), plainTar.subarray(3000)].map((part) =>
      gzipSync(part),
    )
    expect(await fromFile('members.tar.gz', Buffer.concat(parts))).toEqual(expected)
  })

  test('in several zstd frames', async () => {
    const parts = [plainTar.subarray(0, 3000), plainTar.subarray(3000)].map(storedZstd)
    expect(await fromFile('frames.tar.zst', Buffer.concat(parts))).toEqual(expected)
  })

  test.each(['plain', 'gzip'])('on standard input, %s', async (form) => {
    const bytes = form === 'gzip' ? gzipSync(plainTar) : plainTar
    // Chunks as small as pipes may give them.
    const chunks = Array.from({ length: 4 }, (_, index) => bytes.subarray(index, index + 1))
    const stdin = Readable.from([...chunks, bytes.subarray(4)])
    expect(seen(await openedImage('-', { stdin }))).toEqual(expected)
  })

  test('through a named pipe', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const shell = `cat '${join(folder, 'plain.tar')}' > '${pipe}' &`
    execFileSync('sh', ['-c', shell], { stdio: 'ignore' })
    expect(seen(await openedImage(pipe))).toEqual(expected)
  })

  test('as newer engines save it: index and manifest.json in one archive', async () => {
    const built = await buildImage(SPECIFICATION)
    const entry = {
      Config: `blobs/sha256/${built.config.digest.slice(7)}`,
      RepoTags: ['registry.example/app:1'],
      Layers: built.layers.map(({ blob }) => `blobs/sha256/${blob.digest.slice(7)}`),
    }
    const both = [...members, { name: 'manifest.json', content: JSON.stringify([entry]) }]
    expect(await fromFile('saved.tar', await makeTar(both))).toEqual(expected)
    // A bare manifest.json over the same blobs gives all but the manifest and its media types.
    const bare = both.filter(({ name }) => name !== 'index.json')
    const alone = await fromFile('bare.tar', await makeTar(bare))
    expect(alone.layers).toEqual(expected.layers)
    expect(alone.facts).toEqual({
      ...expected.facts,
      manifest: null,
      layers: expected.facts.layers.map((layer) => ({
        ...layer,
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      })),
    })
  })

  test('as older engines save it: the same but for what the format lacks', async () => {
    const file = await writeDockerArchive(join(folder, 'older.tar'), SPECIFICATION)
    const { facts, layers } = seen(await openedImage(file))
    const built = await buildImage(SPECIFICATION)
    expect(layers).toEqual(built.layers.map(({ tar }) => sha256(tar)))
    expect(facts).toEqual({
      ...expected.facts,
      manifest: null,
      layers: built.layers.map(({ diffId, tar }) => ({
        diffId,
        blob: null,
        blobSize: tar.length,
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar',
      })),
    })
  })

  test('with a docker archive unpacked into a folder', async () => {
    const file = await writeDockerArchive(join(folder, 'unpacked.tar'), SPECIFICATION)
    const target = join(folder, 'unpacked')
    mkdirSync(target)
    execFileSync('tar', ['-xf', file, '-C', target])
    expect(seen(await openedImage(target))).toEqual(seen(await openedImage(file)))
  })
})

test('an index.json beside a docker archive that has no blobs, as apko writes it, is no layout', async () => {
  const built = await buildImage(SPECIFICATION)
  const layer = (digest: string): string => `${digest.slice('sha256:'.length)}.tar.gz`
  const entry = {
    Config: built.config.digest,
    RepoTags: ['registry.example/app:1'],
    Layers: built.layers.map(({ blob }) => layer(blob.digest)),
  }
  const descriptor = new OciLayout().image(built)
  const path = join(folder, 'apko.tar')
  const files: Member[] = [
    { name: built.config.digest, content: built.config.bytes },
    ...built.layers.map(({ blob, tar }) => ({ name: layer(blob.digest), content: gzipSync(tar) })),
    { name: 'manifest.json', content: JSON.stringify([entry]) },
    { name: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }) },
  ]
  writeFileSync(path, await makeTar(files))
  expect((await openedImage(path)).facts.config).toBe(built.config.digest)
})

describe('temporary copies', () => {
  const temporary = join(folder, 'temporary')

  beforeAll(() => mkdirSync(temporary))
  afterEach(() => vi.unstubAllEnvs())

  test('have no name, belong to their user alone, and go when the archive is closed', async () => {
    vi.stubEnv('TMPDIR', temporary)
    const before = openFiles()
    const images = await opened('-', { stdin: Readable.from([gzipSync(plainTar)]) })
    const range = images.images[0]?.layer(0)
    const fd = range?.fd ?? -1
    expect(readdirSync(temporary)).toEqual([])
    expect(readlinkSync(`/proc/self/fd/${fd}`)).toMatch(`${temporary}/`)
    expect(fstatSync(fd).mode & 0o777).toBe(0o600)
    expect(fstatSync(fd).nlink).toBe(0)
    images.close()
    expect(openFiles()).toBe(before)
  })

  test('and when it cannot be opened', async () => {
    vi.stubEnv('TMPDIR', temporary)
    const before = openFiles()
    const stdin = Readable.from([gzipSync(plainTar.subarray(0, 5000))])
    expect(await refusalLine('-', { stdin })).toMatch(
      /^source standard input: the archive is truncated/,
    )
    expect(readdirSync(temporary)).toEqual([])
    expect(openFiles()).toBe(before)
  })

  test('a plain archive that cannot be opened is closed', async () => {
    const file = join(folder, 'no-image.tar')
    writeFileSync(file, await makeTar([{ name: 'README' }]))
    const before = openFiles()
    await refusal(file)
    expect(openFiles()).toBe(before)
  })

  test('folders close their files as well', async () => {
    const before = openFiles()
    const images = await opened(join(folder, 'layout'))
    bytesOf(images.images[0]?.layer(1) ?? null)
    expect(openFiles()).toBeGreaterThan(before)
    images.close()
    expect(openFiles()).toBe(before)
  })
})

describe('several images', () => {
  const one: ImageSpecification = {
    name: 'one:1',
    layers: [{ members: [{ name: '1', content: '' }] }],
  }
  const two: ImageSpecification = {
    name: 'two',
    layers: [{ members: [{ name: '2', content: '' }] }],
  }
  const nameless: ImageSpecification = { layers: [{ members: [{ name: '3', content: '' }] }] }
  const other: ImageSpecification = { layers: [{ members: [{ name: '4', content: '' }] }] }

  test('all of them, in the order of the archive', async () => {
    const file = await writeDockerArchive(join(folder, 'several.tar'), one, two, nameless)
    const { images, errors } = await opened(file)
    expect(images.map(({ reference }) => reference)).toEqual(['one:1', 'two', file])
    expect(errors).toEqual([])
  })

  test('those without a name are told apart by their ids', async () => {
    const file = await writeDockerArchive(join(folder, 'nameless.tar'), nameless, other)
    const { images } = await opened(file)
    expect(images.map(({ reference }) => reference)).toEqual(
      images.map(({ facts }) => `${file}@${shortDigest(facts.config)}`),
    )
  })

  test('one by its name as the archive or a person writes it, or by its id', async () => {
    const file = await writeDockerArchive(join(folder, 'choice.tar'), one, two, nameless)
    const [first, second, third] = (await opened(file)).images.map(({ facts }) => facts.config)
    for (const name of ['two', 'two:latest', 'library/two', 'docker.io/library/two:latest'])
      expect((await openedImage(file, { name })).facts.config, name).toBe(second)
    expect((await openedImage(file, { name: 'one:1' })).facts.config).toBe(first)
    for (const name of [third ?? '', shortDigest(third ?? '')])
      expect((await openedImage(file, { name })).facts.config, name).toBe(third)
  })

  test('a name that is not there', async () => {
    const file = await writeDockerArchive(join(folder, 'unknown.tar'), one, two, nameless)
    const id = shortDigest((await opened(file)).images[2]?.facts.config ?? '')
    const error = await refusal(file, { name: 'three:1' })
    expect(errorLine(error)).toBe(
      `usage ${file}: no image in it is called three:1; it has one:1, two, ${id}`,
    )
    expect(error.hint).toBe('Choose one with --image, or leave it out to take all.')
    expect((await refusal(file, { name: 'one' })).code).toBe('usage')
  })

  test('several of one name are all taken', async () => {
    const again = { ...two, name: 'one:1' }
    const file = await writeDockerArchive(join(folder, 'same-name.tar'), one, again)
    const { images } = await opened(file, { name: 'one:1' })
    expect(images).toHaveLength(2)
    expect(images[0]?.facts.config).not.toBe(images[1]?.facts.config)
  })

  test('one image listed twice is one image with both names', async () => {
    const file = await writeDockerArchive(join(folder, 'twice.tar'), one, { ...one, name: 'b:2' })
    expect((await openedImage(file)).facts.names).toEqual(['one:1', 'b:2'])
  })

  test('a broken one does not keep the others out', async () => {
    const file = await writeDockerArchive(join(folder, 'half.tar'), one, nameless)
    const bytes = readFileSync(file)
    const config = (await opened(file)).images[1]?.facts.configText ?? ''
    // One byte of the second image's config, so that its digest is wrong.
    bytes[bytes.indexOf(config) + config.indexOf('linux')] = 0x4c
    const spoilt = join(folder, 'half-spoilt.tar')
    writeFileSync(spoilt, bytes)
    const { images, errors } = await opened(spoilt)
    expect(images.map(({ reference }) => reference)).toEqual(['one:1'])
    expect(errors.map(({ code }) => code)).toEqual(['integrity'])
  })
})

describe('standard input', () => {
  test('that is a terminal, or is not there', async () => {
    const terminal = Object.assign(createReadStream('/dev/null'), { isTTY: true })
    const error = await refusal('-', { stdin: terminal })
    expect(errorLine(error)).toBe('usage -: standard input is a terminal')
    expect(error.hint).toBe('Pipe an archive into it: docker save IMAGE | assay audit -')
    expect((await refusal('-')).code).toBe('usage')
  })

  test('that never ends and is no archive is let go at once', async () => {
    let taken = 0
    function* endless(): Generator<Buffer, void> {
      for (;;) {
        taken += 1
        yield Buffer.alloc(64 << 10, 'y')
      }
    }
    const stdin = Readable.from(endless())
    expect(await refusalLine('-', { stdin })).toBe(
      'source standard input: it is not an image: neither a tar archive nor a folder',
    )
    expect(taken).toBeLessThan(100)
    expect(stdin.destroyed).toBe(true)
  })

  test('that fails in the middle', async () => {
    async function* failing(): AsyncGenerator<Buffer, void> {
      yield plainTar.subarray(0, 2000)
      throw new Error('the cable was pulled')
    }
    expect(await refusalLine('-', { stdin: Readable.from(failing()) })).toBe(
      'source standard input: the cable was pulled',
    )
  })
})
