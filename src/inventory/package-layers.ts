// The layer that brought a package as it is now, told by the files it is known by: no catalog of the layers
// below is needed for that.
import type { ImageCatalog } from '../catalog/index.ts'
import type { InstalledPackage } from '../core/index.ts'
import type { Overlay } from './view.ts'

/** Records of all packages together: every layer that installs something writes them. */
const SHARED = /^(var\/lib\/dpkg\/status|(usr\/)?lib\/apk\/db\/installed|etc\/apk\/world)$/

/** Tells for each package of the image the layer that brought it; null when that is not known. */
export function layersOfPackages(
  catalog: ImageCatalog,
  overlay: Overlay,
): (item: InstalledPackage) => number | null {
  const layers = new Map<string, number>()
  for (const item of catalog.packages) {
    const layer = layerOf(item, overlay)
    if (layer !== null) layers.set(`${item.purl} ${item.location}`, layer)
  }
  return ({ purl, location }) => layers.get(`${purl} ${location}`) ?? null
}

/** The newest of a package's own records and files: an upgrade changes at least one of them. */
function layerOf(item: InstalledPackage, overlay: Overlay): number | null {
  const own = item.evidence.filter((path) => !SHARED.test(path))
  const records = newest(own, overlay)
  if (records !== null) return records
  let layer: number | null = null
  for (const { path, digest, algorithm } of item.files) {
    const file = algorithm === '' ? undefined : overlay.resolve(path)
    if (algorithm === '' || file === undefined || file[algorithm] !== digest) continue
    layer = Math.max(layer ?? 0, file.contentLayer)
  }
  return layer ?? newest(item.evidence, overlay)
}

function newest(paths: readonly string[], overlay: Overlay): number | null {
  let layer: number | null = null
  for (const path of paths) {
    const file = overlay.resolve(path)
    if (file !== undefined && (layer === null || file.contentLayer > layer))
      layer = file.contentLayer
  }
  return layer
}
