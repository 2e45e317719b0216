// Writes layer blocks: entries in archive order into columns. Paths are a folder and a name, mode and owner are
// numbered as they appear, and so are contents, so that what repeats in a layer is stored once.
import { ENTRY_FLAGS, ENTRY_KINDS, type Entry, nameOf, parentOf } from '../core/index.ts'
import { ContentWriter } from './contents.ts'
import { ByteColumn, SIGNED_LIMIT } from './numbers.ts'
import { packSections } from './sections.ts'
import { TextColumn } from './texts.ts'

/** Characters of a folder's path that a block can hold. */
export const FOLDER_LIMIT = 32_767
/** The largest time that a block can hold, in seconds either side of 1970. */
export const TIME_LIMIT = SIGNED_LIMIT / 2

const KIND_CODES = new Map(ENTRY_KINDS.map((kind, code) => [kind, code]))
const FLAG_BITS = new Map(ENTRY_FLAGS.map((flag, bit) => [flag, 1 << bit]))

/** Collects the entries of a layer. */
export class BlockWriter {
  #entries = 0
  readonly #kinds = new ByteColumn()
  readonly #flags = new ByteColumn()
  readonly #folderOf = new ByteColumn()
  readonly #folders = new Map<string, number>()
  readonly #shared = new ByteColumn()
  readonly #folderText = new TextColumn()
  readonly #names = new TextColumn()
  readonly #attributeIndex = new Map<string, number>()
  readonly #attributes = new ByteColumn()
  readonly #xattrIndex = new Map<string, number>([['{}', 0]])
  readonly #attributeOf = new ByteColumn()
  readonly #times = new ByteColumn()
  readonly #targets = new TextColumn()
  readonly #contents = new ContentWriter()
  #lastFolder = 0
  #lastFolderPath = ''
  #newestFolder = ''
  #lastTime = 0

  /** Entries so far. */
  get count(): number {
    return this.#entries
  }

  /** Appends an entry. @throws RangeError for what no reader of layers makes. */
  add(entry: Entry): void {
    const { path, kind, mtime, target } = entry
    const code = KIND_CODES.get(kind)
    if (code === undefined) throw new RangeError(`no such kind of entry: ${kind}`)
    if (Math.abs(mtime) > TIME_LIMIT) throw new RangeError(`no such time: ${mtime}`)
    this.#kinds.pushByte(code)
    this.#flags.pushByte(entry.flags.reduce((bits, flag) => bits | (FLAG_BITS.get(flag) ?? 0), 0))
    const folder = this.#folder(parentOf(path))
    this.#folderOf.pushSigned(folder - this.#lastFolder)
    this.#lastFolder = folder
    this.#names.push(nameOf(path))
    this.#attributeOf.push(this.#attribute(entry))
    this.#times.pushSigned(mtime - this.#lastTime)
    this.#lastTime = mtime
    this.#targets.push(target)
    this.#contents.add(entry)
    this.#entries += 1
  }

  #folder(path: string): number {
    if (this.#entries > 0 && path === this.#lastFolderPath) return this.#lastFolder
    const known = this.#folders.get(path)
    this.#lastFolderPath = path
    if (known !== undefined) return known
    if (path.length > FOLDER_LIMIT) throw new RangeError('a path is too long for a layer block')
    const shared = sharedLength(this.#newestFolder, path)
    this.#newestFolder = path
    this.#shared.push(shared)
    this.#folderText.push(path.slice(shared))
    this.#folders.set(path, this.#folders.size)
    return this.#folders.size - 1
  }

  #attribute({ mode, uid, gid, xattrs }: Entry): number {
    const text = isEmpty(xattrs) ? '{}' : JSON.stringify(xattrs)
    const key = `${mode} ${uid} ${gid} ${text}`
    const known = this.#attributeIndex.get(key)
    if (known !== undefined) return known
    const xattr = this.#xattrIndex.get(text) ?? this.#xattrIndex.size
    this.#xattrIndex.set(text, xattr)
    this.#attributes.push(mode)
    this.#attributes.pushSigned(uid)
    this.#attributes.pushSigned(gid)
    this.#attributes.push(xattr)
    this.#attributeIndex.set(key, this.#attributeIndex.size)
    return this.#attributeIndex.size - 1
  }

  /** The block. */
  finish(): Buffer {
    const counts = {
      entries: this.#entries,
      folders: this.#folders.size,
      attributes: this.#attributeIndex.size,
      contents: this.#contents.count,
    }
    return packSections(counts, {
      kinds: this.#kinds.bytes(),
      flags: this.#flags.bytes(),
      'folder of entry': this.#folderOf.bytes(),
      folders: Buffer.concat([this.#shared.bytes(), this.#folderText.lengths.bytes()]),
      'folder text': this.#folderText.bytes(),
      'name lengths': this.#names.lengths.bytes(),
      'name text': this.#names.bytes(),
      attributes: this.#attributes.bytes(),
      'extended attributes': Buffer.from(`[${[...this.#xattrIndex.keys()].join(',')}]`),
      'attributes of entry': this.#attributeOf.bytes(),
      times: this.#times.bytes(),
      'target lengths': this.#targets.lengths.bytes(),
      'target text': this.#targets.bytes(),
      ...this.#contents.sections(),
    })
  }
}

function isEmpty(xattrs: Entry['xattrs']): boolean {
  for (const _ in xattrs) return false
  return true
}

function sharedLength(last: string, path: string): number {
  const end = Math.min(last.length, path.length)
  let length = 0
  while (length < end && last.charCodeAt(length) === path.charCodeAt(length)) length += 1
  return length
}

/** The block of these entries, in this order. */
export function encodeEntries(entries: Iterable<Entry>): Uint8Array {
  const writer = new BlockWriter()
  for (const entry of entries) writer.add(entry)
  return writer.finish()
}
