// A path of a merged tree as others see it. Facts are read from the layer's columns when asked for, so that
// a view of a million files costs no million objects.
import type { Entry, EntryFlag, EntryKind } from '../core/index.ts'
import { type Blocks, columnsOf, IMPLIED, kindOf, type Node } from './view-tree.ts'

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
  readonly #blocks: Blocks
  readonly #node: Node

  constructor(blocks: Blocks, node: Node, path: string) {
    this.path = path
    this.#blocks = blocks
    this.#node = node
  }

  get kind(): EntryKind {
    return kindOf(this.#blocks, this.#node)
  }
  get mode(): number {
    return modeOf(this.#blocks, this.#node)
  }
  get uid(): number {
    return this.#isImplied ? 0 : columnsOf(this.#blocks, this.#node).uidAt(this.#node.metadataEntry)
  }
  get gid(): number {
    return this.#isImplied ? 0 : columnsOf(this.#blocks, this.#node).gidAt(this.#node.metadataEntry)
  }
  get size(): number {
    return this.#isImplied ? 0 : columnsOf(this.#blocks, this.#node).sizeAt(this.#node.entry)
  }
  get mtime(): number {
    return this.#isImplied ? 0 : columnsOf(this.#blocks, this.#node).mtimeAt(this.#node.entry)
  }
  get target(): string {
    return this.#isImplied ? '' : columnsOf(this.#blocks, this.#node).targetAt(this.#node.entry)
  }
  get xattrs(): Entry['xattrs'] {
    if (this.#isImplied) return NO_XATTRS
    return columnsOf(this.#blocks, this.#node).xattrsAt(this.#node.entry)
  }
  get flags(): readonly EntryFlag[] {
    if (this.#isImplied) return NO_FLAGS
    return columnsOf(this.#blocks, this.#node).flagsAt(this.#node.entry)
  }
  get sha256(): string {
    return this.#isImplied ? '' : columnsOf(this.#blocks, this.#node).sha256At(this.#node.entry)
  }
  get gitBlob(): string {
    return this.#isImplied ? '' : columnsOf(this.#blocks, this.#node).gitBlobAt(this.#node.entry)
  }
  get md5(): string {
    return this.#isImplied ? '' : columnsOf(this.#blocks, this.#node).md5At(this.#node.entry)
  }
  get sha1(): string {
    return this.#isImplied ? '' : columnsOf(this.#blocks, this.#node).sha1At(this.#node.entry)
  }
  get contentLayer(): number {
    return this.#node.contentLayer
  }
  get metadataLayer(): number {
    return this.#node.metadataLayer
  }
  get #isImplied(): boolean {
    return this.#node.entry === IMPLIED
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const { path, kind, mode, uid, gid, size, mtime, target, xattrs, flags } = this
    const { sha256, gitBlob, md5, sha1, contentLayer, metadataLayer } = this
    const entry = { path, kind, mode, uid, gid, size, mtime, target, xattrs, flags }
    return { ...entry, sha256, gitBlob, md5, sha1, contentLayer, metadataLayer }
  }
}

/** The file that a node is at a path. */
export function fileOf(blocks: Blocks, node: Node, path: string): ViewFile {
  return new NodeFile(blocks, node, path)
}

function modeOf(blocks: Blocks, node: Node): number {
  return node.entry === IMPLIED ? IMPLIED_MODE : columnsOf(blocks, node).modeAt(node.metadataEntry)
}

/** True when both are of one kind and hold the same bytes, target or device number. Unread content equals nothing. */
export function sameContent(blocks: Blocks, a: Node, b: Node): boolean {
  const kind = kindOf(blocks, a)
  if (kind !== kindOf(blocks, b)) return false
  if (kind === 'directory' || (a.source === b.source && a.entry === b.entry)) return true
  const [left, right] = [columnsOf(blocks, a), columnsOf(blocks, b)]
  if (kind !== 'file') return left.targetAt(a.entry) === right.targetAt(b.entry)
  if (left.sizeAt(a.entry) !== right.sizeAt(b.entry)) return false
  const digest = left.sha256At(a.entry)
  return digest !== '' && digest === right.sha256At(b.entry)
}

/** True when mode, owner and extended attributes are equal. Times do not count. */
export function sameMetadata(blocks: Blocks, a: Node, b: Node): boolean {
  if (modeOf(blocks, a) !== modeOf(blocks, b)) return false
  const [left, right] = [fileOf(blocks, a, ''), fileOf(blocks, b, '')]
  if (left.uid !== right.uid || left.gid !== right.gid) return false
  const [names, others] = [Object.keys(left.xattrs), Object.keys(right.xattrs)]
  if (names.length !== others.length) return false
  return names.every((name) => left.xattrs[name] === right.xattrs[name])
}
