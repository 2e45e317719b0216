// The inventory as the rest of the program sees it: typed facts in, typed facts out, one file.
import type { CatalogResult } from '../catalog/index.ts'
import type { AuditResult, Digest, ImageFacts } from '../core/index.ts'
import { type AuditRecord, readAuditByInput, writeAudit, writeFindings } from './audits.ts'
import { readContents, type StoredContents, writeContents } from './contents.ts'
import { Histories } from './histories.ts'
import {
  type BaseCandidate,
  type CatalogFacts,
  type LayerOfPackage,
  readBaseCandidates,
  readImageNamed,
  readLayersOf,
  writeImage,
} from './images.ts'
import {
  type CatalogedFile,
  type LayerRecord,
  readCatalogResults,
  readEvidence,
  readLayerRecord,
  readStaleContents,
  readStoredLayer,
  type StaleContent,
  type StoredLayer,
  writeCataloged,
  writeLayer,
} from './layers.ts'
import { openForReading, openForWriting } from './open.ts'
import { type NearestImage, type RelativeQuery, readNearest, readPurls } from './relatives.ts'
import { type QueryParameters, type Row, selectRows } from './select.ts'
import { createViews } from './sql-views.ts'
import { Store } from './store.ts'
import type { Overlay } from './view.ts'
import { RowSource } from './virtual.ts'

/** How to open an inventory. */
export interface OpenOptions {
  /** For reading only: the file must exist. */
  readonly readOnly?: boolean
  /** How long to wait for another writer. Milliseconds. */
  readonly busyTimeout?: number
}

/** A name that an image was seen under. */
export interface ReferenceSighting {
  readonly registry: string
  readonly repository: string
  readonly tag: string
  /** Manifest digest, or config digest where there is no manifest. */
  readonly digest: Digest
  /** RFC 3339. */
  readonly at: string
}

/** Opens an inventory; makes and migrates it unless it is opened for reading only. */
export function openInventory(file: string, options: OpenOptions = {}): Inventory {
  const open = options.readOnly === true ? openForReading : openForWriting
  return new Inventory(new Store(file, open(file, options.busyTimeout)))
}

/** One open database file. Close it. */
export class Inventory {
  readonly file: string
  /** What repositories track, and in which commits. */
  readonly histories: Histories
  readonly #store: Store
  readonly #source: RowSource
  #hasViews = false

  constructor(store: Store) {
    this.file = store.file
    this.#store = store
    this.histories = new Histories(store)
    this.#source = new RowSource(store.file)
  }

  /** What was read of a layer; null when it never was. */
  layer(diffId: Digest): Required<LayerRecord> | null {
    return readLayerRecord(this.#store, diffId)
  }

  /** The same without its entries. */
  storedLayer(diffId: Digest): StoredLayer | null {
    return readStoredLayer(this.#store, diffId)
  }

  /** Stores a layer with the rows and evidence of its files: whole or not at all. */
  putLayer(layer: LayerRecord, files: Iterable<CatalogedFile>): void {
    writeLayer(this.#store, layer, files)
    this.#source.forget()
  }

  /** Adds rows of contents that were read again. */
  putCataloged(files: Iterable<CatalogedFile>): void {
    this.#store.transaction(() => writeCataloged(this.#store, files))
  }

  /** What catalogers read in these contents; contents never read are absent. */
  catalogResults(sha256s: Iterable<string>): Map<string, CatalogResult[]> {
    return readCatalogResults(this.#store, sha256s)
  }

  /** Contents with evidence whose rows come from older versions of these catalogers. */
  staleContents(
    catalogers: readonly { readonly id: string; readonly version: number }[],
  ): StaleContent[] {
    return readStaleContents(this.#store, catalogers)
  }

  /** The kept bytes of a content; null when they were not kept. */
  evidence(sha256: string): Uint8Array | null {
    return readEvidence(this.#store, sha256)
  }

  /** Stores an image and its packages. */
  putImage(facts: ImageFacts, catalog: CatalogFacts, layerOfPackage: LayerOfPackage): void {
    writeImage(this.#store, facts, catalog, layerOfPackage)
    this.#source.forget()
  }

  /** Keeps what a stored image is made of; `readers` names what it was read with. */
  putContents(config: Digest, readers: string, contents: StoredContents): void {
    writeContents(this.#store, config, readers, contents)
  }

  /** What an image is made of; null when it was never kept, or made by other readers. */
  contents(config: Digest, readers: string): StoredContents | null {
    return readContents(this.#store, config, readers)
  }

  /** Notes that an image was seen under a name. */
  putReference({ registry, repository, tag, digest, at }: ReferenceSighting): void {
    this.#store.run(
      `INSERT INTO reference (registry, repository, tag, digest, first_seen, last_seen)
       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (registry, repository, tag, digest) DO UPDATE SET
       first_seen = min(first_seen, excluded.first_seen),
       last_seen = max(last_seen, excluded.last_seen)`,
      ...[registry, repository, tag, digest, at, at],
    )
  }

  /** Images whose layers are the bottom layers of this list, fewer than it has; most layers first. */
  baseCandidates(diffIds: readonly Digest[]): BaseCandidate[] {
    return readBaseCandidates(this.#store, diffIds)
  }

  /** Diff_ids of the image with this manifest or config; null when it is not here. */
  layersOf(digest: Digest): readonly Digest[] | null {
    return readLayersOf(this.#store, digest)
  }

  /** The image that a reference names; null when none of that name or digest is known. */
  imageNamed(reference: string): Digest | null {
    return readImageNamed(this.#store, reference)
  }

  /** Purls of the packages of a stored image, each once, sorted. */
  purlsOf(config: Digest): readonly string[] {
    return readPurls(this.#store, config)
  }

  /** The image that is most like this one; null when none shares a package or a layer. */
  nearest(query: RelativeQuery): NearestImage | null {
    return readNearest(this.#store, query)
  }

  /** Replaces the detail of the image's last audit, for rules to ask about. `finishAudit` follows. */
  putAudit(record: AuditRecord): void {
    writeAudit(this.#store, record)
  }

  /** Adds the findings to what `putAudit` wrote, and the audit to the ledger. */
  finishAudit(result: AuditResult): void {
    writeFindings(this.#store, result)
  }

  /** The finished newest audit with this input digest; null when there is none. */
  auditByInput(inputDigest: string): AuditResult | null {
    return readAuditByInput(this.#store, inputDigest)
  }

  /** The merged tree of an image, from what is stored. */
  overlay(config: Digest): Overlay {
    return this.#source.overlay(config)
  }

  /** Lends a merged tree that the caller made of the same layers, so that queries need not merge again. */
  rememberOverlay(config: Digest, overlay: Overlay): void {
    this.#source.remember(config, overlay)
  }

  /** Rows of a SELECT over the public views, in this process: for SQL of this program alone. */
  query(sql: string, parameters: QueryParameters = {}): Row[] {
    if (!this.#hasViews) {
      this.#source.register(this.#store.handle)
      createViews(this.#store.handle)
      this.#hasViews = true
    }
    return selectRows(this.#store, sql, parameters)
  }

  /** Ends the use of the file. */
  close(): void {
    this.#source.close()
    this.#store.handle.close()
  }
}
