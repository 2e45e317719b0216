// The layer reader and the decoder of stored layers as targets of the fuzzer.
import { createHash } from 'node:crypto'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, gzipSync } from 'node:zlib'
import { wantPatterns } from '../../src/catalog/index.ts'
import { cleanPath, type Digest, digestOf, type Entry } from '../../src/core/index.ts'
import {
  DEFAULT_LAYER_LIMITS,
  encodeEntries,
  LayerBlock,
  type LayerFacts,
  readLayer,
} from '../../src/layer/index.ts'
import { hostileArchives } from '../support/hostile.ts'
import { makeTar } from '../support/image-build.ts'
import { END, header, longName, member, padded, pax, stretches } from '../support/tar-blocks.ts'
import { storedZstd } from '../support/zstd.ts'
import { type FuzzTarget, refusing } from './target.ts'

const MiB = 1 << 20
const LIMITS = {
  ...DEFAULT_LAYER_LIMITS,
  entries: 20_000,
  uncompressedBytes: 64 * MiB,
  expansionFloor: 16 * MiB,
  wantedBytes: 8 * MiB,
  holeBytes: 16 * MiB,
}

/** Archives of every form that the reader knows. */
async function tarSeeds(): Promise<Buffer[]> {
  const usual = await makeTar([
    { name: 'etc/', type: 'directory' },
    { name: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
    {
      name: 'var/lib/dpkg/status',
      content: 'Package: a\nStatus: install ok installed\nVersion: 1\n\n',
    },
    { name: 'usr/bin/program', content: `\x7fELF${'x'.repeat(2000)}`, mode: 0o4755 },
    { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
    { name: 'usr/bin/other', type: 'link', linkname: 'usr/bin/program' },
    { name: '.wh.gone', content: '' },
    { name: 'opaque/.wh..wh..opq', content: '' },
    { name: 'dev/sda', type: 'block-device', devmajor: 8, devminor: 0 },
    { name: `long/${'n'.repeat(150)}/file`, content: 'x' },
    { name: 'x', content: 'x', pax: { 'SCHILY.xattr.user.x': 'y', mtime: '1.5' } },
  ])
  const extended = Buffer.concat([
    pax([
      ['path', 'from/pax'],
      ['size', '3'],
      ['uid', '1000'],
      ['mtime', '1700000000.123'],
    ]),
    member({ name: 'short' }, 'abc'),
    pax([['comment', 'global']], 'g'),
    longName('a/very/long/name/'.repeat(10)),
    member({ name: 'cut', magic: 'gnu' }, 'content'),
    longName('target/'.repeat(20), 'K'),
    header({ name: 'link', type: '2', link: 'cut', magic: 'gnu' }),
    END,
  ])
  return [
    usual,
    extended,
    oldSparse(),
    paxSparse(),
    ...hostileArchives().map(({ file }) => readFileSync(file)),
  ]
}

function oldSparse(): Buffer {
  const map = stretches([
    [0, 4],
    [8192, 4],
  ])
  const size = Buffer.from('00000020004\0')
  const raw = { 386: map, 483: size }
  return Buffer.concat([
    header({ name: 'sparse', type: 'S', magic: 'gnu', size: 8, raw }),
    padded('abcdefgh'),
    END,
  ])
}

function paxSparse(): Buffer {
  const map = padded('2\n0\n4\n8192\n4\n')
  return Buffer.concat([
    pax([
      ['GNU.sparse.major', '1'],
      ['GNU.sparse.minor', '0'],
      ['GNU.sparse.name', 'sparse'],
      ['GNU.sparse.realsize', '8196'],
    ]),
    header({ name: 'GNUSparseFile.0/sparse', size: map.length + 8 }),
    map,
    padded('abcdefgh'),
    END,
  ])
}

/** A file without a name that holds one input after another. */
function withFile<Result>(
  bytes: Uint8Array,
  use: (fd: number) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-fuzz-'))
  const file = join(folder, 'layer')
  writeFileSync(file, bytes)
  const fd = openSync(file, 'r')
  unlinkSync(file)
  rmSync(folder, { recursive: true })
  return use(fd).finally(() => closeSync(fd))
}

function readBytes(bytes: Uint8Array, diffId: Digest): Promise<void> {
  return refusing(() =>
    withFile(bytes, async (fd) => {
      const facts = await readLayer({
        diffId,
        blob: null,
        mediaType: '',
        source: { fd, offset: 0, length: bytes.length },
        wants: wantPatterns(),
        digests: ['md5', 'sha1'],
        limits: LIMITS,
      })
      checkFacts(facts)
    }),
  )
}

function checkFacts({ block, entries, wanted }: LayerFacts): void {
  const all = [...LayerBlock.decode(block).entries()]
  if (all.length !== entries) throw new Error(`${entries} entries, and the block has ${all.length}`)
  for (const entry of all) checkEntry(entry)
  const held = wanted.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (held > LIMITS.wantedBytes) throw new Error(`${held} bytes are held`)
}

function checkEntry({ path, size, mode, uid, gid, mtime }: Entry): void {
  if (cleanPath(path).path !== path) throw new Error(`a path is not clean: ${JSON.stringify(path)}`)
  for (const value of [size, mode, uid, gid, mtime])
    if (!Number.isSafeInteger(value)) throw new Error(`a number is ${value}`)
  if (size < 0 || mode < 0 || mode > 0o7777) throw new Error(`size ${size}, mode ${mode}`)
}

function sha256(bytes: Uint8Array): Digest {
  return digestOf(createHash('sha256').update(bytes).digest('hex'))
}

const ANY: Digest = `sha256:${'0'.repeat(64)}`

const layerTar: FuzzTarget = {
  name: 'layer-tar',
  seeds: tarSeeds,
  run: (bytes) => readBytes(bytes, sha256(bytes)),
}

const layerGzip: FuzzTarget = {
  name: 'layer-gzip',
  seeds: async () => (await tarSeeds()).map((tar) => gzipSync(tar)),
  run: (bytes) => readBytes(bytes, ANY),
}

/** Several members, one of them empty. */
const layerGzipMembers: FuzzTarget = {
  name: 'layer-gzip-members',
  seeds: async () => {
    const [tar = END] = await tarSeeds()
    return [
      Buffer.concat(
        [tar.subarray(0, 700), Buffer.alloc(0), tar.subarray(700)].map((part) => gzipSync(part)),
      ),
    ]
  },
  run: (bytes) => readBytes(bytes, ANY),
}

const layerZstd: FuzzTarget = {
  name: 'layer-zstd',
  seeds: async () => {
    const seeds = await tarSeeds()
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4])
    const [first = END] = seeds
    const two = Buffer.concat([
      storedZstd(first.subarray(0, 1000)),
      skippable,
      storedZstd(first.subarray(1000)),
    ])
    return [...seeds.map(storedZstd), two]
  },
  run: (bytes) => readBytes(bytes, ANY),
}

