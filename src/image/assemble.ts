// From config, layers and names to the facts of an image, with what could not be learned.
import {
  type AssayError,
  type Attestation,
  type ByteRange,
  type Digest,
  type ImageFacts,
  type ImageLayer,
  integrityError,
  type Platform,
  sourceError,
  type Unknown,
} from '../core/index.ts'
import { type ImageConfig, parseConfig } from './config.ts'
import { digestOfBytes } from './json.ts'
import { layerKind } from './layer-kind.ts'
import type { Store } from './store/store.ts'

/** A layer as its source describes it. */
export interface StoredLayer {
  readonly blob: Digest | null
  readonly mediaType: string
  readonly blobSize: number | null
  /** Where else the blob may be had (foreign layers). */
  readonly urls: readonly string[]
  /** Path of the blob in the store. */
  readonly path: string
}

/** What a source knows of an image. */
export interface ImageParts {
  readonly manifest: Digest | null
  readonly configBytes: Buffer
  readonly names: readonly string[]
  readonly annotations: Readonly<Record<string, string>>
  /** The platform that its index gives; null when none does. */
  readonly platform: Platform | null
  readonly layers: readonly StoredLayer[]
  readonly attestations: readonly Attestation[]
  readonly unknowns: readonly Unknown[]
}

/** An image whose facts are complete. */
export interface AssembledImage {
  readonly facts: ImageFacts
  readonly notes: readonly string[]
  /** Faults that leave the image usable but decide the exit status. */
  readonly errors: readonly AssayError[]
  layer(position: number): ByteRange | null
}

/**
 * The image that the parts make.
 * @throws AssayError `source` when the config is malformed, `integrity` when it does not fit the layers.
 */
export function assembleImage(store: Store, parts: ImageParts): AssembledImage {
  const digest = digestOfBytes(parts.configBytes)
  const place = { name: `the config ${digest}`, where: store.where }
  const config = parseConfig(parts.configBytes, place)
  checkLayers(config, parts, place)
  const layers = config.diffIds.flatMap((diffId, position) => {
    const stored = parts.layers[position]
    return stored === undefined ? [] : [{ diffId, stored }]
  })
  const platform = platformOf(config, parts)
  const { history, settings, created, author } = config
  const facts: ImageFacts = {
    config: digest,
    manifest: parts.manifest,
    names: parts.names,
    platform,
    created,
    author,
    history,
    settings,
    layers: layers.map(({ diffId, stored }) => layerOf(diffId, stored)),
    annotations: parts.annotations,
    attestations: parts.attestations,
    configText: parts.configBytes.toString('utf8'),
    unknowns: [
      ...windowsUnknown(digest, platform),
      ...historyUnknown(digest, config),
      ...layers.flatMap(({ diffId, stored }) => layerUnknown(store, diffId, stored)),
      ...parts.unknowns,
    ],
  }
  return {
    facts,
    notes: [],
    errors: [],
    layer(position) {
      const stored = parts.layers[position]
      if (stored === undefined || !isReadable(stored)) return null
      return store.range(stored.path)
    },
  }
}

function layerOf(diffId: Digest, stored: StoredLayer): ImageLayer {
  const { blob, mediaType, blobSize } = stored
  return { diffId, blob, mediaType, blobSize }
}

function checkLayers(
  config: ImageConfig,
  parts: ImageParts,
  place: { readonly name: string; readonly where: string },
): void {
  const { where, name } = place
  const claimed = config.diffIds.length
  const found = parts.layers.length
  if (claimed !== found)
    throw integrityError(
      `${name} has ${count(claimed, 'diff_id')}, and the image has ${count(found, 'layer')}`,
      {
        where,
        hint: 'The archive was cut or edited: no engine loads it. Save the image again.',
      },
    )
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function platformOf(config: ImageConfig, parts: ImageParts): Platform {
  const { os, architecture, variant } = config.platform
  const listed = parts.platform ?? { os: '', architecture: '', variant: '' }
  if (architecture === '' && listed.architecture !== '') return listed
  // Engines took a config without a system for Linux before other systems had containers.
  return { os: os || listed.os || 'linux', architecture, variant }
}

function windowsUnknown(subject: Digest, platform: Platform): Unknown[] {
  if (platform.os.toLowerCase() !== 'windows') return []
  const reason = 'a Windows image: its files, registry hives and packages are not understood'
  return [{ subject, place: '', reader: 'image', reason, weight: 'fatal' }]
}

function historyUnknown(subject: Digest, config: ImageConfig): Unknown[] {
  const filled = config.history.filter((entry) => !entry.emptyLayer).length
  const layers = config.diffIds.length
  if (filled === layers) return []
  const reason =
    config.history.length === 0
      ? `the config has no history for its ${count(layers, 'layer')}`
      : `the history explains ${count(filled, 'layer')}, and the image has ${layers}`
  return [{ subject, place: 'history', reader: 'image', reason, weight: 'partial' }]
}

function isReadable(stored: StoredLayer): boolean {
  const kind = layerKind(stored.mediaType)
  return kind === 'tar' || kind === 'foreign'
}

function layerUnknown(store: Store, diffId: Digest, stored: StoredLayer): Unknown[] {
  const reason = whyUnreadable(store, stored)
  if (reason === null) return []
  const place = stored.blob ?? stored.path
  return [{ subject: diffId, place, reader: 'image', reason, weight: 'fatal' }]
}

function whyUnreadable(store: Store, stored: StoredLayer): string | null {
  const kind = layerKind(stored.mediaType)
  if (kind === 'encrypted') return `the layer is encrypted (${stored.mediaType})`
  if (kind === 'unknown') return `the layer is of an unknown kind (${stored.mediaType})`
  const size = store.size(stored.path)
  if (size === null) return whyAbsent(stored, kind === 'foreign')
  if (stored.blobSize !== null && stored.blobSize !== size)
    throw integrityError(
      `the layer ${stored.blob ?? stored.path} has ${size} bytes, and the manifest says ${stored.blobSize}`,
      { where: store.where },
    )
  return null
}

function whyAbsent(stored: StoredLayer, foreign: boolean): string {
  const name = stored.blob ?? stored.path
  if (!foreign && stored.urls.length === 0) return `the layer ${name} is not in the archive`
  const [url] = stored.urls
  const elsewhere = url === undefined ? '' : `; it is kept at ${url}`
  return `the layer ${name} is foreign and not in the archive${elsewhere}`
}

/** The error for a config that is not there. */
export function missingConfig(store: Store, name: string): AssayError {
  const doubt = store.suspicion === '' ? '' : ` (${store.suspicion})`
  return sourceError(`the config ${name} is not in the archive${doubt}`, {
    where: store.where,
    hint: 'Copy or save the image again.',
  })
}
