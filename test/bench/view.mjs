// `node test/bench/view.mjs [ENTRIES]`: how long the merged view of ten layers takes from their stored blocks.
// Needs dist. Prints JSON: processor seconds to decode and to merge, each the median of five.
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { makeEntries } from './entries.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const dist = process.env.ASSAY_TEST_DIST ?? join(root, 'dist')
const load = (file) => import(pathToFileURL(join(dist, file)).href)
const { encodeEntries, LayerBlock } = await load('layer/index.js')
const { Overlay } = await load('inventory/index.js')

const ENTRIES = Number(process.argv[2] ?? 1_000_000)
const LAYERS = 10
const RUNS = 5
const blocks = Array.from({ length: LAYERS }, (_, layer) =>
  encodeEntries(makeEntries(ENTRIES / LAYERS, layer + 1)),
)

/** Processor seconds of this process: other work of the machine does not count. */
function timed(work) {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (user + system) / 1e6, result }
}

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1]
const [decodes, merges] = [[], []]
for (let run = 0; run < RUNS; run += 1) {
  const decoded = timed(() => blocks.map((block) => LayerBlock.decode(block)))
  const overlay = new Overlay()
  const merged = timed(() => {
    for (const [layer, block] of decoded.result.entries()) overlay.apply(block, layer)
  })
  decodes.push(decoded.seconds)
  merges.push(merged.seconds)
}
console.log(JSON.stringify({ entries: ENTRIES, decode: median(decodes), merge: median(merges) }))
