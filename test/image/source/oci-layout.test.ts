// Image layouts: names, attestations, and what lies beside images and is none.
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type BuiltImage, buildImage } from '../../support/image.ts'
import { CONTAINERD_NAME, OciLayout, REFERENCE_NAME, TYPES } from '../../support/oci-layout.ts'
import { opened, openedImage, platform, refusalLine, scratchFolder } from '../../support/opened.ts'

const folder = scratchFolder()
const HOST = platform('linux/amd64')
let number = 0
let layout = new OciLayout()

beforeEach(() => {
  layout = new OciLayout()
})

function image(architecture: string, extra: Record<string, unknown> = {}): Promise<BuiltImage> {
  const content = `built for ${architecture}`
  return buildImage(
    { architecture, layers: [{ members: [{ name: 'file', content }], createdBy: 'RUN x' }] },
    extra,
  )
}

/** Adds an image as an index lists it. */
async function listed(text: string) {
  const [os = '', architecture = '', variant] = text.split('/')
  const descriptor = layout.image(await image(architecture, { os, variant }))
  return { ...descriptor, platform: { os, architecture, ...(variant ? { variant } : {}) } }
}

function write(manifests: readonly object[]): string {
  number += 1
  return layout.writeFolder(join(folder, String(number)), manifests)
}

describe('names', () => {
  test("containerd's full name before the tag of the specification", async () => {
    const descriptor = await listed('linux/amd64')
    const annotations = { [CONTAINERD_NAME]: 'docker.io/library/app:2', [REFERENCE_NAME]: '2' }
    const { facts, reference } = await openedImage(write([{ ...descriptor, annotations }]))
    expect(facts.names).toEqual(['docker.io/library/app:2'])
    expect(reference).toBe('docker.io/library/app:2')
  })

  test('a bare tag says little without the path', async () => {
    const annotations = { [REFERENCE_NAME]: 'latest' }
    const path = write([{ ...(await listed('linux/amd64')), annotations }])
    const { facts, reference } = await openedImage(path, { name: 'latest' })
    expect(facts.names).toEqual(['latest'])
    expect(reference).toBe(`${path}:latest`)
  })

  test('one manifest under two names is one image', async () => {
    const descriptor = await listed('linux/amd64')
    const named = ['a:1', 'b:2'].map((name) => ({
      ...descriptor,
      annotations: { [REFERENCE_NAME]: name },
    }))
    expect((await openedImage(write(named))).facts.names).toEqual(['a:1', 'b:2'])
  })

  test('annotations of indexes, descriptor and manifest, the nearest first; names are none', async () => {
    const built = await image('amd64')
    const descriptor = layout.image(built, { annotations: { near: 'manifest' } })
    const inner = { ...descriptor, annotations: { near: 'descriptor', middle: 'descriptor' } }
    const index = layout.index([inner], { annotations: { middle: 'index', far: 'index' } })
    const annotations = {
      far: 'index.json',
      outer: 'index.json',
      [REFERENCE_NAME]: 'x:1',
      'containerd.io/distribution.source.docker.io': 'library/x',
    }
    const { facts } = await openedImage(write([{ ...index, annotations }]))
    expect(facts.annotations).toEqual({
      near: 'manifest',
      middle: 'descriptor',
      far: 'index',
      outer: 'index.json',
    })
  })
})

