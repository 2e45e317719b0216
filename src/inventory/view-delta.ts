// What one layer changed: a log kept while the layer is applied, turned into sorted rows when somebody asks.
import { byCodeUnit } from '../core/index.ts'
import { fileOf, sameContent, sameMetadata, type ViewFile } from './view-file.ts'
import { type Blocks, type Directory, inPathOrder, type Node } from './view-tree.ts'

/** A path that a layer changed, with what stood there before and after the whole layer. */
export interface DeltaEntry {
  readonly path: string
  /** `touched`: repeated with equal content and metadata. `content` includes a change of kind, and wins over `metadata`. */
  readonly change: 'added' | 'content' | 'metadata' | 'deleted' | 'touched'
  readonly before: ViewFile | null
  readonly after: ViewFile | null
}

/** Every path that a layer changed, resolved, each once, in code-unit order; made when first read. */
export interface LayerDelta extends Iterable<DeltaEntry> {
  /** Number of rows. */
  readonly size: number
}

/** A row before it is put into words. */
export interface DeltaRow {
  readonly path: string
  readonly before: Node | null
  after: Node | null
}

/** Events of one layer in the order in which they happened. Later changes of the tree do not alter it. */
export class DeltaLog implements LayerDelta {
  readonly #blocks: Blocks
  readonly #layer: number
  readonly #directories: Directory[] = []
  readonly #names: string[] = []
  readonly #before: (Node | null)[] = []
  readonly #after: (Node | null)[] = []
  #rows: readonly DeltaRow[] | null = null

  constructor(blocks: Blocks, layer: number) {
    this.#blocks = blocks
    this.#layer = layer
  }

  /** Notes that a node took the place of another; a folder that another folder does not continue goes with all below. */
  add(directory: Directory, name: string, before: Node | null, after: Node | null): void {
    this.#directories.push(directory)
    this.#names.push(name)
    this.#before.push(before)
    this.#after.push(after)
  }

  get size(): number {
    return this.rows().length
  }

  *[Symbol.iterator](): Generator<DeltaEntry> {
    for (const row of this.rows()) yield this.#entryOf(row)
  }

  #entryOf({ path, before, after }: DeltaRow): DeltaEntry {
    return {
      path,
      change: this.#changeOf(before, after),
      before: before === null ? null : fileOf(this.#blocks, before, path),
      after: after === null ? null : fileOf(this.#blocks, after, path),
    }
  }

  #changeOf(before: Node | null, after: Node | null): DeltaEntry['change'] {
    if (before === null) return 'added'
    if (after === null) return 'deleted'
    if (!sameContent(this.#blocks, before, after)) return 'content'
    return sameMetadata(this.#blocks, before, after) ? 'touched' : 'metadata'
  }

  /** The rows, sorted; no event may follow. */
  rows(): readonly DeltaRow[] {
    this.#rows ??= this.#merged()
    return this.#rows
  }

  #merged(): readonly DeltaRow[] {
    const events = [...this.#events()].sort((a, b) => byCodeUnit(a.path, b.path))
    const rows: DeltaRow[] = []
    let last: DeltaRow | undefined
    // sort() is stable: of several events at a path the first has its past, the last its present
    for (const event of events) {
      if (last !== undefined && last.path === event.path) {
        last.after = event.after
        continue
      }
      rows.push(event)
      last = event
    }
    return rows.filter(({ before, after }) => before !== after)
  }

  *#events(): Generator<DeltaRow> {
    for (const [at, directory] of this.#directories.entries()) {
      const folder = directory.path
      const name = this.#names[at] ?? ''
      const path = folder === '' ? name : `${folder}/${name}`
      const before = this.#past(this.#before[at] ?? null)
      const after = this.#after[at] ?? null
      yield { path, before, after }
      const lost = this.#before[at]?.directory ?? null
      if (lost !== null && lost !== after?.directory) yield* this.#below(lost)
    }
  }

  *#below(lost: Directory): Generator<DeltaRow> {
    for (const { directory, name, node } of inPathOrder(lost)) {
      yield { path: `${directory.path}/${name}`, before: this.#past(node), after: null }
    }
  }

  // What this layer wrote itself is not the past; an earlier event has that.
  #past(node: Node | null): Node | null {
    return node !== null && node.written === this.#layer ? null : node
  }
}
