// Archives of `docker save` and of the tools that write the same: where config and layers lie.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { type BuiltImage, buildImage, type Member, makeTar, sha256 } from '../../support/image.ts'
import {
  bytesOf,
  opened,
  openedImage,
  platform,
  refusalLine,
  scratchFolder,
} from '../../support/opened.ts'

const folder = scratchFolder()
let number = 0
let built: BuiltImage
let config: Member
let id = ''

beforeAll(async () => {
  built = await buildImage({
    layers: [
      { members: [{ name: 'a', content: 'one' }], createdBy: 'A' },
      { members: [{ name: 'b', content: 'two' }], createdBy: 'B' },
    ],
  })
  id = built.config.digest.slice('sha256:'.length)
  config = { name: `${id}.json`, content: built.config.bytes }
})

async function archive(entries: unknown, members: readonly Member[]): Promise<string> {
  number += 1
  const file = join(folder, `${number}.tar`)
  const content = typeof entries === 'string' ? entries : JSON.stringify(entries)
  writeFileSync(file, await makeTar([...members, { name: 'manifest.json', content }]))
  return file
}

function tarOf(position: number): Buffer {
  return built.layers[position]?.tar ?? Buffer.alloc(0)
}

async function layersOf(entry: object, members: readonly Member[]) {
  const entryWithConfig = { Config: config.name, RepoTags: null, ...entry }
  const image = await openedImage(await archive([entryWithConfig], [config, ...members]))
  return image.facts.layers.map((layer, position) => {
    const bytes = bytesOf(image.layer(position))
    return { ...layer, sha256: bytes === null ? null : sha256(bytes) }
  })
}

describe('layers', () => {
  test('under any path, plain and gzip told apart by content', async () => {
    const gzipped = gzipSync(tarOf(1))
    const layers = await layersOf({ Layers: ['x/layer.tar', 'y.tar'] }, [
      { name: 'x/layer.tar', content: tarOf(0) },
      { name: 'y.tar', content: gzipped },
    ])
    expect(layers).toEqual([
      {
        diffId: built.layers[0]?.diffId,
        blob: null,
        blobSize: tarOf(0).length,
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar',
        sha256: sha256(tarOf(0)),
      },
      {
        diffId: built.layers[1]?.diffId,
        blob: null,
        blobSize: gzipped.length,
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        sha256: sha256(gzipped),
      },
    ])
  })

  test.each<[string, readonly Member[]]>([
    ['a symbolic link', [{ name: 'l/layer.tar', type: 'symlink', linkname: '../x/layer.tar' }]],
    ['an absolute link', [{ name: 'l/layer.tar', type: 'symlink', linkname: '/x/layer.tar' }]],
    ['a hard link', [{ name: 'l/layer.tar', type: 'link', linkname: 'x/layer.tar' }]],
    ['a linked folder', [{ name: 'l', type: 'symlink', linkname: 'x' }]],
    [
      'a chain of links',
      [
        { name: 'l/layer.tar', type: 'symlink', linkname: '../m/layer.tar' },
        { name: 'm', type: 'symlink', linkname: 'x/../x' },
      ],
    ],
  ])('through %s', async (_, links) => {
    const second = { name: 'z/layer.tar', content: tarOf(1) }
    // Links may come before or after what they lead to.
    const target = { name: 'x/layer.tar', content: tarOf(0) }
    for (const members of [
      [target, ...links, second],
      [second, ...links, target],
    ]) {
      const layers = await layersOf({ Layers: ['l/layer.tar', 'z/layer.tar'] }, members)
      expect(layers.map((layer) => layer.sha256)).toEqual([sha256(tarOf(0)), sha256(tarOf(1))])
    }
  })

  test.each<[string, Member]>([
    ['leads out of the archive', { name: 'l', type: 'symlink', linkname: '../../z' }],
    ['leads to itself', { name: 'l', type: 'symlink', linkname: 'l' }],
    ['leads nowhere', { name: 'l', type: 'link', linkname: 'nothing' }],
    ['is not there', { name: 'unrelated', content: '' }],
  ])('one that %s is unknown, and no other', async (_, member) => {
    const entry = { Config: config.name, RepoTags: ['a:1'], Layers: ['l', 'z'] }
    const file = await archive([entry], [config, member, { name: 'z', content: tarOf(1) }])
    const image = await openedImage(file)
    expect(image.layer(0)).toBeNull()
    expect(bytesOf(image.layer(1))).toEqual(tarOf(1))
    expect(image.facts.unknowns).toEqual([
      {
        subject: built.layers[0]?.diffId,
        place: 'l',
        reader: 'image',
        reason: 'the layer l is not in the archive',
        weight: 'fatal',
      },
    ])
  })

  test('of equal members the last counts, as for tar', async () => {
    const layers = await layersOf({ Layers: ['x', 'z'] }, [
      { name: 'x', content: 'an older one' },
      { name: 'x', content: tarOf(0) },
      { name: 'z', content: tarOf(1) },
    ])
    expect(layers[0]?.sha256).toBe(sha256(tarOf(0)))
  })

  test('names that lead out of the archive stand for nothing in it', async () => {
    const layers = await layersOf({ Layers: ['x', 'z'] }, [
      { name: 'x', content: tarOf(0) },
      { name: 'z', content: tarOf(1) },
      { name: '../x', content: 'another' },
    ])
    expect(layers[0]?.sha256).toBe(sha256(tarOf(0)))
  })

  test('where a layer once came from is not what lies in the archive', async () => {
    const diffId = built.layers[0]?.diffId ?? ''
    const digest = built.layers[0]?.blob.digest
    const gzip = 'application/vnd.docker.image.rootfs.diff.tar.gzip'
    const LayerSources = { [diffId]: { mediaType: gzip, size: 1, digest } }
    const layers = await layersOf({ Layers: ['x', 'z'], LayerSources }, [
      { name: 'x', content: tarOf(0) },
      { name: 'z', content: tarOf(1) },
    ])
    expect(layers[0]?.blob).toBeNull()
    expect(layers[0]?.mediaType).toBe('application/vnd.docker.image.rootfs.diff.tar')
  })
})

