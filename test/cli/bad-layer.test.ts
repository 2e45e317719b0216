// Layers that want too much: expansion, entries, headers, sizes; and layers that attack who unpacks them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { hostileArchives } from '../support/hostile.ts'
import { base256, END, header, member } from '../support/tar-blocks.ts'
import { storedZstd } from '../support/zstd.ts'
import { Desk, ended, openDesk, peakMemory } from './command-line.ts'
import {
  type AuditDocument,
  expectFailure,
  expectIntact,
  expectPrintable,
  parseAudit,
} from './expectations.ts'
import { writeForged } from './forge.ts'

const ANY = `sha256:${'0'.repeat(64)}`
const EMPTY_ENTRIES = 10_000_000
const GIB = 2 ** 30

/** The same bytes many times over, compressed once: several gzip members are one stream. */
function repeated(bytes: Buffer, times: number): Buffer {
  const member = gzipSync(bytes, { level: 9 })
  return Buffer.concat(Array.from({ length: times }, () => member))
}

/** A gzip of a tar of empty files; 64 names, so that no name is long ago for the compressor. */
function manyEntries(count: number): Buffer {
  const names = Array.from({ length: 64 }, (_, index) => header({ name: `f${index}` }))
  const chunk = Buffer.concat(Array.from({ length: 256 }, () => names).flat())
  return repeated(chunk, Math.ceil(count / (256 * 64)))
}

const demands: readonly (readonly [string, () => Buffer, RegExp])[] = [
  [
    'gzip of 1000:1',
    () =>
      Buffer.concat([
        gzipSync(header({ name: 'zeros', size: GIB })),
        repeated(Buffer.alloc(1 << 24), 64),
      ]),
    /entry "zeros": it expands more than \d+ times|it expands more than \d+ times/,
  ],
  [
    'a PAX header of 1 GiB',
    () => Buffer.concat([member({ name: 'ok' }), header({ name: 'x', type: 'x', size: GIB })]),
    /after entry "ok": an extended header claims 1073741824 bytes/,
  ],
  [
    'a global PAX header of 1 GiB',
    () => header({ name: 'x', type: 'g', size: GIB }),
    /an extended header claims 1073741824 bytes/,
  ],
  [
    'a GNU long name of 1 GiB',
    () => header({ name: 'x', type: 'L', magic: 'gnu', size: GIB }),
    /an extended header claims 1073741824 bytes/,
  ],
  [
    'a size of 8 EiB',
    () => header({ name: 'huge', size: base256(2n ** 63n, 12) }),
    /it claims 9223372036854775808 bytes|it claims 922337\d+ bytes/,
  ],
  ['a negative size', () => header({ name: 'x', size: base256(-512n, 12) }), /negative size/],
  ['a size beyond the end', () => header({ name: 'cut', size: 1 << 20 }), /"cut": .*too early/],
  ['a wrong checksum', () => header({ checksumOff: 1 }), /wrong checksum/],
  ['no tar at all', () => Buffer.from('hello '.repeat(1000)), /layer sha256/],
  ['damaged gzip', () => damagedGzip(), /gzip stream is damaged/],
  [
    'cut zstd',
    () => storedZstd(member({ name: 'a' }, 'x'.repeat(900))).subarray(0, 400),
    /zstd stream ends too early/,
  ],
  ['xz', () => Buffer.from('fd377a585a000004e6d6b446', 'hex'), /compressed with xz/],
]

function damagedGzip(): Buffer {
  const bytes = gzipSync(member({ name: 'a' }, 'x'.repeat(4096)))
  bytes.fill(0xff, 20, 40)
  return bytes
}

