// The nodes of a merged tree, and how a path is walked in it. Knows path resolution as Linux does it
// (path_resolution(7): 40 links, `..` of the root is the root, absolute targets start at the image's root).
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

/** Entry index of a folder that no entry names: it exists because something lies in it. */
export const IMPLIED = -1
/** Links that one resolution follows before it gives up with ELOOP. */
export const MAX_LINKS = 40
/** Folders below one another; no absolute path names anything deeper on Linux (PATH_MAX). */
export const MAX_DEPTH = 2048
const PATH_MAX = 4096

/** The children of a folder. Stays the same object while the folder lives, whatever its metadata. */
export class Directory {
  readonly parent: Directory | null
  readonly name: string
  readonly depth: number
  readonly children = new Map<string, Node>()
  #path: string | null = null

  constructor(parent: Directory | null, name: string) {
    this.parent = parent
    this.name = name
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

/** Where the facts of a node are: a layer, and the entries of it that have content, and mode and owner. */
export interface Inode {
  readonly source: number
  readonly entry: number
  readonly metadataEntry: number
}

/** What stands at a path after some layer. Never changed, only replaced: deltas keep old nodes as evidence. */
export class Node implements Inode {
  /** Layer whose entry put it here. */
  readonly written: number
  /** Layer and entry that hold its facts; another layer's for a hardlink. */
  readonly source: number
  readonly entry: number
  /** Entry of the same layer that has mode and owner; another one when a hardlink changed them. */
  readonly metadataEntry: number
  readonly contentLayer: number
  readonly metadataLayer: number
  readonly directory: Directory | null

  constructor(
    written: number,
    at: Inode,
    since: { readonly contentLayer: number; readonly metadataLayer: number },
    directory: Directory | null,
  ) {
    this.written = written
    this.source = at.source
    this.entry = at.entry
    this.metadataEntry = at.metadataEntry
    this.contentLayer = since.contentLayer
    this.metadataLayer = since.metadataLayer
    this.directory = directory
  }
}

/** Layers by position; the facts of every node lie in one of them. */
export type Blocks = readonly (LayerColumns | undefined)[]

/** The columns that hold a node's facts. */
export function columnsOf(blocks: Blocks, node: Node): LayerColumns {
  const block = blocks[node.source]
  if (block === undefined) throw new RangeError(`no layer ${node.source} in this view`)
  return block
}

/** Kind of a node; never a hardlink or a deletion. */
export function kindOf(blocks: Blocks, node: Node): EntryKind {
  if (node.directory !== null) return 'directory'
  return columnsOf(blocks, node).kindAt(node.entry)
}

/** What stops a walk. */
export type Obstacle = 'absent' | 'loop' | 'not-a-folder' | 'too-deep'

/** What a walk does where the path does not go on. */
export interface WalkHooks {
  /** The folder to go on with where nothing has this name; null stops the walk. */
  absent(parent: Directory, name: string): Directory | null
  /** The folder to go on with where something that is no folder stands; null stops the walk. */
  blocked(parent: Directory, name: string, node: Node): Directory | null
  /** Called for each link that is followed. */
  followed(parent: Directory, name: string, node: Node): void
}

/** Hooks of a walk that changes nothing. */
export const LOOK_ONLY: WalkHooks = {
  absent: () => null,
  blocked: () => null,
  followed: () => undefined,
}

/** The folder that a path names, every link in it followed within the root. */
export function walkToDirectory(
  blocks: Blocks,
  root: Directory,
  path: string,
  hooks: WalkHooks,
): Directory | Obstacle {
  let here = root
  let links = 0
  const todo = path.split('/').reverse()
  while (todo.length > 0) {
    const part = todo.pop()
    if (part === undefined || part === '' || part === '.') continue
    if (part === '..') {
      here = here.parent ?? root
      continue
    }
    const node = here.children.get(part)
    let next: Directory | null = node === undefined ? null : node.directory
    if (next === null && node !== undefined && kindOf(blocks, node) === 'symlink') {
      const target = columnsOf(blocks, node).targetAt(node.entry)
      links += 1
      if (links > MAX_LINKS || target.length > PATH_MAX) return 'loop'
      hooks.followed(here, part, node)
      if (target.startsWith('/')) here = root
      for (const name of target.split('/').reverse()) todo.push(name)
      continue
    }
    if (next === null) {
      if (here.depth >= MAX_DEPTH) return 'too-deep'
      next = node === undefined ? hooks.absent(here, part) : hooks.blocked(here, part, node)
      if (next === null) return node === undefined ? 'absent' : 'not-a-folder'
    }
    here = next
  }
  return here
}

/** A name in a folder, and what stands there. */
export interface Place {
  readonly directory: Directory
  readonly name: string
  readonly node: Node
}

/** What a path names, its last part followed as well; `null` when it is the root. */
export function walkToEnd(blocks: Blocks, root: Directory, path: string): Place | null | Obstacle {
  let folder = ''
  let rest = path
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    const trimmed = rest.replace(/\/+$/, '')
    const slash = trimmed.lastIndexOf('/')
    const name = trimmed.slice(slash + 1)
    const above = trimmed.slice(0, Math.max(slash, 0))
    const from = rest.startsWith('/') ? above : `${folder}/${above}`
    if (name === '' || name === '.' || name === '..')
      return endAtFolder(blocks, root, `${from}/${name}`)
    const directory = walkToDirectory(blocks, root, from, LOOK_ONLY)
    if (typeof directory === 'string') return directory
    const node = directory.children.get(name)
    if (node === undefined) return 'absent'
    if (kindOf(blocks, node) !== 'symlink') return { directory, name, node }
    folder = directory.path
    rest = columnsOf(blocks, node).targetAt(node.entry)
    if (rest === '') return 'absent'
    if (rest.length > PATH_MAX) return 'loop'
  }
  return 'loop'
}

function endAtFolder(blocks: Blocks, root: Directory, path: string): Place | null | Obstacle {
  const directory = walkToDirectory(blocks, root, path, LOOK_ONLY)
  if (typeof directory === 'string') return directory
  if (directory.parent === null) return null
  const node = directory.parent.children.get(directory.name)
  return node === undefined ? 'absent' : { directory: directory.parent, name: directory.name, node }
}

/** Number of nodes in a subtree, its top included. */
export function sizeOfSubtree(top: Node): number {
  let count = 0
  const todo: Node[] = [top]
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    count += 1
    if (node.directory === null) continue
    for (const child of node.directory.children.values()) todo.push(child)
  }
  return count
}

/** Every node below a folder with its path, in code-unit order of path. */
export function* inPathOrder(top: Directory): Generator<Place> {
  const stack: { readonly directory: Directory; readonly keys: readonly string[]; at: number }[] =
    []
  stack.push({ directory: top, keys: sortedKeys(top), at: 0 })
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const key = frame.keys[frame.at]
    frame.at += 1
    if (key === undefined) {
      stack.pop()
      continue
    }
    if (key.endsWith('/')) {
      const below = frame.directory.children.get(key.slice(0, -1))?.directory
      if (below) stack.push({ directory: below, keys: sortedKeys(below), at: 0 })
      continue
    }
    const node = frame.directory.children.get(key)
    if (node !== undefined) yield { directory: frame.directory, name: key, node }
  }
}

// `a-b` sorts between `a` and `a/b`: a folder's content has a key of its own, its name with a slash.
function sortedKeys(directory: Directory): string[] {
  const keys: string[] = []
  for (const [name, node] of directory.children) {
    keys.push(name)
    if (node.directory !== null && node.directory.children.size > 0) keys.push(`${name}/`)
  }
  return keys.sort()
}
