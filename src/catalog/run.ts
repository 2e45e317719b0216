// Runs catalogers over a file: which ones read it, under which size, and what becomes of a throw.
import picomatch from 'picomatch'
import { joinPath, messageOf, nameOf, parentOf, type WantPattern } from '../core/index.ts'
import { type Cataloger, type CatalogRow, cutRow } from './cataloger.ts'

/** What one cataloger read in one file. */
export interface CatalogResult {
  readonly cataloger: string
  readonly version: number
  readonly rows: readonly CatalogRow[]
}

/** Ten times what the largest systems record in one file. */
const MAX_ROWS = 100_000

interface Route {
  readonly cataloger: Cataloger
  readonly pattern: WantPattern
  readonly matches: (path: string) => boolean
}

const NO_ROUTES: readonly Route[] = []

/** Matches paths with the catalogers that read them. */
export interface Runner {
  readonly patterns: readonly WantPattern[]
  catalogersFor(path: string): readonly Cataloger[]
  /** True when a cataloger reads the file of this name in this folder. */
  isRead(folder: string, name: string): boolean
  catalogFile(path: string, bytes: Uint8Array): CatalogResult[]
}

/** A runner over these catalogers. */
export function createRunner(catalogers: readonly Cataloger[]): Runner {
  const routes = catalogers.flatMap((cataloger) =>
    cataloger.files.map((pattern) => ({ cataloger, pattern, matches: matcherOf(pattern.glob) })),
  )
  const { find, mayBeRead } = indexRoutes(routes)
  return {
    patterns: routes.map((route) => route.pattern),
    isRead: (folder, name) => mayBeRead(folder, name) && find(joinPath(folder, name)).length > 0,
    catalogersFor: (path) => find(path).map((route) => route.cataloger),
    catalogFile: (path, bytes) => find(path).map((route) => runOne(route, path, bytes)),
  }
}

function matcherOf(glob: string): (path: string) => boolean {
  // No wildcard: the path itself, which most catalogers of system files ask for.
  if (!/[*?[{!(]/.test(glob)) return (path) => path === glob
  const matches = picomatch(glob, { dot: true })
  // The part before the first wildcard spares most paths of `folder/*` the expression.
  const fixed = fixedPart(glob)
  return (path) => path.startsWith(fixed) && matches(path)
}

interface RouteIndex {
  find(path: string): readonly Route[]
  /** False for most places that nobody reads, without a path being made. */
  mayBeRead(folder: string, name: string): boolean
}

/**
 * A path is tried only against globs that end in its own file name or its own extension: a glob a
 * cataloger would be too slow for images of 100 000 wanted files.
 */
function indexRoutes(routes: readonly Route[]): RouteIndex {
  const byName = new Map<string, Route[]>()
  const byExtension = new Map<string, Route[]>()
  const rest: Route[] = []
  for (const route of routes) {
    const last = nameOf(route.pattern.glob)
    if (!/[*?[{!(]/.test(last)) push(byName, last, route)
    else if (/^\*\.[A-Za-z0-9-]+$/.test(last)) push(byExtension, last.slice(2), route)
    else rest.push(route)
  }
  const restFolders = rest.map(({ pattern }) => fixedPart(parentOf(pattern.glob)))
  const mayBeRead = (folder: string, name: string) =>
    byName.has(name) ||
    byExtension.has(extensionOf(name)) ||
    restFolders.some((fixed) => folder.startsWith(fixed))
  const find = (path: string) => {
    const name = nameOf(path)
    let found: Route[] | null = null
    for (const routes of [byName.get(name), byExtension.get(extensionOf(name)), rest]) {
      for (const route of routes ?? NO_ROUTES) {
        if (found?.some((other) => other.cataloger === route.cataloger)) continue
        if (!route.matches(path)) continue
        found ??= []
        found.push(route)
      }
    }
    return found ?? NO_ROUTES
  }
  return { find, mayBeRead }
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

/** The part of a glob before its first wildcard. */
function fixedPart(glob: string): string {
  const end = glob.search(/[*?[{!(+@|]/)
  return end < 0 ? glob : glob.slice(0, end)
}

function push(index: Map<string, Route[]>, key: string, route: Route): void {
  const known = index.get(key)
  if (known === undefined) index.set(key, [route])
  else known.push(route)
}

function runOne(route: Route, path: string, bytes: Uint8Array): CatalogResult {
  const { cataloger, pattern } = route
  return {
    cataloger: cataloger.id,
    version: cataloger.version,
    rows: rowsOf(cataloger, pattern, path, bytes),
  }
}

function rowsOf(
  cataloger: Cataloger,
  pattern: WantPattern,
  path: string,
  bytes: Uint8Array,
): CatalogRow[] {
  const given = pattern.head === undefined ? bytes : bytes.subarray(0, pattern.head)
  if (given.length > pattern.maxBytes) {
    return [cutRow(`${given.length} bytes, the limit for this file is ${pattern.maxBytes}`)]
  }
  const rows: CatalogRow[] = []
  try {
    for (const row of cataloger.parse(path, given)) {
      if (rows.length >= MAX_ROWS) {
        rows.push(cutRow(`more than ${MAX_ROWS} records; the rest was not read`))
        break
      }
      rows.push(row)
    }
  } catch (error) {
    // What was read before the throw is true; the rest is named.
    rows.push(cutRow(`the cataloger failed: ${messageOf(error).slice(0, 200)}`))
  }
  return rows
}
