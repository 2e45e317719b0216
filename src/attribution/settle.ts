// Changes speak of the image as it is in the end: what a later layer undid or wrote over is none.
import type { ImageCatalog } from '../catalog/index.ts'
import type { Change } from '../core/index.ts'
import type { Overlay } from '../inventory/index.ts'
import { isPresent, packageKey } from './package-delta.ts'

/** What an untracked step brought first: to take it away again is no change. */
export interface Brought {
  readonly packages: ReadonlySet<string>
  readonly accounts: ReadonlySet<string>
}

/** Tells whether a change still stands; `fold` is its key in the change list, '' for a single one. */
export function standing(
  overlay: Overlay,
  catalog: ImageCatalog,
  brought: Brought,
): (change: Change, fold: string) => boolean {
  const versions = new Map(
    catalog.packages.filter(isPresent).map((item) => [packageKey(item), item.version]),
  )
  const accounts = new Set(catalog.accounts.map((line) => line.name))
  return (change, fold) => {
    if (change.kind.startsWith('package-') && fold !== '') {
      const key = fold.slice(fold.indexOf(':package:') + ':package:'.length)
      if (change.kind === 'package-removed') return !versions.has(key) && !brought.packages.has(key)
      return versions.get(key) === change.found
    }
    if (change.kind === 'account') {
      if (change.found === 'removed')
        return !accounts.has(change.subject) && !brought.accounts.has(change.subject)
      return accounts.has(change.subject)
    }
    return change.path === '' || change.layer === null || stands(change, change.layer, overlay)
  }
}

function stands(change: Change, layer: number, overlay: Overlay): boolean {
  const file = overlay.get(change.path)
  switch (change.kind) {
    case 'added':
    case 'modified':
      return file !== undefined && file.contentLayer <= layer
    case 'deleted':
      return file === undefined || file.contentLayer <= layer
    case 'mode':
    case 'owner':
      return file !== undefined && file.metadataLayer <= layer
    default:
      return true
  }
}