describe('a layer that wants too much', () => {
  it.each(demands)('%s', async (_, make, message) => {
    const desk = openDesk()
    const stored = make()
    // A bomb is never unpacked here: its diff_id is of no interest, the limit comes first.
    const diffId = stored.length > 1 << 20 || isBroken(stored) ? { diffId: ANY } : {}
    const good = member({ name: 'etc/motd' }, 'hello\n')
    const layers = [{ stored: Buffer.concat([good, END]) }, { stored, ...diffId }]
    const file = await writeForged(desk.path('layer.tar'), layers)
    const run = desk.run(['audit', file, '--json'])
    expectFailure(run, 3, message)
    expect(run.stderr).toMatch(/^assay: \S*layer\.tar: layer sha256:[0-9a-f]{64}/)
    const document = parseAudit(run.stdout)
    expect(document.image.layers.map(({ state }) => state)).toEqual(['read now', 'unreadable'])
    expect(document.verdict).toBe('unknown')
    expectIntact(desk.db)
    // The layer that can be read is kept, the other is tried again and told again.
    const again = desk.run(['audit', file, '--json'])
    expectFailure(again, 3, message)
    expect(parseAudit(again.stdout).image.layers[0]).toMatchObject({ state: 'known' })
  })

  it('ten million empty entries: one error, early, in bounded memory', async () => {
    const desk = openDesk()
    const file = await writeForged(desk.path('many.tar'), [
      { stored: manyEntries(EMPTY_ENTRIES), diffId: ANY },
    ])
    const child = desk.start(['sbom', file, '-o', 'purls'])
    const [run, peak] = await Promise.all([ended(child), peakMemory(child)])
    expectFailure(run, 3, /many\.tar: layer .*(more than \d+ entries|expands more than)/)
    expect(peak).toBeGreaterThan(0)
    expect(peak).toBeLessThan(1024)
    expectIntact(desk.db)
  })
})

function isBroken(stored: Buffer): boolean {
  return stored[0] === 0x28 || stored[0] === 0xfd || stored.includes(Buffer.alloc(20, 0xff))
}

const strangeMembers: readonly (readonly [string, Buffer, RegExp])[] = [
  ['names that leave the root', member({ name: '../../../../etc/canary' }, 'x'), /escapes-root/],
  ['an absolute name', member({ name: '/etc/canary' }, 'x'), /absolute-name/],
  [
    'a write through a link',
    Buffer.concat([
      header({ name: 'out', type: '2', link: '../../../../tmp' }),
      member({ name: 'out/canary' }, 'x'),
    ]),
    /canary/,
  ],
  ['a device', header({ name: 'dev/sda', type: '4', major: 8, minor: 0 }), /block-device/],
  ['a name of 5000 bytes', longNamed(5000), /a path has 5000 bytes/],
  [
    'another archive after the end',
    Buffer.concat([member({ name: 'first' }, 'x'), END, member({ name: 'second' }, 'x')]),
    /another archive follows the end/,
  ],
]

function longNamed(length: number): Buffer {
  return Buffer.concat([
    member({ name: '././@LongLink', type: 'L', magic: 'gnu' }, `${'n'.repeat(length)}\0`),
    member({ name: 'short' }, 'x'),
  ])
}

describe('a layer that attacks who unpacks it', () => {
  it.each(strangeMembers)(
    '%s: kept as a fact or named, nothing is written',
    async (_, bytes, fact) => {
      const desk = openDesk()
      const file = await writeForged(desk.path('a.tar'), [{ stored: Buffer.concat([bytes, END]) }])
      const before = readdirSync(desk.folder).sort()
      const run = desk.run(['audit', file, '--json'])
      expect([0, 1, 3]).toContain(run.status)
      const files = desk.run(['query', 'SELECT * FROM file', '--json'])
      expect(run.stdout + run.stderr + files.stdout).toMatch(fact)
      for (const text of [run.stdout, run.stderr, files.stdout]) expectPrintable(text)
      expect(
        readdirSync(desk.folder)
          .filter((name) => !name.startsWith('inventory.db'))
          .sort(),
      ).toEqual(before)
      for (const place of ['/etc/canary', '/tmp/canary', desk.path('canary')])
        expect({ place, made: existsSync(place) }).toEqual({ place, made: false })
    },
  )
})

describe.skipIf(hostileArchives().length === 0)(
  'hostile archives as layers (../shared/data/hostile)',
  () => {
    const desk = new Desk()
    afterAll(() => {
      expectIntact(desk.db)
      desk.remove()
    })

    it.each(hostileArchives())('$name', async ({ name, file }) => {
      const forged = await writeForged(desk.path(name), [{ stored: readFileSync(file) }])
      const before = readdirSync(desk.folder).length
      const run = desk.run(['audit', forged, '--json'])
      expect({ stderr: run.stderr, status: run.status }).toEqual({ stderr: '', status: 0 })
      const document: AuditDocument = parseAudit(run.stdout)
      expect(document.image.layers).toMatchObject([{ state: 'read now' }])
      expectPrintable(run.stdout)
      const made = readdirSync(desk.folder).length - before
      expect(made).toBeLessThanOrEqual(1)
      expect(desk.run(['explain', forged, 'etc/passwd', '--json']).stderr).toBe('')
    })
  },
)
