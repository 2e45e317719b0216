// Makes tiny images for tests: real tar layers, real digests, real config and manifest.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'

/** A layer member; `content` makes it a file, `type` says otherwise. */
export interface Member extends Partial<Header> {
  readonly name: string
  readonly content?: string | Uint8Array
}

/** One layer with the history entry that made it. */
export interface LayerSpecification {
  readonly members: readonly Member[]
  readonly createdBy?: string
  readonly comment?: string
}

/** An image to make. `history` replaces the entries that the layers would give. */
export interface ImageSpecification {
  readonly layers: readonly LayerSpecification[]
  readonly history?: readonly Record<string, unknown>[]
  /** The `config` object of the image config: Env, Cmd, Labels, … */
  readonly config?: Record<string, unknown>
  readonly name?: string
  readonly created?: string
  readonly architecture?: string
}

/** Lower-case hexadecimal sha256. */
export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** git's id of a blob with this content. */
export function gitBlob(bytes: string | Uint8Array): string {
  const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length
  return createHash('sha1').update(`blob ${length}\0`).update(bytes).digest('hex')
}

/** A tar archive of these members, in this order. */
export async function makeTar(members: readonly Member[]): Promise<Buffer> {
  const archive = pack()
  for (const { content, ...header } of members) {
    const filled = { mtime: new Date('2026-01-01T00:00:00Z'), ...header } as Header
    if (content === undefined) archive.entry(filled)
    else archive.entry(filled, Buffer.from(content as Uint8Array))
  }
  archive.finalize()
  return buffer(archive)
}

interface Blob {
  readonly digest: string
  readonly bytes: Buffer
}

function blobOf(bytes: Buffer | string): Blob {
  const held = Buffer.from(bytes as Buffer)
  return { digest: `sha256:${sha256(held)}`, bytes: held }
}

interface BuiltImage {
  readonly config: Blob
  readonly layers: readonly { readonly diffId: string; readonly tar: Buffer; readonly blob: Blob }[]
}

async function build(image: ImageSpecification): Promise<BuiltImage> {
  const layers = []
  for (const layer of image.layers) {
    const tar = await makeTar(layer.members)
    layers.push({ diffId: `sha256:${sha256(tar)}`, tar, blob: blobOf(gzipSync(tar)) })
  }
  const history =
    image.history ??
    image.layers.map((layer) => ({
      created: image.created ?? '2026-01-01T00:00:00Z',
      created_by: layer.createdBy ?? '',
      ...(layer.comment === undefined ? {} : { comment: layer.comment }),
    }))
  const config = blobOf(
    JSON.stringify({
      architecture: image.architecture ?? 'amd64',
      os: 'linux',
      created: image.created ?? '2026-01-01T00:00:00Z',
      config: image.config ?? {},
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
      history,
    }),
  )
  return { config, layers }
}

/** Writes the image as an OCI image layout folder and returns its path. */
export async function writeOciLayout(folder: string, image: ImageSpecification): Promise<string> {
  const { config, layers } = await build(image)
  const manifest = blobOf(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: config.digest,
        size: config.bytes.length,
      },
      layers: layers.map(({ blob }) => ({
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: blob.digest,
        size: blob.bytes.length,
      })),
    }),
  )
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: manifest.digest,
        size: manifest.bytes.length,
        ...(image.name === undefined
          ? {}
          : { annotations: { 'org.opencontainers.image.ref.name': image.name } }),
      },
    ],
  }
  for (const { digest, bytes } of [config, manifest, ...layers.map((layer) => layer.blob)]) {
    const file = join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index))
  return folder
}

/** Writes the images as one `docker save` archive of the older layout and returns its path. */
export async function writeDockerArchive(
  file: string,
  ...images: readonly ImageSpecification[]
): Promise<string> {
  const members: Member[] = []
  const manifest = []
  for (const image of images) {
    const { config, layers } = await build(image)
    const id = config.digest.slice('sha256:'.length)
    members.push({ name: `${id}.json`, content: config.bytes })
    const paths = []
    for (const { diffId, tar } of layers) {
      const path = `${diffId.slice('sha256:'.length)}/layer.tar`
      if (!members.some((member) => member.name === path))
        members.push({ name: path, content: tar })
      paths.push(path)
    }
    manifest.push({
      Config: `${id}.json`,
      RepoTags: image.name === undefined ? null : [image.name],
      Layers: paths,
    })
  }
  members.push({ name: 'manifest.json', content: JSON.stringify(manifest) })
  writeFileSync(file, await makeTar(members))
  return file
}
