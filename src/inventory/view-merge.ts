// Puts one layer on top of a merged tree: OCI image-spec layer.md ("Applying Changesets"), and where that is
// silent what container engines do (fixtures/overlay has the cases, with what a real engine made of each).
import { joinPath, nameOf, parentOf, type Unknown } from '../core/index.ts'
import { DeltaLog } from './view-delta.ts'
import { sameContent, sameMetadata } from './view-file.ts'
import {
  Directory,
  IMPLIED,
  type Inode,
  kindOf,
  type LayerColumns,
  LOOK_ONLY,
  MAX_DEPTH,
  Node,
  type Obstacle,
  sizeOfSubtree,
  type WalkHooks,
  walkToDirectory,
} from './view-tree.ts'

/** A merged tree while layers are put on it. */
export interface MergedTree {
  readonly blocks: (LayerColumns | undefined)[]
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
  readonly #block: LayerColumns
  readonly #layer: number
  readonly #subject: string
  readonly #log: DeltaLog
  readonly #hooks: WalkHooks
  // folders by directory index, valid while `#epoch` is what it was when they were found
  readonly #found: (Directory | Obstacle)[] = []
  readonly #foundIn: Int32Array
  #epoch = 1
  readonly #followed = new Set<Node>()
  #notes = 0
  // by entry of a file: its names in this layer, and the hardlink that came last
  readonly #linked = new Map<number, { readonly paths: string[]; last: number }>()
  // something may have gone and come back within this layer
  #returned = false
  #removed = false

