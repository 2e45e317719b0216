// Reads a tar archive that is pushed at it in chunks of any size: members with their raw facts, contents in place.
// What is accepted is what Go's archive/tar accepts, because container engines use that; where engines ignore
// something (records of a global header, what follows the end), a note says so.
import {
  excerpt,
  type PaxRecord,
  paxName,
  paxNumber,
  readPaxRecords,
  readTarHeader,
  sourceError,
  TAR_BLOCK,
  type TarHeader,
} from '../core/index.ts'
import type { LayerLimits } from './limits.ts'
import {
  readOldStretches,
  readSparseNumber,
  type SparseFile,
  type Stretch,
  sparseFromRecords,
} from './sparse.ts'

/** A member of an archive, before it is judged. */
export interface TarMember {
  readonly name: string
  readonly link: string
  readonly type: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtime: number
  /** Bytes of content stored in the archive. */
  readonly size: number
  readonly deviceMajor: number
  readonly deviceMinor: number
  /** Records of the PAX header that are extended attributes: `SCHILY.xattr.*`, `LIBARCHIVE.xattr.*`. */
  readonly xattrs: readonly PaxRecord[]
  readonly sparse: SparseFile | null
}

/** Takes what a `TarReader` finds. Buffers are only lent. */
export interface TarSink {
  /** A member begins; its content follows in one of the two ways below. */
  open(member: TarMember): void
  /** All of the content, from `start` to `end` of a chunk whose bytes before `start` are no longer needed. */
  whole(chunk: Buffer, start: number, end: number): void
  /** The content bit by bit. */
  part(bytes: Buffer): void
  close(): void
  /** Something that engines do not unpack. */
  note(place: string, reason: string): void
}

type State = 'header' | 'extension' | 'extended' | 'content' | 'padding' | 'ended'

/** What eStargz keeps behind the end of its layers: an index of the archive, no part of it. */
const STARGZ_INDEX = 'stargz.index.json'
const EMPTY = Buffer.alloc(0)
const NO_RECORDS: readonly PaxRecord[] = []
// typeflags of headers that describe the member after them
const PAX = 'x'
const PAX_GLOBAL = 'g'
const LONG_NAME = 'L'
const LONG_LINK = 'K'
const OLD_SPARSE = 'S'
/** Members that have no content, whatever their size field says: links, devices, folders, fifos. */
const WITHOUT_CONTENT = '123456'

/** A push parser. */
export class TarReader {
  readonly #sink: TarSink
  readonly #limits: LayerLimits
  #state: State = 'header'
  #held: Buffer = EMPTY
  #need = TAR_BLOCK
  /** Bytes of content, or of padding, still to come. */
  #rest = 0
  #padding = 0
  #zeroBlocks = 0
  #header: TarHeader | null = null
  #pax: readonly PaxRecord[] = NO_RECORDS
  #longName = ''
  #longLink = ''
  #stretches: Stretch[] = []
  #sparseSize = 0
  #place = ''
  #trailing = 0
  #trailingHead: Buffer = EMPTY

  constructor(sink: TarSink, limits: LayerLimits) {
    this.#sink = sink
    this.#limits = limits
  }

