// The documents of an OCI image layout (image-spec, image-layout.md), from `index.json` down through nested
// indexes to manifests, each verified against its descriptor, each told apart from what is no image.
import {
  AssayError,
  type Digest,
  integrityError,
  isDigest,
  parseDigest,
  sourceError,
} from '../../core/index.ts'
import { DOCUMENT_LIMIT, digestOfBytes, INDEX_LIMIT, parseJson } from '../json.ts'
import {
  contentOf,
  type Descriptor,
  type Index,
  isDocumentType,
  type Manifest,
  parseDocument,
  parseIndex,
} from '../manifest.ts'
import type { Store } from '../store/store.ts'

/** Annotations inherited from the indexes above, nearest last. */
export type Annotations = Readonly<Record<string, string>>

/** What stands behind a descriptor. */
export type Node = Content & {
  readonly descriptor: Descriptor
  /** Annotations of the indexes above and of the descriptor. */
  readonly annotations: Annotations
  /** Digests of the indexes above, outermost first; `index.json` has none. */
  readonly within: readonly Digest[]
}

type Content =
  | { readonly kind: 'image'; readonly digest: Digest; readonly manifest: Manifest }
  | { readonly kind: 'schema-1'; readonly digest: Digest; readonly bytes: Buffer }
  | { readonly kind: 'attestation'; readonly manifest: Manifest }
  | { readonly kind: 'artifact'; readonly type: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'broken'; readonly error: AssayError }

type Found = Content | { readonly kind: 'index'; readonly index: Index }

/** A node that is an image. */
export type ImageNode = Extract<Node, { kind: 'image' | 'schema-1' }>

/** One descriptor of `index.json` with all that is below it. */
export interface Top {
  readonly descriptor: Descriptor
  /** True when it is an index: its images are one image for several platforms. */
  readonly index: boolean
  readonly nodes: readonly Node[]
}

const DEPTH_LIMIT = 8
const DESCRIPTOR_LIMIT = 4096
/** Bytes of all documents: real ones have a few thousand each. */
const TOTAL_LIMIT = 32 << 20

/** Names the manifest that a manifest is about (BuildKit, attestation storage). */
export const REFERENCE = 'vnd.docker.reference.digest'

/** Type of the config of a BuildKit cache. */
const CACHE = /^application\/vnd\.buildkit\.cacheconfig\./

/**
 * Reads all documents of a layout.
 * @throws AssayError `source` when `index.json` is missing, malformed or lists too much.
 */
export function readTree(store: Store): readonly Top[] {
  const { where } = store
  const bytes = store.read('index.json', INDEX_LIMIT)
  if (bytes === null) throw sourceError('the image layout has no index.json', { where })
  const place = { name: 'index.json', where }
  const index = parseIndex(parseJson(bytes, place), place)
  const reader = new TreeReader(store)
  return index.manifests.map((descriptor) => reader.top(descriptor))
}

const EDITED = 'It was damaged or edited after it was written: copy or save the image again.'

/** Path of a blob in a layout. */
export function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}

/**
 * A blob, verified; null when it is not there.
 * @throws AssayError `integrity` when size or digest differ, `source` when it cannot be read.
 */
export function readBlob(store: Store, descriptor: Descriptor, limit: number): Buffer | null {
  const { where } = store
  const digest = parseDigest(descriptor.digest, where)
  const bytes = store.read(blobPath(digest), limit)
  if (bytes === null) return null
  if (bytes.length !== descriptor.size)
    throw integrityError(
      `the blob ${digest} has ${bytes.length} bytes, and its descriptor says ${descriptor.size}`,
      { where, hint: EDITED },
    )
  const found = digestOfBytes(bytes)
  if (found !== digest)
    throw integrityError(`the blob ${digest} has the digest ${found}`, { where, hint: EDITED })
  return bytes
}

class TreeReader {
  readonly #store: Store
  readonly #seen = new Set<string>()
  readonly #read = new Map<string, Found>()
  #count = 0
  #bytes = 0

  constructor(store: Store) {
    this.#store = store
  }

  top(descriptor: Descriptor): Top {
    this.#seen.clear()
    const nodes: Node[] = []
    const index = this.#visit(descriptor, descriptor.annotations, { nodes, within: [] })
    return { descriptor, index, nodes }
  }

