// The record files found in an image, by cataloger and by path: what assembling starts from.
import { byCodeUnit, type Unknown } from '../core/index.ts'
import type { CatalogRow } from './cataloger.ts'
import type { CatalogResult, Runner } from './run.ts'

/** A file that catalogers read, at its real path in the merged view. */
export interface FoundFile {
  readonly path: string
  readonly sha256: string
  readonly results: readonly CatalogResult[]
}

/** Where paths of the image lead. */
export interface PathLookup {
  /** The path with all symlinks followed; undefined when nothing is there. */
  realPath(path: string): string | undefined
}

/** One file as one cataloger read it. */
export interface RecordFile {
  readonly path: string
  readonly sha256: string
  readonly rows: readonly CatalogRow[]
}

/** All record files of an image. */
export class Evidence {
  readonly lookup: PathLookup
  readonly #byCataloger = new Map<string, Map<string, RecordFile>>()

  constructor(found: readonly FoundFile[], lookup: PathLookup, runner: Runner) {
    this.lookup = lookup
    for (const { path, sha256, results } of [...found].sort((a, b) => byCodeUnit(a.path, b.path))) {
      // Rows are kept by content: an empty file may carry rows of catalogers for other paths.
      const readers = new Set(runner.catalogersFor(path).map((cataloger) => cataloger.id))
      for (const { cataloger, rows } of results) {
        if (readers.has(cataloger)) this.#files(cataloger).set(path, { path, sha256, rows })
      }
    }
  }

  #files(cataloger: string): Map<string, RecordFile> {
    let files = this.#byCataloger.get(cataloger)
    if (files === undefined) {
      files = new Map()
      this.#byCataloger.set(cataloger, files)
    }
    return files
  }

  /** The files that this cataloger read, in order of path. */
  of(cataloger: string): Iterable<RecordFile> {
    return this.#files(cataloger).values()
  }

  /** The file at this path or where it links to, as this cataloger read it. */
  at(cataloger: string, path: string): RecordFile | undefined {
    const files = this.#files(cataloger)
    const direct = files.get(path)
    if (direct !== undefined) return direct
    const real = this.lookup.realPath(path)
    return real === undefined || real === path ? undefined : files.get(real)
  }

  /** True when something is at the path. */
  exists(path: string): boolean {
    return this.lookup.realPath(path) !== undefined
  }
}

/** The rows of one kind. */
export function* rowsOfKind<K extends CatalogRow['kind']>(
  file: RecordFile | undefined,
  kind: K,
): Generator<Extract<CatalogRow, { kind: K }>> {
  for (const row of file?.rows ?? []) if (isKind(row, kind)) yield row
}

function isKind<K extends CatalogRow['kind']>(
  row: CatalogRow,
  kind: K,
): row is Extract<CatalogRow, { kind: K }> {
  return row.kind === kind
}

/**
 * Adds what the cataloger could not read in this file: of the given weight, or of another when its
 * rest was not read at all.
 */
export function tellUnknowns(
  unknowns: Unknown[],
  file: RecordFile,
  reader: string,
  weight: Unknown['weight'],
  weightOfCut: Unknown['weight'] = weight,
): void {
  for (const { reason, place, cut } of rowsOfKind(file, 'unknown')) {
    const weighed = cut === true ? weightOfCut : weight
    unknowns.push({ subject: file.path, place, reader, reason, weight: weighed })
  }
}

/** Unknowns of one reader in one file that are told one by one; a broken file has thousands. */
const MAX_TOLD = 20

/** The unknowns with those beyond the first twenty of a file and reader counted in one row. */
export function boundUnknowns(unknowns: readonly Unknown[]): Unknown[] {
  const groups = new Map<string, Unknown[]>()
  for (const each of unknowns) {
    const key = `${each.subject}\0${each.reader}\0${each.weight}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [each])
    else group.push(each)
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined || group.length <= MAX_TOLD) return group
    const reason = `${group.length - MAX_TOLD} more of this kind`
    return [...group.slice(0, MAX_TOLD), { ...first, place: '', reason }]
  })
}

/** The first five of these names in order, and how many more there are. */
export function nameSome(names: readonly string[]): string {
  const shown = [...names].sort(byCodeUnit).slice(0, 5).join(', ')
  return names.length > 5 ? `${shown}, and ${names.length - 5} more` : shown
}