  constructor(tree: MergedTree, block: LayerColumns, layer: number, subject: string) {
    this.#tree = tree
    this.#block = block
    this.#layer = layer
    this.#subject = subject
    this.#log = new DeltaLog(tree.blocks, layer)
    this.#foundIn = new Int32Array(block.directories.length)
    this.#hooks = {
      absent: (parent, name) => this.#imply(parent, name, null),
      blocked: (parent, name, node) =>
        node.written === layer ? null : this.#imply(parent, name, node),
      followed: (parent, name, node) => this.#follow(parent, name, node),
    }
  }

  /** Applies all entries in archive order. */
  run(): DeltaLog {
    const hadNothing = this.#tree.count === 0
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
    else this.#put(parent, name, this.#own(index), null)
  }

  #applyToRoot(index: number): void {
    const kind = this.#block.kindAt(index)
    if (kind === 'opaque') this.#prune(this.#tree.root)
    else if (kind === 'directory') {
      const at = this.#own(index)
      this.#tree.rootNode = this.#nodeOver(this.#tree.rootNode, at, this.#tree.root)
    } else this.#note(index, 'it stands for the root and is no folder')
  }

  #parent(index: number): Directory | Obstacle {
    const at = this.#block.directoryOf[index] ?? 0
    const known = this.#found[at]
    if (known !== undefined && this.#foundIn[at] === this.#epoch) return known
    const path = this.#block.directories[at] ?? ''
    const found = walkToDirectory(this.#tree.blocks, this.#tree.root, path, this.#hooks)
    // other obstacles may be cleared away without a new epoch
    if (typeof found !== 'string' || found === 'loop' || found === 'too-deep') {
      this.#found[at] = found
      this.#foundIn[at] = this.#epoch
    }
    return found
  }

  #imply(parent: Directory, name: string, blocking: Node | null): Directory {
    const directory = new Directory(parent, name)
    const at = this.#own(IMPLIED)
    this.#set(parent, name, blocking, this.#nodeOver(blocking, at, directory))
    return directory
  }

  #follow(parent: Directory, name: string, node: Node): void {
    if (this.#followed.has(node)) return
    this.#followed.add(node)
    if (node.written === this.#layer) return
    this.#notePlace(
      joinPath(parent.path, name),
      'entries lie behind this symbolic link of a lower layer: it was followed; engines that use overlayfs put a folder in its place',
    )
  }

  #makeDirectory(parent: Directory, name: string, index: number): void {
    const existing = parent.children.get(name) ?? null
    if (parent.depth >= MAX_DEPTH && existing === null) {
      this.#note(index, 'it is nested too deeply')
      return
    }
    const directory = existing?.directory ?? new Directory(parent, name)
    this.#put(parent, name, this.#own(index), directory)
    if (this.#block.xattrsAt(index)[OPAQUE_XATTR] === '79') this.#prune(directory)
  }

  // The target is what stands there now: a later change of either name leaves the other alone.
  #link(parent: Directory, name: string, index: number): void {
    const path = this.#block.targetAt(index)
    const target = this.#find(path)
    if (target === null || target.directory !== null) {
      this.#note(index, `hard link to "${path}", which is no file here`)
      return
    }
    this.#put(parent, name, target, null)
    if (target.source !== this.#layer) return
    const names = this.#linked.get(target.entry) ?? { paths: [path], last: index }
    names.paths.push(joinPath(parent.path, name))
    names.last = index
    this.#linked.set(target.entry, names)
  }

  // All names of a file share mode and owner; unpacking a hardlink sets those that its entry has.
  #shareMetadata(): void {
    for (const [entry, { paths, last }] of this.#linked) {
      for (const path of paths) {
        const node = this.#find(path)
        if (node === null || node.source !== this.#layer || node.entry !== entry) continue
        if (node.written !== this.#layer || this.#sameOwner(node.metadataEntry, last)) continue
        const { parent, name } = this.#place(path)
        if (parent === null) continue
        const changed = { source: node.source, entry, metadataEntry: last }
        const since = { contentLayer: node.contentLayer, metadataLayer: this.#layer }
        this.#set(parent, name, node, new Node(this.#layer, changed, since, null))
        this.#returned = true
      }
    }
  }

  #sameOwner(a: number, b: number): boolean {
    const block = this.#block
    if (block.uidAt(a) !== block.uidAt(b) || block.gidAt(a) !== block.gidAt(b)) return false
    return block.modeAt(a) === block.modeAt(b)
  }

  #find(path: string): Node | null {
    const { parent, name } = this.#place(path)
    return parent?.children.get(name) ?? null
  }

  #place(path: string): { readonly parent: Directory | null; readonly name: string } {
    const above = parentOf(path)
    const parent = walkToDirectory(this.#tree.blocks, this.#tree.root, above, LOOK_ONLY)
    return { parent: typeof parent === 'string' ? null : parent, name: nameOf(path) }
  }

  #own(entry: number): Inode {
    return { source: this.#layer, entry, metadataEntry: entry }
  }

  #put(parent: Directory, name: string, at: Inode, directory: Directory | null): void {
    const existing = parent.children.get(name) ?? null
    this.#set(parent, name, existing, this.#nodeOver(existing, at, directory))
  }

  #nodeOver(before: Node | null, at: Inode, directory: Directory | null): Node {
    const now = { contentLayer: this.#layer, metadataLayer: this.#layer }
    const node = new Node(this.#layer, at, now, directory)
    return before === null ? node : this.#aged(before, node)
  }

  // The node, with the layers since which content and metadata are what they were before.
  #aged(before: Node, node: Node): Node {
    const { blocks } = this.#tree
    const sameKind = kindOf(blocks, before) === kindOf(blocks, node)
    const contentLayer = sameContent(blocks, before, node) ? before.contentLayer : this.#layer
    const metadataLayer =
      sameKind && sameMetadata(blocks, before, node) ? before.metadataLayer : this.#layer
    if (node.contentLayer === contentLayer && node.metadataLayer === metadataLayer) return node
    return new Node(node.written, node, { contentLayer, metadataLayer }, node.directory)
  }

  #set(parent: Directory, name: string, before: Node | null, after: Node): void {
    if (before === null) {
      this.#tree.count += 1
      this.#returned ||= this.#removed
    } else {
      this.#returned ||= before.written === this.#layer
      if (before.directory === null || before.directory !== after.directory) this.#forget(before, 1)
    }
    parent.children.set(name, after)
    this.#log.add(parent, name, before, after)
  }

  #remove(parent: Directory, name: string, node: Node): void {
    this.#forget(node, 0)
    this.#removed = true
    parent.children.delete(name)
    this.#log.add(parent, name, node, null)
  }

  // Folders found through this node are no longer where they were.
  #forget(node: Node, stays: number): void {
    if (node.directory !== null) {
      this.#tree.count -= sizeOfSubtree(node) - stays
      this.#removed = true
      this.#epoch += 1
      return
    }
    this.#tree.count -= 1 - stays
    if (this.#followed.has(node)) this.#epoch += 1
  }

  #whiteOut(parent: Directory, name: string): void {
    const node = parent.children.get(name)
    if (node !== undefined) this.#hide(parent, name, node)
  }

  #makeOpaque(parent: Directory, name: string, index: number): void {
    const node = parent.children.get(name) ?? null
    if (node?.directory) this.#prune(node.directory)
    else if (node === null || node.written !== this.#layer) {
      if (parent.depth < MAX_DEPTH) this.#imply(parent, name, node)
    } else {
      const path = joinPath(parent.path, name)
      const found = walkToDirectory(this.#tree.blocks, this.#tree.root, path, this.#hooks)
      if (typeof found === 'string') this.#note(index, REASON[found])
      else this.#prune(found)
    }
  }

  #prune(directory: Directory): void {
    for (const [name, node] of [...directory.children]) this.#hide(directory, name, node)
  }

  // Takes away what lower layers brought; what this layer wrote stays, wherever the marker stood.
  #hide(parent: Directory, name: string, node: Node): void {
    if (node.directory !== null) this.#prune(node.directory)
    if (node.written === this.#layer) return
    if (node.directory === null || node.directory.children.size === 0) {
      this.#remove(parent, name, node)
      return
    }
    const at = this.#own(IMPLIED)
    this.#set(parent, name, node, this.#nodeOver(node, at, node.directory))
  }

  // What went and came back in one layer is as old as it was before the layer.
  #settle(): void {
    for (const row of this.#log.rows()) {
      const { path, before, after } = row
      if (before === null || after === null || after.written !== this.#layer) continue
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
