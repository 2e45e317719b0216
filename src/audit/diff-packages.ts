// Packages of two images side by side: added, removed, another version.

import { isPresent } from '../attribution/index.ts'
import type { InstalledPackage, PackageDiff } from '../core/index.ts'
import { byCodeUnit } from '../core/index.ts'
import type { Compared } from './compare.ts'
import { fullName, placeOf } from './lock-items.ts'

/** A package that differs, with what stands for it in each image; null where it is missing. */
export interface PackagePair {
  readonly row: PackageDiff
  readonly before: InstalledPackage | null
  readonly after: InstalledPackage | null
}

/** Packages that one image lacks or has in another version, by type, name and place. */
export function diffPackages(a: Compared, b: Compared): readonly PackagePair[] {
  const [left, right] = [byPlace(a), byPlace(b)]
  const pairs: PackagePair[] = []
  for (const key of [...new Set([...left.keys(), ...right.keys()])].sort(byCodeUnit)) {
    const [before, after] = [left.get(key) ?? [], right.get(key) ?? []]
    const count = Math.max(before.length, after.length)
    for (let index = 0; index < count; index += 1) {
      const [was, is] = [before[index] ?? null, after[index] ?? null]
      if (was?.version === is?.version) continue
      const row = rowOf(was, is)
      if (row !== null) pairs.push({ row, before: was, after: is })
    }
  }
  return pairs
}

/** Several of one name at one place stand in order of version. */
function byPlace({ attribution }: Compared): Map<string, InstalledPackage[]> {
  const found = new Map<string, InstalledPackage[]>()
  for (const item of attribution.catalog.packages.filter(isPresent)) {
    const key = [item.type, fullName(item), placeOf(item)].join('\0')
    const known = found.get(key)
    if (known === undefined) found.set(key, [item])
    else known.push(item)
  }
  for (const items of found.values()) items.sort((a, b) => byCodeUnit(a.version, b.version))
  return found
}

function rowOf(was: InstalledPackage | null, is: InstalledPackage | null): PackageDiff | null {
  const item = is ?? was
  if (item === null) return null
  return {
    change: was === null ? 'added' : is === null ? 'removed' : 'changed',
    type: item.type,
    name: fullName(item),
    place: placeOf(item),
    from: was?.version ?? '',
    to: is?.version ?? '',
    files: 0,
  }
}
