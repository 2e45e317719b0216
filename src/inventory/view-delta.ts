// What one layer changed: a log kept while the layer is applied, turned into sorted rows when somebody asks.
import { byCodeUnit } from '../core/index.ts'
import { fileOf, sameContent, sameMetadata, type ViewFile } from './view-file.ts'
import { type Directory, NONE, type Node, type Nodes } from './view-nodes.ts'
import { inPathOrder } from './view-tree.ts'

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

/** A row before it is put into words; `NONE` where nothing stands. */
export interface DeltaRow {
  readonly path: string
  readonly before: Node
  after: Node
}

const WIDTH = 3

/** Events of one layer in the order in which they happened. Later changes of the tree do not alter it. */
export class DeltaLog implements LayerDelta {
  readonly #nodes: Nodes
  readonly #layer: number
  readonly #names: string[] = []
  // of each event: number of the folder, node before, node after
  #events: Int32Array
  #rows: readonly DeltaRow[] | null = null

  /** `expected` is how many events there may be; more are taken as well. */
  constructor(nodes: Nodes, layer: number, expected: number) {
    this.#nodes = nodes
    this.#layer = layer
    this.#events = new Int32Array((expected + 16) * WIDTH)
  }

  /** Notes that a node took the place of another; a folder that another folder does not continue goes with all below. */
  add(directory: Directory, name: string, before: Node, after: Node): void {
    const at = this.#names.length * WIDTH
    this.#names.push(name)
    if (at === this.#events.length) {
      const grown = new Int32Array(at * 2)
      grown.set(this.#events)
      this.#events = grown
    }
    this.#events[at] = directory.number
    this.#events[at + 1] = before
    this.#events[at + 2] = after
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
      before: before === NONE ? null : fileOf(this.#nodes, before, path),
      after: after === NONE ? null : fileOf(this.#nodes, after, path),
    }
  }

  #changeOf(before: Node, after: Node): DeltaEntry['change'] {
    if (before === NONE) return 'added'
    if (after === NONE) return 'deleted'
    if (!sameContent(this.#nodes, before, after)) return 'content'
    return sameMetadata(this.#nodes, before, after) ? 'touched' : 'metadata'
  }

  /** The rows, sorted; no event may follow. */
  rows(): readonly DeltaRow[] {
    this.#rows ??= this.#merged()
    return this.#rows
  }

  #merged(): readonly DeltaRow[] {
    const events = [...this.#happened()].sort((a, b) => byCodeUnit(a.path, b.path))
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

  *#happened(): Generator<DeltaRow> {
    for (const [index, name] of this.#names.entries()) {
      const at = index * WIDTH
      const folder = this.#nodes.directory(this.#events[at] ?? 0).path
      const path = folder === '' ? name : `${folder}/${name}`
      const old = this.#events[at + 1] ?? NONE
      const after = this.#events[at + 2] ?? NONE
      yield { path, before: this.#past(old), after }
      const lost = this.#nodes.directoryOf(old)
      if (lost !== null && lost !== this.#nodes.directoryOf(after)) yield* this.#below(lost)
    }
  }

  *#below(lost: Directory): Generator<DeltaRow> {
    for (const { directory, name, node } of inPathOrder(this.#nodes, lost)) {
      yield { path: `${directory.path}/${name}`, before: this.#past(node), after: NONE }
    }
  }

  // What this layer wrote itself is not the past; an earlier event has that.
  #past(node: Node): Node {
    return node !== NONE && this.#nodes.writtenOf(node) === this.#layer ? NONE : node
  }
}
