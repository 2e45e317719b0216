// `npm run bench`: Assay beside the tools that only decompress and hash, on 1 GiB of real packages. Needs Debian's
// apt, gzip, openssl, isal and python3. `--write` appends the figures to docs/bench.md, `--runs N` repeats.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { makeBenchImage } from './image.mjs'
import { measure } from './measure.mjs'

const root = join(import.meta.dirname, '../..')
const cache = join(root, '.cache/bench')
const database = join(root, '.cache/bench-db')
const runs = numberAfter('--runs') ?? 3
const assay = join(root, 'dist/cli/main.js')
const cores = cpus().length
const PHASE = /\b(read|catalog|write|view|description|attribute|rules) ([\d.]+) ms/g

function numberAfter(flag) {
  const at = process.argv.indexOf(flag)
  return at < 0 ? undefined : Number(process.argv[at + 1])
}

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

function assayWords(command, archive, more = []) {
  const shared = ['--db', join(database, 'inventory.db'), '--quiet', '--debug']
  return [assay, command, archive, ...shared, ...more]
}

/** A row of the table; a run that failed ends the bench. */
function row(name, result, allowed = [0]) {
  if (!allowed.includes(result.status))
    throw new Error(`${name} ended with ${result.status}: ${result.stderr.slice(-2000)}`)
  return { name, ...result }
}

/** Milliseconds by phase, from what `--debug` says. */
function phasesOf({ stderr }) {
  return [...stderr.matchAll(PHASE)].map(([, phase, time]) => ({ phase, time: Number(time) }))
}

async function measureFloors({ blobs }) {
  const usual = await measure(runs, 'bash', pipeline(blobs, 'gzip -dc {} | sha256sum'))
  const rows = [row('usual floor: gzip -dc \\| sha256sum', usual)]
  if (!has('igzip')) return { rows, usual, hard: null }
  const hard = await measure(runs, 'bash', pipeline(blobs, 'igzip -dc {} | openssl dgst -sha256'))
  rows.push(row('hard floor: igzip -dc \\| openssl dgst', hard))
  return { rows, usual, hard }
}

async function measureAssay({ archive, repository }) {
  const node = process.execPath
  const sbom = assayWords('sbom', archive, ['-o', 'cyclonedx-json'])
  const audit = assayWords('audit', archive, ['--source', repository, '--json'])
  const cold = row('assay sbom, cold', await measure(runs, node, sbom, forget))
  const again = row('assay sbom, again', await measure(runs, node, sbom))
  // 1: the bench image has findings
  const coldAudit = row('assay audit, cold', await measure(runs, node, audit, forget), [0, 1])
  const againAudit = row('assay audit, again', await measure(runs, node, audit), [0, 1])
  return {
    rows: [cold, again, coldAudit, againAudit],
    phases: [
      ['Cold sbom', phasesOf(cold)],
      ['Cold audit', phasesOf(coldAudit)],
    ],
  }
}

async function measureSmall() {
  const archive = join(root, 'fixtures/images/base.tar.gz')
  const size = `${(statSync(archive).size / 1e6).toFixed(1)} MB`
  const node = process.execPath
  const nothing = row('node -e 0', await measure(9, node, ['-e', '0']))
  const table = assayWords('sbom', archive)
  const cyclonedx = assayWords('sbom', archive, ['-o', 'cyclonedx-json'])
  const small = [
    row(`assay sbom, ${size} image, cold`, await measure(5, node, table, forget)),
    row('assay sbom -o cyclonedx-json, the same', await measure(5, node, cyclonedx, forget)),
  ]
  const times = small.map(({ seconds }) => (seconds / nothing.seconds).toFixed(1))
  return {
    rows: [nothing, ...small],
    text: `${size} image: ${times[0]} times \`node -e 0\`, ${times[1]} as CycloneDX.`,
  }
}

async function measureView() {
  const result = row(
    'view',
    await measure(1, process.execPath, [join(root, 'test/bench/view.mjs')]),
  )
  const { decode, merge, entries } = JSON.parse(result.stdout)
  const each = ((decode + merge) * 1e6) / entries
  const parts = `decode ${decode.toFixed(2)}, merge ${merge.toFixed(2)}`
  return `Merged view: ${each.toFixed(2)} processor seconds a million entries (${parts}).`
}

function table(rows, usual, hard) {
  const lines = [
    '| | seconds | of the usual floor | of the hard floor | processor seconds | peak MB |',
    '|---|---|---|---|---|---|',
  ]
  for (const { name, seconds, cpu, megabytes } of rows) {
    const ofHard = hard === null ? '' : (seconds / hard.seconds).toFixed(2)
    const ofUsual = (seconds / usual.seconds).toFixed(2)
    const cells = [seconds.toFixed(2), ofUsual, ofHard, cpu.toFixed(2), megabytes.toFixed(0)]
    lines.push(`| ${name} | ${cells.join(' | ')} |`)
  }
  return lines
}

function phaseLine([name, phases]) {
  const whole = phases.reduce((sum, { time }) => sum + time, 0)
  const parts = phases.map(
    ({ phase, time }) => `${phase} ${time.toFixed(0)} ms (${((100 * time) / whole).toFixed(1)} %)`,
  )
  return `${name} by phase: ${parts.join(', ')}.`
}

function headOf({ layers, files, bytes, compressed }) {
  const size = `${(bytes / 2 ** 30).toFixed(2)} GiB, ${(compressed / 2 ** 20).toFixed(0)} MiB compressed`
  const load = `load ${loadavg()[0].toFixed(1)} when it began`
  return (
    `Image: ${layers} layers, ${files} files, ${size}; ${cores} cores, ${load}; ` +
    `Node.js ${process.version}; median of ${runs}, memory of the whole process tree.`
  )
}

async function bench() {
  const facts = await makeBenchImage(cache)
  const head = headOf(facts)
  for (const blob of [...facts.blobs, facts.archive])
    execFileSync('sh', ['-c', 'cat "$0" > /dev/null', blob])
  const floors = await measureFloors(facts)
  const whole = await measureAssay(facts)
  const small = await measureSmall()
  const view = await measureView()
  rmSync(database, { recursive: true, force: true })
  const rows = [...floors.rows, ...whole.rows, ...small.rows]
  const texts = [small.text, view, ...whole.phases.map(phaseLine)]
  return `${[head, '', ...table(rows, floors.usual, floors.hard), '', texts.join('\n\n')].join('\n')}\n`
}

if (!existsSync(assay)) throw new Error('run `npm run build` first')
const report = await bench()
process.stdout.write(report)
if (process.argv.includes('--write')) {
  const words = ['-C', root, 'describe', '--always', '--dirty']
  const commit = execFileSync('git', words, { encoding: 'utf8' }).trim()
  const date = new Date().toISOString().slice(0, 10)
  appendFileSync(join(root, 'docs/bench.md'), `\n## ${date}, commit ${commit}\n\n${report}`)
}