  /** Adds what is behind a descriptor; true when that is an index. */
  #visit(
    descriptor: Descriptor,
    annotations: Annotations,
    into: { readonly nodes: Node[]; readonly within: readonly Digest[] },
  ): boolean {
    this.#count += 1
    const { where } = this.#store
    if (this.#count > DESCRIPTOR_LIMIT)
      throw sourceError(`the image layout lists more than ${DESCRIPTOR_LIMIT} manifests`, { where })
    if (into.within.length >= DEPTH_LIMIT)
      throw sourceError(`the indexes are nested more than ${DEPTH_LIMIT} deep`, { where })
    // The same manifest twice below one descriptor is one image; an index in itself cannot be written.
    if (this.#seen.has(descriptor.digest)) return false
    this.#seen.add(descriptor.digest)
    const seen = { descriptor, annotations, within: into.within }
    const document = this.#document(descriptor)
    if (document.kind !== 'index') {
      into.nodes.push({ ...seen, ...document })
      return false
    }
    const inherited = { ...annotations, ...document.index.annotations }
    const within = [...into.within, parseDigest(descriptor.digest, where)]
    for (const below of document.index.manifests)
      this.#visit(below, { ...inherited, ...below.annotations }, { nodes: into.nodes, within })
    return true
  }

  /** What a descriptor points at; the same one is read once, however often it is listed. */
  #document(descriptor: Descriptor): Found {
    const { mediaType, artifactType, digest, size } = descriptor
    if (!isDocumentType(mediaType)) return { kind: 'artifact', type: artifactType || mediaType }
    const key = `${digest} ${size} ${refersToImage(descriptor)}`
    const known = this.#read.get(key) ?? this.#attempt(descriptor)
    this.#read.set(key, known)
    return known
  }

  #attempt(descriptor: Descriptor): Found {
    try {
      return this.#parse(descriptor)
    } catch (thrown) {
      if (thrown instanceof AssayError) return { kind: 'broken', error: thrown }
      throw thrown
    }
  }

  #parse(descriptor: Descriptor): Found {
    const { where } = this.#store
    this.#bytes += Math.min(descriptor.size, DOCUMENT_LIMIT)
    if (this.#bytes > TOTAL_LIMIT)
      throw sourceError(`its manifests have more than ${TOTAL_LIMIT} bytes together`, { where })
    const bytes = readBlob(this.#store, descriptor, DOCUMENT_LIMIT)
    if (bytes === null) return { kind: 'absent' }
    const digest = digestOfBytes(bytes)
    const place = { name: `the manifest ${digest}`, where }
    const document = parseDocument(parseJson(bytes, place), place)
    if (document.kind === 'schema-1') return { kind: document.kind, digest, bytes }
    if (document.kind === 'index') return document
    const { manifest } = document
    if (refersToImage(descriptor)) return { kind: 'attestation', manifest }
    const content = contentOf(manifest)
    if (content.kind === 'artifact') return content
    return content.kind === 'image'
      ? { kind: 'image', digest, manifest }
      : { kind: 'attestation', manifest }
  }
}

/** BuildKit marks what refers to an image; whatever the mark says, it is no image itself. */
export function refersToImage({ annotations }: Descriptor): boolean {
  return annotations['vnd.docker.reference.type'] !== undefined
}

/** True for the parts of a build cache. */
export function isCacheType(type: string): boolean {
  return CACHE.test(type)
}

/** Digest of the image that an attestation is about; null when it names none. */
export function subjectOf(node: Node): Digest | null {
  if (node.kind !== 'attestation') return null
  const named =
    node.manifest.subject?.digest ??
    node.descriptor.annotations[REFERENCE] ??
    cosignSubject(node.annotations['org.opencontainers.image.ref.name'] ?? '')
  return isDigest(named) ? named : null
}

/** cosign's older tags: `sha256-<hex>.att`, `….sig`; and the tag of a registry without referrers. */
function cosignSubject(name: string): string {
  const hex = /(?:^|:)sha256-([0-9a-f]{64})(?:\.\w+)?$/.exec(name)?.[1]
  return hex === undefined ? '' : `sha256:${hex}`
}
