// A base whose layers a builder wrote again with other times: the digests differ, all else is equal.
import type { ImageFacts } from '../core/index.ts'
import { joinPath } from '../core/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { LayerBlock } from '../layer/index.ts'
import { blockOf } from './block.ts'

/** True when the base's layers are the first of the image, but for the times in them. */
export function isRewritten(base: ImageFacts, image: ImageFacts, inventory: Inventory): boolean {
  if (base.layers.length === 0 || base.layers.length >= image.layers.length) return false
  return base.layers.every(({ diffId }, index) => {
    if (diffId === image.layers[index]?.diffId) return true
    const [was, is] = [blockOf(inventory, base, index), blockOf(inventory, image, index)]
    return was !== null && is !== null && isEqual(was, is)
  })
}

function isEqual(was: LayerBlock, is: LayerBlock): boolean {
  if (was.count !== is.count) return false
  const known = entriesOf(was)
  return [...entriesOf(is)].every(([path, text]) => known.get(path) === text)
}

/** What each entry is, but for its time; a path that stands twice counts as it is in the end. */
function entriesOf(block: LayerBlock): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (let index = 0; index < block.count; index += 1) {
    const folder = block.directories[block.directoryOf[index] ?? 0] ?? ''
    const facts = [
      block.kindAt(index),
      block.modeAt(index),
      block.uidAt(index),
      block.gidAt(index),
      block.targetAt(index),
      block.sha256At(index),
      Object.entries(block.xattrsAt(index)).sort(),
    ]
    found.set(joinPath(folder, block.nameAt(index)), JSON.stringify(facts))
  }
  return found
}
