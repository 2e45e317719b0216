// Layers as open files for tests: bytes on disk, and the request that reads them.
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Digest, Entry } from '../../src/core/index.ts'
import {
  DEFAULT_LAYER_LIMITS,
  LayerBlock,
  type LayerFacts,
  type LayerLimits,
  type LayerRequest,
  readLayer,
} from '../../src/layer/index.ts'
import { type Member, makeTar, sha256 } from './image.ts'
import { temporaryFolder } from './inventory.ts'

/** What a test says of a request; `tar` gives the diff_id where the stored bytes are not gzip or plain. */
export interface LayerOptions extends Partial<Omit<LayerRequest, 'limits' | 'source'>> {
  readonly tar?: Buffer
  readonly limits?: Partial<LayerLimits>
}

/** Bytes as an open file, with the request that reads them; `use` is done when its promise is. */
export async function withLayer<Result>(
  stored: Buffer,
  options: LayerOptions,
  use: (request: LayerRequest) => Promise<Result>,
): Promise<Result> {
  const { tar, limits, ...rest } = options
  const plain = tar ?? (stored[0] === 0x1f && stored[1] === 0x8b ? gunzipSync(stored) : stored)
  const file = join(temporaryFolder(), 'layer')
  writeFileSync(file, stored)
  const fd = openSync(file, 'r')
  try {
    return await use({
      diffId: digest(plain),
      blob: null,
      mediaType: '',
      source: { fd, offset: 0, length: stored.length },
      wants: [],
      digests: [],
      limits: { ...DEFAULT_LAYER_LIMITS, ...limits },
      ...rest,
    })
  } finally {
    closeSync(fd)
  }
}

/** The sha256 of bytes as a digest. */
export function digest(bytes: Uint8Array): Digest {
  return `sha256:${sha256(bytes)}`
}

/** The facts of a layer with these stored bytes. */
export function readStored(stored: Buffer, options: LayerOptions = {}): Promise<LayerFacts> {
  return withLayer(stored, options, readLayer)
}

/** The entries in a block. */
export function entriesIn(facts: LayerFacts): Entry[] {
  return [...LayerBlock.decode(facts.block).entries()]
}

/** The facts of a layer with these members. */
export async function readMembers(
  members: readonly Member[],
  options: LayerOptions = {},
): Promise<LayerFacts> {
  return readStored(await makeTar(members), options)
}
