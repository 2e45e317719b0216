// Where the members of an outer tar lie: headers are read once, contents never (POSIX.1-2024 pax; GNU tar).
// The end of an archive is what Go's archive/tar takes for it, because engines load archives with that.
import {
  AssayError,
  cleanPath,
  paxName,
  paxNumber,
  readPaxRecords,
  readTarHeader,
  readText,
  sourceError,
  TAR_BLOCK,
  type TarHeader,
} from '../../core/index.ts'
import { notATar, readAt } from './store.ts'

/** One member. `folder` also stands for devices and pipes: nothing to read. */
export type TarMember =
  | { readonly kind: 'file'; readonly offset: number; readonly length: number }
  | { readonly kind: 'symlink' | 'hardlink'; readonly target: string }
  | { readonly kind: 'sparse' }
  | { readonly kind: 'folder' }

/** All members by cleaned path; of equal names the last. */
export interface TarIndex {
  readonly members: ReadonlyMap<string, TarMember>
  /** False when there are more members than were indexed. */
  readonly complete: boolean
  /** True when the archive ends as the format asks, in two blocks of zeros. */
  readonly ended: boolean
}

/** An open tar file. */
export interface TarFile {
  readonly fd: number
  readonly length: number
  readonly where: string
}

const WINDOW = 64 << 10
/** Bytes of a long name or a PAX header: far above what a path can be. */
const EXTENSION_LIMIT = 1 << 20

/**
 * Reads the headers of a tar file, at most `limit` members.
 * @throws AssayError `source` when it is not a tar, is malformed or ends too early.
 */
export function indexTar(file: TarFile, limit: number): TarIndex {
  const members = new Map<string, TarMember>()
  const reader = new HeaderReader(file)
  for (let count = 0; count < limit; count += 1) {
    const next = reader.next()
    if (next === null) return { members, complete: true, ended: reader.ended }
    const { path, escapes } = cleanPath(next.name)
    // Engines refuse or ignore names outside the archive; clamped, they could stand for another member.
    if (!escapes && path !== '') members.set(path, next.member)
  }
  return { members, complete: false, ended: false }
}

interface Named {
  readonly name: string
  readonly member: TarMember
}

/** What long-name members and PAX headers say about the member that follows. */
interface Extension {
  name?: string
  link?: string
  size?: number
  sparse?: boolean
}

class HeaderReader {
  readonly #file: TarFile
  readonly #window = Buffer.allocUnsafe(WINDOW)
  #start = 0
  #held = 0
  #position = 0
  /** Where the last header begins. */
  #header = 0
  #recognised = false
  ended = false

  constructor(file: TarFile) {
    this.#file = file
  }

  /** The next member with content or a name of its own; null at the end of the archive. */
  next(): Named | null {
    let extension: Extension = {}
    for (;;) {
      const header = this.#nextHeader()
      if (header === null) return null
      const size = extension.size ?? header.size
      const { type } = header
      if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
        const bytes = this.#extension(header)
        if (type !== 'g')
          extension = { ...extension, ...this.#checked(() => readExtension(type, bytes)) }
        continue
      }
      const name = extension.name ?? header.name
      const offset = this.#position
      if (hasContent(type)) this.#skip(size, name)
      return { name, member: memberOf(header, extension, { name, offset, size }) }
    }
  }

  #nextHeader(): TarHeader | null {
    const at = this.#block()
    if (at === null) return null
    const header = this.#parse(at)
    if (header !== null) return header
    const second = this.#block()
    if (second !== null && this.#parse(second) !== null)
      throw this.#malformed('it goes on after a block of zeros')
    this.ended = second !== null
    return null
  }

  #parse(at: number): TarHeader | null {
    const header = this.#checked(() => readTarHeader(this.#window, at))
    this.#recognised = true
    return header
  }

  #checked<T>(read: () => T): T {
    try {
      return read()
    } catch (thrown) {
      if (thrown instanceof AssayError) throw this.#malformed(thrown.message)
      throw thrown
    }
  }

  #malformed(reason: string): AssayError {
    if (!this.#recognised) return notATar(this.#file.where)
    return sourceError(`the tar archive is damaged: ${reason} (at byte ${this.#header})`, {
      where: this.#file.where,
    })
  }

  /** Takes one block; gives its place in the window, null at the end of the file. */
  #block(): number | null {
    const { fd, length, where } = this.#file
    if (this.#position >= length) return null
    if (this.#position + TAR_BLOCK > length)
      throw truncated(where, `${length - this.#position} bytes of a header are left`)
    const at = this.#position - this.#start
    this.#header = this.#position
    this.#position += TAR_BLOCK
    if (at >= 0 && at + TAR_BLOCK <= this.#held) return at
    this.#start = this.#position - TAR_BLOCK
    this.#held = 0
    while (this.#held < TAR_BLOCK) {
      const place = { at: this.#held, position: this.#start + this.#held }
      const count = readAt(fd, this.#window, place, where)
      if (count === 0) throw truncated(where, 'it became shorter while it was read')
      this.#held += count
    }
    return 0
  }

  #skip(size: number, name: string): void {
    const { length, where } = this.#file
    if (!Number.isSafeInteger(size) || size < 0)
      throw this.#malformed(`the size of ${shown(name)} is ${size}`)
    const left = length - this.#position
    if (size > left)
      throw truncated(where, `${shown(name)} has ${size} bytes, and ${left} are left`)
    this.#position = Math.min(length, this.#position + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK)
  }

  #extension(header: TarHeader): Buffer {
    if (header.size > EXTENSION_LIMIT)
      throw this.#malformed(`a header extension of ${header.size} bytes`)
    const from = this.#position
    this.#skip(header.size, 'a header extension')
    const bytes = Buffer.alloc(header.size)
    let filled = 0
    while (filled < bytes.length) {
      const place = { at: filled, position: from + filled }
      const count = readAt(this.#file.fd, bytes, place, this.#file.where)
      if (count === 0) throw truncated(this.#file.where, 'it became shorter while it was read')
      filled += count
    }
    return bytes
  }
}

function truncated(where: string, detail: string): AssayError {
  return sourceError(`the archive is truncated: ${detail}`, {
    where,
    hint: 'Copy or download it again.',
  })
}

function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 79)}…` : name)
}

function readExtension(type: string, bytes: Buffer): Extension {
  if (type === 'L') return { name: readText(bytes, 0, bytes.length) }
  if (type === 'K') return { link: readText(bytes, 0, bytes.length) }
  const extension: Extension = {}
  for (const record of readPaxRecords(bytes)) {
    if (record.value.length === 0) continue
    if (record.key === 'path') extension.name = paxName(record)
    else if (record.key === 'linkpath') extension.link = paxName(record)
    else if (record.key === 'size') extension.size = paxNumber(record)
    else if (record.key.startsWith('GNU.sparse.')) extension.sparse = true
  }
  return extension
}

/** Links, devices, folders and pipes have none, whatever their size field says. */
function hasContent(type: string): boolean {
  return !'123456'.includes(type)
}

function memberOf(
  header: TarHeader,
  extension: Extension,
  place: { readonly name: string; readonly offset: number; readonly size: number },
): TarMember {
  const { type } = header
  if (type === '1' || type === '2')
    return { kind: type === '1' ? 'hardlink' : 'symlink', target: extension.link ?? header.link }
  if (type === 'S' || extension.sparse === true) return { kind: 'sparse' }
  const regular = type === '0' || type === '\0' || type === '7'
  if (!regular || place.name.endsWith('/')) return { kind: 'folder' }
  return { kind: 'file', offset: place.offset, length: place.size }
}
