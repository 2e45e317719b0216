// The nodes of a merged tree, as columns over numbers: a million nodes are a dozen arrays, and no objects that
// the collector would copy and trace.
import type { Entry, EntryFlag, EntryKind } from '../core/index.ts'

/** What the merge needs of a decoded layer: columns over its entries, in archive order. A `LayerBlock` has them. */
export interface LayerColumns {
  readonly count: number
  /** Parent paths as the archive names them, each once; '' is the root. */
  readonly directories: readonly string[]
  /** By entry: index into `directories`. */
  readonly directoryOf: Uint32Array
  nameAt(index: number): string
  kindAt(index: number): EntryKind
  modeAt(index: number): number
  uidAt(index: number): number
  gidAt(index: number): number
  sizeAt(index: number): number
  mtimeAt(index: number): number
  targetAt(index: number): string
  xattrsAt(index: number): Entry['xattrs']
  flagsAt(index: number): readonly EntryFlag[]
  sha256At(index: number): string
  gitBlobAt(index: number): string
  md5At(index: number): string
  sha1At(index: number): string
}

/** Number of a node: of what stands at a path after some layer. Never changed, only replaced: deltas keep old ones. */
export type Node = number

/** No node. */
export const NONE: Node = -1
/** Entry index of a folder that no entry names: it exists because something lies in it. */
export const IMPLIED = -1

/** The children of a folder. Stays the same object while the folder lives, whatever its metadata. */
export class Directory {
  readonly parent: Directory | null
  readonly name: string
  readonly depth: number
  /** Its place among all folders that the tree ever had. */
  readonly number: number
  readonly children = new Map<string, Node>()
  #path: string | null = null

  constructor(parent: Directory | null, name: string, number: number) {
    this.parent = parent
    this.name = name
    this.number = number
    this.depth = parent === null ? 0 : parent.depth + 1
  }

  /** Path from the image's root; '' for the root. */
  get path(): string {
    this.#path ??=
      this.parent === null
        ? ''
        : this.parent.parent === null
          ? this.name
          : `${this.parent.path}/${this.name}`
    return this.#path
  }
}

/** What a node may have of its own where the rest is as another's. */
export interface NodeChange {
  /** Layer that put it here. */
  readonly written?: number
  /** Entry that has mode and owner: a hardlink's, when that one changed them. */
  readonly metadataEntry?: number
  readonly contentLayer?: number
  readonly metadataLayer?: number
}

// positions of a node's numbers in the table
const WRITTEN = 0
const SOURCE = 1
const ENTRY = 2
const METADATA_ENTRY = 3
const CONTENT_LAYER = 4
const METADATA_LAYER = 5
const DIRECTORY = 6
const WIDTH = 7

/** All nodes of a tree, and the layers that hold their facts. */
export class Nodes {
  /** Layers by position. */
  readonly blocks: (LayerColumns | undefined)[] = []
  /** Folders by number. */
  readonly #directories: Directory[] = []
  #table = new Int32Array(WIDTH * 256)
  #count = 0

  /** A new folder without children; null for the parent of the root. */
  newDirectory(parent: Directory | null, name: string): Directory {
    const directory = new Directory(parent, name, this.#directories.length)
    this.#directories.push(directory)
    return directory
  }

  /** The folder of this number. */
  directory(number: number): Directory {
    const directory = this.#directories[number]
    if (directory === undefined) throw new RangeError(`no folder ${number} in this view`)
    return directory
  }

  /** Makes room for this many more nodes. */
  reserve(more: number): void {
    const needed = (this.#count + more) * WIDTH
    if (needed <= this.#table.length) return
    const grown = new Int32Array(Math.max(needed, this.#table.length * 2))
    grown.set(this.#table.subarray(0, this.#count * WIDTH))
    this.#table = grown
  }

  /** A new node that is all of this entry of this layer. */
  addEntry(layer: number, entry: number, directory: Directory | null): Node {
    this.reserve(1)
    const table = this.#table
    const node = this.#count++
    const at = node * WIDTH
    table[at + WRITTEN] = layer
    table[at + SOURCE] = layer
    table[at + ENTRY] = entry
    table[at + METADATA_ENTRY] = entry
    table[at + CONTENT_LAYER] = layer
    table[at + METADATA_LAYER] = layer
    table[at + DIRECTORY] = directory === null ? -1 : directory.number
    return node
  }

  /** A new node that is like another but for these numbers. */
  like(other: Node, change: NodeChange): Node {
    this.reserve(1)
    const table = this.#table
    const node = this.#count++
    const at = node * WIDTH
    table.copyWithin(at, other * WIDTH, (other + 1) * WIDTH)
    const { written, metadataEntry, contentLayer, metadataLayer } = change
    if (written !== undefined) table[at + WRITTEN] = written
    if (metadataEntry !== undefined) table[at + METADATA_ENTRY] = metadataEntry
    if (contentLayer !== undefined) table[at + CONTENT_LAYER] = contentLayer
    if (metadataLayer !== undefined) table[at + METADATA_LAYER] = metadataLayer
    return node
  }

  /** Layer whose entry put it here. */
  writtenOf(node: Node): number {
    return this.#table[node * WIDTH + WRITTEN] ?? 0
  }

  sourceOf(node: Node): number {
    return this.#table[node * WIDTH + SOURCE] ?? 0
  }

  entryOf(node: Node): number {
    return this.#table[node * WIDTH + ENTRY] ?? IMPLIED
  }

  metadataEntryOf(node: Node): number {
    return this.#table[node * WIDTH + METADATA_ENTRY] ?? IMPLIED
  }

  contentLayerOf(node: Node): number {
    return this.#table[node * WIDTH + CONTENT_LAYER] ?? 0
  }

  metadataLayerOf(node: Node): number {
    return this.#table[node * WIDTH + METADATA_LAYER] ?? 0
  }

  /** The folder that a node is; null for what is none, and for `NONE`. */
  directoryOf(node: Node): Directory | null {
    return this.#directories[this.#table[node * WIDTH + DIRECTORY] ?? -1] ?? null
  }

  /** The columns that hold a node's facts. */
  columnsOf(node: Node): LayerColumns {
    const source = this.sourceOf(node)
    const block = this.blocks[source]
    if (block === undefined) throw new RangeError(`no layer ${source} in this view`)
    return block
  }

  /** Kind of a node; never a hardlink or a deletion. */
  kindOf(node: Node): EntryKind {
    if (this.#isDirectory(node)) return 'directory'
    return this.columnsOf(node).kindAt(this.entryOf(node))
  }

  #isDirectory(node: Node): boolean {
    return (this.#table[node * WIDTH + DIRECTORY] ?? -1) >= 0
  }
}