describe('the config', () => {
  const layers = () => [
    { name: 'x', content: tarOf(0) },
    { name: 'z', content: tarOf(1) },
  ]

  test.each(['ID.json', 'sha256:ID', 'blobs/sha256/ID', 'config.json'])('as %s', async (form) => {
    const name = form.replace('ID', id)
    const entry = { Config: name, RepoTags: ['a:1'], Layers: ['x', 'z'] }
    const file = await archive([entry], [{ ...config, name }, ...layers()])
    expect((await openedImage(file)).facts.config).toBe(built.config.digest)
  })

  test.each(['ID.json', 'sha256:ID', 'blobs/sha256/ID'])(
    'edited under the name %s',
    async (form) => {
      const name = form.replace('ID', id)
      const content = built.config.bytes.toString().replace('amd64', 'arm64')
      const entry = { Config: name, RepoTags: ['a:1'], Layers: ['x', 'z'] }
      const file = await archive([entry], [{ name, content }, ...layers()])
      expect(await refusalLine(file)).toBe(
        `integrity FILE: the config ${name} has the digest sha256:${sha256(content)}`,
      )
    },
  )

  test('missing', async () => {
    const entry = { Config: 'config.json', RepoTags: ['a:1'], Layers: ['x', 'z'] }
    expect(await refusalLine(await archive([entry], layers()))).toBe(
      'source FILE: the config config.json is not in the archive',
    )
  })

  test('with more layers than the archive, and with fewer', async () => {
    const entry = { Config: config.name, RepoTags: ['a:1'], Layers: ['x'] }
    expect(await refusalLine(await archive([entry], [config, ...layers()]))).toBe(
      `integrity FILE: the config sha256:${id} has 2 diff_ids, and the image has 1 layer`,
    )
    const more = { ...entry, Layers: ['x', 'z', 'x'] }
    expect(await refusalLine(await archive([more], [config, ...layers()]))).toBe(
      `integrity FILE: the config sha256:${id} has 2 diff_ids, and the image has 3 layers`,
    )
  })
})

describe('manifest.json', () => {
  test('of no layers at all is an image', async () => {
    const empty = await buildImage({ layers: [], config: { Cmd: ['x'] } })
    const entry = { Config: 'c.json', RepoTags: ['empty:1'], Layers: null }
    const file = await archive([entry], [{ name: 'c.json', content: empty.config.bytes }])
    const { facts } = await openedImage(file)
    expect(facts.layers).toEqual([])
    expect(facts.unknowns).toEqual([])
    expect(facts.settings.cmd).toEqual(['x'])
  })

  test.each<[string, unknown]>([
    ['manifest.json is not valid JSON', '[{'],
    ['manifest.json is malformed: expected array', { Config: 'x' }],
    ['manifest.json is malformed: 0: expected object, received number', [1]],
    ['manifest.json is malformed: 0.Config: expected string, received undefined', [{}]],
    [
      'manifest.json is malformed: 0.Layers: expected array, received string',
      [{ Config: 'c', Layers: 'x' }],
    ],
    [
      'manifest.json is malformed: 0.Layers.1: expected string, received null',
      [{ Config: 'c', Layers: ['x', null] }],
    ],
    [
      'manifest.json is a registry manifest: this is a skopeo `dir:` folder',
      { schemaVersion: 2, config: {} },
    ],
    ['manifest.json names "../c", which is no file in the archive', [{ Config: '../c' }]],
    ['it holds no image', []],
    [
      'manifest.json lists more than 1024 images',
      Array.from({ length: 1025 }, () => ({ Config: 'c' })),
    ],
  ])('%s', async (message, entries) => {
    expect(await refusalLine(await archive(entries, [config]))).toBe(`source FILE: ${message}`)
  })

  test('an image for another platform is taken as it is, with a note', async () => {
    const entry = { Config: config.name, RepoTags: ['a:1'], Layers: ['x', 'z'] }
    const members = [config, { name: 'x', content: tarOf(0) }, { name: 'z', content: tarOf(1) }]
    const file = await archive([entry], members)
    const notes = async (text: string) =>
      (await openedImage(file, { platform: platform(text) })).notes
    expect(await notes('linux/amd64')).toEqual([])
    expect(await notes('linux/arm64')).toEqual([
      'it is here for linux/amd64 only, not for linux/arm64',
    ])
  })

  test('tags that are none', async () => {
    const entry = { Config: config.name, RepoTags: ['', '<none>:<none>'], Layers: ['x', 'z'] }
    const members = [config, { name: 'x', content: tarOf(0) }, { name: 'z', content: tarOf(1) }]
    const file = await archive([entry], members)
    const { facts, reference } = await openedImage(file)
    expect([facts.names, reference]).toEqual([[], file])
  })

  test('names are kept as they are', async () => {
    const name = 'evil\u001b[31m:1'
    const entry = { Config: config.name, RepoTags: [name], Layers: ['x', 'z'] }
    const members = [config, { name: 'x', content: tarOf(0) }, { name: 'z', content: tarOf(1) }]
    const { images } = await opened(await archive([entry], members))
    expect(images[0]?.facts.names).toEqual([name])
  })
})
