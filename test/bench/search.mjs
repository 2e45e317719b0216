// `npm run bench:search`: how long it takes to index a repository with a long history and a folder of many, and to
// find the description of an image in them. `--write` appends the figures to docs/bench.md.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { measureOnce } from './measure.mjs'
import { writeImage } from './search-image.mjs'
import { changeSome, makeLongHistory, makeMany } from './search-repositories.mjs'

const root = join(import.meta.dirname, '../..')
const cache = join(root, '.cache/bench-search')
const dist = process.env.ASSAY_DIST ?? join(root, 'dist')
const COMMITS = 100_000
const TRACKED = 10_000
const IMAGE_FILES = 50_000
const REPOSITORIES = 1_000
const CHANGED = 20

async function prepare() {
  const ready = join(cache, 'ready')
  if (existsSync(ready)) return
  rmSync(cache, { recursive: true, force: true })
  mkdirSync(cache, { recursive: true })
  const wanted = Math.floor(COMMITS * 0.7)
  const size = { commits: COMMITS, files: TRACKED, wanted }
  const tree = await makeLongHistory(join(cache, 'long/shop.git'), size)
  await writeImage(join(cache, 'image'), tree, IMAGE_FILES)
  await makeMany(join(cache, 'many'), REPOSITORIES)
  const commit = execFileSync('git', ['rev-parse', `main~${COMMITS - 1 - wanted}`], {
    cwd: join(cache, 'long/shop.git'),
    encoding: 'utf8',
  })
  writeFileSync(ready, commit.trim())
}

/** Runs one step in a process of its own. */
async function step(db, folder, ...image) {
  const script = join(root, 'test/bench/search-run.mjs')
  const run = await measureOnce(process.execPath, [script, dist, db, folder, ...image])
  if (run.status !== 0) throw new Error(run.stderr.slice(-2000))
  return { ...run, ...JSON.parse(run.stdout) }
}

function row(name, seconds, run) {
  return `| ${name} | ${seconds.toFixed(2)} | ${run.cpu.toFixed(2)} | ${run.megabytes.toFixed(0)} | ${(run.bytes / 1e6).toFixed(0)} |`
}

async function measureAll() {
  const database = join(cache, 'db')
  rmSync(database, { recursive: true, force: true })
  mkdirSync(database)
  const rows = []
  const long = join(database, 'long.db')
  const cold = await step(long, join(cache, 'long'))
  rows.push(row(`index of ${COMMITS} commits`, cold.index, cold))
  rows.push(row('the same, nothing new', ...pair(await step(long, join(cache, 'long')))))
  const found = await step(long, join(cache, 'long'), join(cache, 'image'))
  const expected = readFileSync(join(cache, 'ready'), 'utf8')
  if (found.best?.commit !== expected)
    throw new Error(`found ${found.best?.commit}, not ${expected}`)
  const what = `search for an image of ${IMAGE_FILES} files in it (memory: with reading the image)`
  rows.push(row(what, found.search, found))
  const many = join(database, 'many.db')
  const all = await step(many, join(cache, 'many'))
  if (all.searched !== REPOSITORIES) throw new Error(`${all.searched} repositories were searched`)
  rows.push(row(`index of ${REPOSITORIES} repositories`, all.index, all))
  rows.push(row('the same, nothing new', ...pair(await step(many, join(cache, 'many')))))
  await changeSome(join(cache, 'many'), CHANGED)
  const some = await step(many, join(cache, 'many'))
  rows.push(row(`the same, ${CHANGED} of them changed`, some.index, some))
  return rows
}

function pair(run) {
  return [run.index, run]
}

await prepare()
const load = loadavg()[0].toFixed(1)
const head = `Search, ${cpus().length} cores, load ${load} when it began; Node.js ${process.version}; one run each. Processor seconds and memory are those of the whole process and what it started.`
const table = [
  '| | seconds | processor seconds | peak MB | inventory MB |',
  '|---|---|---|---|---|',
  ...(await measureAll()),
]
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
  cwd: root,
  encoding: 'utf8',
})
const text = `\n## Search, ${new Date().toISOString().slice(0, 10)}, commit ${commit.trim()}\n\n${head}\n\n${table.join('\n')}\n`
process.stdout.write(text)
if (process.argv.includes('--write')) appendFileSync(join(root, 'docs/bench.md'), text)
