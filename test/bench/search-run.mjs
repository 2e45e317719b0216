// One run of the search bench, in a process of its own so that its memory can be told: brings the index of a folder
// up to date, and searches it for an image when one is named. Prints what it took as JSON.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [dist, db, folder, image] = process.argv.slice(2)
const load = (file) => import(pathToFileURL(join(dist, file)).href)
const { openInventory } = await load('inventory/index.js')
const { listRepositories, Repositories } = await load('audit/repositories.js')
const { updateIndex } = await load('audit/search-index.js')
const { searchDescription } = await load('audit/search.js')
const { readContents } = await load('audit/sbom.js')

const quiet = () => {}
const request = { reference: image, stdin: null, platform: null, name: null, verify: false }

async function timed(work) {
  const start = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - start) / 1000 }
}

const facts =
  image === undefined
    ? null
    : (await readContents({ ...request, threads: 0, progress: quiet }, db)).images[0].facts
const inventory = openInventory(db)
const repositories = new Repositories(listRepositories([folder]))
const index = await timed(() => updateIndex(repositories, inventory, quiet))
let search = null
if (facts !== null) {
  const said = { target: null, arguments: {}, candidates: [], progress: quiet }
  const fresh = new Repositories(listRepositories([folder]))
  search = await timed(() => searchDescription(fresh, { facts, inventory, ...said }))
  await fresh.close()
}
await repositories.close()
inventory.close()
const size = (file) => (existsSync(file) ? statSync(file).size : 0)
process.stdout.write(
  JSON.stringify({
    index: index.seconds,
    searched: index.result.searched.length,
    unsearched: index.result.unsearched.length,
    search: search?.seconds ?? null,
    best: search?.result.best ?? null,
    bytes: size(db) + size(`${db}-wal`),
  }),
)
