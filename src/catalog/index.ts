// The door of the catalog: what to read in an image, how to read it, and what it amounts to.
import type { WantPattern } from '../core/index.ts'
import { assembleWith } from './assemble.ts'
import type { Cataloger } from './cataloger.ts'
import { CATALOGERS } from './catalogers.ts'
import type { FoundFile, PathLookup } from './evidence.ts'
import type { ImageCatalog } from './image-catalog.ts'
import { type CatalogResult, createRunner } from './run.ts'

export type * from './cataloger.ts'
export { CATALOGERS } from './catalogers.ts'
export { divertedPath, isExcluded } from './dpkg/index.ts'
export type { Diversion, PathFilter } from './dpkg/placement.ts'
export type { FoundFile, PathLookup } from './evidence.ts'
export type {
  AccountLine,
  BytecodeHead,
  ImageCatalog,
  InstalledTree,
  TreeEntry,
} from './image-catalog.ts'
export { buildPurl, type PurlParts } from './purl.ts'
export type { CatalogResult } from './run.ts'

const runner = createRunner(CATALOGERS)

/** The files that catalogers want, for the layer reader. */
export function wantPatterns(): readonly WantPattern[] {
  return runner.patterns
}

/** The catalogers that read the file at this path. */
export function catalogersFor(path: string): readonly Cataloger[] {
  return runner.catalogersFor(path)
}

/** True when a cataloger reads the file of this name in this folder. */
export function isRead(folder: string, name: string): boolean {
  return runner.isRead(folder, name)
}

/** False for files whose bytes are secret: keep their rows, never their bytes. */
export function keepsEvidence(path: string): boolean {
  return !catalogersFor(path).some((cataloger) => cataloger.secret === true)
}

/** Reads one file with every cataloger that wants it. Never throws: a throw becomes an unknown row. */
export function catalogFile(path: string, bytes: Uint8Array): CatalogResult[] {
  return runner.catalogFile(path, bytes)
}

/** What the record files of an image amount to. The order of `found` is of no matter. */
export function assembleCatalog(found: readonly FoundFile[], lookup: PathLookup): ImageCatalog {
  return assembleWith(runner, found, lookup)
}
