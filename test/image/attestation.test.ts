// Which attestations are an image's: those about its manifest or an index above it, those that name it themselves,
// and none of others; how much of them is read.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { buildImage } from '../support/image-build.ts'
import { type Descriptor, OciLayout, REFERENCE_NAME, TYPES } from '../support/oci-layout.ts'
import { openedImage } from '../support/opened.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-attestation-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0

const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const SIGNATURE = 'application/vnd.dev.cosign.simplesigning.v1+json'

async function layoutWith(
  more: (layout: OciLayout, image: Descriptor, index: Descriptor) => readonly object[],
): Promise<{ path: string; image: Descriptor; index: Descriptor }> {
  count += 1
  const layout = new OciLayout()
  const built = await buildImage({ layers: [{ members: [{ name: 'a', content: 'a' }] }] })
  const image = { ...layout.image(built), platform: { os: 'linux', architecture: 'amd64' } }
  const index = layout.index([image])
  const path = join(folder, `layout-${count}`)
  return { path: layout.writeFolder(path, [index, ...more(layout, image, index)]), image, index }
}

function statementAbout(digest: string): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://slsa.dev/provenance/v1',
    subject: [{ name: 'x', digest: { sha256: digest.replace('sha256:', '') } }],
    predicate: {},
  }
}

function manifestOf(
  layout: OciLayout,
  layers: readonly Descriptor[],
  fields: object = {},
): Descriptor {
  const config = layout.add('{}', TYPES.empty)
  return layout.add(
    { schemaVersion: 2, mediaType: TYPES.manifest, config, layers, ...fields },
    TYPES.manifest,
  )
}

const subjectOf = ({ mediaType, digest, size }: Descriptor) => ({
  subject: { mediaType, digest, size },
})

describe('attestations', () => {
  it("about the index that lists the image are the image's", async () => {
    const { path, image, index } = await layoutWith((layout, _, list) => [
      manifestOf(layout, [layout.add(statementAbout(list.digest), TYPES.inToto)], subjectOf(list)),
    ])
    const { facts } = await openedImage(path)
    expect(facts.attestations).toMatchObject([
      { about: [image.digest, index.digest], mediaType: TYPES.inToto, message: '' },
    ])
  })

  it('about an index that does not list it are not', async () => {
    const { path } = await layoutWith((layout) => {
      const other = layout.index([])
      return [
        manifestOf(
          layout,
          [layout.add(statementAbout(other.digest), TYPES.inToto)],
          subjectOf(other),
        ),
      ]
    })
    expect((await openedImage(path)).facts.attestations).toEqual([])
  })

  it('without any mark are those whose own subject is the image, as cosign saves them', async () => {
    const { path } = await layoutWith((layout, image) => [
      {
        ...manifestOf(layout, [
          layout.add(statementAbout(image.digest), TYPES.inToto),
          layout.add(statementAbout(`sha256:${'1'.repeat(64)}`), TYPES.inToto),
          layout.add('no JSON', TYPES.inToto),
        ]),
        annotations: { kind: 'dev.cosignproject.cosign/atts' },
      },
    ])
    const { facts } = await openedImage(path)
    expect(facts.attestations).toHaveLength(1)
    expect(facts.unknowns).toEqual([])
  })

  it('with equal bytes and other annotations are several signatures', async () => {
    const { path } = await layoutWith((layout, image) => {
      const payload = layout.add(
        {
          critical: {
            type: 'cosign container image signature',
            image: { 'docker-manifest-digest': image.digest },
          },
        },
        SIGNATURE,
      )
      const signed = (signature: string) => ({
        ...payload,
        annotations: { 'dev.cosignproject.cosign/signature': signature },
      })
      const name = `x:${image.digest.replace(':', '-')}.sig`
      const manifest = manifestOf(layout, [signed('AA=='), signed('AQ==')])
      return [{ ...manifest, annotations: { [REFERENCE_NAME]: name } }]
    })
    const { facts } = await openedImage(path)
    expect(facts.attestations.map(({ predicateType }) => predicateType)).toEqual([
      'cosign container image signature',
      'cosign container image signature',
    ])
    expect(
      new Set(facts.attestations.map(({ annotations }) => JSON.stringify(annotations))),
    ).toHaveProperty('size', 2)
  })

  it('that sign the bytes of the manifest carry them', async () => {
    const { path, image } = await layoutWith((layout, about) => {
      const value = { mediaType: BUNDLE, messageSignature: { signature: 'AA==' } }
      return [manifestOf(layout, [layout.add(value, BUNDLE)], subjectOf(about))]
    })
    const { facts } = await openedImage(path)
    const [attestation] = facts.attestations
    expect(attestation?.message.length).toBe(image.size)
    expect(attestation?.message).toContain('"layers"')
  })

  it('in hundreds are counted, and the rest is told', async () => {
    const { path } = await layoutWith((layout, image) => [
      manifestOf(
        layout,
        Array.from({ length: 70 }, (_, at) =>
          layout.add({ ...statementAbout(image.digest), predicate: at }, TYPES.inToto),
        ),
        subjectOf(image),
      ),
    ])
    const { facts } = await openedImage(path)
    expect(facts.attestations).toHaveLength(64)
    expect(facts.unknowns.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 6 }, () => 'an attestation was not read: only 64 are read'),
    )
  })
})