const FIRST_ENTRY = 9

/** A stored block: its checksum is put right, so that what lies behind it is looked at. */
const layerBlock: FuzzTarget = {
  name: 'layer-block',
  seeds: async () => {
    const blocks: Buffer[] = []
    for (const tar of await tarSeeds())
      await refusing(() =>
        withFile(tar, async (fd) => {
          const source = { fd, offset: 0, length: tar.length }
          const request = { diffId: sha256(tar), blob: null, mediaType: '', source, limits: LIMITS }
          const facts = await readLayer({ ...request, wants: [], digests: ['md5', 'sha1'] })
          blocks.push(Buffer.from(facts.block))
        }),
      )
    return [...blocks, Buffer.from(encodeEntries([]))]
  },
  run: (bytes) =>
    refusing(() => {
      const mended = Buffer.from(bytes)
      if (mended.length > FIRST_ENTRY) mended.writeUInt32LE(crc32(mended.subarray(FIRST_ENTRY)), 5)
      let count = 0
      for (const entry of LayerBlock.decode(mended).entries())
        count += entry.path.length >= 0 ? 1 : 0
      if (count > 10_000_000) throw new Error(`${count} entries`)
    }),
}

/** Targets that read layers. */
export const layerTargets: readonly FuzzTarget[] = [
  layerTar,
  layerGzip,
  layerGzipMembers,
  layerZstd,
  layerBlock,
]
