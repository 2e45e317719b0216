// Runs a command and says how long it took, how much processor time, and how much memory its whole process tree
// held at most. Needs bash.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

// bash knows what its children took; the answer goes to a stream of its own
const TIMED = 'TIMEFORMAT="%R %U %S"; { time "$@" 2>&4; } 4>&2 2>&3'

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // The process ended between two looks.
    return ''
  }
}

function childrenOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      read(`/proc/${pid}/task/${task}/children`)
        .split(' ')
        .filter((child) => child !== ''),
    )
  } catch {
    return []
  }
}

function kibibytes(pid, field) {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
}

/** KiB below this process, right now: what all hold together, or the most that one of them ever held. */
function heldBelow(pid) {
  let [together, most] = [0, 0]
  for (const child of childrenOf(pid)) {
    const below = heldBelow(child)
    together += kibibytes(child, 'VmRSS') + below.together
    most = Math.max(most, kibibytes(child, 'VmHWM'), below.most)
  }
  return { together, most }
}

/** Runs it once. Times are in seconds, memory in MB. */
export async function measureOnce(program, words) {
  const child = spawn('bash', ['-c', TIMED, 'timed', program, ...words], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  let most = 0
  const look = setInterval(() => {
    const held = heldBelow(child.pid)
    most = Math.max(most, held.together, held.most)
  }, 20)
  const texts = ['', '', '', '']
  for (const stream of [1, 2, 3])
    child.stdio[stream].on('data', (chunk) => {
      texts[stream] += chunk
    })
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearInterval(look)
  const [seconds = 0, user = 0, system = 0] = texts[3].trim().split(' ').map(Number)
  const [, stdout, stderr] = texts
  return { seconds, cpu: user + system, megabytes: (most * 1024) / 1e6, status, stdout, stderr }
}

/** Runs it several times; `before` prepares each run. The median time counts, and the highest memory. */
export async function measure(runs, program, words, before = () => {}) {
  const all = []
  for (let run = 0; run < runs; run++) {
    before()
    all.push(await measureOnce(program, words))
  }
  all.sort((one, other) => one.seconds - other.seconds)
  const median = all[all.length >> 1]
  return { ...median, megabytes: Math.max(...all.map((one) => one.megabytes)) }
}
