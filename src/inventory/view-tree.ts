// How a path is walked in a merged tree. Knows path resolution as Linux does it (path_resolution(7): 40 links,
// `..` of the root is the root, absolute targets start at the image's root).
import { type Directory, NONE, type Node, type Nodes } from './view-nodes.ts'

/** Links that one resolution follows before it gives up with ELOOP. */
export const MAX_LINKS = 40
/** Folders below one another; no absolute path names anything deeper on Linux (PATH_MAX). */
export const MAX_DEPTH = 2048
const PATH_MAX = 4096

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
  nodes: Nodes,
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
    const node = here.children.get(part) ?? NONE
    let next = nodes.directoryOf(node)
    if (next === null && node !== NONE && nodes.kindOf(node) === 'symlink') {
      const target = nodes.columnsOf(node).targetAt(nodes.entryOf(node))
      links += 1
      if (links > MAX_LINKS || target.length > PATH_MAX) return 'loop'
      hooks.followed(here, part, node)
      if (target.startsWith('/')) here = root
      for (const name of target.split('/').reverse()) todo.push(name)
      continue
    }
    if (next === null) {
      if (here.depth >= MAX_DEPTH) return 'too-deep'
      next = node === NONE ? hooks.absent(here, part) : hooks.blocked(here, part, node)
      if (next === null) return node === NONE ? 'absent' : 'not-a-folder'
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
export function walkToEnd(nodes: Nodes, root: Directory, path: string): Place | null | Obstacle {
  let folder = ''
  let rest = path
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    const trimmed = rest.replace(/\/+$/, '')
    const slash = trimmed.lastIndexOf('/')
    const name = trimmed.slice(slash + 1)
    const above = trimmed.slice(0, Math.max(slash, 0))
    const from = rest.startsWith('/') ? above : `${folder}/${above}`
    if (name === '' || name === '.' || name === '..')
      return endAtFolder(nodes, root, `${from}/${name}`)
    const directory = walkToDirectory(nodes, root, from, LOOK_ONLY)
    if (typeof directory === 'string') return directory
    const node = directory.children.get(name)
    if (node === undefined) return 'absent'
    if (nodes.kindOf(node) !== 'symlink') return { directory, name, node }
    folder = directory.path
    rest = nodes.columnsOf(node).targetAt(nodes.entryOf(node))
    if (rest === '') return 'absent'
    if (rest.length > PATH_MAX) return 'loop'
  }
  return 'loop'
}

function endAtFolder(nodes: Nodes, root: Directory, path: string): Place | null | Obstacle {
  const directory = walkToDirectory(nodes, root, path, LOOK_ONLY)
  if (typeof directory === 'string') return directory
  if (directory.parent === null) return null
  const node = directory.parent.children.get(directory.name)
  return node === undefined ? 'absent' : { directory: directory.parent, name: directory.name, node }
}

/** Number of nodes below a folder. */
export function sizeBelow(nodes: Nodes, top: Directory): number {
  let count = 0
  const todo: Directory[] = [top]
  for (let here = todo.pop(); here !== undefined; here = todo.pop()) {
    count += here.children.size
    for (const child of here.children.values()) {
      const directory = nodes.directoryOf(child)
      if (directory !== null) todo.push(directory)
    }
  }
  return count
}

/** Every node below a folder with its path, in code-unit order of path. */
export function* inPathOrder(nodes: Nodes, top: Directory): Generator<Place> {
  const stack: { readonly directory: Directory; readonly keys: readonly string[]; at: number }[] =
    []
  stack.push({ directory: top, keys: sortedKeys(nodes, top), at: 0 })
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const key = frame.keys[frame.at]
    frame.at += 1
    if (key === undefined) {
      stack.pop()
      continue
    }
    const node = frame.directory.children.get(key)
    if (node !== undefined) {
      yield { directory: frame.directory, name: key, node }
      continue
    }
    const below = nodes.directoryOf(frame.directory.children.get(key.slice(0, -1)) ?? NONE)
    if (below !== null) stack.push({ directory: below, keys: sortedKeys(nodes, below), at: 0 })
  }
}

// `a-b` sorts between `a` and `a/b`: a folder's content has a key of its own, its name with a slash.
function sortedKeys(nodes: Nodes, directory: Directory): string[] {
  const keys: string[] = []
  for (const [name, node] of directory.children) {
    keys.push(name)
    if ((nodes.directoryOf(node)?.children.size ?? 0) > 0) keys.push(`${name}/`)
  }
  return keys.sort()
}
