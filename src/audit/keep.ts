// Keeps what assembling an image gave: its packages as rows, and whole for the next run.
import type { Inventory, StoredContents } from '../inventory/index.ts'
import type { CatalogedImage } from './catalog-image.ts'
import { type Intake, readersOf } from './intake.ts'

/** Stores the image with its packages, and gives its contents. */
export function keepImage(
  inventory: Inventory,
  taken: Intake,
  { catalog, overlay, layerOf }: CatalogedImage,
): StoredContents {
  const { facts } = taken
  inventory.putImage(facts, catalog, layerOf)
  const contents = {
    distribution: catalog.distribution,
    packages: catalog.packages,
    layers: catalog.packages.map(layerOf),
    unknowns: [...catalog.unknowns, ...overlay.notes],
  }
  inventory.putContents(facts.config, readersOf(taken), contents)
  return contents
}
