// Files of images that the inventory knows, by content: what `COPY --from=IMAGE` can be held against.
import type { FilesOfImage } from '../attribution/index.ts'
import type { Digest } from '../core/index.ts'
import type { Inventory } from '../inventory/index.ts'

/** Looks images up by reference, each once; an image is not its own source. */
export function filesOfImages(inventory: Inventory, own: Digest): FilesOfImage {
  const known = new Map<string, ReadonlyMap<string, string> | null>()
  return (reference) => {
    const found = known.get(reference)
    if (found !== undefined) return found
    const config = inventory.imageNamed(reference)
    const files = config === null || config === own ? null : filesIn(inventory, config)
    known.set(reference, files)
    return files
  }
}

function filesIn(inventory: Inventory, config: Digest): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const { kind, sha256, path } of inventory.overlay(config).matching(() => true)) {
    if (kind === 'file' && sha256 !== '' && !files.has(sha256)) files.set(sha256, path)
  }
  return files
}
