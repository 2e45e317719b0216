// What a reader of layers is asked, and what it answers. Plain data: both cross threads.
import type {
  AssayError,
  ByteRange,
  Digest,
  Unknown,
  WantedFile,
  WantPattern,
} from '../core/index.ts'
import type { LayerLimits } from './limits.ts'

/** Digests of contents that only some package records need. */
export type ExtraDigest = 'md5' | 'sha1'

/** A layer to read. */
export interface LayerRequest {
  /** What the uncompressed bytes must hash to. */
  readonly diffId: Digest
  /** What the stored bytes must hash to; null when nothing says. */
  readonly blob: Digest | null
  readonly mediaType: string
  readonly source: ByteRange
  readonly wants: readonly WantPattern[]
  readonly digests: readonly ExtraDigest[]
  readonly limits: LayerLimits
}

/** What is known of a layer once it is read. True for ever: it depends on its bytes alone. */
export interface LayerFacts {
  readonly diffId: Digest
  /** Uncompressed bytes. */
  readonly size: number
  readonly entries: number
  readonly digests: readonly ExtraDigest[]
  /** A `LayerBlock`, encoded. */
  readonly block: Uint8Array
  readonly unknowns: readonly Unknown[]
  /** Files that somebody asked for, in archive order; equal contents share their bytes. */
  readonly wanted: readonly WantedFile[]
}

/** One of several layers: its position among the requests, and its facts or why there are none. */
export type LayerOutcome =
  | { readonly index: number; readonly facts: LayerFacts }
  | { readonly index: number; readonly error: AssayError }
