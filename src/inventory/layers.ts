// Facts of layers and contents: a layer's block by diff_id, catalog rows and evidence by sha256.
import type { CatalogResult, CatalogRow } from '../catalog/index.ts'
import { AssayError, type Digest, isDigest, type Unknown } from '../core/index.ts'
import { damaged, packBytes, packJson, unpackBytes, unpackJson } from './pack.ts'
import { blobAt, integerAt, isRecord, type Row, textAt, textsAt } from './row.ts'
import type { Store } from './store.ts'

/** Evidence files larger than this are not kept. Bytes. */
export const EVIDENCE_LIMIT = 4 << 20

/** What the reader of layers found, as the inventory keeps it. */
export interface LayerRecord {
  readonly diffId: Digest
  readonly size: number
  readonly entries: number
  readonly digests: readonly ('md5' | 'sha1')[]
  readonly block: Uint8Array
  readonly unknowns: readonly Unknown[]
  /** Names what was asked for when it was read; a layer read for less must be read again. */
  readonly wants?: string
}

/** What is known of a stored layer besides its entries. */
export type StoredLayer = Omit<Required<LayerRecord>, 'block'>

/** A file of a layer that catalogers read. */
export interface CatalogedFile {
  readonly path: string
  readonly sha256: string
  /** Bytes to keep, so that a better cataloger need not fetch the layer; null for secrets. */
  readonly evidence: Uint8Array | null
  readonly results: readonly CatalogResult[]
}

/** A content whose rows come from an older cataloger. */
export interface StaleContent {
  readonly sha256: string
  /** A path it was met at. */
  readonly path: string
  readonly cataloger: string
}

/** The layer, when it was ever read. */
export function readLayerRecord(store: Store, diffId: string): Required<LayerRecord> | null {
  const stored = readStoredLayer(store, diffId)
  const row = store.row('SELECT block FROM stored_layer WHERE diff_id = ?', diffId)
  return stored === null || row === undefined ? null : { ...stored, block: blobAt(row, 'block') }
}

/** The layer without its entries, which may be many megabytes. */
export function readStoredLayer(store: Store, diffId: string): StoredLayer | null {
  const row = store.row(
    'SELECT id, diff_id, size, entries, digests, wants FROM stored_layer WHERE diff_id = ?',
    diffId,
  )
  if (row === undefined) return null
  const unknowns = store.rows(
    'SELECT * FROM layer_unknown WHERE layer_id = ? ORDER BY position',
    integerAt(row, 'id'),
  )
  return {
    diffId: digestAt(row, 'diff_id'),
    size: integerAt(row, 'size'),
    entries: integerAt(row, 'entries'),
    digests: textsAt(row, 'digests').filter((name) => name === 'md5' || name === 'sha1'),
    wants: textAt(row, 'wants'),
    unknowns: unknowns.map((item) => unknownOf(item, diffId)),
  }
}

/** Stores a layer with its files' rows and evidence; a layer read again replaces its facts. */
export function writeLayer(store: Store, layer: LayerRecord, files: Iterable<CatalogedFile>): void {
  store.transaction(() => {
    const { diffId, size, entries, block, wants = '' } = layer
    const digests = JSON.stringify(layer.digests)
    store.run(
      `INSERT INTO stored_layer (diff_id, size, entries, digests, wants, block)
       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (diff_id) DO UPDATE SET size = excluded.size,
       entries = excluded.entries, digests = excluded.digests, wants = excluded.wants,
       block = excluded.block`,
      ...[diffId, size, entries, digests, wants, block],
    )
    const row = store.row('SELECT id FROM stored_layer WHERE diff_id = ?', diffId)
    if (row === undefined) throw damaged('stored_layer')
    writeLayerUnknowns(store, integerAt(row, 'id'), layer.unknowns)
    writeCataloged(store, files)
  })
}

function writeLayerUnknowns(store: Store, layerId: number, unknowns: readonly Unknown[]): void {
  store.run('DELETE FROM layer_unknown WHERE layer_id = ?', layerId)
  for (const [position, { place, reader, reason, weight }] of unknowns.entries()) {
    store.insert('layer_unknown', { layer_id: layerId, position, place, reader, reason, weight })
  }
}

