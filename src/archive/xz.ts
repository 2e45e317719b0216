// xz streams (tukaani.org/xz/xz-file-format.txt), by a WebAssembly build of the reference decoder.
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { AssayError, messageOf, sourceError } from '../core/index.ts'

/**
 * The uncompressed bytes of a stream.
 * @throws AssayError `source` when it is damaged.
 */
export async function* unxz(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const decoder = await loadDecoder()
  const source = Readable.toWeb(Readable.from(input, { objectMode: false }))
  const reader = asStream(Reflect.construct(decoder, [source])).getReader()
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      // the decoder reuses its memory
      yield Buffer.from(value)
    }
  } catch (cause) {
    if (cause instanceof AssayError) throw cause
    throw sourceError(`the xz stream is damaged (${messageOf(cause)})`, { cause })
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** A CommonJS module whose names Node.js does not see. */
async function loadDecoder(): Promise<Parameters<typeof Reflect.construct>[0]> {
  const loaded: unknown = Reflect.get(await import('xz-decompress'), 'default')
  const found: unknown =
    typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'XzReadableStream') : null
  if (typeof found === 'function') return found
  throw new TypeError('the xz decoder is not what it was')
}

function asStream(value: unknown): ReadableStream<Uint8Array> {
  if (value instanceof ReadableStream) return value
  throw new TypeError('the xz decoder gave no stream')
}
