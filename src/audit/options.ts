// What an audit is asked to do. The command line fills every field; nothing here has a default.
import type { Readable } from 'node:stream'
import type { Platform } from '../core/index.ts'
import type { Policy } from '../policy/index.ts'

/** Where the image is, and how it is read. */
export interface ImageRequest {
  /** Path of an archive or layout; `-` for standard input. */
  readonly reference: string
  readonly stdin: Readable | null
  readonly platform: Platform | null
  /** Name of one image in an archive of several; null for all. */
  readonly name: string | null
  /** Read layers again that the inventory knows. */
  readonly verify: boolean
  /** Layers read at the same time; 0 reads in this thread. */
  readonly threads: number
  /** Called with what is being done, many times. */
  readonly progress: (text: string) => void
}

/** Where the description is. */
export interface DescriptionRequest {
  /** `REPO[#REV[:CONTEXT]]`; null when none was named. */
  readonly source: string | null
  readonly dockerfile: string | null
  readonly context: string | null
  readonly target: string | null
  readonly arguments: Readonly<Record<string, string>>
}

/** Who may sign attestations: what options name, files by their paths. */
export interface TrustRequest {
  /** Public keys in PEM. */
  readonly keys: readonly string[]
  readonly identity: string | null
  readonly identityRegexp: string | null
  readonly issuer: string | null
  readonly issuerRegexp: string | null
  /** Root certificates in PEM. */
  readonly roots: readonly string[]
  readonly intermediates: readonly string[]
  /** Chains in PEM: intermediates first, the root last. */
  readonly chains: readonly string[]
  /** Public key of the transparency log in PEM; null. */
  readonly log: string | null
}

/** Nobody is trusted. */
export const TRUST_NOBODY: TrustRequest = {
  keys: [],
  identity: null,
  identityRegexp: null,
  issuer: null,
  issuerRegexp: null,
  roots: [],
  intermediates: [],
  chains: [],
  log: null,
}

/** One image to compare, with all that it is compared with. */
export interface CompareOptions {
  readonly image: ImageRequest
  readonly description: DescriptionRequest
  /** Path of the base image; null when none was named. */
  readonly base: string | null
  /** Folders of repositories, repositories and bundles that descriptions may be found in. */
  readonly repositories: readonly string[]
  /** Who may sign attestations. */
  readonly trust: TrustRequest
  /** Folders and registries with archives of packages, to hold the image's files against. */
  readonly archives: readonly string[]
  /** What assay.yaml says; null when there is none. */
  readonly policy: Policy | null
  /** File of the inventory. */
  readonly db: string
}

/** A whole audit. */
export interface AuditOptions extends CompareOptions {
  /** Folders with rules; later ones override. */
  readonly rules: readonly string[]
  /** File of the lock that the image is held against; null for none. */
  readonly lock: string | null
  /** Date that ages refer to, RFC 3339. */
  readonly at: string
}
