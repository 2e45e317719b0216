// Every archive of ../shared/data, against a second reader: names, config, platform, the bytes of each layer.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AssayError, digestOf } from '../../src/core/index.ts'
import { type OpenImage, openImages } from '../../src/image/index.ts'
import { type ReadImage, readImages } from '../support/archive-reader.ts'
import { sha256 } from '../support/image.ts'
import { bytesOf, errorLine, opened, refusalLine } from '../support/opened.ts'

const DATA = '../shared/data'
const absent = !existsSync(DATA) && process.env['CI'] !== 'true'
const archives = absent ? [] : readdirSync(join(DATA, 'archives')).sort()

/** An image as both readers see it. */
interface Seen {
  readonly names: readonly string[]
  readonly config: string
  readonly platform: string
  readonly diffIds: readonly string[]
  readonly layers: readonly (string | null)[]
}

function seenByAssay({ facts, layer }: OpenImage): Seen {
  return {
    names: facts.names,
    config: facts.config,
    platform: `${facts.platform.os}/${facts.platform.architecture}`,
    diffIds: facts.layers.map(({ diffId }) => diffId),
    layers: facts.layers.map((_, position) => {
      const bytes = bytesOf(layer(position))
      return bytes === null ? null : sha256(bytes)
    }),
  }
}

function seenByOther({ names, configDigest, config, layers }: ReadImage): Seen {
  const platform = `${config.os}/${config.architecture}`
  return { names, config: configDigest, platform, diffIds: config.rootfs.diff_ids, layers }
}

describe.skipIf(absent)('archives of ../shared/data', () => {
  test.each(archives)('%s', async (name) => {
    const file = join(DATA, 'archives', name)
    const expected = await readImages(file)
    const result = await openImages({
      reference: file,
      stdin: null,
      platform: null,
      name: null,
    }).catch((thrown: unknown) => {
      if (thrown instanceof AssayError) return thrown
      throw thrown
    })
    if (result instanceof AssayError) {
      // Three ways to be no image that an engine would load.
      const cut = expected.some(
        ({ config, layers }) => config.rootfs.diff_ids.length > layers.length,
      )
      const renamed = name === 'ggcr-empty-layer-history.tar'
      const listless = expected.length === 0
      expect([cut, renamed, listless].filter(Boolean), errorLine(result)).toHaveLength(1)
      expect(result.where).toBe(file)
      expect(result.code).toBe(listless ? 'source' : 'integrity')
      return
    }
    const seen = result.images.map(seenByAssay)
    const unknowns = result.images.flatMap(({ facts }) => facts.unknowns)
    result.close()
    expect(result.errors).toEqual([])
    expect(seen).toEqual(expected.map(seenByOther))
    expect(seen.length).toBeGreaterThan(0)
    expect(unknowns).toEqual([])
  })

  test('those that are refused', async () => {
    const refused: string[] = []
    for (const name of archives) {
      const attempt = opened(join(DATA, 'archives', name))
      if ((await attempt.catch((thrown: unknown) => thrown)) instanceof AssayError)
        refused.push(name)
    }
    expect(refused).toEqual([
      // Its config was edited after it was named.
      'ggcr-empty-layer-history.tar',
      'ggcr-no-manifest.tar',
      // Layers were cut away to make them small.
      'snyk-dockergoof.tar',
      'snyk-nginx-buildinfo.tar',
      'snyk-nginx-gzip-layers.tar',
      'snyk-nginx-save.tar',
      'snyk-os-release-link.tar',
    ])
  })

  test('an attestation beside the image', async () => {
    const file = join(DATA, 'archives', 'snyk-containerd-attestation.tar')
    const { images } = await opened(file)
    expect(images).toHaveLength(1)
    const [attestation, ...others] = images[0]?.facts.attestations ?? []
    expect(others).toEqual([])
    expect(attestation?.predicateType).toBe('https://slsa.dev/provenance/v0.2')
    expect(digestOf(sha256(attestation?.statement ?? ''))).toBe(attestation?.digest)
    expect(images[0]?.reference).toBe('foo/bar:v3')
  })

  test('media types come from the manifest, or from the first bytes', async () => {
    const types = async (name: string) => {
      const { images } = await opened(join(DATA, 'archives', name))
      return [...new Set(images[0]?.facts.layers.map(({ mediaType }) => mediaType))]
    }
    expect(await types('dive-oci-zstd.tar')).toEqual([
      'application/vnd.oci.image.layer.v1.tar+zstd',
    ])
    expect(await types('dive-oci-estargz.tar')).toEqual([
      'application/vnd.oci.image.layer.v1.tar+gzip',
    ])
    expect(await types('dive-kaniko.tar')).toEqual([
      'application/vnd.docker.image.rootfs.diff.tar.gzip',
    ])
    expect(await types('dive-docker.tar')).toEqual(['application/vnd.docker.image.rootfs.diff.tar'])
  })

  test('a Windows file system, and a Linux one', async () => {
    const windows = join(DATA, 'rootfs', 'nexb-windows-rootfs.tar')
    expect(await refusalLine(windows)).toBe(
      'source FILE: it is the file system of a Windows container, not an image',
    )
    for (const name of ['alpine-minirootfs-3.20.3-x86_64.tar.gz', 'busybox-uclibc-amd64.tar.gz']) {
      expect(await refusalLine(join(DATA, 'rootfs', name))).toBe(
        'source FILE: it is a root file system, not an image: it has neither history nor settings',
      )
    }
  })

  test('hostile archives are images where both readers see one, and refused elsewhere', async () => {
    for (const name of readdirSync(join(DATA, 'hostile'))) {
      const file = join(DATA, 'hostile', name)
      const expected = await readImages(file)
      if (expected.length === 0) {
        expect(await refusalLine(file), name).toMatch(/^source FILE: it /)
        continue
      }
      const { images, errors } = await opened(file)
      expect(errors).toEqual([])
      expect(images.map(seenByAssay), name).toEqual(expected.map(seenByOther))
    }
  })
})
