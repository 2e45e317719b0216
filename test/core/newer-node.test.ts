// The zstd of node:zlib, which Node 20 does not have: the compiled reader is run by a newer Node.js
// (scripts/newer-node.mjs brings one; ASSAY_TEST_NODE names another). It must give what the reader in script gives.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../support/image.ts'
import { storedZstd } from '../support/zstd.ts'
import { FRAME, repeatedZstd, skippable, TEXT } from '../support/zstd-frames.ts'

const root = join(import.meta.dirname, '../..')
const BROUGHT = join(
  root,
  `.cache/newer-node/node_modules/node-${process.platform}-${process.arch}/bin/node`,
)
const newer = process.env['ASSAY_TEST_NODE'] ?? BROUGHT
const dist = process.env['ASSAY_TEST_DIST'] ?? join(root, 'dist')
const module = join(dist, 'core', 'decompress.js')
const isReady = existsSync(newer) && existsSync(module)

const PROGRAM = `
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as zlib from 'node:zlib'
const { decompress } = await import(process.argv[1])
async function* pieces(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const answers = []
for (const text of JSON.parse(readFileSync(0, 'utf8'))) {
  for (const size of [1, 1 << 20]) {
    const hash = createHash('sha256')
    try {
      for await (const chunk of decompress(pieces(Buffer.from(text, 'base64'), size), 'zstd')) hash.update(chunk)
      answers.push(hash.digest('hex'))
    } catch (error) { answers.push(error.name + ': ' + error.message) }
  }
}
console.log(JSON.stringify({ native: typeof zlib.createZstdDecompress, answers }))
`

function ask(streams: readonly Buffer[]): string[] {
  const words = ['--input-type=module', '-e', PROGRAM, pathToFileURL(module).href]
  const input = JSON.stringify(streams.map((bytes) => bytes.toString('base64')))
  const out = execFileSync(newer, words, { input })
  const { native, answers }: { native: string; answers: string[] } = JSON.parse(out.toString())
  expect(native, 'this Node.js has zstd').toBe('function')
  return answers
}

describe.skipIf(!isReady)(
  'zstd of a newer Node.js (needs node scripts/newer-node.mjs, and dist)',
  () => {
    test('frames, skippable frames, repeated bytes', () => {
      const large = Buffer.alloc(40_000, 'large')
      const streams: readonly (readonly [Buffer, Buffer])[] = [
        [FRAME, TEXT],
        [Buffer.concat([FRAME, storedZstd(large), FRAME]), Buffer.concat([TEXT, large, TEXT])],
        [Buffer.concat([skippable(large.subarray(0, 9)), FRAME, skippable(FRAME, 7)]), TEXT],
        [repeatedZstd(0x41, 1000), Buffer.alloc(1000, 'A')],
      ]
      const expected = streams.flatMap(([, bytes]) => [sha256(bytes), sha256(bytes)])
      expect(ask(streams.map(([stored]) => stored))).toEqual(expected)
    })

    test('damage', () => {
      const spoilt = Buffer.from(FRAME)
      spoilt[FRAME.length - 1] = 0
      const answers = ask([
        FRAME.subarray(0, FRAME.length - 6),
        Buffer.concat([FRAME, FRAME.subarray(0, 12)]),
        spoilt,
        Buffer.concat([FRAME, Buffer.from('else')]),
      ])
      const [early, second, checksum, other] = [0, 2, 4, 6].map((at) => answers.slice(at, at + 2))
      const twice = (part: string) => [expect.stringContaining(part), expect.stringContaining(part)]
      expect(early).toEqual(twice('AssayError: the zstd stream ends too early'))
      expect(second).toEqual(twice('AssayError: the zstd stream ends too early'))
      expect(checksum).toEqual(twice('AssayError: the zstd stream is damaged'))
      expect(other).toEqual(twice('AssayError: the zstd stream has something else'))
    })
  },
)