  /** The member that is being read, or the last one, for messages; '' at the start. */
  get place(): string {
    if (this.#place === '') return ''
    const shown = JSON.stringify(excerpt(this.#place, 200))
    return this.#state === 'content' ? `entry ${shown}` : `after entry ${shown}`
  }

  /**
   * The next bytes of the archive.
   * @throws AssayError `source` where it is malformed.
   */
  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#state === 'ended') {
        this.#trail(chunk.subarray(at))
        return
      }
      if (this.#state === 'content') at = this.#content(chunk, at)
      else if (this.#state === 'padding') at = this.#skip(chunk, at)
      else at = this.#gather(chunk, at)
    }
  }

  /** After the last byte. @throws AssayError `source` when something is missing. */
  end(): void {
    const between = this.#state === 'header' && this.#held.length === 0
    if (!between && this.#state !== 'ended' && this.#state !== 'padding')
      throw sourceError('the archive ends too early')
    if (this.#pax.length > 0 || this.#longName !== '' || this.#longLink !== '')
      this.#sink.note('', 'an extended header at the end of the archive belongs to no member')
    if (this.#trailing > 0) this.#noteTrailing()
  }

  // A block or an extended header: in place when the chunk has all of it.
  #gather(chunk: Buffer, at: number): number {
    let end = at + this.#need
    if (this.#held.length === 0 && end <= chunk.length) this.#gathered(chunk, at, end)
    else {
      end = Math.min(chunk.length, end - this.#held.length)
      this.#held = Buffer.concat([this.#held, chunk.subarray(at, end)])
      if (this.#held.length < this.#need) return end
      const held = this.#held
      this.#held = EMPTY
      this.#gathered(held, 0, held.length)
    }
    const isWhole = this.#state === 'content' && this.#rest <= chunk.length - end
    return isWhole ? this.#wholeContent(chunk, end) : end
  }

  #gathered(bytes: Buffer, start: number, end: number): void {
    if (this.#state === 'header') this.#readHeader(bytes, start)
    else if (this.#state === 'extension') this.#readExtension(bytes, start)
    else this.#readExtended(bytes.subarray(start, end))
  }

  #wholeContent(chunk: Buffer, start: number): number {
    const end = start + this.#rest
    this.#rest = 0
    this.#sink.whole(chunk, start, end)
    this.#pad()
    return end
  }

  #content(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#rest)
    this.#sink.part(chunk.subarray(at, end))
    this.#rest -= end - at
    if (this.#rest === 0) {
      this.#sink.close()
      this.#pad()
    }
    return end
  }

  #pad(): void {
    this.#go(this.#padding > 0 ? 'padding' : 'header', TAR_BLOCK)
    this.#rest = this.#padding
    this.#padding = 0
  }

  #skip(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#rest)
    this.#rest -= end - at
    if (this.#rest === 0) this.#go('header', TAR_BLOCK)
    return end
  }

  #go(state: State, need: number): void {
    this.#state = state
    this.#need = need
  }

  #readHeader(bytes: Buffer, at: number): void {
    const header = readTarHeader(bytes, at)
    if (header === null) {
      this.#zeroBlocks += 1
      if (this.#zeroBlocks === 2) this.#go('ended', 0)
      return
    }
    if (this.#zeroBlocks > 0) throw sourceError('a block of zeros stands between two members')
    const { type, size } = header
    if (size < 0) throw sourceError('a member has a negative size')
    if (type === PAX || type === PAX_GLOBAL || type === LONG_NAME || type === LONG_LINK) {
      if (size > this.#limits.headerBytes)
        throw sourceError(
          `an extended header claims ${size} bytes, the limit is ${this.#limits.headerBytes}`,
        )
      this.#header = header
      this.#go('extended', Math.ceil(size / TAR_BLOCK) * TAR_BLOCK)
      if (size === 0) this.#readExtended(EMPTY)
      return
    }
    if (type === OLD_SPARSE) this.#readOldSparse(header, bytes, at)
    else this.#open(header)
  }

  #readExtended(padded: Buffer): void {
    const header = this.#header
    if (header === null) throw sourceError('the archive is malformed')
    const body = padded.subarray(0, header.size)
    this.#go('header', TAR_BLOCK)
    if (header.type === PAX) this.#pax = keep(readPaxRecords(body))
    else if (header.type === PAX_GLOBAL) this.#noteGlobal(readPaxRecords(body))
    else if (header.type === LONG_NAME) this.#longName = longText(body)
    else this.#longLink = longText(body)
  }

  // Engines read a global header and ignore it; `git archive` writes one with a comment.
  #noteGlobal(records: readonly PaxRecord[]): void {
    const keys = records.map(({ key }) => key).filter((key) => key !== 'comment')
    if (keys.length === 0) return
    const list = [...new Set(keys)].slice(0, 5).join(', ')
    this.#sink.note(this.#place, `a global PAX header sets ${list}; container engines ignore it`)
  }

  #readOldSparse(header: TarHeader, bytes: Buffer, at: number): void {
    if (!header.gnu) throw sourceError('a sparse file is not in the format of GNU tar')
    this.#header = header
    this.#stretches = readOldStretches(bytes, at + 386, 4)
    this.#sparseSize = readSparseNumber(bytes, at + 483)
    if (bytes[at + 482] === 0) this.#open(header)
    else this.#go('extension', TAR_BLOCK)
  }

  #readExtension(bytes: Buffer, at: number): void {
    const header = this.#header
    if (header === null) throw sourceError('the archive is malformed')
    for (const stretch of readOldStretches(bytes, at, 21)) this.#stretches.push(stretch)
    if (this.#stretches.length * 24 > this.#limits.headerBytes * 24)
      throw sourceError('a sparse file has too many stretches')
    if (bytes[at + 504] === 0) this.#open(header)
  }

  #open(header: TarHeader): void {
    const member = this.#member(header)
    this.#pax = NO_RECORDS
    this.#longName = ''
    this.#longLink = ''
    this.#place = member.name
    if (!Number.isSafeInteger(member.size) || member.size > this.#limits.uncompressedBytes)
      throw sourceError(`it claims ${member.size} bytes of content, more than a layer may have`)
    this.#sink.open(member)
    this.#rest = member.size
    this.#padding = (TAR_BLOCK - (member.size % TAR_BLOCK)) % TAR_BLOCK
    this.#go('content', 0)
  }

  #member(header: TarHeader): TarMember {
    const changes = this.#pax.length === 0 ? NO_CHANGES : changesOf(this.#pax)
    const old = header.type === OLD_SPARSE
    const inPax = changes.sparse
    const name = inPax?.name || this.#longName || changes.name || header.name
    const type = header.type === '\0' ? (name.endsWith('/') ? '5' : '0') : header.type
    const size = WITHOUT_CONTENT.includes(type) ? 0 : (changes.size ?? header.size)
    if (size < 0) throw sourceError('a member has a negative size')
    if (inPax && WITHOUT_CONTENT.includes(type)) throw sourceError('a sparse file is no file')
    return {
      name,
      link: this.#longLink || changes.link || header.link,
      type: old ? '0' : type,
      mode: header.mode,
      uid: changes.uid ?? header.uid,
      gid: changes.gid ?? header.gid,
      mtime: changes.mtime ?? header.mtime,
      size,
      deviceMajor: header.deviceMajor,
      deviceMinor: header.deviceMinor,
      xattrs: changes.xattrs,
      sparse: old ? { size: this.#sparseSize, map: this.#stretches } : (inPax?.file ?? null),
    }
  }

  #trail(bytes: Buffer): void {
    let first = 0
    if (this.#trailing === 0) {
      while (first < bytes.length && bytes[first] === 0) first += 1
      if (first === bytes.length) return
    }
    this.#trailing += bytes.length - first
    const missing = TAR_BLOCK - this.#trailingHead.length
    if (missing > 0)
      this.#trailingHead = Buffer.concat([
        this.#trailingHead,
        bytes.subarray(first, first + missing),
      ])
  }

