// The temporary copy: bounded, and one clear line when there is no room for it.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { AssayError } from '../../../src/core/index.ts'
import { type SpoolLimits, spool } from '../../../src/image/store/spool.ts'
import { errorLine, refusal, scratchFolder } from '../../support/opened.ts'
import { rawMember, TAR_END } from '../../support/raw-tar.ts'

const { failure } = vi.hoisted(() => ({ failure: { code: '' } }))

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>()
  const writeSync = (...words: Parameters<typeof real.writeSync>): number => {
    if (failure.code !== '') throw Object.assign(new Error('write failed'), { code: failure.code })
    return real.writeSync(...words)
  }
  return { ...real, writeSync }
})

const folder = scratchFolder()
const LIMITS: SpoolLimits = { bytes: 100_000, ratio: 10, ratioFrom: 20_000 }

beforeEach(() => vi.stubEnv('TMPDIR', folder))
afterEach(() => {
  vi.unstubAllEnvs()
  failure.code = ''
})

async function spooled(chunks: readonly Buffer[], limits = LIMITS): Promise<string> {
  try {
    return `${(await spool(chunks, 'FILE', limits)).length} bytes`
  } catch (thrown) {
    if (thrown instanceof AssayError) return errorLine(thrown)
    throw thrown
  }
}

describe('limits', () => {
  test('bytes', async () => {
    expect(await spooled([Buffer.alloc(60_000), Buffer.alloc(40_000)])).toBe('100000 bytes')
    expect(await spooled([Buffer.alloc(60_000), Buffer.alloc(40_001)])).toBe(
      'source FILE: uncompressed it has more than 100000 bytes',
    )
    expect(readdirSync(folder)).toEqual([])
  })

  test('a gzip that expands 1000:1', async () => {
    const bomb = gzipSync(Buffer.alloc(90_000))
    expect(await spooled([bomb])).toBe('source FILE: it expands to more than 10 times its size')
    // Small things may be as dense as they like, and less dense things as large as the limit.
    expect(await spooled([gzipSync(Buffer.alloc(19_000))])).toBe('19000 bytes')
    expect(await spooled([bomb], { ...LIMITS, ratio: 10_000 })).toBe('90000 bytes')
  })
})

describe('no room', () => {
  let file = ''

  beforeAll(() => {
    file = join(folder, 'archive.gz')
    writeFileSync(file, gzipSync(Buffer.concat([rawMember({}, 'x'), TAR_END])))
  })

  test.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('%s', async (code) => {
    failure.code = code
    const error = await refusal(file)
    expect(errorLine(error)).toBe(
      `source ${file}: its temporary copy in ${folder} cannot be written: no space is left`,
    )
    expect(error.hint).toBe(
      'Set TMPDIR to a folder with room, or give an uncompressed archive as a file.',
    )
    expect(readdirSync(folder)).toEqual(['archive.gz'])
  })

  test('another fault, and a folder that is not there', async () => {
    failure.code = 'EIO'
    expect(errorLine(await refusal(file))).toMatch(/cannot be written: write failed$/)
    failure.code = ''
    vi.stubEnv('TMPDIR', join(folder, 'nothing'))
    expect(errorLine(await refusal(file))).toMatch(/nothing cannot be written: ENOENT/)
  })
})
