// Replays an image layer by layer: the merged view and the packages as they stood after each layer.
import type { CatalogResult, FoundFile, ImageCatalog } from '../catalog/index.ts'
import { assembleCatalog, catalogersFor } from '../catalog/index.ts'
import { nameOf } from '../core/index.ts'
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
  // each content is asked for once, however many layers follow
  readonly #results = new Map<string, readonly CatalogResult[]>()
  #catalog: ImageCatalog | null = null
  #names: ReadonlySet<string> = new Set()

  constructor(resultsOf: ResultsOf) {
    this.#resultsOf = resultsOf
  }

  /** Lays the next layer on top; returns what it changed. */
  apply(block: LayerColumns, layer: number): LayerDelta {
    const delta = this.overlay.apply(block, layer)
    const names = new Set<string>()
    for (const { path, after, change } of delta) {
      names.add(nameOf(path))
      if (change === 'touched' || change === 'metadata') continue
      if (this.#note(path, after)) this.#catalog = null
    }
    this.#names = names
    return delta
  }

  /** The last parts of the paths that the newest layer changed. */
  get names(): ReadonlySet<string> {
    return this.#names
  }

  /** Notes a file that catalogers read; true when what is known of the image's packages changes by it. */
  #note(path: string, after: ViewFile | null): boolean {
    const before = this.#found.get(path)
    if (after?.kind === 'file') {
      if (before === undefined && catalogersFor(path).length === 0) return false
      const { sha256 } = after
      if (before === sha256) return false
      this.#found.set(path, sha256)
      return true
    }
    return before !== undefined && this.#found.delete(path)
  }

  /** The packages of the image as it stands. */
  catalog(): ImageCatalog {
    if (this.#catalog === null) {
      this.#ask()
      const found: FoundFile[] = []
      for (const [path, sha256] of this.#found) {
        found.push({ path, sha256, results: this.#results.get(sha256) ?? [] })
      }
      this.#catalog = assembleCatalog(found, this.overlay)
    }
    return this.#catalog
  }

  #ask(): void {
    // a file that was not read has no digest
    const known = (content: string) => content === '' || this.#results.has(content)
    const unasked = new Set([...this.#found.values()].filter((each) => !known(each)))
    if (unasked.size === 0) return
    const answers = this.#resultsOf([...unasked])
    for (const content of unasked) this.#results.set(content, answers.get(content) ?? [])
  }

  /** The claims of those packages. */
  ownership(): Ownership {
    return new Ownership(this.catalog(), this.overlay)
  }
}
