// Where the records of a Python distribution lie: its record folder (dist-info, egg-info, EGG-INFO),
// and the folder that its modules are imported from.
import { joinPath, nameOf, parentOf } from '../../core/index.ts'

/** A distribution's place. */
export interface PythonPlace {
  /** Folder with METADATA or PKG-INFO beside its other records; '' for a lone egg-info file. */
  readonly records: string
  /** Folder on the import path: site-packages, dist-packages, an egg. */
  readonly site: string
  /** What an inventory shows as the package's own path. */
  readonly location: string
  /** A copy that another package carries for itself, or that ensurepip installs from. */
  readonly bundled: boolean
}

/** The place of the distribution whose metadata is at this path. */
export function pythonPlaceOf(path: string): PythonPlace {
  const name = nameOf(path)
  const lone = /\.egg-info$/i.test(name)
  const records = lone ? '' : parentOf(path)
  const location = lone ? path : records
  const site = parentOf(location)
  return { records, site, location, bundled: isBundled(location) }
}

const BUNDLED = /(^|\/)(_vendor|_vendored|vendored|_bundled|ensurepip|python-wheels)(\/|$)/

function isBundled(location: string): boolean {
  return BUNDLED.test(location)
}

/** A record beside the metadata. */
export function besideMetadata(place: PythonPlace, name: string): string {
  return joinPath(place.records, name)
}