describe('attestations', () => {
  const provenance = { _type: 'x', predicateType: 'https://slsa.dev/provenance/v1', predicate: {} }
  const bom = { _type: 'x', predicateType: 'https://spdx.dev/Document', predicate: {} }

  test("BuildKit's are kept with the image they are about, and are never images", async () => {
    const amd64 = await listed('linux/amd64')
    const arm64 = await listed('linux/arm64')
    const about = layout.attestation(amd64, [provenance, bom])
    const other = layout.attestation(arm64, [{ ...bom, predicate: { other: true } }])
    const path = write([layout.index([about, amd64, arm64, other])])
    const { facts, notes } = await openedImage(path, { platform: HOST })
    expect(facts.manifest).toBe(amd64.digest)
    expect(facts.attestations.map(({ predicateType }) => predicateType).sort()).toEqual([
      'https://slsa.dev/provenance/v1',
      'https://spdx.dev/Document',
    ])
    expect(facts.attestations.map(({ statement }) => statement).sort()).toEqual(
      [JSON.stringify(bom), JSON.stringify(provenance)].sort(),
    )
    expect(facts.unknowns).toEqual([])
    expect(notes).toEqual([])
  })

  test('one without any mark is known by its layers', async () => {
    const amd64 = await listed('linux/amd64')
    const { mediaType, digest, size } = layout.attestation(amd64, [provenance])
    const { facts } = await openedImage(write([amd64, { mediaType, digest, size }]))
    expect(facts.manifest).toBe(amd64.digest)
    expect(facts.attestations).toEqual([])
  })

  test('whatever is marked as being about an image is none, read or missing', async () => {
    const amd64 = await listed('linux/amd64')
    const marked = (type: string) => ({
      'vnd.docker.reference.type': type,
      'vnd.docker.reference.digest': amd64.digest,
    })
    const other = { ...layout.image(await image('s390x')), annotations: marked('something-else') }
    const missing = layout.image(await image('riscv64'))
    layout.remove(missing)
    const path = write([amd64, other, { ...missing, annotations: marked('attestation-manifest') }])
    const { facts } = await openedImage(path)
    expect(facts.manifest).toBe(amd64.digest)
    expect(facts.unknowns.map(({ place }) => place)).toEqual([missing.digest])
  })

  test('statements are kept whatever else lies in the same manifest', async () => {
    const amd64 = await listed('linux/amd64')
    const about = layout.attestation(amd64, [])
    const layers = [layout.add('notes', 'text/plain'), layout.add(bom, TYPES.inToto)]
    const mixed = layout.manifest(await image('unknown'), { layers })
    const path = write([amd64, { ...about, digest: mixed.digest, size: mixed.size }])
    const { facts, notes } = await openedImage(path, { platform: HOST })
    expect(facts.attestations.map(({ statement }) => statement)).toEqual([JSON.stringify(bom)])
    expect([facts.unknowns, notes]).toEqual([[], []])
  })

  test('come in the same order from every container', async () => {
    const amd64 = await listed('linux/amd64')
    const one = layout.attestation(amd64, [provenance, bom])
    const two = layout.attestation(amd64, [bom, provenance])
    const [first, second] = await Promise.all(
      [one, two].map(
        async (about) => (await openedImage(write([amd64, about]))).facts.attestations,
      ),
    )
    expect(first).toHaveLength(2)
    expect(first).toEqual(second)
  })

  test('the newer form: an artifact with a subject', async () => {
    const amd64 = await listed('linux/amd64')
    const artifact = layout.add(
      {
        schemaVersion: 2,
        artifactType: 'application/vnd.docker.attestation.manifest.v1+json',
        config: layout.add('{}', TYPES.empty),
        layers: [layout.add(provenance, TYPES.inToto)],
        subject: { mediaType: amd64.mediaType, digest: amd64.digest, size: amd64.size },
      },
      TYPES.manifest,
    )
    const { facts } = await openedImage(write([amd64, artifact]))
    expect(facts.attestations.map(({ predicateType }) => predicateType)).toEqual([
      'https://slsa.dev/provenance/v1',
    ])
  })

  test("cosign's envelopes and sigstore's bundles, by tag and by subject", async () => {
    const amd64 = await listed('linux/amd64')
    const envelope = {
      payloadType: 'application/vnd.in-toto+json',
      payload: Buffer.from(JSON.stringify(bom)).toString('base64'),
      signatures: [],
    }
    const signed = layout.manifest(await image('amd64'), {
      layers: [layout.add(envelope, TYPES.dsse)],
    })
    const tag = `${amd64.digest.replace(':', '-')}.att`
    const bundled = layout.add(
      {
        schemaVersion: 2,
        artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        config: layout.add('{}', TYPES.empty),
        layers: [
          layout.add(
            { dsseEnvelope: { ...envelope, payload: btoa(JSON.stringify(provenance)) } },
            'application/vnd.dev.sigstore.bundle.v0.3+json',
          ),
        ],
        subject: { mediaType: amd64.mediaType, digest: amd64.digest, size: amd64.size },
      },
      TYPES.manifest,
    )
    const tagged = { ...signed, annotations: { [REFERENCE_NAME]: tag } }
    const { facts } = await openedImage(write([amd64, tagged, bundled]))
    expect(facts.attestations.map(({ predicateType }) => predicateType).sort()).toEqual([
      'https://slsa.dev/provenance/v1',
      'https://spdx.dev/Document',
    ])
  })

  test('one that is missing or malformed is unknown, one with a wrong digest an error', async () => {
    const amd64 = await listed('linux/amd64')
    const missing = layout.attestation(amd64, [provenance])
    layout.remove(missing)
    const malformed = layout.attestation(amd64, [{ predicateType: 7 }])
    const spoilt = layout.attestation(amd64, [bom])
    const statement = layout.add(bom, TYPES.inToto)
    layout.blobs.set(statement.digest, Buffer.alloc(statement.size))
    const path = write([layout.index([amd64, missing, malformed, spoilt])])
    const { images, errors } = await opened(path, { platform: HOST })
    const reasons = images[0]?.facts.unknowns.map(({ subject, weight, reason }) => {
      expect([subject, weight]).toEqual([amd64.digest, 'partial'])
      return reason.replace(/sha256:\w+/g, 'DIGEST')
    })
    expect(reasons).toEqual([
      'an attestation was not read: it is not in the archive',
      'an attestation was not read: the statement DIGEST is malformed: predicateType: expected string, received number',
      'an attestation was not read: the blob DIGEST has the digest DIGEST',
    ])
    expect(errors.map(({ code }) => code)).toEqual(['integrity'])
  })
})

