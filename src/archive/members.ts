// The members of a tar stream with the digests of their contents; nothing is unpacked.
import { createHash, type Hash } from 'node:crypto'
import { cleanPath, decompress, sniffCompression, sourceError } from '../core/index.ts'
import { DEFAULT_LAYER_LIMITS, type TarMember, TarReader, type TarSink } from '../layer/index.ts'
import type { ArchiveMember } from './archive.ts'
import { unxz } from './xz.ts'

/** Uncompressed bytes of an archive: four times the largest package of Debian. */
const MAX_BYTES = 8 * 2 ** 30
/** Each becomes a change when an image lacks it; the largest packages of Debian have some 100 000. */
const MAX_MEMBERS = 200_000
/** Bytes of a metadata file that is kept whole. */
const MAX_KEPT = 4 << 20

/** The members, and the bytes of those that were asked for. */
export interface ReadMembers {
  readonly members: ReadonlyMap<string, ArchiveMember>
  readonly kept: ReadonlyMap<string, Buffer>
}

/**
 * Reads a tar stream, compressed or not. `strip`: leading parts of a name that are dropped.
 * @throws AssayError `source` when it is damaged, or larger than any real package.
 */
export async function readMembers(
  pieces: AsyncIterable<Buffer>,
  keep: ReadonlySet<string>,
  strip = 0,
): Promise<ReadMembers> {
  const sink = new MemberSink(keep, strip)
  const reader = new TarReader(sink, { ...DEFAULT_LAYER_LIMITS, uncompressedBytes: MAX_BYTES })
  let size = 0
  for await (const chunk of uncompressed(pieces)) {
    size += chunk.length
    if (size > MAX_BYTES) throw sourceError(`it has more than ${MAX_BYTES} uncompressed bytes`)
    reader.push(chunk)
  }
  reader.end()
  return { members: sink.members(), kept: sink.kept }
}

async function* uncompressed(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const iterator = pieces[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done === true) return
  async function* all(): AsyncGenerator<Buffer, void> {
    if (first.done !== true) yield first.value
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      yield next.value
  }
  const kind = sniffCompression(first.value)
  yield* kind === 'xz' ? unxz(all()) : decompress(all(), kind)
}

class MemberSink implements TarSink {
  readonly kept = new Map<string, Buffer>()
  readonly #members = new Map<string, ArchiveMember>()
  readonly #links = new Map<string, string>()
  readonly #keep: ReadonlySet<string>
  readonly #strip: number
  #opened = 0
  #path = ''
  #rights = { mode: 0, uid: 0, gid: 0 }
  #hash: Hash | null = null
  #parts: Buffer[] | null = null

  constructor(keep: ReadonlySet<string>, strip: number) {
    this.#keep = keep
    this.#strip = strip
  }

  open({ name, type, link, size, mode, uid, gid }: TarMember): void {
    this.#opened += 1
    if (this.#opened > MAX_MEMBERS) throw sourceError(`it has more than ${MAX_MEMBERS} members`)
    this.#path = this.#inside(name)
    this.#rights = { mode: mode & 0o7777, uid, gid }
    this.#hash = null
    this.#parts = null
    if (this.#path === '') return
    const isFile = type === '0' || type === '7'
    if (isFile) this.#hash = createHash('sha256')
    if (isFile && size <= MAX_KEPT && this.#keep.has(this.#path)) this.#parts = []
    if (type === '1') this.#links.set(this.#path, this.#inside(link))
    else if (!isFile) {
      const kind = type === '2' ? 'symlink' : type === '5' ? 'directory' : 'other'
      const target = kind === 'symlink' ? link : ''
      this.#members.set(this.#path, { kind, sha256: '', target, ...this.#rights })
    }
  }

  #inside(name: string): string {
    const { path } = cleanPath(name)
    return this.#strip === 0 ? path : path.split('/').slice(this.#strip).join('/')
  }

  whole(chunk: Buffer, start: number, end: number): void {
    this.part(chunk.subarray(start, end))
    this.close()
  }

  part(bytes: Buffer): void {
    this.#hash?.update(bytes)
    this.#parts?.push(Buffer.from(bytes))
  }

  close(): void {
    if (this.#hash === null) return
    const sha256 = this.#hash.digest('hex')
    this.#members.set(this.#path, { kind: 'file', sha256, target: '', ...this.#rights })
    if (this.#parts !== null) this.kept.set(this.#path, Buffer.concat(this.#parts))
    this.#hash = null
  }

  /** What engines do not unpack is of no interest here: members alone are compared. */
  note(): void {}

  /** All members; a hard link is the file that it leads to. */
  members(): ReadonlyMap<string, ArchiveMember> {
    for (const [path, target] of this.#links) {
      const member = this.#members.get(target)
      if (member !== undefined) this.#members.set(path, member)
    }
    return this.#members
  }
}
