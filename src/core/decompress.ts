// Compressed streams by their magic bytes, never by a media type: gzip (RFC 1952, several members) and
// zstd (RFC 8878, several frames, skippable frames). Pure transformation of bytes, chunk by chunk.
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import * as zlib from 'node:zlib'
import { AssayError, messageOf, sourceError } from './errors.ts'
import { isZstdMagic, ZstdFrames } from './zstd-frames.ts'

/** How a stream is compressed. `xz` and `bzip2` are recognised, not read: no runtime makes such layers. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2'

/** Bytes of an uncompressed chunk: the default of 16 KiB halves the speed, more than this only holds more memory. */
const CHUNK = 256 << 10

/** The compression that the first bytes (six are enough) of a stream show. */
export function sniffCompression(head: Buffer): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (isZstdMagic(head)) return 'zstd'
  const latin1 = head.toString('latin1', 0, 6)
  if (latin1 === '\xfd7zXZ\0') return 'xz'
  return /^BZh[1-9]/.test(latin1) ? 'bzip2' : 'none'
}

/**
 * The uncompressed bytes of a stream. Does not have to read its input to the end.
 * @throws AssayError `source` when the stream is damaged or ends too early.
 */
export async function* decompress(
  input: AsyncIterable<Buffer>,
  kind: Compression,
): AsyncGenerator<Buffer, void> {
  if (kind === 'none') yield* input
  else if (kind === 'gzip') yield* gunzip(input)
  else if (kind === 'zstd') yield* unzstd(input, pickZstd())
  else throw sourceError(`it is compressed with ${kind}, which container runtimes do not use`)
}

async function* gunzip(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  yield* through(input, zlib.createGunzip({ chunkSize: CHUNK }), 'gzip')
}

/** Feeds a decompressor and yields what it gives; while the caller works, the next chunk is made in the pool. */
async function* through(
  input: AsyncIterable<Buffer>,
  engine: zlib.Gunzip,
  name: string,
): AsyncGenerator<Buffer, void> {
  const source = Readable.from(input, { objectMode: true, highWaterMark: 1 })
  source.on('error', (error) => engine.destroy(error))
  source.pipe(engine)
  try {
    for await (const chunk of engine) yield chunk as Buffer
  } catch (cause) {
    throw cause instanceof AssayError ? cause : damaged(name, cause)
  } finally {
    source.destroy()
    engine.destroy()
    await finished(source).catch(() => undefined)
  }
}

function damaged(name: string, cause: unknown): AssayError {
  const text = messageOf(cause)
  const reason = /unexpected end|unexpected EOF/i.test(text)
    ? `the ${name} stream ends too early`
    : `the ${name} stream is damaged (${text})`
  return sourceError(reason, { cause })
}

/** Makes the bytes of one frame from its pieces. */
type FrameReader = (pieces: AsyncIterable<Buffer>) => AsyncIterable<Buffer>

function pickZstd(): FrameReader {
  const create: unknown = Reflect.get(zlib, 'createZstdDecompress')
  if (typeof create !== 'function') return readFrameInScript
  return (pieces) => through(pieces, create({ chunkSize: CHUNK }) as zlib.Gunzip, 'zstd')
}

/** The engine gives all that a push makes at once: four bytes may make 128 KiB. */
const PUSH = 1 << 10

async function* readFrameInScript(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const { Decompress } = await import('fzstd')
  let out: Buffer[] = []
  const engine = new Decompress((bytes) => {
    if (bytes.length > 0) out.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  })
  // One piece is held back: the engine wants to know which is the last.
  let held: Buffer | null = null
  try {
    for await (const piece of pieces)
      for (let at = 0; at < piece.length; at += PUSH) {
        if (held !== null) engine.push(held, false)
        held = piece.subarray(at, at + PUSH)
        yield* out
        out = []
      }
    if (held !== null) engine.push(held, true)
  } catch (cause) {
    throw cause instanceof AssayError ? cause : damaged('zstd', cause)
  }
  yield* out
}

async function* unzstd(
  input: AsyncIterable<Buffer>,
  readFrame: FrameReader,
): AsyncGenerator<Buffer, void> {
  const frames = new ZstdFrames()
  const chunks = input[Symbol.asyncIterator]()
  const queue: { bytes: Buffer; ends: boolean }[] = []
  /** The next piece of a frame, or null at the end of the stream. */
  async function next(): Promise<{ bytes: Buffer; ends: boolean } | null> {
    for (;;) {
      const piece = queue.shift()
      if (piece !== undefined) return piece
      const { value, done } = await chunks.next()
      if (done === true) {
        if (frames.complete) return null
        throw sourceError('the zstd stream ends too early')
      }
      queue.push(...frames.push(value))
    }
  }
  for (;;) {
    const first = await next()
    if (first === null) return
    yield* readFrame(restOfFrame(first, next))
  }
}

async function* restOfFrame(
  first: { bytes: Buffer; ends: boolean },
  next: () => Promise<{ bytes: Buffer; ends: boolean } | null>,
): AsyncGenerator<Buffer, void> {
  yield first.bytes
  for (let piece = await next(); piece !== null; piece = await next()) {
    yield piece.bytes
    if (piece.ends) return
  }
}
