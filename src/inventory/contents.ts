// The packages of an image as they were assembled, kept so that the same image is not assembled again.
import type { Distribution, ListedPackage, Unknown } from '../core/index.ts'
import { imageIdOf } from './images.ts'
import { damaged, packJson, unpackJson } from './pack.ts'
import { blobAt, isRecord, textAt } from './row.ts'
import type { Store } from './store.ts'

/** What an image is made of. */
export interface StoredContents {
  readonly distribution: Distribution | null
  readonly packages: readonly ListedPackage[]
  /** For each package the position of the layer that brought it; null when it is not known. */
  readonly layers: readonly (number | null)[]
  readonly unknowns: readonly Unknown[]
}

/** Keeps the contents of a stored image; `readers` names what they were made with. */
export function writeContents(
  store: Store,
  config: string,
  readers: string,
  contents: StoredContents,
): void {
  const packages = contents.packages.map((item) => ({
    ...item,
    files: { length: item.files.length },
  }))
  const row = {
    image_id: imageIdOf(store, config),
    readers,
    contents: packJson({ ...contents, packages }),
  }
  store.insert('image_contents', row, 'OR REPLACE')
}

/** The contents of an image; null when they were never kept, or made by other readers. */
export function readContents(store: Store, config: string, readers: string): StoredContents | null {
  const row = store.row(
    `SELECT c.readers, c.contents FROM image_contents c JOIN stored_image i ON i.id = c.image_id
     WHERE i.config = ?`,
    config,
  )
  if (row === undefined || textAt(row, 'readers') !== readers) return null
  const value = unpackJson(blobAt(row, 'contents'), `contents of ${config}`)
  if (!isContents(value)) throw damaged(`contents of ${config}`)
  return value
}

/** Its form belongs to the version of Assay, which is part of `readers`. */
function isContents(value: unknown): value is StoredContents {
  if (!isRecord(value)) return false
  return ['packages', 'layers', 'unknowns'].every((name) => Array.isArray(value[name]))
}
