// The origin of every file of the merged image, and how many files and bytes each origin has.
import type { FileOrigin, OriginCount } from '../core/index.ts'
import { byCodeUnit } from '../core/index.ts'
import type { Overlay } from '../inventory/index.ts'
import type { Base } from './base.ts'

/** The origin of every file in order of path; what no layer of the image's own brought is the base's. */
export function originsOf(
  overlay: Overlay,
  known: ReadonlyMap<string, FileOrigin>,
  base: Base | null,
): readonly FileOrigin[] {
  const unknown = {
    origin: base === null ? ('unexplained' as const) : ('base' as const),
    strength: base?.strength ?? ('guessed' as const),
    step: null,
    owner: base?.reference ?? '',
    evidence:
      base === null
        ? 'nothing is known of the layer it lies in'
        : `its layer belongs to the base image (${base.how})`,
  }
  const files: FileOrigin[] = []
  for (const file of overlay.files()) {
    const { kind } = file
    if (kind === 'directory') continue
    const { path, size, contentLayer } = file
    files.push(known.get(path) ?? { path, kind, size, layer: contentLayer, ...unknown })
  }
  return files
}

/** Files and bytes by origin and strength, in order of both. */
export function countOrigins(files: readonly FileOrigin[]): readonly OriginCount[] {
  const counts = new Map<
    string,
    { origin: FileOrigin['origin']; strength: FileOrigin['strength']; files: number; bytes: number }
  >()
  for (const { origin, strength, size } of files) {
    const key = `${origin} ${strength}`
    let count = counts.get(key)
    if (count === undefined) {
      count = { origin, strength, files: 0, bytes: 0 }
      counts.set(key, count)
    }
    count.files += 1
    count.bytes += size
  }
  return [...counts].sort(([a], [b]) => byCodeUnit(a, b)).map(([, count]) => count)
}
