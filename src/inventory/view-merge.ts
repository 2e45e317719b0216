// Puts one layer on top of a merged tree: OCI image-spec layer.md ("Applying Changesets"), and where that is
// silent what container engines do (fixtures/overlay has the cases, with what a real engine made of each).
import { joinPath, nameOf, parentOf, type Unknown } from '../core/index.ts'
import { DeltaLog } from './view-delta.ts'
import { sameContent, sameMetadata } from './view-file.ts'
import {
  type Directory,
  IMPLIED,
  type LayerColumns,
  NONE,
  type Node,
  type Nodes,
} from './view-nodes.ts'
import {
  LOOK_ONLY,
  MAX_DEPTH,
  type Obstacle,
  sizeBelow,
  type WalkHooks,
  walkToDirectory,
} from './view-tree.ts'

/** A merged tree while layers are put on it. */
export interface MergedTree {
  readonly nodes: Nodes
  readonly root: Directory
  /** Entry of the root itself, once a layer has one. */
  rootNode: Node
  count: number
  readonly notes: Unknown[]
}

const MAX_NOTES = 1000
const OPAQUE_XATTR = 'trusted.overlay.opaque'
const REASON: Readonly<Record<Obstacle, string>> = {
  absent: 'its folder does not exist',
  loop: 'its folder lies behind too many symbolic links',
  'not-a-folder': 'what should be its folder is none',
  'too-deep': 'its folder is nested too deeply',
}

/** One layer on its way into the tree. */
export class LayerMerge {
  readonly #tree: MergedTree
  readonly #nodes: Nodes
  readonly #block: LayerColumns
  readonly #layer: number
  readonly #subject: string
  readonly #log: DeltaLog
  readonly #hooks: WalkHooks
  // folders by directory index, valid while `#epoch` is what it was when they were found
  readonly #found: (Directory | Obstacle)[] = []
  readonly #foundIn: Int32Array
  #epoch = 1
  // the folder that an entry named last: what follows mostly lies in it
  #made: Directory | null = null
  readonly #followed = new Set<Node>()
  #notes = 0
  // by entry of a file: its names in this layer, and the hardlink that came last
  readonly #linked = new Map<number, { readonly paths: string[]; last: number }>()
  // something may have gone and come back within this layer
  #returned = false
  #removed = false

  constructor(tree: MergedTree, block: LayerColumns, layer: number, subject: string) {
    this.#tree = tree
    this.#nodes = tree.nodes
    this.#block = block
    this.#layer = layer
    this.#subject = subject
    this.#log = new DeltaLog(tree.nodes, layer, block.count)
    this.#foundIn = new Int32Array(block.directories.length)
    this.#hooks = {
      absent: (parent, name) => this.#imply(parent, name, NONE),
      blocked: (parent, name, node) => (this.#isOwn(node) ? null : this.#imply(parent, name, node)),
      followed: (parent, name, node) => this.#follow(parent, name, node),
    }
  }

  /** Applies all entries in archive order. */
  run(): DeltaLog {
    const hadNothing = this.#tree.count === 0
    this.#nodes.reserve(this.#block.count)
    for (let index = 0; index < this.#block.count; index += 1) this.#apply(index)
    this.#shareMetadata()
    if (this.#returned && !hadNothing) this.#settle()
    const more = this.#notes - MAX_NOTES
    if (more > 0) this.#tree.notes.push(this.#unknown('', `${more} more notes like the last`))
    return this.#log
  }

  #apply(index: number): void {
    const block = this.#block
    // engines unpack below a changed root: such a name ends up inside it, and hiding it would hide a file
    if (block.flagsAt(index).includes('escapes-root'))
      this.#notePlace(this.#nameOf(index), 'this entry tries to leave the root; it was kept inside')
    const name = block.nameAt(index)
    const kind = block.kindAt(index)
    if (name === '') {
      this.#applyToRoot(index)
      return
    }
    const parent = this.#parent(index)
    if (typeof parent === 'string') {
      this.#note(index, REASON[parent])
      return
    }
    if (kind === 'whiteout') this.#whiteOut(parent, name)
    else if (kind === 'opaque') this.#makeOpaque(parent, name, index)
    else if (kind === 'hardlink') this.#link(parent, name, index)
    // overlayfs keeps a whiteout as this device, and some builders pack it as it is
    else if (kind === 'character-device' && block.targetAt(index) === '0:0')
      this.#whiteOut(parent, name)
    else if (kind === 'directory') this.#makeDirectory(parent, name, index)
    else this.#put(parent, name, index, null)
  }

  #applyToRoot(index: number): void {
    const kind = this.#block.kindAt(index)
    if (kind === 'opaque') this.#prune(this.#tree.root)
    else if (kind === 'directory') {
      this.#tree.rootNode = this.#nodeOver(this.#tree.rootNode, index, this.#tree.root)
    } else this.#note(index, 'it stands for the root and is no folder')
  }

