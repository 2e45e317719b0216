// Takes the members of a layer's archive and makes its entries: digests, program flags, bytes of wanted files,
// unknown rows for what was not read. Knows the limits.
import { AssayError, type Entry, type EntryFlag, type Unknown } from '../core/index.ts'
import { BlockWriter } from './block-writer.ts'
import { type ContentDigests, ContentHasher } from './content-hash.ts'
import type { WantedLink } from './linked.ts'
import { factsOf } from './member.ts'
import type { LayerRequest } from './request.ts'
import { StreamedFile } from './streamed-file.ts'
import type { TarMember, TarSink } from './tar-reader.ts'
import { type Want, WantMatcher, type Wants } from './want.ts'
import { WantedFiles } from './wanted.ts'

/** An error that more of the layer cannot change: its digest is not of interest any more. */
export class LimitError extends AssayError {
  constructor(message: string) {
    super('source', message, { hint: 'the layer is hostile or far larger than real ones' })
  }
}

/** Makes entries of members. */
export class EntryReader implements TarSink {
  readonly block = new BlockWriter()
  readonly wanted: WantedFiles
  /** Hard links at wanted paths. */
  readonly links: WantedLink[] = []
  readonly #request: LayerRequest
  readonly #wants: Wants
  readonly #hasher: ContentHasher
  readonly #unknowns: Unknown[] = []
  #unknownCount = 0
  #textBytes = 0
  #holeBytes = 0
  /** The member's entry while its content is read; null when it gives none. */
  #entry: Entry | null = null
  #want: Want | null = null
  #file: StreamedFile | null = null

  constructor(request: LayerRequest, wants: Wants = new WantMatcher(request.wants)) {
    this.#request = request
    this.#wants = wants
    this.#hasher = new ContentHasher(request.digests)
    this.wanted = new WantedFiles(request.limits.wantedBytes)
  }

  /** What was not read; the last row counts what is beyond the limit. */
  get unknowns(): readonly Unknown[] {
    const more = this.#unknownCount - this.#unknowns.length
    if (more === 0) return this.#unknowns
    return [...this.#unknowns, this.#unknown('', `${more} more things like the last`)]
  }

  open(member: TarMember): void {
    this.#check(member)
    const facts = factsOf(member)
    this.#entry = null
    this.#want = null
    this.#file = null
    if (facts === null) return
    if ('skipped' in facts) {
      this.note(member.name, `this entry is left out: ${facts.skipped}`)
      return
    }
    if (this.block.count >= this.#request.limits.entries)
      throw new LimitError(`the layer has more than ${this.#request.limits.entries} entries`)
    this.#entry = facts
    if (facts.kind === 'hardlink' && this.#wants.isWanted(facts.path))
      this.links.push({ path: facts.path, target: facts.target, entry: this.block.count })
    if (facts.kind !== 'file') return
    this.#want = this.#wants.want(facts.path, facts.size)
    if (member.sparse !== null) this.#openSparse(facts, member)
  }

  #check({ name, link, xattrs }: TarMember): void {
    const { pathBytes, textBytes } = this.#request.limits
    for (const text of [name, link]) {
      const bytes = text.length * 3 > pathBytes ? Buffer.byteLength(text) : 0
      if (bytes > pathBytes)
        throw new LimitError(`a path has ${bytes} bytes, the limit is ${pathBytes}`)
    }
    this.#textBytes += name.length + link.length
    for (const { key, value } of xattrs) this.#textBytes += key.length + 2 * value.length
    if (this.#textBytes > textBytes)
      throw new LimitError(`names and attributes of the layer take more than ${textBytes} bytes`)
  }

  #openSparse(entry: Entry, member: TarMember): void {
    const { sparse } = member
    if (sparse === null) return
    const holes = Math.max(0, sparse.size - member.size)
    if (this.#holeBytes + holes > this.#request.limits.holeBytes) {
      this.note(entry.path, `this sparse file expands to ${entry.size} bytes: it was not read`)
      this.block.add({ ...entry, flags: [...entry.flags, 'over-limit'] })
      this.#entry = null
      return
    }
    this.#holeBytes += holes
    const stream = this.#hasher.stream(entry.size)
    this.#file = new StreamedFile(stream, this.#roomFor(entry), sparse, member.size)
  }

  whole(chunk: Buffer, start: number, end: number): void {
    const entry = this.#entry
    if (entry === null) return
    if (entry.kind !== 'file') {
      this.block.add(entry)
      return
    }
    if (this.#file !== null) {
      this.#file.push(chunk.subarray(start, end))
      this.close()
      return
    }
    const kept = this.#roomFor(entry)
    if (kept !== null) chunk.copy(kept, 0, start, start + kept.length)
    const digests = this.#hasher.whole(chunk, start, end)
    this.#add(entry, digests, kept, programFlag(chunk, start, end))
  }

  part(bytes: Buffer): void {
    const entry = this.#entry
    if (entry === null || entry.kind !== 'file') return
    this.#file ??= new StreamedFile(this.#hasher.stream(entry.size), this.#roomFor(entry))
    this.#file.push(bytes)
  }

  close(): void {
    const [file, entry] = [this.#file, this.#entry]
    this.#file = null
    if (file === null || entry === null) return
    const digests = file.finish()
    this.#add(entry, digests, file.kept, programFlag(file.head, 0, file.head.length))
  }

  #add(
    entry: Entry,
    digests: ContentDigests,
    kept: Buffer | null,
    program: EntryFlag | null,
  ): void {
    const { sha256, gitBlob, md5, sha1 } = digests
    const flags =
      program === null && this.#want?.exceeded == null
        ? entry.flags
        : [
            ...entry.flags,
            ...(this.#want?.exceeded == null ? [] : ['over-limit' as const]),
            ...(program === null ? [] : [program]),
          ]
    this.block.add({ ...entry, flags, sha256, gitBlob, md5, sha1 })
    if (kept !== null) this.wanted.keep(entry.path, sha256, kept)
  }

  /** Names something that is in the layer and was not read, or that engines leave out. */
  note(place: string, reason: string): void {
    this.#unknownCount += 1
    if (this.#unknowns.length < this.#request.limits.unknowns)
      this.#unknowns.push(this.#unknown(place, reason))
  }

  #unknown(place: string, reason: string): Unknown {
    return { subject: this.#request.diffId, place, reader: 'layer', reason, weight: 'partial' }
  }

  /** Room for the wanted bytes of a file; null when none are wanted, or they are too many. */
  #roomFor({ path, size }: Entry): Buffer | null {
    const want = this.#want
    if (want === null) return null
    if (want.exceeded !== null)
      this.note(path, `${size} bytes, the limit for this file is ${want.exceeded}`)
    if (want.bytes === 0 && want.exceeded !== null) return null
    const room = this.wanted.room(want.bytes)
    if (room !== null) return room
    const { wantedBytes } = this.#request.limits
    this.note(path, `not read: wanted files of this layer take more than ${wantedBytes} bytes`)
    this.#want = { bytes: 0, exceeded: wantedBytes }
    return null
  }
}

/** The flag of a program, from its first bytes. */
function programFlag(bytes: Buffer, start: number, end: number): EntryFlag | null {
  if (end - start < 2) return null
  const first = bytes[start]
  if (first === 0x23) return bytes[start + 1] === 0x21 ? 'script' : null
  if (first !== 0x7f || end - start < 4) return null
  return bytes.toString('latin1', start + 1, start + 4) === 'ELF' ? 'elf' : null
}
