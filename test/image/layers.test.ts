// Layers and images that are recognised and cannot be read: each named, none silently empty.
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { layerKind } from '../../src/image/index.ts'
import { type BuiltImage, buildImage } from '../support/image.ts'
import { type Descriptor, OciLayout, TYPES } from '../support/oci-layout.ts'
import { openedImage, refusalLine, scratchFolder } from '../support/opened.ts'

const folder = scratchFolder()
let number = 0
let layout = new OciLayout()
let built: BuiltImage

beforeEach(async () => {
  layout = new OciLayout()
  built = await buildImage({ layers: [{ members: [{ name: 'a' }], createdBy: 'A' }] })
})

function write(descriptor: Descriptor): string {
  number += 1
  return layout.writeFolder(join(folder, String(number)), [descriptor])
}

/** The one unknown of an image with this layer, and whether its bytes are given. */
async function unknownOf(layer: object) {
  const image = await openedImage(write(layout.manifest(built, { layers: [layer] })))
  const [unknown, ...others] = image.facts.unknowns
  expect(others).toEqual([])
  expect(image.facts.layers.map(({ diffId }) => diffId)).toEqual([built.layers[0]?.diffId])
  if (unknown !== undefined)
    expect(unknown).toMatchObject({
      subject: built.layers[0]?.diffId,
      reader: 'image',
      weight: 'fatal',
    })
  return { reason: unknown?.reason ?? null, given: image.layer(0) !== null }
}

describe('a layer', () => {
  test('whose blob is missing', async () => {
    const [layer] = layout.gzipLayers(built)
    if (layer === undefined) throw new Error('one was made')
    layout.remove(layer)
    expect(await unknownOf(layer)).toEqual({
      reason: `the layer ${layer.digest} is not in the archive`,
      given: false,
    })
  })

  test('that is foreign: absent with the place where it is kept, read when it is there', async () => {
    const [layer] = layout.gzipLayers(built)
    if (layer === undefined) throw new Error('one was made')
    const foreign = { ...layer, mediaType: TYPES.foreign, urls: ['https://mcr.example/layer'] }
    expect(await unknownOf(foreign)).toEqual({ reason: null, given: true })
    layout.remove(layer)
    expect(await unknownOf(foreign)).toEqual({
      reason: `the layer ${layer.digest} is foreign and not in the archive; it is kept at https://mcr.example/layer`,
      given: false,
    })
  })

  test('that is encrypted', async () => {
    expect(await unknownOf(layout.add('secret', TYPES.encrypted))).toEqual({
      reason: `the layer is encrypted (${TYPES.encrypted})`,
      given: false,
    })
  })

  test('of an unknown kind', async () => {
    const type = 'application/vnd.example.layer.squashfs'
    expect(await unknownOf(layout.add('hsqs', type))).toEqual({
      reason: `the layer is of an unknown kind (${type})`,
      given: false,
    })
  })

  test('whose size is not what the manifest says', async () => {
    const [layer] = layout.gzipLayers(built)
    if (layer === undefined) throw new Error('one was made')
    const path = write(layout.manifest(built, { layers: [{ ...layer, size: layer.size + 1 }] }))
    expect(await refusalLine(path)).toBe(
      `integrity FILE: the layer ${layer.digest} has ${layer.size} bytes, and the manifest says ${layer.size + 1}`,
    )
  })

  test.each([
    ['application/vnd.oci.image.layer.v1.tar', 'tar'],
    ['application/vnd.oci.image.layer.v1.tar+zstd', 'tar'],
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'tar'],
    ['application/vnd.docker.image.rootfs.diff.tar.zstd', 'tar'],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'foreign'],
    ['application/vnd.docker.image.rootfs.foreign.diff.tar', 'foreign'],
    ['application/vnd.oci.image.layer.v1.tar+zstd+encrypted', 'encrypted'],
    ['application/vnd.oci.image.layer.v1.erofs', 'unknown'],
    ['', 'unknown'],
  ])('of type %j is %s', (type, kind) => {
    expect(layerKind(type)).toBe(kind)
  })
})

describe('an image', () => {
  test('for Windows', async () => {
    built = await buildImage({ layers: [{ members: [{ name: 'Files/a' }] }] }, { os: 'windows' })
    const { facts } = await openedImage(write(layout.image(built)))
    expect(facts.unknowns).toEqual([
      {
        subject: built.config.digest,
        place: '',
        reader: 'image',
        reason: 'a Windows image: its files, registry hives and packages are not understood',
        weight: 'fatal',
      },
    ])
  })

  test('whose history does not fit its layers', async () => {
    const reasons = async (history: Record<string, unknown>[]) => {
      built = await buildImage({ layers: [{ members: [] }, { members: [] }], history })
      const { facts } = await openedImage(write(layout.image(built)))
      return facts.unknowns.map(({ place, weight, reason }) => [place, weight, reason])
    }
    const entry = { created_by: 'x' }
    expect(await reasons([entry, { ...entry, empty_layer: true }, entry])).toEqual([])
    expect(await reasons([entry])).toEqual([
      ['history', 'partial', 'the history explains 1 layer, and the image has 2'],
    ])
    expect(await reasons([])).toEqual([
      ['history', 'partial', 'the config has no history for its 2 layers'],
    ])
  })

  test('of schema 1: its history and settings, and that its layers are unknown', async () => {
    const compatibility = (fields: object) => ({ v1Compatibility: JSON.stringify(fields) })
    const manifest = layout.add(
      {
        schemaVersion: 1,
        name: 'library/old',
        tag: '1',
        architecture: 'amd64',
        fsLayers: [
          { blobSum: `sha256:${'a'.repeat(64)}` },
          { blobSum: `sha256:${'b'.repeat(64)}` },
        ],
        history: [
          compatibility({
            created: '2016-01-02T00:00:00Z',
            os: 'linux',
            architecture: 'amd64',
            config: { Cmd: ['sh'] },
            container_config: { Cmd: ['/bin/sh', '-c', '#(nop) CMD ["sh"]'] },
            throwaway: true,
          }),
          compatibility({ container_config: { Cmd: ['/bin/sh', '-c', '#(nop) ADD file:1 in /'] } }),
        ],
      },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    )
    const image = await openedImage(write(manifest))
    expect(image.facts).toMatchObject({
      manifest: manifest.digest,
      platform: { os: 'linux', architecture: 'amd64', variant: '' },
      created: '2016-01-02T00:00:00Z',
      settings: { cmd: ['sh'] },
      history: [
        { createdBy: '/bin/sh -c #(nop) ADD file:1 in /', emptyLayer: false },
        { createdBy: '/bin/sh -c #(nop) CMD ["sh"]', emptyLayer: true },
      ],
      layers: [],
    })
    expect(image.facts.unknowns.map(({ weight, reason }) => [weight, reason])).toEqual([
      ['fatal', 'a schema 1 manifest: it has no diff_ids, so its 2 layers are not read'],
    ])
    expect(image.layer(0)).toBeNull()
  })
})