  #parent(index: number): Directory | Obstacle {
    const at = this.#block.directoryOf[index] ?? 0
    const known = this.#found[at]
    if (known !== undefined && this.#foundIn[at] === this.#epoch) return known
    const path = this.#block.directories[at] ?? ''
    const found =
      this.#made?.path === path
        ? this.#made
        : walkToDirectory(this.#nodes, this.#tree.root, path, this.#hooks)
    // other obstacles may be cleared away without a new epoch
    if (typeof found !== 'string' || found === 'loop' || found === 'too-deep') {
      this.#found[at] = found
      this.#foundIn[at] = this.#epoch
    }
    return found
  }

  #imply(parent: Directory, name: string, blocking: Node): Directory {
    const directory = this.#nodes.newDirectory(parent, name)
    this.#set(parent, name, blocking, this.#nodeOver(blocking, IMPLIED, directory))
    return directory
  }

  #follow(parent: Directory, name: string, node: Node): void {
    if (this.#followed.has(node)) return
    this.#followed.add(node)
    if (this.#isOwn(node)) return
    this.#notePlace(
      joinPath(parent.path, name),
      'entries lie behind this symbolic link of a lower layer: it was followed; engines that use overlayfs put a folder in its place',
    )
  }

  #makeDirectory(parent: Directory, name: string, index: number): void {
    const existing = parent.children.get(name) ?? NONE
    if (parent.depth >= MAX_DEPTH && existing === NONE) {
      this.#note(index, 'it is nested too deeply')
      return
    }
    const directory = this.#nodes.directoryOf(existing) ?? this.#nodes.newDirectory(parent, name)
    this.#put(parent, name, index, directory)
    this.#made = directory
    if (this.#block.xattrsAt(index)[OPAQUE_XATTR] === '79') this.#prune(directory)
  }

  // The target is what stands there now: a later change of either name leaves the other alone.
  #link(parent: Directory, name: string, index: number): void {
    const path = this.#block.targetAt(index)
    const target = this.#find(path)
    if (target === NONE || this.#nodes.directoryOf(target) !== null) {
      this.#note(index, `hard link to "${path}", which is no file here`)
      return
    }
    const existing = parent.children.get(name) ?? NONE
    const layer = this.#layer
    const now = { written: layer, contentLayer: layer, metadataLayer: layer }
    const linked = this.#nodes.like(target, now)
    this.#set(parent, name, existing, existing === NONE ? linked : this.#aged(existing, linked))
    if (this.#nodes.sourceOf(target) !== this.#layer) return
    const entry = this.#nodes.entryOf(target)
    const names = this.#linked.get(entry) ?? { paths: [path], last: index }
    names.paths.push(joinPath(parent.path, name))
    names.last = index
    this.#linked.set(entry, names)
  }

  // All names of a file share mode and owner; unpacking a hardlink sets those that its entry has.
  #shareMetadata(): void {
    const nodes = this.#nodes
    for (const [entry, { paths, last }] of this.#linked) {
      for (const path of paths) {
        const node = this.#find(path)
        if (node === NONE || nodes.sourceOf(node) !== this.#layer) continue
        if (nodes.entryOf(node) !== entry || !this.#isOwn(node)) continue
        if (this.#sameOwner(nodes.metadataEntryOf(node), last)) continue
        const { parent, name } = this.#place(path)
        if (parent === null) continue
        const changed = { metadataEntry: last, metadataLayer: this.#layer }
        this.#set(parent, name, node, nodes.like(node, changed))
        this.#returned = true
      }
    }
  }

  #sameOwner(a: number, b: number): boolean {
    const block = this.#block
    if (block.uidAt(a) !== block.uidAt(b) || block.gidAt(a) !== block.gidAt(b)) return false
    return block.modeAt(a) === block.modeAt(b)
  }

  #find(path: string): Node {
    const { parent, name } = this.#place(path)
    return parent?.children.get(name) ?? NONE
  }

  #place(path: string): { readonly parent: Directory | null; readonly name: string } {
    const above = parentOf(path)
    const parent = walkToDirectory(this.#nodes, this.#tree.root, above, LOOK_ONLY)
    return { parent: typeof parent === 'string' ? null : parent, name: nameOf(path) }
  }

  #isOwn(node: Node): boolean {
    return this.#nodes.writtenOf(node) === this.#layer
  }

