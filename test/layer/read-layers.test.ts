// Several layers: in this thread from the source, in worker threads from dist (`npm test` builds it first; a thread
// cannot load TypeScript on Node 20).
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  DEFAULT_LAYER_LIMITS,
  type LayerOutcome,
  type LayerRequest,
  readLayers,
} from '../../src/layer/index.ts'
import { makeTar, sha256 } from '../support/image.ts'
import { temporaryFolder } from '../support/inventory.ts'
import { digest, entriesIn } from '../support/layer-file.ts'

const dist = process.env['ASSAY_TEST_DIST'] ?? join(import.meta.dirname, '../../dist')
const compiled = join(dist, 'layer', 'index.js')
const isBuilt = existsSync(compiled)

async function requestsFor(sizes: readonly number[]): Promise<LayerRequest[]> {
  const tars = await Promise.all(
    sizes.map((size) =>
      makeTar([
        { name: 'package.json', content: `{"size":${size}}` },
        { name: 'content', content: Buffer.alloc(size, size) },
      ]),
    ),
  )
  return tars.map((tar, index) => {
    const file = join(temporaryFolder(), `layer-${index}`)
    writeFileSync(file, tar)
    return {
      diffId: digest(tar),
      blob: digest(tar),
      mediaType: '',
      source: { fd: openSync(file, 'r'), offset: 0, length: tar.length },
      wants: [{ glob: 'package.json', maxBytes: 100 }],
      digests: [],
      limits: DEFAULT_LAYER_LIMITS,
    }
  })
}

async function all(outcomes: AsyncIterable<LayerOutcome>): Promise<LayerOutcome[]> {
  const found: LayerOutcome[] = []
  for await (const outcome of outcomes) found.push(outcome)
  return found
}

function close(requests: readonly LayerRequest[]): void {
  for (const { source } of requests) closeSync(source.fd)
}

/** What a test compares: equal for all ways of reading. */
function shown(outcome: LayerOutcome | undefined) {
  if (outcome === undefined || 'error' in outcome) return outcome
  const { index, facts } = outcome
  const wanted = facts.wanted.map(({ path, sha256: id, bytes }) => [
    path,
    id,
    Buffer.from(bytes).toString(),
  ])
  return { index, diffId: facts.diffId, entries: entriesIn(facts), wanted, size: facts.size }
}

const SIZES = [10, 3_000_000, 70_000, 0]

describe('in this thread', () => {
  test('the largest first', async () => {
    const requests = await requestsFor(SIZES)
    const outcomes = await all(readLayers(requests, { threads: 0 }))
    expect(outcomes.map(({ index }) => index)).toEqual([1, 2, 0, 3])
    expect(outcomes.map(shown)).toMatchObject([
      { entries: [{}, { sha256: sha256(Buffer.alloc(3_000_000, 3_000_000)) }] },
      { wanted: [['package.json', sha256('{"size":70000}'), '{"size":70000}']] },
      {},
      {},
    ])
    close(requests)
  })

  test('an error of one layer leaves the others', async () => {
    const requests = await requestsFor([1, 2, 3])
    const spoilt = requests.map((request, index) =>
      index === 1 ? { ...request, diffId: digest(Buffer.from('x')) } : request,
    )
    const outcomes = await all(readLayers(spoilt, { threads: 0 }))
    expect(outcomes.map((outcome) => [outcome.index, 'error' in outcome])).toEqual([
      [0, false],
      [1, true],
      [2, false],
    ])
    close(requests)
  })

  test('no request, no outcome', async () => {
    expect(await all(readLayers([], { threads: 0 }))).toEqual([])
    expect(await all(readLayers([], { threads: 4 }))).toEqual([])
  })

  test.skipIf(Reflect.get(process.features, 'typescript') !== undefined)(
    'threads cannot run the source on this Node.js, and say so',
    async () => {
      const requests = await requestsFor([1])
      await expect(all(readLayers(requests, { threads: 1 }))).rejects.toMatchObject({
        code: 'internal',
        message: expect.stringContaining('npm run build'),
      })
      close(requests)
    },
  )
})

describe.skipIf(!isBuilt)('in worker threads (needs dist: npm run build)', async () => {
  if (!isBuilt) return
  const built: { readLayers: typeof readLayers } = await import(pathToFileURL(compiled).href)

  test.each([1, 2, 7])('%i of them give what one thread gives', async (threads) => {
    const requests = await requestsFor(SIZES)
    const expected = await all(readLayers(requests, { threads: 0 }))
    const outcomes = await all(built.readLayers(requests, { threads }))
    const inOrder = (list: readonly LayerOutcome[]) =>
      [...list].sort((a, b) => a.index - b.index).map(shown)
    expect(inOrder(outcomes)).toEqual(inOrder(expected))
    close(requests)
  })

  test('an error keeps its code, text and place', async () => {
    const requests = await requestsFor([100, 200])
    const wrong = digest(Buffer.from('x'))
    const spoilt = requests.map((request) => ({ ...request, diffId: wrong }))
    for (const outcome of await all(built.readLayers(spoilt, { threads: 2 }))) {
      if (!('error' in outcome)) throw new Error('a wrong digest was taken')
      expect(outcome.error).toMatchObject({
        name: 'AssayError',
        code: 'integrity',
        message: expect.stringContaining(`instead of ${wrong}`),
        where: `layer ${wrong}`,
      })
    }
    close(requests)
  })

  test('a thread that dies is an error of its layer', async () => {
    const requests = await requestsFor([100, 200])
    const outcomes = await all(built.readLayers(requests, { threads: 1, heap: 1 }))
    expect(outcomes).toHaveLength(2)
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        error: {
          code: 'source',
          message: expect.stringContaining('the thread that read it stopped'),
          where: `layer ${requests[outcome.index]?.diffId}`,
        },
      })
    }
    close(requests)
  })

  test('a bug in a thread is thrown as one, not taken for a bad layer', async () => {
    const requests = await requestsFor([100])
    const wants = [{ glob: null, maxBytes: 1 }]
    const spoilt = requests.map((request) => ({ ...request, wants })) as unknown as LayerRequest[]
    await expect(all(built.readLayers(spoilt, { threads: 1 }))).rejects.toThrow(TypeError)
    close(requests)
  })

  test('ending early stops the threads', async () => {
    const requests = await requestsFor(Array.from({ length: 12 }, (_, index) => 40_000_000 - index))
    const start = performance.now()
    let first = 0
    for await (const outcome of built.readLayers(requests, { threads: 2 })) {
      expect(outcome.index).toBeLessThan(3)
      first = performance.now()
      break
    }
    // the other eleven would take five times as long as the first
    expect(performance.now() - first).toBeLessThan((first - start) * 2)
    close(requests)
  })
})
