// The merged tree of an image: layers put on one another bottom to top, every path with the layer that
// last set its content and its metadata. fixtures/overlay states what is right, case by case.
import type { Unknown } from '../core/index.ts'
import type { LayerDelta } from './view-delta.ts'
import { fileOf, type ViewFile } from './view-file.ts'
import { LayerMerge, type MergedTree } from './view-merge.ts'
import { type Directory, IMPLIED, type LayerColumns, NONE, type Node, Nodes } from './view-nodes.ts'
import { inPathOrder, walkToEnd } from './view-tree.ts'

export type { DeltaEntry, LayerDelta } from './view-delta.ts'
export type { ViewFile } from './view-file.ts'
export type { LayerColumns } from './view-nodes.ts'

/** A merged tree that grows layer by layer. Keeps the layers' columns; makes files when they are asked for. */
export class Overlay {
  readonly #tree: MergedTree
  readonly #subjects: readonly string[]
  #last: { readonly path: string; readonly directory: Directory | null }

  /** `subjects` names the layers in notes, by position; `layer N` where it has no name. */
  constructor(subjects: readonly string[] = []) {
    const nodes = new Nodes()
    const root = nodes.newDirectory(null, '')
    const rootNode = nodes.addEntry(0, IMPLIED, root)
    this.#tree = { nodes, root, rootNode, count: 0, notes: [] }
    this.#subjects = subjects
    this.#last = { path: '', directory: root }
  }

  /** Puts a layer on top; `layer` is its position, higher than any before. */
  apply(block: LayerColumns, layer: number): LayerDelta {
    const { blocks } = this.#tree.nodes
    if (layer < blocks.length) throw new RangeError(`layer ${layer} is already covered`)
    blocks[layer] = block
    this.#last = { path: '', directory: this.#tree.root }
    const subject = this.#subjects[layer] ?? `layer ${layer}`
    return new LayerMerge(this.#tree, block, layer, subject).run()
  }

  /** What stands at exactly this path; no link in it is followed. '' is the root. */
  get(path: string): ViewFile | undefined {
    const node = this.#at(path)
    return node === NONE ? undefined : fileOf(this.#tree.nodes, node, path)
  }

  /** The path with every link followed within the root; undefined when nothing is there, or a loop. */
  realPath(path: string): string | undefined {
    const place = walkToEnd(this.#tree.nodes, this.#tree.root, path)
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
    const found = this.#tree.nodes.directoryOf(this.#at(directory))
    if (found === null) return []
    const names = [...found.children.keys()].sort()
    return names.flatMap((name) => {
      const node = found.children.get(name)
      return node === undefined ? [] : [fileOf(this.#tree.nodes, node, pathIn(found, name))]
    })
  }

  /** Every path but the root, in code-unit order. */
  *files(): Generator<ViewFile> {
    for (const { directory, name, node } of inPathOrder(this.#tree.nodes, this.#tree.root)) {
      yield fileOf(this.#tree.nodes, node, pathIn(directory, name))
    }
  }

  /** The files, links and devices whose place passes, in no order. */
  *matching(passes: (folder: string, name: string) => boolean): Generator<ViewFile> {
    const { nodes, root } = this.#tree
    const todo: Directory[] = [root]
    for (let here = todo.pop(); here !== undefined; here = todo.pop()) {
      for (const [name, node] of here.children) {
        const directory = nodes.directoryOf(node)
        if (directory !== null) todo.push(directory)
        else if (passes(here.path, name)) yield fileOf(nodes, node, pathIn(here, name))
      }
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

  #at(path: string): Node {
    if (path === '') return this.#tree.rootNode
    const slash = path.lastIndexOf('/')
    const folder = slash < 0 ? '' : path.slice(0, slash)
    return this.#folderAt(folder)?.children.get(path.slice(slash + 1)) ?? NONE
  }

  // who asks for a path asks for its neighbours next
  #folderAt(path: string): Directory | null {
    if (this.#last.path === path) return this.#last.directory
    const { nodes, root } = this.#tree
    let directory: Directory | null = root
    for (const part of path === '' ? [] : path.split('/')) {
      directory = nodes.directoryOf(directory.children.get(part) ?? NONE)
      if (directory === null) break
    }
    this.#last = { path, directory }
    return directory
  }
}

function pathIn(directory: Directory, name: string): string {
  return directory.path === '' ? name : `${directory.path}/${name}`
}