  #noteTrailing(): void {
    const name = firstName(this.#trailingHead)
    if (name === STARGZ_INDEX) return
    const what = name === null ? 'something' : 'another archive'
    const reason = `${what} follows the end of the archive (${this.#trailing} bytes); container engines ignore it`
    this.#sink.note('', reason)
  }
}

/** The name of the member whose header this is; null when it is none. */
function firstName(bytes: Buffer): string | null {
  if (bytes.length < TAR_BLOCK) return null
  try {
    return readTarHeader(bytes, 0)?.name ?? null
  } catch {
    return null
  }
}

function longText(body: Buffer): string {
  return paxName({ key: 'GNU long name', value: body.subarray(0, endOf(body)) })
}

function endOf(body: Buffer): number {
  const nul = body.indexOf(0)
  return nul < 0 ? body.length : nul
}

// The chunk that records lie in may be gone before they are used.
function keep(records: readonly PaxRecord[]): readonly PaxRecord[] {
  return records.map(({ key, value }) => ({ key, value: Buffer.from(value) }))
}

/** What a PAX header changes. */
interface Changes {
  readonly name?: string
  readonly link?: string
  readonly size?: number
  readonly uid?: number
  readonly gid?: number
  readonly mtime?: number
  readonly xattrs: readonly PaxRecord[]
  readonly sparse: { readonly file: SparseFile; readonly name: string } | null
}

const NO_CHANGES: Changes = { xattrs: NO_RECORDS, sparse: null }

function changesOf(records: readonly PaxRecord[]): Changes {
  const changes: { -readonly [Key in keyof Changes]: Changes[Key] } = { ...NO_CHANGES }
  const xattrs: PaxRecord[] = []
  const sparse = new Map<string, string>()
  const stretches: string[] = []
  for (const record of records) {
    const { key, value } = record
    if (key.startsWith('SCHILY.xattr.') || key.startsWith('LIBARCHIVE.xattr.')) xattrs.push(record)
    else if (key.startsWith('GNU.sparse.')) {
      const text = paxName(record)
      if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') stretches.push(text)
      else if (text !== '') sparse.set(key, text)
    } else if (value.length > 0) {
      if (key === 'path') changes.name = paxName(record)
      else if (key === 'linkpath') changes.link = paxName(record)
      else if (key === 'size') changes.size = paxNumber(record)
      else if (key === 'uid') changes.uid = paxNumber(record)
      else if (key === 'gid') changes.gid = paxNumber(record)
      else if (key === 'mtime') changes.mtime = paxNumber(record)
    }
  }
  changes.xattrs = xattrs
  changes.sparse =
    sparse.size === 0 && stretches.length === 0 ? null : sparseFromRecords(sparse, stretches)
  return changes
}
