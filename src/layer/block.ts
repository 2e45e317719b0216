// A layer's entries as one portable, immutable block of bytes, and how it is read: columns are unpacked when they
// are first needed, texts and digests one by one. A million entries are decoded in a third of a second.
import {
  ENTRY_FLAGS,
  ENTRY_KINDS,
  type Entry,
  type EntryFlag,
  type EntryKind,
  joinPath,
} from '../core/index.ts'
import { FOLDER_LIMIT } from './block-writer.ts'
import { ContentReader } from './contents.ts'
import { damagedBlock, NumberReader, readDeltas, readIndexes } from './numbers.ts'
import { Sections } from './sections.ts'
import { readRun, Texts } from './texts.ts'

/** Characters of all folders of a block: front coding must not make gigabytes of kilobytes. */
const FOLDER_TEXT_LIMIT = 256 << 20
const NO_XATTRS: Entry['xattrs'] = Object.freeze({})

/** Mode, owner and extended attributes that entries share. */
interface Attributes {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly xattrs: Entry['xattrs']
}

/** The entries of a layer, in archive order. */
export class LayerBlock {
  readonly count: number
  /** Parent paths as the archive names them, each once; '' is the root. */
  readonly directories: readonly string[]
  /** By entry: index into `directories`. */
  readonly directoryOf: Uint32Array
  readonly #sections: Sections
  readonly #kinds: Buffer
  readonly #flags: Buffer
  readonly #names: Texts
  readonly #attributes: readonly Attributes[]
  readonly #attributesOf: Uint32Array
  readonly #contents: ContentReader
  #times: Float64Array | null = null
  #targets: Texts | null = null

  private constructor(sections: Sections) {
    const { entries, folders } = sections.counts
    this.count = entries
    this.#sections = sections
    this.#kinds = codesIn(sections.exactly('kinds', entries), ENTRY_KINDS.length, 'kinds')
    this.#flags = codesIn(sections.exactly('flags', entries), FLAG_SETS.length, 'flags')
    this.directories = readFolders(sections)
    this.directoryOf = readFolderOf(sections.get('folder of entry'), entries, folders)
    const [lengths, text] = [sections.get('name lengths'), sections.get('name text')]
    this.#names = new Texts(lengths, text, entries, 'names')
    this.#attributes = readAttributes(sections)
    this.#attributesOf = readAttributesOf(sections)
    this.#contents = new ContentReader(sections)
  }

  /**
   * The block that these bytes are; they are kept, not copied.
   * @throws AssayError `source` when they are damaged, here or when a damaged column is first read.
   */
  static decode(bytes: Uint8Array): LayerBlock {
    return new LayerBlock(new Sections(bytes))
  }

  nameAt(index: number): string {
    return this.#names.at(index)
  }

  kindAt(index: number): EntryKind {
    return ENTRY_KINDS[this.#kinds[index] ?? 0] ?? 'file'
  }

  modeAt(index: number): number {
    return this.#attributesAt(index).mode
  }

  uidAt(index: number): number {
    return this.#attributesAt(index).uid
  }

  gidAt(index: number): number {
    return this.#attributesAt(index).gid
  }

  xattrsAt(index: number): Entry['xattrs'] {
    return this.#attributesAt(index).xattrs
  }

  flagsAt(index: number): readonly EntryFlag[] {
    return FLAG_SETS[this.#flags[index] ?? 0] ?? []
  }

  sizeAt(index: number): number {
    return this.#contents.sizeAt(index)
  }

  mtimeAt(index: number): number {
    this.#times ??= readDeltas(this.#sections.get('times'), this.count, 'times')
    return this.#times[index] ?? 0
  }

  targetAt(index: number): string {
    this.#targets ??= new Texts(
      this.#sections.get('target lengths'),
      this.#sections.get('target text'),
      this.count,
      'targets',
    )
    return this.#targets.at(index)
  }

  sha256At(index: number): string {
    return this.#contents.digestAt('sha256', index)
  }

  gitBlobAt(index: number): string {
    return this.#contents.digestAt('gitBlob', index)
  }

  md5At(index: number): string {
    return this.#contents.digestAt('md5', index)
  }

  sha1At(index: number): string {
    return this.#contents.digestAt('sha1', index)
  }

  /** Path of an entry, as the archive names it. */
  pathAt(index: number): string {
    return joinPath(this.directories[this.directoryOf[index] ?? 0] ?? '', this.nameAt(index))
  }

  /** One entry as an object. */
  entryAt(index: number): Entry {
    return {
      path: this.pathAt(index),
      kind: this.kindAt(index),
      mode: this.modeAt(index),
      uid: this.uidAt(index),
      gid: this.gidAt(index),
      size: this.sizeAt(index),
      mtime: this.mtimeAt(index),
      target: this.targetAt(index),
      xattrs: this.xattrsAt(index),
      flags: this.flagsAt(index),
      sha256: this.sha256At(index),
      gitBlob: this.gitBlobAt(index),
      md5: this.md5At(index),
      sha1: this.sha1At(index),
    }
  }

  /** All entries as objects, in archive order. */
  *entries(): Generator<Entry> {
    for (let index = 0; index < this.count; index += 1) yield this.entryAt(index)
  }

  #attributesAt(index: number): Attributes {
    return this.#attributes[this.#attributesOf[index] ?? 0] ?? NO_ATTRIBUTES
  }
}

