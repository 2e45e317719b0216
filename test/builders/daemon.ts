// A program of the tests that stays in the background: started with a log, ready when it says so, ended by its id.
import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'

/** A running daemon. */
export interface Daemon {
  stop(): Promise<void>
}

/** What is started, and how it is known to be ready. */
export interface DaemonRequest {
  readonly program: string
  readonly words: readonly string[]
  readonly log: string
  readonly env?: Readonly<Record<string, string>>
  readonly isReady: () => boolean | Promise<boolean>
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await gone
  clearTimeout(late)
}

/** Starts a daemon and waits until it is ready, 30 seconds at most; throws with the end of its log. */
export async function startDaemon(request: DaemonRequest): Promise<Daemon> {
  const log = openSync(request.log, 'a')
  const child = spawn(request.program, request.words, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...request.env },
  })
  const killAtExit = (): void => void child.kill('SIGTERM')
  process.once('exit', killAtExit)
  const stop = async (): Promise<void> => {
    process.off('exit', killAtExit)
    await end(child)
  }
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
    if (await request.isReady()) return { stop }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await stop()
  const said = readFileSync(request.log, 'utf8').slice(-2000)
  throw new Error(`${request.program} did not start:\n${said}`)
}

/** A port on loopback that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (bound === null || typeof bound === 'string') throw new Error('no free port')
  return bound.port
}
