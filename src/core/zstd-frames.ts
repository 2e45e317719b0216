// Where the frames of a zstd stream begin and end (RFC 8878, section 3.1). node:zlib stops silently after
// the first frame on Node 22 and 24, and takes truncated streams: this walker feeds it one frame at a time.
import { sourceError } from './errors.ts'

/** A piece of one frame, in order; skippable frames give none. */
export interface ZstdPiece {
  readonly bytes: Buffer
  readonly starts: boolean
  readonly ends: boolean
}

/** What `zstd -d` accepts without being told otherwise: a hostile window must not take all memory. */
const WINDOW_LIMIT = 128 << 20
/** Block_Maximum_Size of the format. */
const BLOCK_LIMIT = 128 << 10
const FRAME_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const EMPTY = Buffer.alloc(0)

type State =
  | 'magic'
  | 'skip-size'
  | 'descriptor'
  | 'header'
  | 'block'
  | 'content'
  | 'checksum'
  | 'skip'

/** True for the first four bytes of a frame or a skippable frame. */
export function isZstdMagic(bytes: Buffer): boolean {
  if (bytes.length < 4) return false
  const magic = bytes.readUInt32LE(0)
  return magic === FRAME_MAGIC || (magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC
}

/** Cuts a zstd stream into pieces of frames. */
export class ZstdFrames {
  #state: State = 'magic'
  #held: Buffer = EMPTY
  /** Bytes the state still has to see (content, skip) or must see at once (all others). */
  #need = 4
  #descriptor = 0
  #lastBlock = false
  #begun = false

  /** True between frames: the stream may end here. */
  get complete(): boolean {
    return this.#state === 'magic' && this.#held.length === 0
  }

  /**
   * The pieces in the next bytes of the stream.
   * @throws AssayError `source` when they are not zstd.
   */
  push(chunk: Buffer): ZstdPiece[] {
    const pieces: ZstdPiece[] = []
    let at = 0
    let from = 0
    while (at < chunk.length) {
      const taken = Math.min(this.#need - this.#held.length, chunk.length - at)
      const counted = this.#state === 'content' || this.#state === 'skip'
      if (counted) this.#need -= taken
      else this.#held = Buffer.concat([this.#held, chunk.subarray(at, at + taken)])
      at += taken
      if (this.#state === 'skip' || this.#state === 'skip-size') from = at
      if (counted ? this.#need > 0 : this.#held.length < this.#need) break
      const field = this.#held
      this.#held = EMPTY
      const was = this.#state
      this.#advance(field)
      if (was === 'magic') {
        from = at
        if (this.#begun) pieces.push({ bytes: field, starts: true, ends: false })
      }
      if (this.#begun && this.#state === 'magic') {
        pieces.push({ bytes: chunk.subarray(from, at), starts: false, ends: true })
        this.#begun = false
        from = at
      }
    }
    if (this.#begun && from < at)
      pieces.push({ bytes: chunk.subarray(from, at), starts: false, ends: false })
    return pieces
  }

  #go(state: State, need: number): void {
    this.#state = state
    this.#need = need
    if (need === 0 && state !== 'magic') this.#advance(EMPTY)
  }

  #advance(field: Buffer): void {
    switch (this.#state) {
      case 'magic':
        this.#magic(field)
        break
      case 'skip-size':
        this.#go('skip', field.readUInt32LE(0))
        break
      case 'skip':
      case 'checksum':
        this.#go('magic', 4)
        break
      case 'descriptor':
        this.#header(field[0] ?? 0)
        break
      case 'header':
        this.#checkWindow(field)
        this.#go('block', 3)
        break
      case 'block':
        this.#block(field.readUIntLE(0, 3))
        break
      case 'content':
        this.#afterBlock()
        break
    }
  }

  #afterBlock(): void {
    if (!this.#lastBlock) this.#go('block', 3)
    else if ((this.#descriptor & 4) === 0) this.#go('magic', 4)
    else this.#go('checksum', 4)
  }

  #magic(field: Buffer): void {
    if (!isZstdMagic(field))
      throw sourceError('the zstd stream has something else between its frames')
    if (field.readUInt32LE(0) !== FRAME_MAGIC) {
      this.#go('skip-size', 4)
      return
    }
    this.#begun = true
    this.#go('descriptor', 1)
  }

  #header(descriptor: number): void {
    this.#descriptor = descriptor
    if ((descriptor & 8) !== 0) throw sourceError('the zstd stream has a reserved bit set')
    if ((descriptor & 3) !== 0) throw sourceError('the zstd stream needs a dictionary')
    const single = (descriptor >> 5) & 1
    const sizeFlag = descriptor >> 6
    const need = (single === 1 ? 0 : 1) + (sizeFlag === 0 ? single : 1 << sizeFlag)
    this.#go('header', need)
  }

  #checkWindow(field: Buffer): void {
    const window =
      (this.#descriptor & 0x20) === 0 ? describedWindow(field[0] ?? 0) : contentSize(field)
    if (window > WINDOW_LIMIT)
      throw sourceError(`the zstd stream asks for a window of ${window} bytes`)
  }

  #block(header: number): void {
    this.#lastBlock = (header & 1) === 1
    const type = (header >> 1) & 3
    const size = header >> 3
    if (type === 3) throw sourceError('the zstd stream has a block of a reserved type')
    if (size > BLOCK_LIMIT) throw sourceError(`the zstd stream has a block of ${size} bytes`)
    this.#go('content', type === 1 ? 1 : size)
  }
}

function describedWindow(byte: number): number {
  const base = 2 ** (10 + (byte >> 3))
  return base + (base / 8) * (byte & 7)
}

function contentSize(field: Buffer): number {
  if (field.length === 8) return Number(field.readBigUInt64LE(0))
  const size = field.readUIntLE(0, field.length)
  return field.length === 2 ? size + 256 : size
}
