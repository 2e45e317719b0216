// Replays an image layer by layer: the merged view and the packages as they stood after each layer.
import type { CatalogResult, FoundFile, ImageCatalog } from '../catalog/index.ts'
import { assembleCatalog, catalogersFor } from '../catalog/index.ts'
import type { LayerColumns, LayerDelta, ViewFile } from '../inventory/index.ts'
import { Overlay } from '../inventory/index.ts'
import { Ownership } from './ownership.ts'

/** Catalog results by sha256 of the content, for contents that are known. */
export type ResultsOf = (
  contents: readonly string[],
) => ReadonlyMap<string, readonly CatalogResult[]>

/** The state of an image after some of its layers. */
export class Replay {
  readonly overlay = new Overlay()
  readonly #resultsOf: ResultsOf
  readonly #found = new Map<string, string>()
  #catalog: ImageCatalog | null = null
  #ownership: Ownership | null = null

  constructor(resultsOf: ResultsOf) {
    this.#resultsOf = resultsOf
  }

  /** Lays the next layer on top; returns what it changed. */
  apply(block: LayerColumns, layer: number): LayerDelta {
    const delta = this.overlay.apply(block, layer)
    let recorded = false
    let rerouted = false
    for (const { path, before, after } of delta) {
      recorded = this.#note(path, after) || recorded
      rerouted ||= isLink(before) !== isLink(after)
    }
    if (recorded) this.#catalog = null
    if (recorded || rerouted) this.#ownership = null
    return delta
  }

  /** Notes a file that catalogers read; true when what is known of the image's packages changes by it. */
  #note(path: string, after: ViewFile | null): boolean {
    const before = this.#found.get(path)
    if (after?.kind === 'file') {
      if (before === after.sha256) return false
      if (before === undefined && catalogersFor(path).length === 0) return false
      this.#found.set(path, after.sha256)
      return true
    }
    return before !== undefined && this.#found.delete(path)
  }

  /** The packages of the image as it stands. */
  catalog(): ImageCatalog {
    if (this.#catalog === null) {
      const results = this.#resultsOf([...new Set(this.#found.values())])
      const found: FoundFile[] = []
      for (const [path, sha256] of this.#found) {
        found.push({ path, sha256, results: results.get(sha256) ?? [] })
      }
      this.#catalog = assembleCatalog(found, this.overlay)
    }
    return this.#catalog
  }

  /** The claims of those packages. */
  ownership(): Ownership {
    this.#ownership ??= new Ownership(this.catalog(), this.overlay)
    return this.#ownership
  }
}

function isLink(file: ViewFile | null): boolean {
  return file?.kind === 'symlink'
}
