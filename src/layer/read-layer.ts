// Reads one layer in one pass: stored bytes -> decompress -> sha256, which must be the diff_id -> tar -> entries.
// Memory is bounded by the pieces in flight, the block and the wanted files.
import { createHash } from 'node:crypto'
import {
  AssayError,
  type Compression,
  type Digest,
  decompress,
  digestOf,
  integrityError,
  messageOf,
  sniffCompression,
  type WantedFile,
} from '../core/index.ts'
import { LayerBlock } from './block.ts'
import { EntryReader, LimitError } from './entry-reader.ts'
import { planLinks } from './linked.ts'
import { readRange } from './range.ts'
import type { LayerFacts, LayerRequest } from './request.ts'
import { TarReader } from './tar-reader.ts'
import { exactWants, type Wants } from './want.ts'

/**
 * The facts of a layer.
 * @throws AssayError `source` when it cannot be read, `integrity` when a digest does not match.
 */
export async function readLayer(request: LayerRequest): Promise<LayerFacts> {
  const reading = new LayerReading(request)
  const facts = await reading.run()
  const { links } = reading.entries
  if (links.length === 0) return facts
  const linked = await readLinked(request, facts, reading.entries)
  const wanted = [...facts.wanted, ...linked]
  return { ...facts, wanted, unknowns: reading.entries.unknowns }
}

/** Wanted hard links whose content nobody wants at its own name: the layer is read once more for them. */
async function readLinked(
  request: LayerRequest,
  facts: LayerFacts,
  entries: EntryReader,
): Promise<WantedFile[]> {
  const block = LayerBlock.decode(facts.block)
  const plan = planLinks(request, block, entries)
  const contents = new Map(facts.wanted.map(({ sha256, bytes }) => [sha256, bytes]))
  const missing = plan.filter(({ sha256, want }) => {
    return (contents.get(sha256)?.length ?? -1) < want.bytes
  })
  if (missing.length > 0) {
    const heads = new Map<string, number>()
    for (const { source, want } of missing)
      heads.set(source, Math.max(want.bytes, heads.get(source) ?? 0))
    const again = await new LayerReading({ ...request, digests: [] }, exactWants(heads)).run()
    for (const { sha256, bytes } of again.wanted) contents.set(sha256, bytes)
  }
  const found: WantedFile[] = []
  for (const { path, sha256, want } of plan) {
    const bytes = contents.get(sha256)
    if (bytes !== undefined && bytes.length >= want.bytes) found.push({ path, sha256, bytes })
    else entries.note(path, 'the file that this hard link leads to was not read')
  }
  return found
}

class LayerReading {
  readonly #request: LayerRequest
  readonly entries: EntryReader
  readonly #tar: TarReader
  readonly #uncompressed = createHash('sha256')
  readonly #stored = createHash('sha256')
  #size = 0
  /** What is wrong with the archive; a wrong digest explains it better. */
  #fault: unknown = null

  constructor(request: LayerRequest, wants?: Wants) {
    this.#request = request
    this.entries = new EntryReader(request, wants)
    this.#tar = new TarReader(this.entries, request.limits)
  }

  async run(): Promise<LayerFacts> {
    const { diffId, digests, source } = this.#request
    const pieces = readRange(source)
    try {
      await this.#read(pieces)
    } catch (thrown) {
      throw this.#located(thrown)
    } finally {
      await pieces.return()
    }
    const { block, wanted, unknowns } = this.entries
    return {
      diffId,
      size: this.#size,
      entries: block.count,
      digests,
      block: block.finish(),
      unknowns,
      wanted: wanted.files,
    }
  }

  async #read(pieces: AsyncGenerator<Buffer, void>): Promise<void> {
    const first = await pieces.next()
    const head = first.done === true ? Buffer.alloc(0) : first.value
    const compression = sniffCompression(head)
    const stored = this.#hashed(head, pieces, compression)
    let isWhole = false
    try {
      for await (const chunk of decompress(stored, compression)) this.#take(chunk)
      isWhole = true
      if (this.#fault === null) this.#tar.end()
    } catch (thrown) {
      if (thrown instanceof LimitError) throw thrown
      this.#fault ??= thrown
    }
    // what the decompressor did not ask for, and what follows a fault, still counts for the digest
    for await (const piece of pieces) this.#hashStored(piece, compression)
    this.#verify(compression, isWhole)
  }

  async *#hashed(
    head: Buffer,
    pieces: AsyncGenerator<Buffer, void>,
    compression: Compression,
  ): AsyncGenerator<Buffer, void> {
    this.#hashStored(head, compression)
    if (head.length > 0) yield head
    for (;;) {
      const piece = await pieces.next()
      if (piece.done === true) return
      this.#hashStored(piece.value, compression)
      yield piece.value
    }
  }

  #hashStored(piece: Buffer, compression: Compression): void {
    // a plain layer is hashed once: both digests are of the same bytes
    if (compression !== 'none' && this.#request.blob !== null) this.#stored.update(piece)
  }

  #take(chunk: Buffer): void {
    const { limits, source } = this.#request
    this.#size += chunk.length
    if (this.#size > limits.uncompressedBytes)
      throw new LimitError(`it has more than ${limits.uncompressedBytes} uncompressed bytes`)
    const allowed = Math.max(limits.expansionFloor, source.length * limits.expansionRatio)
    if (this.#size > allowed)
      throw new LimitError(
        `it expands more than ${limits.expansionRatio} times: ${source.length} bytes to over ${allowed}`,
      )
    this.#uncompressed.update(chunk)
    if (this.#fault !== null) return
    try {
      this.#tar.push(chunk)
    } catch (thrown) {
      if (thrown instanceof LimitError || !(thrown instanceof AssayError)) throw thrown
      this.#fault = thrown
    }
  }

  #verify(compression: Compression, isWhole: boolean): void {
    const { diffId, blob } = this.#request
    const found = digestOf(this.#uncompressed.digest('hex'))
    const stored = compression === 'none' ? found : digestOf(this.#stored.digest('hex'))
    if (blob !== null && stored !== blob) throw this.#mismatch('stored', stored, blob)
    if (isWhole && found !== diffId) throw this.#mismatch('uncompressed', found, diffId)
    if (this.#fault !== null) throw this.#fault
  }

  #mismatch(which: string, found: Digest, expected: Digest): AssayError {
    const message = `its ${which} bytes have the digest ${found} instead of ${expected}`
    if (this.#fault === null) return integrityError(message)
    return integrityError(message, { hint: `it is malformed as well: ${messageOf(this.#fault)}` })
  }

  /** The error with the layer and the place in it. */
  #located(thrown: unknown): unknown {
    if (!(thrown instanceof AssayError)) return thrown
    const { code, message, hint } = thrown
    const layer = `layer ${this.#request.diffId}`
    const place = thrown.where ?? (code === 'integrity' ? '' : this.#tar.place)
    return new AssayError(code, message, {
      ...(hint === undefined ? {} : { hint }),
      cause: thrown,
      where: place === '' ? layer : `${layer}, ${place}`,
    })
  }
}
