// One private temporary file for a stream that cannot be read twice: standard input, a pipe, a compressed
// outer archive. Readable by this user only, without a name from the start, bounded.
import { randomBytes } from 'node:crypto'
import { openSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AssayError,
  decompress,
  integrityError,
  messageOf,
  readTarHeader,
  sniffCompression,
  sourceError,
  TAR_BLOCK,
} from '../../core/index.ts'
import { closeQuietly, emptyInput, fileError, notATar, systemCode } from './store.ts'

/** How much a stream may become. */
export interface SpoolLimits {
  /** Bytes of the temporary file. */
  readonly bytes: number
  /** Bytes that one compressed byte may become, counted once `ratioFrom` bytes are written. */
  readonly ratio: number
  readonly ratioFrom: number
}

/** A spooled stream. */
export interface Spooled {
  readonly fd: number
  readonly length: number
}

/**
 * Writes a stream, uncompressed, to a temporary file that has no name.
 * @throws AssayError `source` when the stream is damaged, too large or empty, or the disk is full.
 */
export async function spool(
  input: AsyncIterable<Buffer> | Iterable<Buffer>,
  where: string,
  limits: SpoolLimits,
): Promise<Spooled> {
  const counted = new CountedInput(input)
  const head = await guarded(where, () => counted.head())
  if (head.length === 0) throw emptyInput(where)
  const kind = sniffCompression(head)
  const fd = openNameless(where)
  try {
    const length = await guarded(where, async () => {
      let written = 0
      let start = Buffer.alloc(0)
      for await (const chunk of decompress(counted.all(), kind)) {
        // An endless stream of something else must not fill the disk first.
        if (start.length < TAR_BLOCK) start = checkStart(start, chunk, where)
        written += chunk.length
        checkGrowth(written, counted.taken, limits)
        writeAll(fd, chunk)
      }
      return written
    })
    return { fd, length }
  } catch (thrown) {
    closeQuietly(fd)
    await counted.abandon()
    throw thrown
  }
}

/** The first bytes together; a whole header among them must be one of a tar. */
function checkStart(start: Buffer, chunk: Buffer, where: string): Buffer<ArrayBuffer> {
  const grown = Buffer.concat([start, chunk.subarray(0, TAR_BLOCK)])
  if (grown.length < TAR_BLOCK) return grown
  try {
    readTarHeader(grown, 0)
  } catch (thrown) {
    if (thrown instanceof AssayError) throw notATar(where)
    throw thrown
  }
  return grown
}

/** A stream whose first bytes can be looked at before it is read. */
class CountedInput {
  readonly #chunks: AsyncIterator<Buffer> | Iterator<Buffer>
  readonly #first: Buffer[] = []
  taken = 0

  constructor(input: AsyncIterable<Buffer> | Iterable<Buffer>) {
    this.#chunks =
      Symbol.asyncIterator in input ? input[Symbol.asyncIterator]() : input[Symbol.iterator]()
  }

  /** Six bytes, or fewer when there are no more. */
  async head(): Promise<Buffer> {
    let held = 0
    while (held < 6) {
      const { value, done } = await this.#chunks.next()
      if (done === true) break
      this.#first.push(Buffer.from(value))
      held += value.length
    }
    return Buffer.concat(this.#first)
  }

  /** Lets go of the stream, so that nobody waits for the rest of it. */
  async abandon(): Promise<void> {
    await this.#chunks.return?.()
  }

  async *all(): AsyncGenerator<Buffer, void> {
    for (const chunk of this.#first.splice(0)) {
      this.taken += chunk.length
      yield chunk
    }
    for (;;) {
      const { value, done } = await this.#chunks.next()
      if (done === true) return
      this.taken += value.length
      yield value
    }
  }
}

async function guarded<T>(where: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw fileError(thrown, where)
    if (thrown.where !== undefined) throw thrown
    const { hint, message } = thrown
    const detail = { where, cause: thrown, ...(hint === undefined ? {} : { hint }) }
    throw thrown.code === 'integrity'
      ? integrityError(message, detail)
      : sourceError(message, detail)
  }
}

function checkGrowth(written: number, taken: number, limits: SpoolLimits): void {
  if (written > limits.bytes)
    throw sourceError(`uncompressed it has more than ${limits.bytes} bytes`, {
      hint: 'Larger archives are read only as an uncompressed file or a folder.',
    })
  if (written > limits.ratioFrom && written > taken * limits.ratio)
    throw sourceError(`it expands to more than ${limits.ratio} times its size`, {
      hint: 'No image archive does that; decompress it yourself if you trust it.',
    })
}

function openNameless(where: string): number {
  const file = join(tmpdir(), `assay-${randomBytes(12).toString('hex')}`)
  try {
    const fd = openSync(file, 'wx+', 0o600)
    unlinkSync(file)
    return fd
  } catch (cause) {
    throw noRoom(cause, where)
  }
}

function writeAll(fd: number, chunk: Buffer): void {
  let at = 0
  try {
    while (at < chunk.length) at += writeSync(fd, chunk, at)
  } catch (cause) {
    throw noRoom(cause, undefined)
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

function noRoom(cause: unknown, where: string | undefined): AssayError {
  const reason = FULL.has(systemCode(cause)) ? 'no space is left' : messageOf(cause)
  return sourceError(`its temporary copy in ${tmpdir()} cannot be written: ${reason}`, {
    ...(where === undefined ? {} : { where }),
    cause,
    hint: 'Set TMPDIR to a folder with room, or give an uncompressed archive as a file.',
  })
}
