// What to open, and what an open archive gives.
import type { Readable } from 'node:stream'
import type { AssayError, ByteRange, ImageFacts, Platform } from '../core/index.ts'

/** What to open. */
export interface ImageQuery {
  /** Path of an archive or layout; `-` for standard input. */
  readonly reference: string
  /** What `-` stands for; null when there is none. */
  readonly stdin: Readable | null
  /** The platform to choose where there are several; null for linux and the host's architecture. */
  readonly platform: Platform | null
  /** Name, id or digest of one image; null for all. */
  readonly name: string | null
  readonly limits?: ImageLimits
}

/** Bounds on what an archive may ask for. */
export interface ImageLimits {
  /** Bytes of the temporary copy of a compressed archive or of standard input. */
  readonly spool: number
  /** Bytes that one byte of a compressed archive may become. */
  readonly ratio: number
  /** Members of an outer tar. */
  readonly members: number
}

/** Far above every real archive, and below what hurts. */
export const DEFAULT_IMAGE_LIMITS: ImageLimits = {
  spool: 128 * 2 ** 30,
  ratio: 200,
  members: 300_000,
}

/** An image whose manifest and config are read and verified; its layers are not read yet. */
export interface OpenImage {
  readonly facts: ImageFacts
  /** What reports call it: its name in the archive, else the path. */
  readonly reference: string
  /** What a person should know about how it was chosen, one sentence each. */
  readonly notes: readonly string[]
  /** Where a layer's blob lies; null when it is not here or not readable: an `Unknown` says why. */
  layer(position: number): ByteRange | null
}

/** The images of an archive. */
export interface OpenImages {
  readonly images: readonly OpenImage[]
  /** Errors of images that could not be opened while others could. */
  readonly errors: readonly AssayError[]
  /** Ends the use of the byte ranges. */
  close(): void
}
