// Runs a command and says how long it took and how much memory its whole process tree held at most.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

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

/** Resident KiB of a process and all below it, right now. */
function residentOf(pid) {
  const own = Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
  return childrenOf(pid).reduce((sum, child) => sum + residentOf(child), own)
}

/** The most that a single process ever held: the kernel's own mark. */
function markOf(pid) {
  return Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
}

/** Runs it once. Memory is in MB; the first process's own mark counts too, so that no peak between looks is lost. */
export async function measureOnce(program, words, options = {}) {
  const begun = process.hrtime.bigint()
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let most = 0
  const look = setInterval(() => {
    most = Math.max(most, residentOf(child.pid), markOf(child.pid))
  }, 25)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearInterval(look)
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9
  return { seconds, megabytes: (most * 1024) / 1e6, status, stdout, stderr }
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
