// Rows of a cataloger from text, and catalogs of images that are a table of paths and texts.
import {
  assembleCatalog,
  type Cataloger,
  type CatalogRow,
  catalogFile,
  type ImageCatalog,
} from '../../src/catalog/index.ts'
import { sha256 } from './image.ts'

/** Every row that the cataloger gives for this text at this path. */
export function rowsOf(cataloger: Cataloger, text: string | Uint8Array, path = ''): CatalogRow[] {
  return [...cataloger.parse(path, Buffer.from(text as Uint8Array))]
}

/** The rows of one kind. */
export function rowsOfKind<K extends CatalogRow['kind']>(
  rows: readonly CatalogRow[],
  kind: K,
): Extract<CatalogRow, { kind: K }>[] {
  return rows.filter((row): row is Extract<CatalogRow, { kind: K }> => row.kind === kind)
}

/** The catalog of an image with these files; links map a path to the path it leads to. */
export function catalogOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  links: Readonly<Record<string, string>> = {},
): ImageCatalog {
  const found = Object.entries(files).map(([path, content]) => ({
    path,
    sha256: sha256(content),
    results: catalogFile(path, Buffer.from(content as Uint8Array)),
  }))
  const paths = new Set(Object.keys(files))
  return assembleCatalog(found, {
    realPath: (path) => (paths.has(path) ? path : links[path]),
  })
}
