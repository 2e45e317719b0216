// zstd streams for tests: a frame that a real compressor made, and what may stand between frames (RFC 8878, 3.1).

/** `zstd -19 --check` of TEXT: a compressed block, content size, checksum. */
export const FRAME = Buffer.from(
  'KLUv/WRAHuUAAKBhc3NheSByZWFkcyBsYXllcnMuIAEAUv76yQTU1Vny',
  'base64',
)

/** What is in FRAME. */
export const TEXT = Buffer.from('assay reads layers. '.repeat(400))

/** A skippable frame, as seekable formats put their index in. */
export function skippable(bytes: Buffer, variant = 0): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(0x184d2a50 + variant, 0)
  head.writeUInt32LE(bytes.length, 4)
  return Buffer.concat([head, bytes])
}

/** A frame of one block that repeats a byte; with a window, without a content size. */
export function repeatedZstd(byte: number, length: number, window = 0): Buffer {
  const block = Buffer.alloc(4)
  block.writeUIntLE((length << 3) | 0b011, 0, 3)
  block[3] = byte
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, window]), block])
}
