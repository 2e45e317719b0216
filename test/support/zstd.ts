// zstd frames made by hand: Node 20 has no compressor (RFC 8878, section 3.1.1: blocks of type raw).

const BLOCK = 128 << 10

/** The bytes as one frame of raw blocks. */
export function storedZstd(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(bytes.length)
  // Single segment, content size in four bytes, no checksum.
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0]), size]
  const blocks = Math.max(1, Math.ceil(bytes.length / BLOCK))
  for (let index = 0; index < blocks; index += 1) {
    const piece = bytes.subarray(index * BLOCK, (index + 1) * BLOCK)
    const header = Buffer.alloc(3)
    header.writeUIntLE((piece.length << 3) | (index === blocks - 1 ? 1 : 0), 0, 3)
    parts.push(header, piece)
  }
  return Buffer.concat(parts)
}
