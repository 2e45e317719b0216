// The parts of tiny images for tests: real tar layers, real digests, a real config.
import { createHash } from 'node:crypto'
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
    // A file without content would wait for a stream.
    const file = content !== undefined || (header.type ?? 'file') === 'file'
    if (file) archive.entry(filled, Buffer.from((content ?? '') as Uint8Array))
    else archive.entry(filled)
  }
  archive.finalize()
  return buffer(archive)
}

/** Bytes with the digest that names them. */
export interface Blob {
  readonly digest: string
  readonly bytes: Buffer
}

function blobOf(bytes: Buffer | string): Blob {
  const held = Buffer.from(bytes as Buffer)
  return { digest: `sha256:${sha256(held)}`, bytes: held }
}

/** An image's parts before they are put into a container. */
export interface BuiltImage {
  readonly config: Blob
  readonly layers: readonly { readonly diffId: string; readonly tar: Buffer; readonly blob: Blob }[]
}

/** Makes the layers and the config of an image; `extra` replaces fields of the config. */
export async function buildImage(
  image: ImageSpecification,
  extra: Record<string, unknown> = {},
): Promise<BuiltImage> {
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
      ...extra,
    }),
  )
  return { config, layers }
}
