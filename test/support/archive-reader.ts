// A second, naive reader of image archives: everything in memory, by tar-stream and JSON.parse. What tests
// compare Assay's reader with; it is right for honest archives only.
import { createReadStream, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { z } from 'zod'
import { sha256 } from './image-build.ts'

/** An image as its archive describes it. */
export interface ReadImage {
  readonly names: readonly string[]
  readonly configDigest: string
  readonly config: z.infer<typeof configShape>
  /** sha256 of each stored layer; null when it is not there. */
  readonly layers: readonly (string | null)[]
}

const configShape = z.object({
  os: z.string(),
  architecture: z.string(),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
  history: z.array(z.object({ empty_layer: z.boolean().optional() })).nullish(),
})

const dockerShape = z.array(
  z.object({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullable(),
    Layers: z.array(z.string()),
  }),
)
const indexShape = z.object({ manifests: z.array(z.object({ digest: z.string() })) })
const manifestShape = z.object({
  config: z.object({ digest: z.string() }),
  layers: z.array(z.object({ digest: z.string() })),
})

/** All images of an archive with `manifest.json`, else of a flat `index.json`; none when it has neither. */
export async function readImages(file: string): Promise<ReadImage[]> {
  const files = await readFiles(file)
  const json = (path: string): unknown => JSON.parse(files.get(path)?.toString() ?? 'null')
  const image = (names: readonly string[], config: string, layers: readonly string[]) => ({
    names,
    configDigest: `sha256:${sha256(files.get(config) ?? '')}`,
    config: configShape.parse(json(config)),
    layers: layers.map((path) => {
      const bytes = files.get(path)
      return bytes === undefined ? null : sha256(bytes)
    }),
  })
  if (files.has('manifest.json'))
    return dockerShape
      .parse(json('manifest.json'))
      .map((entry) => image(entry.RepoTags ?? [], entry.Config, entry.Layers))
  if (!files.has('index.json')) return []
  const blob = (digest: string): string => `blobs/sha256/${digest.slice('sha256:'.length)}`
  return indexShape.parse(json('index.json')).manifests.map(({ digest }) => {
    const { config, layers } = manifestShape.parse(json(blob(digest)))
    return image(
      [],
      blob(config.digest),
      layers.map((layer) => blob(layer.digest)),
    )
  })
}

async function readFiles(file: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const links = new Map<string, string>()
  const archive = extract()
  const gzip = readFileSync(file).subarray(0, 2).toString('hex') === '1f8b'
  if (gzip) archive.end(gunzipSync(readFileSync(file)))
  else createReadStream(file).pipe(archive)
  for await (const entry of archive) {
    const { name, type, linkname } = entry.header
    const path = posix.normalize(name)
    if (type === 'symlink') links.set(path, posix.join(posix.dirname(path), linkname ?? ''))
    files.set(path, await buffer(entry))
  }
  for (const [path, target] of links) {
    const bytes = files.get(target)
    if (bytes !== undefined) files.set(path, bytes)
  }
  return files
}
