// `npm run bench`: Assay beside the tools that only decompress and hash, on 1 GiB of real packages. Needs Debian's
// apt, gzip, openssl, isal and python3. `--write` appends the figures to docs/bench.md, `--runs N` repeats.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { makeBenchImage, makeSmallImage } from './image.mjs'
import { measure } from './measure.mjs'

const root = join(import.meta.dirname, '../..')
const cache = join(root, '.cache/bench')
const database = join(root, '.cache/bench-db')
const runs = Number(process.argv[process.argv.indexOf('--runs') + 1]) || 3
const assay = join(root, 'dist/cli/main.js')
const cores = cpus().length

function forget() {
  rmSync(database, { recursive: true, force: true })
  mkdirSync(database, { recursive: true })
}

function has(tool) {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Both pipelines take the largest layer first, as many at once as there are cores. */
function pipeline(blobs, command) {
  const list = blobs.map((blob) => `'${blob}'`).join(' ')
  return ['-c', `printf '%s\\n' ${list} | xargs -P ${cores} -I{} sh -c '${command}'`]
}

function row(name, result, notes = '') {
  return { name, notes, ...result }
}

function assayWords(command, archive, more = []) {
  return [assay, command, archive, '--db', join(database, 'inventory.db'), '--quiet', ...more]
}

function checked(result, name, allowed = [0, 1]) {
  if (!allowed.includes(result.status))
    throw new Error(`${name} ended with ${result.status}: ${result.stderr.slice(-2000)}`)
  return result
}

async function measureFloors(facts, rows) {
  const usual = await measure(runs, 'bash', pipeline(facts.blobs, 'gzip -dc {} | sha256sum'))
  rows.push(row('usual floor: gzip -dc | sha256sum', usual))
  if (!has('igzip')) return
  const hard = await measure(
    runs,
    'bash',
    pipeline(facts.blobs, 'igzip -dc {} | openssl dgst -sha256'),
  )
  rows.push(row('hard floor: igzip -dc | openssl dgst', hard))
}

/** Phases of the last audit, from its JSON report or from what `--debug` says. */
function phases(result) {
  try {
    const { timing } = JSON.parse(result.stdout)
    if (timing !== undefined) return timing
  } catch {
    // Not in the report: the lines on standard error have them.
  }
  const found = {}
  for (const [, phase, time] of result.stderr.matchAll(
    /\b(read|catalog|write|view|description|attribute|rules|report)\b[ :=]+([\d.]+) ?ms/g,
  ))
    found[phase] = Number(time)
  return found
}

async function measureAssay(facts, rows) {
  const node = process.execPath
  const sbom = assayWords('sbom', facts.archive, ['-o', 'cyclonedx-json'])
  rows.push(row('assay sbom, cold', checked(await measure(runs, node, sbom, forget), 'sbom')))
  rows.push(row('assay sbom, again', checked(await measure(runs, node, sbom), 'sbom')))
  const more = ['--source', facts.repository, '--json', '--debug']
  const audit = assayWords('audit', facts.archive, more)
  const cold = checked(await measure(runs, node, audit, forget), 'audit')
  rows.push(row('assay audit, cold', cold))
  rows.push(row('assay audit, again', checked(await measure(runs, node, audit), 'audit')))
  return phases(cold)
}

async function measureSmall(rows) {
  const archive = await makeSmallImage(cache)
  const nothing = await measure(9, process.execPath, ['-e', '0'])
  const small = await measure(
    runs,
    process.execPath,
    assayWords('sbom', archive, ['-o', 'cyclonedx-json']),
    forget,
  )
  rows.push(row('node -e 0', nothing))
  rows.push(row('assay sbom, small image, cold', checked(small, 'sbom')))
  return { nothing, small }
}

function render(facts, rows, timing, small) {
  const floor = rows[0].seconds
  const hard = rows.find((each) => each.name.startsWith('hard'))?.seconds
  const lines = [
    `Image: ${facts.layers} layers, ${facts.files} files, ${(facts.bytes / 2 ** 30).toFixed(2)} GiB, ` +
      `${(facts.compressed / 2 ** 20).toFixed(0)} MiB compressed; ${cores} cores; Node.js ${process.version}; median of ${runs}.`,
    '',
    '| | seconds | of the usual floor | of the hard floor | peak MB |',
    '|---|---|---|---|---|',
  ]
  for (const { name, seconds, megabytes } of rows) {
    const ofHard = hard === undefined ? '' : (seconds / hard).toFixed(2)
    lines.push(
      `| ${name} | ${seconds.toFixed(2)} | ${(seconds / floor).toFixed(2)} | ${ofHard} | ${megabytes.toFixed(0)} |`,
    )
  }
  const ratio = small.small.seconds / small.nothing.seconds
  lines.push('', `Small image: ${ratio.toFixed(1)} times \`node -e 0\`.`)
  const whole = Object.values(timing).reduce((sum, time) => sum + time, 0)
  const parts = Object.entries(timing).map(
    ([phase, time]) => `${phase} ${time.toFixed(0)} ms (${((100 * time) / whole).toFixed(0)} %)`,
  )
  lines.push('', `Cold audit by phase: ${parts.length === 0 ? 'not told' : parts.join(', ')}.`, '')
  return lines.join('\n')
}

if (!existsSync(assay)) throw new Error('run `npm run build` first')
const facts = await makeBenchImage(cache)
for (const blob of [...facts.blobs, facts.archive])
  execFileSync('sh', ['-c', 'cat "$0" > /dev/null', blob])
const rows = []
await measureFloors(facts, rows)
const timing = await measureAssay(facts, rows)
const small = await measureSmall(rows)
rmSync(database, { recursive: true, force: true })
const report = render(facts, rows, timing, small)
console.log(report)
if (process.argv.includes('--write')) {
  const commit = execFileSync('git', ['-C', root, 'describe', '--always', '--dirty'], {
    encoding: 'utf8',
  })
  const date = new Date().toISOString().slice(0, 10)
  appendFileSync(join(root, 'docs/bench.md'), `\n## ${date}, commit ${commit.trim()}\n\n${report}`)
}
