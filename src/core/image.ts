// An image as its manifest and config describe it (OCI image-spec: manifest.md, config.md).
import type { Digest } from './digest.ts'
import type { Unknown } from './entry.ts'

/** Operating system, architecture and variant, as in `linux/arm64/v8`. */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant: string
}

/** `linux/arm64/v8`; parts that are not known are left out. */
export function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== '').join('/')
}

/** One entry of the config's history. */
export interface HistoryEntry {
  /** RFC 3339 text as written; '' when absent. */
  readonly created: string
  readonly createdBy: string
  readonly comment: string
  readonly author: string
  readonly emptyLayer: boolean
}

/** The settings a container starts with (config.md, "config" property). Absent lists are empty. */
export interface ImageSettings {
  readonly env: readonly string[]
  readonly entrypoint: readonly string[] | null
  readonly cmd: readonly string[] | null
  readonly user: string
  readonly workingDir: string
  readonly exposedPorts: readonly string[]
  readonly volumes: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly stopSignal: string
  readonly shell: readonly string[] | null
  readonly healthcheck: string
  readonly onBuild: readonly string[]
}

/** The settings of an image that has none: what FROM scratch begins with. */
export const NO_SETTINGS: ImageSettings = {
  env: [],
  entrypoint: null,
  cmd: null,
  user: '',
  workingDir: '',
  exposedPorts: [],
  volumes: [],
  labels: {},
  stopSignal: '',
  shell: null,
  healthcheck: '',
  onBuild: [],
}

/** One layer of an image. */
export interface ImageLayer {
  readonly diffId: Digest
  /** Digest of the stored blob as the manifest gives it; null where a format has none (docker save, older layout). */
  readonly blob: Digest | null
  readonly mediaType: string
  /** Bytes of the stored blob; null when unknown. */
  readonly blobSize: number | null
}

/** An attestation or a signature found beside the image: kept as bytes, judged elsewhere. */
export interface Attestation {
  /** As it says itself; for a signature of cosign's older form, its own name for what it is. */
  readonly predicateType: string
  readonly digest: Digest
  readonly statement: string
  readonly mediaType: string
  /** Of the layer that holds it: cosign keeps signatures and certificates there. */
  readonly annotations: Readonly<Record<string, string>>
  /** Digests that name the image: its manifest, and the indexes that list that. */
  readonly about: readonly Digest[]
  /** What a signature over plain bytes signs: the manifest; '' where the attestation holds what it signs. */
  readonly message: string
}

/** Everything about an image but the content of its layers. */
export interface ImageFacts {
  /** Digest of the config: the image's identity in the inventory (docker's image id). */
  readonly config: Digest
  /** Digest of the manifest; null where the archive has none. */
  readonly manifest: Digest | null
  /** Names the archive gives it, as `name:tag`; may be empty. */
  readonly names: readonly string[]
  readonly platform: Platform
  /** RFC 3339 text, '' when absent. */
  readonly created: string
  readonly author: string
  readonly history: readonly HistoryEntry[]
  readonly settings: ImageSettings
  readonly layers: readonly ImageLayer[]
  readonly annotations: Readonly<Record<string, string>>
  readonly attestations: readonly Attestation[]
  /** The config's own JSON text. */
  readonly configText: string
  readonly unknowns: readonly Unknown[]
}

/** Where the bytes of a blob lie: a range of an open file. Worker threads share file descriptors. */
export interface ByteRange {
  readonly fd: number
  readonly offset: number
  readonly length: number
}
