// The merged tree of an image: layers put on one another bottom to top, every path with the layer that
// last set its content and its metadata. fixtures/overlay states what is right, case by case.
import type { Unknown } from '../core/index.ts'
import type { LayerDelta } from './view-delta.ts'
import { fileOf, type ViewFile } from './view-file.ts'
import { LayerMerge, type MergedTree } from './view-merge.ts'
import { Directory, IMPLIED, inPathOrder, type LayerColumns, Node, walkToEnd } from './view-tree.ts'

export type { DeltaEntry, LayerDelta } from './view-delta.ts'
export type { ViewFile } from './view-file.ts'
export type { LayerColumns } from './view-tree.ts'

/** A merged tree that grows layer by layer. Keeps the layers' columns; makes files when they are asked for. */
export class Overlay {
  readonly #tree: MergedTree
  readonly #subjects: readonly string[]

  /** `subjects` names the layers in notes, by position; `layer N` where it has no name. */
  constructor(subjects: readonly string[] = []) {
    const root = new Directory(null, '')
    const rootNode = new Node(0, { source: 0, entry: IMPLIED, metadataEntry: IMPLIED }, FIRST, root)
    this.#tree = { blocks: [], root, rootNode, count: 0, notes: [] }
    this.#subjects = subjects
  }

  /** Puts a layer on top; `layer` is its position, higher than any before. */
  apply(block: LayerColumns, layer: number): LayerDelta {
    if (layer < this.#tree.blocks.length) throw new RangeError(`layer ${layer} is already covered`)
    this.#tree.blocks[layer] = block
    const subject = this.#subjects[layer] ?? `layer ${layer}`
    return new LayerMerge(this.#tree, block, layer, subject).run()
  }

  /** What stands at exactly this path; no link in it is followed. '' is the root. */
  get(path: string): ViewFile | undefined {
    const node = this.#at(path)
    return node === undefined ? undefined : fileOf(this.#tree.blocks, node, path)
  }

  /** The path with every link followed within the root; undefined when nothing is there, or a loop. */
  realPath(path: string): string | undefined {
    const place = walkToEnd(this.#tree.blocks, this.#tree.root, path)
    if (place === null) return ''
    if (typeof place === 'string') return undefined
    return pathIn(place.directory, place.name)
  }

  /** What a program would open under this path. */
  resolve(path: string): ViewFile | undefined {
    const real = this.realPath(path)
    return real === undefined ? undefined : this.get(real)
  }

  /** The direct children of a folder, named without links, in code-unit order. */
  list(directory: string): ViewFile[] {
    const found = this.#at(directory)?.directory
    if (!found) return []
    const names = [...found.children.keys()].sort()
    return names.flatMap((name) => {
      const node = found.children.get(name)
      return node === undefined ? [] : [fileOf(this.#tree.blocks, node, pathIn(found, name))]
    })
  }

  /** Every path but the root, in code-unit order. */
  *files(): Generator<ViewFile> {
    for (const { directory, name, node } of inPathOrder(this.#tree.root)) {
      yield fileOf(this.#tree.blocks, node, pathIn(directory, name))
    }
  }

  /** Number of paths, the root not counted. */
  get count(): number {
    return this.#tree.count
  }

  /** What was not merged, or where engines differ. */
  get notes(): readonly Unknown[] {
    return this.#tree.notes
  }

  #at(path: string): Node | undefined {
    let node: Node | undefined = this.#tree.rootNode
    if (path === '') return node
    for (const part of path.split('/')) {
      node = node.directory?.children.get(part)
      if (node === undefined) return undefined
    }
    return node
  }
}

const FIRST = { contentLayer: 0, metadataLayer: 0 }

function pathIn(directory: Directory, name: string): string {
  return directory.path === '' ? name : `${directory.path}/${name}`
}
