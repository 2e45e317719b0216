// Images of an OCI image layout (image-spec, image-layout.md): which descriptors are one image for several
// platforms and which are several images; and how a chosen one is opened.
import { type Digest, type Platform, parseDigest, sourceError } from '../../core/index.ts'
import { type AssembledImage, assembleImage, missingConfig, type StoredLayer } from '../assemble.ts'
import { attestationsOf } from '../attestation.ts'
import { DOCUMENT_LIMIT } from '../json.ts'
import type { Manifest } from '../manifest.ts'
import { normalPlatform, platformText } from '../platform.ts'
import { openSchema1 } from '../schema-1.ts'
import type { Store } from '../store/store.ts'
import type { ChosenImage, LayoutImage } from './oci-choice.ts'
import { blobPath, isCacheType, type Node, readBlob, refersToImage, type Top } from './oci-tree.ts'

/** The images of a layout, each with all its platforms, in the order of `index.json`. */
export function layoutImages(tops: readonly Top[]): readonly LayoutImage[] {
  const groups = new Map<string, LayoutImage[]>()
  for (const [position, { descriptor, index, nodes }] of tops.entries()) {
    const name = nameOf(descriptor.annotations)
    const image = { names: name === '' ? [] : [name], nodes: nodes.filter(mayBeImage) }
    if (image.nodes.length === 0) continue
    const key = index ? `index ${position}` : `name ${name}`
    groups.set(key, [...(groups.get(key) ?? []), image])
  }
  return [...groups.values()].flatMap((images) => {
    const nodes = images.flatMap((image) => image.nodes)
    return arePlatforms(nodes) ? [{ names: images[0]?.names ?? [], nodes }] : images
  })
}

/** What is no image and no sign of one is left out: attestations, artifacts, what points at an image. */
function mayBeImage({ kind, descriptor }: Node): boolean {
  return kind !== 'attestation' && kind !== 'artifact' && !refersToImage(descriptor)
}

/** containerd's full name before the tag that the specification has. */
function nameOf(annotations: Readonly<Record<string, string>>): string {
  return (
    annotations['io.containerd.image.name'] ??
    annotations['org.opencontainers.image.ref.name'] ??
    ''
  )
}

/** True when manifests of one name are told apart by their platforms: one image, not several. */
function arePlatforms(nodes: readonly Node[]): boolean {
  const texts = nodes.map(({ descriptor: { platform } }) =>
    platform === null ? '' : platformText(platform),
  )
  return nodes.length > 1 && !texts.includes('') && new Set(texts).size === texts.length
}

/** The error for a layout without an image: it names what is there instead. */
export function noImage(store: Store, nodes: readonly Node[]): Error {
  const { where } = store
  const types = artifactTypes(nodes)
  const hint = 'Give an image: this holds no file system to audit.'
  if (types.some(isCacheType))
    return sourceError('it is a BuildKit cache, not an image', { where, hint })
  const [type] = types
  if (type !== undefined)
    return sourceError(`it is an artifact of type ${type}, not an image`, { where, hint })
  return nodes.length > 0
    ? sourceError('it holds attestations or signatures and no image', { where, hint })
    : sourceError('index.json lists no manifests', { where })
}

/** Media types of what lies in a layout and is no image. */
export function artifactTypes(nodes: readonly Node[]): readonly string[] {
  const types = nodes.flatMap((node) => (node.kind === 'artifact' ? [node.type] : []))
  return [...new Set(types)].sort()
}

/**
 * Reads the config of a chosen image.
 * @throws AssayError as `assembleImage`, and when the config is missing or does not match its digest.
 */
export function openChosen(
  store: Store,
  chosen: ChosenImage,
  nodes: readonly Node[],
): AssembledImage {
  const { node, names, notes } = chosen
  if (node.kind === 'schema-1') return { ...openSchema1(store, node, names), notes }
  const { manifest, digest } = node
  const bytes = readBlob(store, manifest.config, DOCUMENT_LIMIT)
  if (bytes === null) throw missingConfig(store, manifest.config.digest)
  const { attestations, unknowns, errors } = attestationsOf(store, nodes, node)
  const image = assembleImage(store, {
    manifest: digest,
    configBytes: bytes,
    names,
    annotations: ownAnnotations({ ...node.annotations, ...manifest.annotations }),
    platform: node.descriptor.platform,
    layers: storedLayers(manifest, store),
    attestations,
    unknowns,
  })
  const listed = node.descriptor.platform
  const found = image.facts.platform
  return { ...image, notes: [...notes, ...contradiction(listed, found)], errors }
}

/** What is said when the index gives another platform than the config; configs often lack the variant. */
function contradiction(listed: Platform | null, found: Platform): string[] {
  if (listed === null || listed.architecture === '') return []
  const [index, config] = [listed, found].map((platform) =>
    platformText({ ...normalPlatform(platform), variant: '' }),
  )
  return index === config ? [] : [`its index says ${index}, and its config ${config}`]
}

function storedLayers(manifest: Manifest, store: Store): StoredLayer[] {
  return manifest.layers.map(({ digest, mediaType, size, urls }) => {
    const blob: Digest = parseDigest(digest, store.where)
    return { blob, mediaType, blobSize: size, urls, path: blobPath(blob) }
  })
}

/** Annotations without those that say where the image lies or came from: they are not the image's. */
function ownAnnotations(all: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(all).filter(
    ([key]) => key !== 'org.opencontainers.image.ref.name' && !/^(io\.)?containerd\b/.test(key),
  )
  return Object.fromEntries(kept)
}
