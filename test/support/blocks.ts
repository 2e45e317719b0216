// Layers for tests of the inventory without tar: entries as an encoded block.
import type { Entry } from '../../src/core/index.ts'
import type { LayerRecord } from '../../src/inventory/index.ts'
import { encodeEntries } from '../../src/layer/index.ts'
import { digestFor } from './inventory.ts'

/** A stored layer with these entries; its name stands for its digest. */
export function layerOf(name: string, entries: readonly Entry[]): LayerRecord {
  return {
    diffId: digestFor(name),
    size: 512 * entries.length,
    entries: entries.length,
    digests: [],
    block: encodeEntries(entries),
    unknowns: [],
  }
}
