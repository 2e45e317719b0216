// The entries of an image's layer, from the inventory.
import type { ImageFacts } from '../core/index.ts'
import type { Inventory } from '../inventory/index.ts'
import { LayerBlock } from '../layer/index.ts'

/** The layer's entries; null when it could not be read. */
export function blockOf(inventory: Inventory, facts: ImageFacts, layer: number): LayerBlock | null {
  const diffId = facts.layers[layer]?.diffId
  const stored = diffId === undefined ? null : inventory.layer(diffId)
  return stored === null ? null : LayerBlock.decode(stored.block)
}
