// Manifests, indexes and descriptors (OCI image-spec; Docker's schema 2 differs in media types only), and
// the many things that look like them and are no image.
import { z } from 'zod'
import { sourceError } from '../core/index.ts'
import { type DocumentPlace, decode, text, textMap, texts } from './json.ts'

const platform = z.object({ os: text, architecture: text, variant: text })

const descriptor = z.object({
  mediaType: text,
  digest: z.string(),
  size: z.int().nonnegative(),
  urls: texts,
  annotations: textMap,
  artifactType: text,
  platform: platform.nullish().transform((value) => value ?? null),
})

/** What points at a blob. */
export type Descriptor = z.infer<typeof descriptor>

const index = z.object({
  manifests: z
    .array(descriptor)
    .nullish()
    .transform((value) => value ?? []),
  annotations: textMap,
})

/** A list of manifests. */
export type Index = z.infer<typeof index>

const manifest = z.object({
  artifactType: text,
  config: descriptor,
  layers: z
    .array(descriptor)
    .nullish()
    .transform((value) => value ?? []),
  annotations: textMap,
  subject: z
    .object({ digest: z.string() })
    .nullish()
    .transform((value) => value ?? null),
})

/** An image manifest, or an artifact in its clothes. */
export type Manifest = z.infer<typeof manifest>

/** A document behind a descriptor. */
export type Document =
  | { readonly kind: 'index'; readonly index: Index }
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  | { readonly kind: 'schema-1'; readonly value: unknown }

const outline = z.looseObject({ mediaType: text, schemaVersion: z.unknown().optional() })

/** Media types of documents that are read; any other is somebody else's blob. */
const DOCUMENTS =
  /^application\/vnd\.(oci\.image\.(index|manifest)\.v1\+json|docker\.distribution\.manifest\.(list\.v2\+json|v2\+json|v1\+json|v1\+prettyjws))$/

/** True when a descriptor points at a manifest or an index. */
export function isDocumentType(mediaType: string): boolean {
  return mediaType === '' || DOCUMENTS.test(mediaType)
}

/**
 * Parses a document; its structure counts, and the media types are heard where that leaves a choice.
 * @throws AssayError `source` when it is neither, both, or malformed.
 */
export function parseDocument(value: unknown, place: DocumentPlace): Document {
  const seen = decode(outline, value, place)
  const listed = Array.isArray(seen['manifests'])
  const single = seen['layers'] != null || seen['config'] != null
  if (seen.schemaVersion === 1 || 'fsLayers' in seen) return { kind: 'schema-1', value }
  if (listed && single)
    throw sourceError(`${place.name} is an index and a manifest at once`, { where: place.where })
  if (listed || /index|list/.test(seen.mediaType))
    return { kind: 'index', index: decode(index, value, place) }
  if (single) return { kind: 'manifest', manifest: decode(manifest, value, place) }
  throw sourceError(`${place.name} is neither an index nor a manifest`, { where: place.where })
}

/** Parses `index.json`. @throws AssayError `source` when it is malformed. */
export function parseIndex(value: unknown, place: DocumentPlace): Index {
  return decode(index, value, place)
}

/** What a manifest holds. */
export type Content =
  | { readonly kind: 'image' }
  | { readonly kind: 'attestation' }
  | { readonly kind: 'artifact'; readonly type: string }

const IMAGE_CONFIGS = new Set([
  '',
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
  // Registries once stored Docker configs under this type.
  'application/octet-stream',
])

/** in-toto statements, bare or in a signed envelope, and cosign's signatures of images. */
const STATEMENT =
  /^application\/(vnd\.in-toto\+json|vnd\.dsse\.envelope\.v1\+json|vnd\.dev\.sigstore\.bundle(\.v0\.\d+\+json|\+json;version=0\.\d+)|vnd\.dev\.cosign\.simplesigning\.v1\+json)$/

/** True for a layer that carries an in-toto statement or a signature. */
export function isStatementType(mediaType: string): boolean {
  return STATEMENT.test(mediaType)
}

/** What a manifest holds, by what it says of itself. */
export function contentOf(manifest: Manifest): Content {
  const { layers, config, artifactType } = manifest
  if (layers.length > 0 && layers.every((layer) => isStatementType(layer.mediaType)))
    return { kind: 'attestation' }
  if (!IMAGE_CONFIGS.has(config.mediaType))
    return { kind: 'artifact', type: artifactType || config.mediaType }
  // cosign's signatures and SBOMs borrow the config type of images, and hold no layer of a file system.
  const [first] = layers
  if (first !== undefined && !layers.some((layer) => /layer|rootfs/.test(layer.mediaType)))
    return { kind: 'artifact', type: artifactType || first.mediaType }
  if (artifactType !== '' && manifest.subject !== null)
    return { kind: 'artifact', type: artifactType }
  return { kind: 'image' }
}
