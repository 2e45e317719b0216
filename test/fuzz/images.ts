// Openers of image archives as targets of the fuzzer: whole archives, and their documents one by one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openImages } from '../../src/image/index.ts'
import { writeDockerArchive } from '../support/image.ts'
import {
  buildImage,
  type ImageSpecification,
  type Member,
  makeTar,
  sha256,
} from '../support/image-build.ts'
import { OciLayout, TYPES } from '../support/oci-layout.ts'
import { type FuzzTarget, refusing, textOf } from './target.ts'

const IMAGE: ImageSpecification = {
  name: 'example.test/app:1',
  config: {
    Env: ['PATH=/bin', 'A=b'],
    Cmd: ['sh', '-c', 'true'],
    Labels: { 'org.opencontainers.image.revision': 'main' },
    ExposedPorts: { '80/tcp': {} },
    Volumes: { '/srv': {} },
    Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9 },
  },
  layers: [
    { members: [{ name: 'etc/os-release', content: 'ID=debian\n' }], createdBy: 'ADD x /' },
    {
      members: [{ name: 'app', content: 'app\n' }],
      createdBy: 'COPY app / # buildkit',
      comment: 'x',
    },
  ],
}

/** Opens what a tar holds, and asks for everything that an open image tells. */
function openTar(bytes: Uint8Array): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-fuzz-'))
  const file = join(folder, 'archive')
  writeFileSync(file, bytes)
  return refusing(async () => {
    const limits = { spool: 64 << 20, ratio: 200, members: 10_000 }
    const query = { reference: file, stdin: null, platform: null, name: null, limits }
    const images = await openImages(query)
    try {
      for (const { facts, layer } of images.images) {
        for (const position of facts.layers.keys()) layer(position)
        if (JSON.stringify(JSON.parse(JSON.stringify(facts))) !== JSON.stringify(facts))
          throw new Error('facts change when they are stored')
      }
    } finally {
      images.close()
    }
  }).finally(() => rmSync(folder, { recursive: true }))
}

async function layoutOf(image: ImageSpecification): Promise<Member[]> {
  const layout = new OciLayout()
  const manifest = layout.image(await buildImage(image))
  const arm = layout.image(await buildImage({ ...image, architecture: 'arm64' }))
  const index = layout.index([
    { ...manifest, platform: { os: 'linux', architecture: 'amd64' } },
    { ...arm, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    layout.attestation(manifest, [
      { _type: 'https://in-toto.io/Statement/v1', predicateType: 'x' },
    ]),
  ])
  const named = { 'org.opencontainers.image.ref.name': image.name ?? '' }
  return layout.members([{ ...index, annotations: named }])
}

const dockerArchive: FuzzTarget = {
  name: 'docker-archive',
  seeds: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-fuzz-'))
    const file = await writeDockerArchive(join(folder, 'a.tar'), IMAGE, { ...IMAGE, name: 'two:2' })
    const bytes = readFileSync(file)
    rmSync(folder, { recursive: true })
    return [bytes]
  },
  run: openTar,
}

const ociLayout: FuzzTarget = {
  name: 'oci-layout',
  seeds: async () => [await makeTar(await layoutOf(IMAGE))],
  run: openTar,
}

/** A document of an archive, by itself: its bytes are the input, what points at it is right. */
function documentTarget(
  name: string,
  seed: () => Promise<string>,
  wrap: (text: Buffer) => Promise<Member[]>,
): FuzzTarget {
  return {
    name,
    seeds: async () => [Buffer.from(await seed())],
    run: async (bytes) => openTar(await makeTar(await wrap(Buffer.from(bytes)))),
  }
}

async function memberText(members: readonly Member[], name: string): Promise<string> {
  const found = members.find((each) => each.name === name)?.content
  if (found === undefined) throw new Error(`no member ${name}`)
  return typeof found === 'string' ? found : textOf(found)
}

const layer = () => makeTar([{ name: 'app', content: 'app\n' }])

const manifestJson = documentTarget(
  'manifest-json',
  async () => JSON.stringify([{ Config: 'config.json', RepoTags: ['a:1'], Layers: ['layer.tar'] }]),
  async (text) => [
    { name: 'manifest.json', content: text },
    { name: 'config.json', content: (await buildImage(IMAGE)).config.bytes },
    { name: 'layer.tar', content: await layer() },
  ],
)

const configJson = documentTarget(
  'config-json',
  async () => {
    const { config } = await buildImage(IMAGE)
    return config.bytes.toString()
  },
  async (text) => {
    const Layers = ['0.tar', '1.tar']
    const entry = { Config: `${sha256(text)}.json`, RepoTags: null, Layers }
    const tar = await layer()
    return [
      { name: entry.Config, content: text },
      ...Layers.map((name) => ({ name, content: tar })),
      { name: 'manifest.json', content: JSON.stringify([entry]) },
    ]
  },
)

const indexJson = documentTarget(
  'index-json',
  async () => memberText(await layoutOf(IMAGE), 'index.json'),
  async (text) => {
    const members = (await layoutOf(IMAGE)).filter(({ name }) => name !== 'index.json')
    return [...members, { name: 'index.json', content: text }]
  },
)

/** A manifest or nested index behind a right descriptor. */
function blobTarget(name: string, seed: () => Promise<string>): FuzzTarget {
  return documentTarget(name, seed, async (text) => {
    const layout = new OciLayout()
    layout.image(await buildImage(IMAGE))
    const descriptor = layout.add(text, name === 'oci-index' ? TYPES.index : TYPES.manifest)
    return layout.members([descriptor])
  })
}

async function layoutDocument(field: string): Promise<string> {
  const texts = (await layoutOf(IMAGE)).map(({ content }) =>
    content === undefined ? '' : typeof content === 'string' ? content : textOf(content),
  )
  const found = texts.find((text) => text.startsWith('{"schemaVersion"') && text.includes(field))
  if (found === undefined) throw new Error(`no document with ${field}`)
  return found
}

/** Targets that open images. */
export const imageTargets: readonly FuzzTarget[] = [
  dockerArchive,
  ociLayout,
  manifestJson,
  configJson,
  indexJson,
  blobTarget('oci-manifest', () => layoutDocument('"layers"')),
  blobTarget('oci-index', () => layoutDocument('"manifests"')),
]
