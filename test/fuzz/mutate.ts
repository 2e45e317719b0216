// Bytes that are nearly right: what a disk, a network or an attacker makes of a good file.
import type { Random } from './random.ts'

/** Larger inputs find nothing more, they only take longer. */
const MAX_BYTES = 512 << 10

type Mutation = (bytes: Buffer, random: Random, others: readonly Uint8Array[]) => Buffer

/** A mutated copy of one of the seeds: one to eight changes, more of few than of many. */
export function mutate(seeds: readonly Uint8Array[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(random.pick(seeds))
  const changes = 1 + random.below(1 + random.below(8))
  for (let count = 0; count < changes; count += 1)
    bytes = random.pick(MUTATIONS)(bytes, random, seeds).subarray(0, MAX_BYTES)
  return bytes
}

const INTERESTING = [
  ...[0, 1, 7, 8, 0x0a, 0x20, 0x22, 0x24, 0x27, 0x2d, 0x2e, 0x2f, 0x5b, 0x5c, 0x7b, 0x7f],
  ...[0x80, 0xc0, 0xed, 0xf4, 0xfe, 0xff],
]

const NUMBERS = [
  ...['0', '-1', '1', '7', '8', '255', '256', '32768', '65536', '2147483647', '2147483648'],
  ...['4294967295', '4294967296', '9007199254740993', '9223372036854775807', '1e309', '-0', 'NaN'],
  ...['18446744073709551616', '00000000000', '77777777777', '0x7fffffff', '99999999999999999999'],
]

const flipBit: Mutation = (bytes, random) => {
  if (bytes.length === 0) return bytes
  const at = random.below(bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
  return bytes
}

const setByte: Mutation = (bytes, random) => {
  if (bytes.length > 0) bytes[random.below(bytes.length)] = random.pick(INTERESTING)
  return bytes
}

const truncate: Mutation = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1))

const removeRange: Mutation = (bytes, random) => {
  const [start, end] = rangeOf(bytes, random)
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
}

const repeatRange: Mutation = (bytes, random) => {
  const [start, end] = rangeOf(bytes, random)
  const times = 1 + random.below(random.pick([2, 8, 64, 1024]))
  const room = Math.max(0, MAX_BYTES - bytes.length)
  const piece = bytes.subarray(start, end)
  const count = piece.length === 0 ? 0 : Math.min(times, Math.floor(room / piece.length))
  return Buffer.concat([
    bytes.subarray(0, end),
    ...Array.from({ length: count }, () => piece),
    bytes.subarray(end),
  ])
}

const swapRanges: Mutation = (bytes, random) => {
  const [start, end] = rangeOf(bytes, random)
  const target = random.below(bytes.length + 1)
  bytes.copy(bytes, target, start, end)
  return bytes
}

const splice: Mutation = (bytes, random, others) => {
  const other = Buffer.from(random.pick(others))
  const [start, end] = rangeOf(other, random)
  const at = random.below(bytes.length + 1)
  const skip = random.below(2) === 0 ? 0 : end - start
  return Buffer.concat([
    bytes.subarray(0, at),
    other.subarray(start, end),
    bytes.subarray(at + skip),
  ])
}

const noise: Mutation = (bytes, random) => {
  const [start, end] = rangeOf(bytes, random)
  for (let at = start; at < Math.min(end, start + 64); at += 1) bytes[at] = random.below(256)
  return bytes
}

/** Binary integers where lengths and counts may stand: 1 to 8 bytes, either order of bytes. */
const binaryInteger: Mutation = (bytes, random) => {
  const width = random.pick([1, 2, 4, 8])
  if (bytes.length < width) return bytes
  const at = random.below(bytes.length - width + 1)
  const value = random.pick([
    0n,
    1n,
    0x7fn,
    0x80n,
    0xffn,
    0x7fffn,
    0xffffn,
    0x7fffffffn,
    0xffffffffn,
    -1n,
    -2n,
  ])
  const field = Buffer.alloc(8)
  field.writeBigInt64LE(BigInt.asIntN(64, value))
  const little = field.subarray(0, width)
  if (random.below(2) === 0) little.reverse()
  little.copy(bytes, at)
  return bytes
}

/** Numbers written in digits: the first run of digits after a random place becomes another number. */
const textInteger: Mutation = (bytes, random) => {
  const from = random.below(bytes.length + 1)
  let start = from
  while (start < bytes.length && !isDigit(bytes[start])) start += 1
  let end = start
  while (end < bytes.length && isDigit(bytes[end])) end += 1
  const number = Buffer.from(random.pick(NUMBERS))
  // In a fixed field the number must not move what follows.
  if (random.below(2) === 0 && number.length <= end - start) {
    bytes.fill(0x30, start, end)
    number.copy(bytes, end - number.length)
    return bytes
  }
  return Buffer.concat([bytes.subarray(0, start), number, bytes.subarray(end)])
}

const insertToken: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1)
  const token = random.pick(TOKENS)
  const times = random.pick([1, 1, 1, 2, 16, 4096])
  return Buffer.concat([
    bytes.subarray(0, at),
    Buffer.from(token.repeat(times)),
    bytes.subarray(at),
  ])
}

const TOKENS = [
  ...[
    '\0',
    '\n',
    '\r\n',
    '\\\n',
    '\t',
    ' ',
    '"',
    "'",
    '`',
    '$',
    '${',
    '$(',
    '}',
    '(',
    ')',
    '[',
    ']',
  ],
  ...[
    '{',
    '}',
    '[[',
    '[[]]',
    '{"a":',
    '<<EOF\n',
    '<<',
    '&&',
    '||',
    ';',
    '|',
    '#',
    '=',
    ':',
    ',',
    '*',
    '**',
  ],
  ...[
    '?',
    '!',
    '../',
    '/',
    './',
    '//',
    '-',
    '--',
    '--from=',
    '.wh.',
    '.wh..wh..opq',
    'null',
    'true',
    '0',
  ],
  ...[
    '\u001b[2J',
    '\u202e',
    '\ufeff',
    '\u{1f600}',
    '__proto__',
    'constructor',
    '&a [*a]',
    '%00',
    'path=',
  ],
]

/** A tar header whose fields were changed is looked at only when its checksum is right. */
const mendTar: Mutation = (bytes, random) => {
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    if (bytes.toString('latin1', at + 257, at + 262) !== 'ustar') continue
    if (random.below(4) === 0)
      bytes[at + 156] = random.pick(Buffer.from('01234567xgLKSVDMNA\0').toJSON().data)
    bytes.fill(0x20, at + 148, at + 156)
    const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0)
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1')
  }
  return bytes
}

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setByte,
  truncate,
  removeRange,
  repeatRange,
  swapRanges,
  splice,
  noise,
  binaryInteger,
  textInteger,
  textInteger,
  insertToken,
  insertToken,
  mendTar,
]

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

function rangeOf(bytes: Buffer, random: Random): [number, number] {
  const start = random.below(bytes.length + 1)
  const longest = random.pick([4, 16, 64, 512, 4096])
  return [start, Math.min(bytes.length, start + random.below(longest + 1))]
}
