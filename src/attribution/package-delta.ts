// What a layer did to the packages: added, removed, other version, or a record rewritten in place.
import type { ImageCatalog } from '../catalog/index.ts'
import type { InstalledPackage } from '../core/index.ts'
import { byCodeUnit } from '../core/index.ts'

/** One package of which a layer changed the record. */
export interface PackageMove {
  readonly kind: 'added' | 'removed' | 'changed' | 'rewritten'
  readonly before: InstalledPackage | null
  readonly after: InstalledPackage | null
}

/** The differences between the packages before and after a layer, by key. */
export interface PackageDelta {
  readonly moves: ReadonlyMap<string, PackageMove>
  /** True when a package of the system's own manager moved. */
  readonly system: boolean
}

/**
 * Key of a package within an image: architecture tells apart system packages, the folder all others.
 * The distribution is no part of it: an edited os-release moves no package.
 */
export function packageKey(item: InstalledPackage): string {
  return isSystem(item)
    ? `${item.type}:${item.name}:${item.architecture}`
    : `${item.type}:${item.namespace}/${item.name}:${item.location}`
}

/** True for packages of the distribution's own manager. */
export function isSystem(item: InstalledPackage): boolean {
  return item.type === 'deb' || item.type === 'apk'
}

/** True when the package's files are in the image. */
export function isPresent(item: InstalledPackage): boolean {
  return item.scope === 'installed' || item.scope === 'bundled'
}

/** True when the layer brought or took the package, or another version of it. */
export function hasMoved(delta: PackageDelta, item: InstalledPackage): boolean {
  const move = delta.moves.get(packageKey(item))
  return move !== undefined && move.kind !== 'rewritten'
}

/** Compares the packages of two states of an image. */
export function packageDelta(before: ImageCatalog | null, after: ImageCatalog): PackageDelta {
  const moves = new Map<string, PackageMove>()
  if (before === after) return { moves, system: false }
  const earlier = index(before)
  const later = index(after)
  for (const [key, item] of later) {
    const old = earlier.get(key)
    if (old === undefined) moves.set(key, { kind: 'added', before: null, after: item })
    else if (old.version !== item.version)
      moves.set(key, { kind: 'changed', before: old, after: item })
    else if (isSystem(item) && old.recordDigest !== item.recordDigest) {
      moves.set(key, { kind: 'rewritten', before: old, after: item })
    }
  }
  for (const [key, item] of earlier) {
    if (!later.has(key)) moves.set(key, { kind: 'removed', before: item, after: null })
  }
  const system = [...moves.values()].some((move) => {
    const item = move.after ?? move.before
    return item !== null && isSystem(item) && move.kind !== 'rewritten'
  })
  return { moves: new Map([...moves].sort(([a], [b]) => byCodeUnit(a, b))), system }
}

function index(catalog: ImageCatalog | null): Map<string, InstalledPackage> {
  const items = catalog?.packages.filter(isPresent) ?? []
  return new Map(items.map((item) => [packageKey(item), item]))
}

const AT_REST = /^install ok (installed|triggers-(pending|awaited))$/

/** A record whose trigger state alone moved belongs to the package that pulled the trigger. */
export function onlyTriggers({ before, after }: PackageMove): boolean {
  if (before === null || after === null || before.state === after.state) return false
  if (!AT_REST.test(before.state) || !AT_REST.test(after.state)) return false
  return recordOf(before) === recordOf(after)
}

function recordOf(item: InstalledPackage): string {
  const { dependencies, provides, maintainer, homepage, description, sourceName } = item
  const { sourceVersion, files } = item
  const record = { dependencies, provides, maintainer, homepage, description, sourceName }
  return JSON.stringify({ ...record, sourceVersion, files })
}

const folderIndexes = new WeakMap<ImageCatalog, ReadonlyMap<string, InstalledPackage>>()

/** The innermost application package (npm, Python) whose folder holds the path. */
export function folderOwner(
  catalog: ImageCatalog | null,
  path: string,
): InstalledPackage | undefined {
  if (catalog === null) return undefined
  let folders = folderIndexes.get(catalog)
  if (folders === undefined) {
    folders = new Map(
      catalog.packages
        .filter((item) => !isSystem(item) && isPresent(item) && item.location !== '')
        .map((item) => [item.location, item]),
    )
    folderIndexes.set(catalog, folders)
  }
  if (folders.size === 0) return undefined
  for (let at = path; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    const found = folders.get(at)
    if (found !== undefined) return found
  }
  return undefined
}
