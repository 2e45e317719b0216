// Bytes of an open file, read in large pieces by position: several readers may share the descriptor.
import { read } from 'node:fs'
import { type ByteRange, sourceError } from '../core/index.ts'

/** Bytes of a piece: smaller ones cost time, larger ones memory. */
const PIECE = 256 << 10

/**
 * The bytes of a range. The next piece is read while the caller works; a piece is the caller's to keep.
 * @throws AssayError `source` when the file is shorter or cannot be read.
 */
export async function* readRange(
  { fd, offset, length }: ByteRange,
  piece = PIECE,
): AsyncGenerator<Buffer, void> {
  let at = 0
  let ahead = length > 0 ? readPiece(fd, offset, Math.min(piece, length)) : null
  try {
    while (ahead !== null) {
      const bytes = await ahead
      ahead = null
      at += bytes.length
      if (at < length) ahead = readPiece(fd, offset + at, Math.min(piece, length - at))
      yield bytes
    }
  } finally {
    // a read under way must not outlive the caller, who may close the file
    await ahead?.catch(() => undefined)
  }
}

function readPiece(fd: number, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  const piece = new Promise<Buffer>((resolve, reject) => {
    read(fd, bytes, 0, length, position, (cause, count) => {
      if (cause !== null) reject(sourceError(`it cannot be read (${cause.message})`, { cause }))
      else if (count === 0) reject(sourceError('the file ends before the layer does'))
      else resolve(bytes.subarray(0, count))
    })
  })
  // it may fail before the caller comes to wait for it
  piece.catch(() => undefined)
  return piece
}