/** Stores rows and evidence of contents; what is known is left as it is. In a transaction. */
export function writeCataloged(store: Store, files: Iterable<CatalogedFile>): void {
  const catalogers = new Map<string, number>()
  for (const { path, sha256, evidence, results } of files) {
    const content = contentKey(sha256)
    for (const { cataloger, version, rows } of results) {
      const known = `${cataloger}@${version}`
      const id = catalogers.get(known) ?? catalogerId(store, cataloger, version)
      catalogers.set(known, id)
      const row = { content, cataloger_id: id, rows: packJson(rows) }
      store.insert('catalog_result', row, 'OR IGNORE')
    }
    if (evidence === null || evidence.length > EVIDENCE_LIMIT) continue
    if (store.row('SELECT 1 FROM evidence WHERE content = ?', content) !== undefined) continue
    const row = { content, path, size: evidence.length, bytes: packBytes(evidence) }
    store.insert('evidence', row)
  }
}

function catalogerId(store: Store, name: string, version: number): number {
  store.insert('cataloger', { name, version }, 'OR IGNORE')
  const row = store.row('SELECT id FROM cataloger WHERE name = ? AND version = ?', name, version)
  if (row === undefined) throw damaged('cataloger')
  return integerAt(row, 'id')
}

/** The newest rows of every cataloger that read these contents; contents never read are absent. */
export function readCatalogResults(
  store: Store,
  sha256s: Iterable<string>,
): Map<string, CatalogResult[]> {
  const found = new Map<string, CatalogResult[]>()
  for (const sha256 of new Set(sha256s)) {
    const rows = store.rows(
      `SELECT c.name, c.version, r.rows FROM catalog_result r JOIN cataloger c
       ON c.id = r.cataloger_id WHERE r.content = ? ORDER BY c.name, c.version DESC`,
      contentKey(sha256),
    )
    const results: CatalogResult[] = []
    for (const row of rows) {
      const cataloger = textAt(row, 'name')
      if (results.at(-1)?.cataloger === cataloger) continue
      const value = unpackJson(blobAt(row, 'rows'), `rows of ${cataloger}`)
      if (!isCatalogRows(value)) throw damaged(`rows of ${cataloger}`)
      results.push({ cataloger, version: integerAt(row, 'version'), rows: value })
    }
    if (results.length > 0) found.set(sha256, results)
  }
  return found
}

/** Rows are written by this program and versioned with their cataloger: their form is theirs. */
function isCatalogRows(value: unknown): value is readonly CatalogRow[] {
  return (
    Array.isArray(value) && value.every((row) => isRecord(row) && typeof row['kind'] === 'string')
  )
}

/** Contents that an older version of one of these catalogers read, and this one did not. */
export function readStaleContents(
  store: Store,
  catalogers: readonly { readonly id: string; readonly version: number }[],
): StaleContent[] {
  return catalogers.flatMap(({ id, version }) =>
    store
      .rows(
        `SELECT DISTINCT lower(hex(r.content)) AS sha256, e.path FROM catalog_result r
         JOIN cataloger c ON c.id = r.cataloger_id JOIN evidence e ON e.content = r.content
         WHERE c.name = ? AND c.version < ? AND NOT EXISTS (
           SELECT 1 FROM catalog_result n JOIN cataloger m ON m.id = n.cataloger_id
           WHERE n.content = r.content AND m.name = c.name AND m.version >= ?)
         ORDER BY r.content`,
        ...[id, version, version],
      )
      .map((row) => ({
        sha256: textAt(row, 'sha256'),
        path: textAt(row, 'path'),
        cataloger: id,
      })),
  )
}

/** The bytes of a content, when they were kept. */
export function readEvidence(store: Store, sha256: string): Uint8Array | null {
  const row = store.row('SELECT bytes FROM evidence WHERE content = ?', contentKey(sha256))
  return row === undefined ? null : unpackBytes(blobAt(row, 'bytes'), `evidence ${sha256}`)
}

function contentKey(sha256: string): Buffer {
  const key = Buffer.from(sha256, 'hex')
  if (key.length !== 32) throw new AssayError('internal', `not a sha256: ${sha256.slice(0, 80)}`)
  return key
}

/** A row of one of the tables of unknowns. */
export function unknownOf(row: Row, subject: string): Unknown {
  return {
    subject,
    place: textAt(row, 'place'),
    reader: textAt(row, 'reader'),
    reason: textAt(row, 'reason'),
    weight: textAt(row, 'weight') === 'fatal' ? 'fatal' : 'partial',
  }
}

/** A digest column. */
export function digestAt(row: Row, column: string): Digest {
  const text = textAt(row, column)
  if (!isDigest(text)) throw damaged(column)
  return text
}
