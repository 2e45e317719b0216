// A Docker engine of the tests' own: real dockerd, own data folder, socket and pid file, no network set-up.
// Needs root and Debian's docker.io; everything it made is gone when it has stopped.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The two builders inside one engine. */
export type Builder = 'legacy' | 'buildkit'

/** What one `docker build` takes. */
export interface BuildRequest {
  readonly builder: Builder
  readonly context: string
  readonly tag: string
  readonly target?: string
  /** Dockerfile, from the context, where it has another name. */
  readonly file?: string
  readonly arguments?: Readonly<Record<string, string>>
  readonly squash?: boolean
}

/** A running engine. */
export interface Engine {
  readonly socket: string
  readonly storageDriver: string
  /** Runs the client and gives its standard output; a failure throws with what the client said. */
  docker(words: readonly string[], options?: RunOptions): Promise<string>
  build(request: BuildRequest): Promise<void>
  stop(): Promise<void>
}

const minutes = 60_000

/** The client that belongs to the engine; null when there is none. */
export function clientPath(): string | null {
  // A newer client elsewhere on PATH may want a buildx plug-in; Debian's own belongs to Debian's engine.
  if (existsSync('/usr/bin/docker')) return '/usr/bin/docker'
  const found = spawnSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).stdout.trim()
  return found === '' ? null : found
}

/** Why no engine can be started here; null when one can. */
export function engineMissing(): string | null {
  if (process.platform !== 'linux') return 'not Linux'
  if (process.getuid?.() !== 0) return 'not root'
  const engine = spawnSync('dockerd', ['--version'], { encoding: 'utf8' })
  if (engine.error !== undefined || engine.status !== 0) return 'no dockerd (Debian: docker.io)'
  if (clientPath() === null) return 'no docker client'
  for (const tool of ['mmdebstrap', 'git']) {
    if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) return `no ${tool}`
  }
  return null
}

async function call(
  client: string,
  socket: string,
  words: readonly string[],
  options: RunOptions,
): Promise<string> {
  return run(client, ['-H', `unix://${socket}`, ...words], options)
}

async function startWith(folder: string, driver: string): Promise<ChildProcess | null> {
  const log = openSync(join(folder, 'log'), 'a')
  // Containers on the host's network carry its name, and images the container's: so a name of our own.
  const daemon = spawn(
    'unshare',
    [
      ...['--uts', 'sh', '-c', 'echo builder > /proc/sys/kernel/hostname; exec dockerd "$@"', 'sh'],
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--host', `unix://${join(folder, 'socket')}`, '--pidfile', join(folder, 'pid')],
      ...['--iptables=false', '--bridge=none', `--storage-driver=${driver}`, '--experimental'],
    ],
    { stdio: ['ignore', log, log] },
  )
  const client = clientPath() ?? 'docker'
  for (let attempt = 0; attempt < 300; attempt++) {
    if (daemon.exitCode !== null) return null
    const answer = spawnSync(client, ['-H', `unix://${join(folder, 'socket')}`, 'version'])
    if (answer.status === 0) return daemon
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await end(daemon)
  return null
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null) return
  const gone = new Promise((resolve) => daemon.once('exit', resolve))
  daemon.kill('SIGTERM')
  const late = setTimeout(() => daemon.kill('SIGKILL'), 20_000)
  await gone
  clearTimeout(late)
}

/** Unmounts everything below the folder. */
export function unmountBelow(folder: string): void {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  for (const line of mounts.reverse()) {
    const place = line.split(' ')[1] ?? ''
    if (place.startsWith(`${folder}/`)) spawnSync('umount', ['--lazy', place])
  }
}

/** Starts an engine; overlay2, or vfs (with a word on standard error) where that cannot be. */
export async function startEngine(): Promise<Engine> {
  const reason = engineMissing()
  if (reason !== null) throw new Error(`no Docker engine can be started here: ${reason}`)
  const folder = mkdtempSync(join(tmpdir(), 'assay-engine-'))
  let driver = 'overlay2'
  let daemon = await startWith(folder, driver)
  if (daemon === null) {
    process.stderr.write('the engine cannot use overlay2 here: vfs instead\n')
    driver = 'vfs'
    daemon = await startWith(folder, driver)
  }
  if (daemon === null) {
    const log = readFileSync(join(folder, 'log'), 'utf8').slice(-4000)
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`dockerd did not start:\n${log}`)
  }
  const running = daemon
  const killAtExit = (): void => void running.kill('SIGTERM')
  process.once('exit', killAtExit)
  const client = clientPath() ?? 'docker'
  const socket = join(folder, 'socket')
  const docker = (words: readonly string[], options: RunOptions = {}): Promise<string> =>
    call(client, socket, words, options)
  return {
    socket,
    storageDriver: driver,
    docker,
    build: (request) => build(docker, request),
    async stop() {
      process.off('exit', killAtExit)
      await end(running)
      unmountBelow(folder)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function build(docker: Engine['docker'], request: BuildRequest): Promise<void> {
  const words = ['build', '--network=host', '--tag', request.tag]
  if (request.target !== undefined) words.push('--target', request.target)
  if (request.file !== undefined) words.push('--file', join(request.context, request.file))
  if (request.squash === true) words.push('--squash')
  for (const [name, value] of Object.entries(request.arguments ?? {}))
    words.push('--build-arg', `${name}=${value}`)
  if (request.builder === 'buildkit') words.push('--progress=plain')
  await docker([...words, request.context], {
    env: { DOCKER_BUILDKIT: request.builder === 'buildkit' ? '1' : '0' },
  })
}

/** Where, with which additional environment and input a program runs. */
export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: Uint8Array | string
}

/** Runs a program and gives its standard output as text; a failure throws with the end of what it said. */
export async function run(
  program: string,
  words: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  // Never synchronous: the package proxy answers from this very process while builds run.
  const child = spawn(program, words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 10 * minutes,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  })
  const output: Buffer[] = []
  let tail = ''
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      tail = (tail + chunk.toString()).slice(-6000)
    })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}:\n${tail}`)
  return Buffer.concat(output).toString()
}
