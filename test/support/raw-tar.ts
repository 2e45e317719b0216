// tar members written byte by byte, right or wrong as a test wants them (POSIX.1-2024 pax, GNU tar manual).

/** Fields of a header; numbers may be given as the bytes that stand in the field. */
export interface RawHeader {
  readonly name?: string
  readonly size?: number | Buffer
  readonly type?: string
  readonly link?: string
}

/** One 512-byte header with a right checksum. */
export function rawHeader({ name = 'file', size = 0, type = '0', link = '' }: RawHeader): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0, 100, 'utf8')
  header.write('0000644\0', 100)
  if (typeof size === 'number') header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  else size.copy(header, 124)
  header.write('00000000000\0', 136)
  header.write(type, 156)
  header.write(link, 157, 100, 'utf8')
  header.write('ustar\x0000', 257, 'latin1')
  header.write('        ', 148)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** A header with its content, padded to whole blocks. */
export function rawMember(header: RawHeader, content: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(content as string)
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512)
  return Buffer.concat([rawHeader({ size: bytes.length, ...header }), bytes, padding])
}

/** A number as GNU tar writes one that octal digits cannot hold (base-256), twelve bytes. */
export function binarySize(value: bigint): Buffer {
  const field = Buffer.alloc(12)
  field.writeBigInt64BE(value, 4)
  if (value < 0n) field.fill(0xff, 0, 4)
  else field[0] = 0x80
  return field
}

/** The two blocks that end an archive. */
export const TAR_END = Buffer.alloc(1024)