const NO_ATTRIBUTES: Attributes = { mode: 0, uid: 0, gid: 0, xattrs: NO_XATTRS }

/** The flags of every combination of bits. */
const FLAG_SETS: readonly (readonly EntryFlag[])[] = Array.from(
  { length: 1 << ENTRY_FLAGS.length },
  (_, bits) => Object.freeze(ENTRY_FLAGS.filter((_flag, bit) => (bits & (1 << bit)) !== 0)),
)

function codesIn(codes: Buffer, end: number, what: string): Buffer {
  for (let index = 0; index < codes.length; index += 1)
    if ((codes[index] ?? 0) >= end) throw damagedBlock(what)
  return codes
}

function readFolders(sections: Sections): string[] {
  const count = sections.counts.folders
  const numbers = new NumberReader(sections.get('folders'), 'folders')
  const shared = Float64Array.from({ length: count }, () => numbers.next())
  const text = readRun(sections.get('folder text'), 'folder text')
  const folders: string[] = []
  let last = ''
  let at = 0
  let total = 0
  for (let index = 0; index < count; index += 1) {
    const kept = shared[index] ?? 0
    const added = numbers.next()
    total += kept + added
    if (kept > last.length || kept + added > FOLDER_LIMIT || total > FOLDER_TEXT_LIMIT)
      throw damagedBlock('folders')
    last = last.slice(0, kept) + text.slice(at, at + added)
    at += added
    folders.push(last)
  }
  numbers.finish()
  if (at !== text.length) throw damagedBlock('folders')
  return folders
}

function readFolderOf(bytes: Buffer, entries: number, folders: number): Uint32Array {
  const codes = readIndexes(bytes, entries, 'folder of entry')
  let folder = 0
  for (let index = 0; index < entries; index += 1) {
    const code = codes[index] ?? 0
    folder += (code & 1) === 0 ? code >>> 1 : -((code >>> 1) + 1)
    if (folder < 0 || folder >= folders) throw damagedBlock('folder of entry')
    codes[index] = folder
  }
  return codes
}

function readAttributes(sections: Sections): Attributes[] {
  const sets = readXattrs(sections.get('extended attributes'))
  const numbers = new NumberReader(sections.get('attributes'), 'attributes')
  const attributes = Array.from({ length: sections.counts.attributes }, () => {
    const mode = numbers.next()
    const [uid, gid] = [numbers.nextSigned(), numbers.nextSigned()]
    const xattrs = sets[numbers.next()]
    if (xattrs === undefined) throw damagedBlock('attributes')
    return { mode, uid, gid, xattrs }
  })
  numbers.finish()
  return attributes
}

function readXattrs(bytes: Buffer): Entry['xattrs'][] {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw damagedBlock('extended attributes', cause)
  }
  if (!Array.isArray(value) || !value.every(isXattrs)) throw damagedBlock('extended attributes')
  return value.map((set, index) => (index === 0 ? NO_XATTRS : Object.freeze(set)))
}

function isXattrs(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((item) => typeof item === 'string')
}

function readAttributesOf(sections: Sections): Uint32Array {
  const { entries, attributes } = sections.counts
  const indexes = readIndexes(sections.get('attributes of entry'), entries, 'attributes of entry')
  for (let index = 0; index < entries; index += 1)
    if ((indexes[index] ?? 0) >= attributes) throw damagedBlock('attributes of entry')
  return indexes
}
