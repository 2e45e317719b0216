// Arbitrary entries of layers, for property tests: any names, kinds, owners, times, digests.
import fc from 'fast-check'
import { decodeName, ENTRY_FLAGS, ENTRY_KINDS, type Entry } from '../../src/core/index.ts'

/** A name as an archive may have it: any bytes but NUL and slash. */
export const anyName: fc.Arbitrary<string> = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((bytes) => decodeName(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x61 : byte))))

const usualName = fc.constantFrom(
  'a',
  'b',
  'lib',
  'file.js',
  'ä',
  '\u{1f600}',
  'caf\udce9',
  '.wh.x',
)
const anyPath = fc
  .array(fc.oneof({ weight: 4, arbitrary: usualName }, anyName), { maxLength: 5 })
  .map((parts) => parts.join('/'))
const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((digest) => Buffer.from(digest).toString('hex'))
// few contents, so that some repeat
const digest = (bytes: number) =>
  fc.oneof(fc.constantFrom('', '00'.repeat(bytes), 'ab'.repeat(bytes)), hex(bytes))
const xattrs = fc.dictionary(
  fc.constantFrom('user.a', 'security.capability', '__proto__', 'user.ä'),
  hex(3),
  { maxKeys: 3 },
)

/** Any entry that a block can hold. */
export const anyEntry: fc.Arbitrary<Entry> = fc.record({
  path: anyPath,
  kind: fc.constantFrom(...ENTRY_KINDS),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.oneof(
    fc.constantFrom(0, 1000, -2),
    fc.maxSafeInteger().map((id) => id >> 1),
  ),
  gid: fc.oneof(fc.constantFrom(0, 4_294_967_295), fc.nat()),
  size: fc.oneof(
    fc.nat(100),
    fc.nat().map((size) => size * 2 ** 20),
  ),
  mtime: fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
  target: fc.oneof(fc.constant(''), anyPath),
  xattrs: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, xattrs),
  flags: fc.subarray([...ENTRY_FLAGS]),
  sha256: digest(32),
  gitBlob: digest(20),
  md5: digest(16),
  sha1: digest(20),
})

/** Entries of a layer. */
export const anyEntries: fc.Arbitrary<readonly Entry[]> = fc.array(anyEntry, { maxLength: 40 })
