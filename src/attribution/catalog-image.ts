// What is in an image, layer by layer, without asking where it comes from.
import type { ImageCatalog } from '../catalog/index.ts'
import type { InstalledPackage } from '../core/index.ts'
import type { LayerColumns, Overlay } from '../inventory/index.ts'
import { layersOfPackages } from './layer-of-package.ts'
import { Replay, type ResultsOf } from './replay.ts'

/** The merged image and its packages. */
export interface CatalogedImage {
  readonly overlay: Overlay
  readonly catalog: ImageCatalog
  /** Layer that brought a package as it is now; null when that is not known. */
  readonly layerOf: (item: InstalledPackage) => number | null
}

/** Merges `layers` layers and assembles the packages; a layer without a block is left out. */
export function catalogImage(
  layers: number,
  block: (layer: number) => LayerColumns | null,
  resultsOf: ResultsOf,
): CatalogedImage {
  const replay = new Replay(resultsOf)
  for (let layer = 0; layer < layers; layer += 1) {
    const columns = block(layer)
    if (columns !== null) replay.apply(columns, layer)
  }
  const { overlay } = replay
  const catalog = replay.catalog()
  return { overlay, catalog, layerOf: layersOfPackages(catalog, overlay) }
}
