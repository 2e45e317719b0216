// Tar archives made block by block, for forms that no tool writes (POSIX.1-2024 pax; GNU tar manual, "Basic Tar Format").

/** The fields of a header; numbers are written in octal, texts and buffers as they are. */
export interface HeaderFields {
  readonly name?: string | Buffer
  readonly mode?: number | Buffer
  readonly uid?: number | Buffer
  readonly gid?: number | Buffer
  readonly size?: number | Buffer
  readonly mtime?: number | Buffer
  readonly type?: string
  readonly link?: string | Buffer
  readonly magic?: 'ustar' | 'gnu' | 'v7'
  readonly major?: number
  readonly minor?: number
  readonly prefix?: string
  /** What goes where the checksum does not look: bytes by offset. */
  readonly raw?: Readonly<Record<number, Buffer>>
  /** Adds to the right checksum. */
  readonly checksumOff?: number
}

/** A header of 512 bytes. */
export function header(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(512)
  const put = (value: string | number | Buffer, at: number, length: number) => {
    if (typeof value === 'number') block.write(value.toString(8).padStart(length - 1, '0'), at)
    else Buffer.from(value as string).copy(block, at, 0, length)
  }
  put(fields.name ?? 'file', 0, 100)
  put(fields.mode ?? 0o644, 100, 8)
  put(fields.uid ?? 0, 108, 8)
  put(fields.gid ?? 0, 116, 8)
  put(fields.size ?? 0, 124, 12)
  put(fields.mtime ?? 0, 136, 12)
  put(fields.type ?? '0', 156, 1)
  put(fields.link ?? '', 157, 100)
  const magic = fields.magic ?? 'ustar'
  if (magic !== 'v7') put(magic === 'gnu' ? 'ustar  \0' : 'ustar\x0000', 257, 8)
  if (fields.major !== undefined) put(fields.major, 329, 8)
  if (fields.minor !== undefined) put(fields.minor, 337, 8)
  put(fields.prefix ?? '', 345, 155)
  for (const [at, bytes] of Object.entries(fields.raw ?? {})) bytes.copy(block, Number(at))
  block.fill(0x20, 148, 156)
  const sum = block.reduce((total, byte) => total + byte, fields.checksumOff ?? 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** Bytes filled up to whole blocks. */
export function padded(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string)
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}

/** A member with its content. */
export function member(fields: HeaderFields, content: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(content as string)
  return Buffer.concat([header({ size: bytes.length, ...fields }), padded(bytes)])
}

/** One PAX record; its length counts itself. */
export function paxRecord(key: string, value: string | Buffer): Buffer {
  const body = Buffer.concat([
    Buffer.from(` ${key}=`),
    Buffer.from(value as string),
    Buffer.from('\n'),
  ])
  let length = body.length + 1
  while (String(length).length + body.length !== length) length += 1
  return Buffer.concat([Buffer.from(String(length)), body])
}

/** An extended header (`x`), or a global one (`g`). */
export function pax(records: readonly (readonly [string, string | Buffer])[], type = 'x'): Buffer {
  const body = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)))
  return member({ name: 'PaxHeaders/x', type }, body)
}

/** A GNU long name (`L`) or long link target (`K`). */
export function longName(text: string, type = 'L'): Buffer {
  return member({ name: '././@LongLink', type, magic: 'gnu' }, `${text}\0`)
}

/** A number in base-256, as GNU tar writes what octal cannot hold. */
export function base256(value: bigint, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let rest = value < 0n ? (1n << BigInt(length * 8)) + value : value
  for (let at = length - 1; at >= 0; at -= 1) {
    bytes[at] = Number(rest & 0xffn)
    rest >>= 8n
  }
  if (value >= 0n) bytes[0] = (bytes[0] ?? 0) | 0x80
  return bytes
}

/** A field of twelve octal digits and a NUL. */
export function octal12(value: number): Buffer {
  return Buffer.from(`${value.toString(8).padStart(11, '0')}\0`)
}

/** The stretches of an old GNU sparse header: offset and length of each. */
export function stretches(list: readonly (readonly [number, number])[]): Buffer {
  return Buffer.concat(list.flatMap(([offset, length]) => [octal12(offset), octal12(length)]))
}

/** The two blocks at the end of an archive. */
export const END = Buffer.alloc(1024)