  #put(parent: Directory, name: string, entry: number, directory: Directory | null): void {
    const existing = parent.children.get(name) ?? NONE
    this.#set(parent, name, existing, this.#nodeOver(existing, entry, directory))
  }

  #nodeOver(before: Node, entry: number, directory: Directory | null): Node {
    const node = this.#nodes.addEntry(this.#layer, entry, directory)
    return before === NONE ? node : this.#aged(before, node)
  }

  // The node, with the layers since which content and metadata are what they were before.
  #aged(before: Node, node: Node): Node {
    const nodes = this.#nodes
    const sameKind = nodes.kindOf(before) === nodes.kindOf(node)
    const contentLayer = sameContent(nodes, before, node)
      ? nodes.contentLayerOf(before)
      : this.#layer
    const metadataLayer =
      sameKind && sameMetadata(nodes, before, node) ? nodes.metadataLayerOf(before) : this.#layer
    if (
      nodes.contentLayerOf(node) === contentLayer &&
      nodes.metadataLayerOf(node) === metadataLayer
    )
      return node
    return nodes.like(node, { contentLayer, metadataLayer })
  }

  #set(parent: Directory, name: string, before: Node, after: Node): void {
    if (before === NONE) {
      this.#tree.count += 1
      this.#returned ||= this.#removed
    } else {
      this.#returned ||= this.#isOwn(before)
      const directory = this.#nodes.directoryOf(before)
      if (directory === null || directory !== this.#nodes.directoryOf(after))
        this.#forget(before, 1)
    }
    parent.children.set(name, after)
    this.#log.add(parent, name, before, after)
  }

  #remove(parent: Directory, name: string, node: Node): void {
    this.#forget(node, 0)
    this.#removed = true
    parent.children.delete(name)
    this.#log.add(parent, name, node, NONE)
  }

  // Folders found through this node are no longer where they were.
  #forget(node: Node, stays: number): void {
    const directory = this.#nodes.directoryOf(node)
    this.#tree.count -= 1 - stays
    if (directory !== null) {
      this.#tree.count -= sizeBelow(this.#nodes, directory)
      this.#removed = true
      this.#made = null
      this.#epoch += 1
    } else if (this.#followed.has(node)) this.#epoch += 1
  }

  #whiteOut(parent: Directory, name: string): void {
    const node = parent.children.get(name)
    if (node !== undefined) this.#hide(parent, name, node)
  }

  #makeOpaque(parent: Directory, name: string, index: number): void {
    const node = parent.children.get(name) ?? NONE
    const directory = this.#nodes.directoryOf(node)
    if (directory !== null) this.#prune(directory)
    else if (node === NONE || !this.#isOwn(node)) {
      if (parent.depth < MAX_DEPTH) this.#imply(parent, name, node)
    } else {
      const path = joinPath(parent.path, name)
      const found = walkToDirectory(this.#nodes, this.#tree.root, path, this.#hooks)
      if (typeof found === 'string') this.#note(index, REASON[found])
      else this.#prune(found)
    }
  }

  #prune(directory: Directory): void {
    for (const [name, node] of [...directory.children]) this.#hide(directory, name, node)
  }

  // Takes away what lower layers brought; what this layer wrote stays, wherever the marker stood.
  #hide(parent: Directory, name: string, node: Node): void {
    const directory = this.#nodes.directoryOf(node)
    if (directory !== null) this.#prune(directory)
    if (this.#isOwn(node)) return
    if (directory === null || directory.children.size === 0) {
      this.#remove(parent, name, node)
      return
    }
    this.#set(parent, name, node, this.#nodeOver(node, IMPLIED, directory))
  }

  // What went and came back in one layer is as old as it was before the layer.
  #settle(): void {
    for (const row of this.#log.rows()) {
      const { path, before, after } = row
      if (before === NONE || after === NONE || !this.#isOwn(after)) continue
      const node = this.#aged(before, after)
      if (node === after) continue
      row.after = node
      const { parent, name } = this.#place(path)
      parent?.children.set(name, node)
    }
  }

  #note(index: number, reason: string): void {
    this.#notePlace(this.#nameOf(index), `not merged: ${reason}`)
  }

  #nameOf(index: number): string {
    const folder = this.#block.directories[this.#block.directoryOf[index] ?? 0] ?? ''
    return joinPath(folder, this.#block.nameAt(index))
  }

  // Hostile layers could fill the memory with notes: what is beyond the limit is counted.
  #notePlace(place: string, reason: string): void {
    if (this.#notes < MAX_NOTES) this.#tree.notes.push(this.#unknown(place, reason))
    this.#notes += 1
  }

  #unknown(place: string, reason: string): Unknown {
    return { subject: this.#subject, place, reader: 'overlay', reason, weight: 'partial' }
  }
}
