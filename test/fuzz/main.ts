// npm run fuzz [-- --seed N --runs N --target NAME --input N --write]: mutated inputs for every reader. Each target runs
// in a thread of its own, so that a hang and a full heap are failures like any other.
import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { keepInput } from './kept.ts'
import { type FuzzFailure, inputOf, runTarget, type Stretch } from './run.ts'
import type { FuzzTarget } from './target.ts'
import { TARGETS } from './targets.ts'

/** A thread that says nothing for so long hangs. Milliseconds. */
const SILENCE = 60_000
/** Old space of a thread, in MiB. */
const HEAP = 1024

interface Order extends Stretch {
  readonly target: string
}

type Report =
  | { readonly began: number }
  | { readonly failures: readonly FuzzFailure[] }
  | { readonly broken: string }

/** The program. */
export async function main(...words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      runs: { type: 'string', default: '10000' },
      target: { type: 'string', multiple: true, default: [] },
      input: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  const chosen = TARGETS.filter(
    ({ name }) => values.target.length === 0 || values.target.includes(name),
  )
  if (chosen.length === 0)
    throw new Error(`the targets are ${TARGETS.map(({ name }) => name).join(', ')}`)
  const first = values.input === undefined ? 0 : Number(values.input)
  const count = values.input === undefined ? Number(values.runs) : 1
  console.log(`seed ${values.seed}, ${count} inputs each for ${chosen.length} readers`)
  let failed = 0
  const rows: string[] = []
  for (const target of chosen) {
    const start = performance.now()
    const failures = await fuzz(target, { seed: values.seed, first, count })
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(
      `${target.name.padEnd(24)} ${failures.length === 0 ? 'ok' : `${failures.length} failed`}  ${seconds} s`,
    )
    rows.push(`| ${target.name} | ${count} | ${failures.length} | ${seconds} |`)
    for (const failure of failures) tell(failure, values.seed)
    failed += failures.length
  }
  if (values.write) write(values.seed, rows)
  if (failed > 0) process.exitCode = 1
}

/** Adds the figures, with date and commit, to docs/fuzz.md. */
function write(seed: string, rows: readonly string[]): void {
  const words = ['describe', '--always', '--dirty']
  const commit = execFileSync('git', words, { encoding: 'utf8' }).trim()
  const date = new Date().toISOString().slice(0, 10)
  const head = `\n## ${date}, commit ${commit}, seed ${seed}\n`
  const table = ['| reader | inputs | failures | seconds |', '|---|---:|---:|---:|', ...rows]
  appendFileSync('docs/fuzz.md', [head, ...table, ''].join('\n'))
}

function tell({ target, index, reason, bytes }: FuzzFailure, seed: string): void {
  const file = keepInput(target, bytes)
  console.log(`  ${reason.split('\n').slice(0, 6).join('\n  ')}`)
  console.log(
    `  kept as ${file}; again: npm run fuzz -- --seed ${seed} --target ${target} --input ${index}`,
  )
}

/** Runs a stretch in threads; after a hang or a crash the next thread goes on behind the input that did it. */
async function fuzz(target: FuzzTarget, stretch: Stretch): Promise<FuzzFailure[]> {
  const failures: FuzzFailure[] = []
  let { first } = stretch
  const end = first + stretch.count
  while (first < end && failures.length < 20) {
    const result = await runThread({ ...stretch, target: target.name, first, count: end - first })
    failures.push(...result.failures)
    if (result.lost === null) break
    const { index, reason } = result.lost
    if (index < 0) throw new Error(`${target.name}: ${reason}`)
    const bytes = inputOf(target, await target.seeds(), { seed: stretch.seed, index })
    failures.push({ target: target.name, index, reason, bytes })
    first = index + 1
  }
  return failures
}

interface ThreadResult {
  readonly failures: readonly FuzzFailure[]
  readonly lost: { readonly index: number; readonly reason: string } | null
}

function runThread(order: Order): Promise<ThreadResult> {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP },
  })
  return new Promise((resolve) => {
    let index = -1
    const finish = (result: ThreadResult): void => {
      clearTimeout(timer)
      void worker.terminate()
      resolve(result)
    }
    const lose = (reason: string): void => finish({ failures: [], lost: { index, reason } })
    const timer = setTimeout(() => lose(`nothing was heard for ${SILENCE / 1000} s`), SILENCE)
    worker.on('message', (report: Report) => {
      timer.refresh()
      if ('began' in report) index = report.began
      else if ('broken' in report) lose(report.broken)
      else finish({ failures: report.failures, lost: null })
    })
    worker.on('error', (error) => lose(error.stack ?? String(error)))
    worker.on('exit', (code) => lose(`the thread ended with ${code}`))
  })
}

/** The thread's side. */
async function runOrder(order: Order): Promise<void> {
  const target = TARGETS.find(({ name }) => name === order.target)
  if (target === undefined) throw new Error(`no target ${order.target}`)
  const send = (report: Report): void => parentPort?.postMessage(report)
  try {
    send({ failures: await runTarget(target, order, (began) => send({ began })) })
  } catch (thrown) {
    send({ broken: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) })
  }
}

if (!isMainThread) await runOrder(workerData as Order)
