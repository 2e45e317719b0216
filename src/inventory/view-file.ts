// A path of a merged tree as others see it. Facts are read from the layer's columns when asked for, so that
// a view of a million files costs no million objects.
import type { Entry, EntryFlag, EntryKind } from '../core/index.ts'
import { IMPLIED, type LayerColumns, type Node, type Nodes } from './view-nodes.ts'

/** One path of the merged tree. Properties are computed: use `toJSON()` for a plain copy. */
export interface ViewFile {
  /** Real path: no part of it is a link. */
  readonly path: string
  /** Never `hardlink`, `whiteout` or `opaque`: a hardlink is what it links to. */
  readonly kind: EntryKind
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly mtime: number
  readonly target: string
  readonly xattrs: Entry['xattrs']
  readonly flags: readonly EntryFlag[]
  readonly sha256: string
  readonly gitBlob: string
  readonly md5: string
  readonly sha1: string
  /** Layer in which the content that stands here appeared and has stayed since; repeating it does not count. */
  readonly contentLayer: number
  /** Layer that last changed mode, owner or extended attributes; the one that made it if none did. */
  readonly metadataLayer: number
  /** A plain copy. */
  toJSON(): Readonly<Record<string, unknown>>
}

const NO_XATTRS: Entry['xattrs'] = Object.freeze({})
const NO_FLAGS: readonly EntryFlag[] = Object.freeze([])
/** Permission bits of a folder that no entry names. */
export const IMPLIED_MODE = 0o755

class NodeFile implements ViewFile {
  readonly path: string
  readonly #nodes: Nodes
  readonly #node: Node
  readonly #entry: number

  constructor(nodes: Nodes, node: Node, path: string) {
    this.path = path
    this.#nodes = nodes
    this.#node = node
    this.#entry = nodes.entryOf(node)
  }

  get kind(): EntryKind {
    return this.#nodes.kindOf(this.#node)
  }
  get mode(): number {
    return modeOf(this.#nodes, this.#node)
  }
  get uid(): number {
    return this.#isImplied ? 0 : this.#columns.uidAt(this.#nodes.metadataEntryOf(this.#node))
  }
  get gid(): number {
    return this.#isImplied ? 0 : this.#columns.gidAt(this.#nodes.metadataEntryOf(this.#node))
  }
  get size(): number {
    return this.#isImplied ? 0 : this.#columns.sizeAt(this.#entry)
  }
  get mtime(): number {
    return this.#isImplied ? 0 : this.#columns.mtimeAt(this.#entry)
  }
  get target(): string {
    return this.#isImplied ? '' : this.#columns.targetAt(this.#entry)
  }
  get xattrs(): Entry['xattrs'] {
    return this.#isImplied ? NO_XATTRS : this.#columns.xattrsAt(this.#entry)
  }
  get flags(): readonly EntryFlag[] {
    return this.#isImplied ? NO_FLAGS : this.#columns.flagsAt(this.#entry)
  }
  get sha256(): string {
    return this.#isImplied ? '' : this.#columns.sha256At(this.#entry)
  }
  get gitBlob(): string {
    return this.#isImplied ? '' : this.#columns.gitBlobAt(this.#entry)
  }
  get md5(): string {
    return this.#isImplied ? '' : this.#columns.md5At(this.#entry)
  }
  get sha1(): string {
    return this.#isImplied ? '' : this.#columns.sha1At(this.#entry)
  }
  get contentLayer(): number {
    return this.#nodes.contentLayerOf(this.#node)
  }
  get metadataLayer(): number {
    return this.#nodes.metadataLayerOf(this.#node)
  }
  get #columns(): LayerColumns {
    return this.#nodes.columnsOf(this.#node)
  }
  get #isImplied(): boolean {
    return this.#entry === IMPLIED
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const { path, kind, mode, uid, gid, size, mtime, target, xattrs, flags } = this
    const { sha256, gitBlob, md5, sha1, contentLayer, metadataLayer } = this
    const entry = { path, kind, mode, uid, gid, size, mtime, target, xattrs, flags }
    return { ...entry, sha256, gitBlob, md5, sha1, contentLayer, metadataLayer }
  }
}

/** The file that a node is at a path. */
export function fileOf(nodes: Nodes, node: Node, path: string): ViewFile {
  return new NodeFile(nodes, node, path)
}

function modeOf(nodes: Nodes, node: Node): number {
  if (nodes.entryOf(node) === IMPLIED) return IMPLIED_MODE
  return nodes.columnsOf(node).modeAt(nodes.metadataEntryOf(node))
}

/** True when both are of one kind and hold the same bytes, target or device number. Unread content equals nothing. */
export function sameContent(nodes: Nodes, a: Node, b: Node): boolean {
  const kind = nodes.kindOf(a)
  if (kind !== nodes.kindOf(b)) return false
  const [one, other] = [nodes.entryOf(a), nodes.entryOf(b)]
  if (kind === 'directory' || (nodes.sourceOf(a) === nodes.sourceOf(b) && one === other))
    return true
  const [left, right] = [nodes.columnsOf(a), nodes.columnsOf(b)]
  if (kind !== 'file') return left.targetAt(one) === right.targetAt(other)
  if (left.sizeAt(one) !== right.sizeAt(other)) return false
  const digest = left.sha256At(one)
  return digest !== '' && digest === right.sha256At(other)
}

/** True when mode, owner and extended attributes are equal. Times do not count. */
export function sameMetadata(nodes: Nodes, a: Node, b: Node): boolean {
  if (modeOf(nodes, a) !== modeOf(nodes, b)) return false
  const [left, right] = [fileOf(nodes, a, ''), fileOf(nodes, b, '')]
  if (left.uid !== right.uid || left.gid !== right.gid) return false
  const [names, others] = [Object.keys(left.xattrs), Object.keys(right.xattrs)]
  if (names.length !== others.length) return false
  return names.every((name) => left.xattrs[name] === right.xattrs[name])
}
