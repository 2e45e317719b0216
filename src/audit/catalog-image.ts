// What is in an image, without asking where it comes from: its layers merged, the files that catalogers read
// picked from the merged tree, their rows assembled.
import { assembleCatalog, type FoundFile, type ImageCatalog, isRead } from '../catalog/index.ts'
import type { ImageFacts, InstalledPackage } from '../core/index.ts'
import { type Inventory, layersOfPackages, Overlay } from '../inventory/index.ts'
import { blockOf } from './block.ts'

/** The merged image and its packages. */
export interface CatalogedImage {
  readonly overlay: Overlay
  readonly catalog: ImageCatalog
  /** Layer that brought a package as it is now; null when that is not known. */
  readonly layerOf: (item: InstalledPackage) => number | null
}

/** Merges the first `layers` layers of an image and assembles the packages; a layer that was not read is left out. */
export function catalogImage(
  inventory: Inventory,
  facts: ImageFacts,
  layers: number = facts.layers.length,
): CatalogedImage {
  const overlay = new Overlay()
  for (let layer = 0; layer < layers; layer += 1) {
    const block = blockOf(inventory, facts, layer)
    if (block !== null) overlay.apply(block, layer)
  }
  const catalog = assembleCatalog(foundIn(overlay, inventory), overlay)
  return { overlay, catalog, layerOf: layersOfPackages(catalog, overlay) }
}

function foundIn(overlay: Overlay, inventory: Inventory): FoundFile[] {
  const contents = new Map<string, string>()
  for (const { path, kind, sha256 } of overlay.matching(isRead)) {
    if (kind === 'file') contents.set(path, sha256)
  }
  const results = inventory.catalogResults([...contents.values()].filter((each) => each !== ''))
  return Array.from(contents, ([path, sha256]) => ({
    path,
    sha256,
    results: results.get(sha256) ?? [],
  }))
}
