// Archives of `docker save` and of the tools that write the same (podman, skopeo, kaniko, Bazel, jib):
// `manifest.json` lists images by the paths of their config and layers. Not written down in a
// specification; facts from moby's `image/tarexport` and from archives themselves.
import { z } from 'zod'
import {
  cleanPath,
  type Digest,
  digestOf,
  integrityError,
  isDigest,
  sniffCompression,
  sourceError,
} from '../../core/index.ts'
import { type AssembledImage, assembleImage, missingConfig, type StoredLayer } from '../assemble.ts'
import { parseConfig } from '../config.ts'
import {
  DOCUMENT_LIMIT,
  decode,
  digestOfBytes,
  INDEX_LIMIT,
  parseJson,
  text,
  texts,
} from '../json.ts'
import { layerKind } from '../layer-kind.ts'
import { readRange, type Store } from '../store/store.ts'

const entry = z.object({
  Config: z.string(),
  RepoTags: texts,
  Layers: texts,
  LayerSources: z.record(z.string(), z.object({ mediaType: text, digest: text })).nullish(),
})

/** Each costs reading its config. */
const IMAGE_LIMIT = 1024

type Entry = z.infer<typeof entry>

/** One image of `manifest.json`. */
export interface DockerImage {
  readonly names: readonly string[]
  readonly layers: number
  /**
   * Digest of the config.
   * @throws AssayError when the config is missing or differs from the digest in its name.
   */
  config(): Digest
  /** @throws AssayError as `config`, and when config and layers do not fit. */
  open(): AssembledImage
}

/**
 * The images that `manifest.json` lists.
 * @throws AssayError `source` when it is malformed.
 */
export function dockerImages(store: Store): readonly DockerImage[] {
  const bytes = store.read('manifest.json', INDEX_LIMIT)
  if (bytes === null) return []
  const place = { name: 'manifest.json', where: store.where }
  const value = parseJson(bytes, place)
  if (!Array.isArray(value)) throw notAList(value, store)
  if (value.length > IMAGE_LIMIT)
    throw sourceError(`manifest.json lists more than ${IMAGE_LIMIT} images`, { where: store.where })
  return decode(z.array(entry), value, place).map((found) => dockerImage(store, found))
}

function notAList(value: unknown, store: Store): Error {
  const where = store.where
  if (typeof value === 'object' && value !== null && 'schemaVersion' in value)
    return sourceError('manifest.json is a registry manifest: this is a skopeo `dir:` folder', {
      where,
      hint: 'Copy it once: skopeo copy dir:FOLDER oci-archive:FILE',
    })
  return sourceError('manifest.json is malformed: expected array', { where })
}

function dockerImage(store: Store, found: Entry): DockerImage {
  let held: { readonly bytes: Buffer; readonly digest: Digest } | null = null
  function config() {
    held ??= readConfig(store, found.Config)
    return held
  }
  const names = found.RepoTags.filter((name) => name !== '' && name !== '<none>:<none>')
  return {
    names,
    layers: found.Layers.length,
    config: () => config().digest,
    open() {
      const { bytes, digest } = config()
      const place = { name: `the config ${digest}`, where: store.where }
      const { diffIds } = parseConfig(bytes, place)
      return assembleImage(store, {
        manifest: null,
        configBytes: bytes,
        names,
        annotations: {},
        platform: null,
        layers: found.Layers.map((path, position) =>
          storedLayer(store, path, found.LayerSources?.[diffIds[position] ?? '']),
        ),
        attestations: [],
        unknowns: [],
      })
    },
  }
}

function readConfig(store: Store, raw: string) {
  const path = pathInside(store, raw)
  const bytes = store.read(path, DOCUMENT_LIMIT)
  if (bytes === null) throw missingConfig(store, path)
  const digest = digestOfBytes(bytes)
  const named = digestInName(path)
  if (named !== null && named !== digest)
    throw integrityError(`the config ${path} has the digest ${digest}`, {
      where: store.where,
      hint: 'Its name promises another one: the archive was edited after it was written.',
    })
  return { bytes, digest }
}

/** `<hex>.json` (docker), `sha256:<hex>` (kaniko), `blobs/sha256/<hex>` (newer engines). */
function digestInName(path: string): Digest | null {
  const hex = /^(?:sha256:|blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(path)?.[1]
  return hex === undefined ? null : digestOf(hex)
}

function pathInside(store: Store, raw: string): string {
  const { path, escapes } = cleanPath(raw)
  if (escapes || path === '')
    throw sourceError(
      `manifest.json names ${JSON.stringify(raw.slice(0, 80))}, which is no file in the archive`,
      {
        where: store.where,
      },
    )
  return path
}

function storedLayer(
  store: Store,
  raw: string,
  source: { readonly mediaType: string; readonly digest: string } | undefined,
): StoredLayer {
  const path = pathInside(store, raw)
  const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1]
  const blob = hex === undefined ? null : digestOf(hex)
  // Older engines list where a layer came from, which is not what lies in the archive.
  const listed = blob !== null && isDigest(source?.digest) && source.digest === blob
  const known = listed && layerKind(source.mediaType) !== 'unknown'
  return {
    blob,
    mediaType: known ? source.mediaType : sniffedType(store, path),
    blobSize: store.size(path),
    urls: [],
    path,
  }
}

/** The format names no media type: what the first bytes show. */
function sniffedType(store: Store, path: string): string {
  const plain = 'application/vnd.docker.image.rootfs.diff.tar'
  const range = store.range(path)
  if (range === null) return plain
  const head = readRange({ ...range, length: Math.min(range.length, 6) }, store.where)
  const kind = sniffCompression(head)
  return kind === 'gzip' || kind === 'zstd' ? `${plain}.${kind}` : plain
}