describe('what is no image', () => {
  async function artifact(type: string, layerType: string) {
    const config = layout.add('{"name":"chart"}', type)
    const layers = [layout.add('some bytes', layerType)]
    return layout.add({ schemaVersion: 2, config, layers }, TYPES.manifest)
  }

  test('a helm chart', async () => {
    const type = 'application/vnd.cncf.helm.config.v1+json'
    const chart = await artifact(type, 'application/vnd.cncf.helm.chart.content.v1.tar+gzip')
    expect(await refusalLine(write([chart]))).toBe(
      `source FILE: it is an artifact of type ${type}, not an image`,
    )
    const { notes } = await openedImage(write([chart, await listed('linux/amd64')]), {
      platform: HOST,
    })
    expect(notes).toEqual([`beside it lies an artifact of type ${type}, which is no image`])
  })

  test("an artifact with an empty config, and cosign's signature that borrows an image's", async () => {
    const empty = layout.add(
      {
        schemaVersion: 2,
        artifactType: 'text/x',
        config: layout.add('{}', TYPES.empty),
        layers: [],
      },
      TYPES.manifest,
    )
    expect(await refusalLine(write([empty]))).toBe(
      'source FILE: it is an artifact of type text/x, not an image',
    )
    layout = new OciLayout()
    const signature = await artifact(
      TYPES.config,
      'application/vnd.dev.cosign.simplesigning.v1+json',
    )
    expect(await refusalLine(write([signature]))).toBe(
      'source FILE: it holds attestations or signatures and no image',
    )
  })

  test('a BuildKit cache, in both of its forms', async () => {
    const type = 'application/vnd.buildkit.cacheconfig.v0'
    expect(await refusalLine(write([await artifact(type, TYPES.gzip)]))).toBe(
      'source FILE: it is a BuildKit cache, not an image',
    )
    const parts = [layout.add('layer', TYPES.gzip), layout.add('{"layers":[]}', type)]
    expect(await refusalLine(write([layout.index(parts)]))).toBe(
      'source FILE: it is a BuildKit cache, not an image',
    )
  })

  test('an empty index, and attestations alone', async () => {
    expect(await refusalLine(write([]))).toBe('source FILE: index.json lists no manifests')
    const amd64 = await listed('linux/amd64')
    const about = layout.attestation(amd64, [{ predicateType: 'x' }])
    expect(await refusalLine(write([about]))).toBe(
      'source FILE: it holds attestations or signatures and no image',
    )
  })
})

describe('what newer engines get wrong', () => {
  async function saved(manifest: object, more: readonly BuiltImage[] = []) {
    const built = await image('amd64')
    const entries = [built, ...more].map((each, index) => ({
      Config: `blobs/sha256/${each.config.digest.slice(7)}`,
      RepoTags: [`app:${index}`],
      Layers: each.layers.map(({ tar }) => `blobs/${layout.add(tar, '').digest.replace(':', '/')}`),
    }))
    number += 1
    const content = JSON.stringify(entries)
    return layout.writeTar(
      join(folder, `${number}.tar`),
      [manifest],
      [{ name: 'manifest.json', content }],
    )
  }

  test('a manifest without layers beside a manifest.json that has them (moby#47065)', async () => {
    const built = await image('amd64')
    const path = await saved(layout.manifest(built, { layers: [] }))
    const { facts } = await openedImage(path)
    expect(facts.layers.map(({ diffId }) => diffId)).toEqual(built.layers.map((l) => l.diffId))
    expect(facts.names).toEqual(['app:0'])
  })

  test('an index that lost an image (moby#51389)', async () => {
    const built = await image('amd64')
    const lost = await image('arm64')
    layout.add(lost.config.bytes, TYPES.config)
    const path = await saved(layout.plainImage(built), [lost])
    const { images, errors } = await opened(path)
    expect(images.map(({ facts }) => facts.names)).toEqual([['app:0'], ['app:1']])
    expect(images[1]?.facts.config).toBe(lost.config.digest)
    expect(errors).toEqual([])
  })
})
