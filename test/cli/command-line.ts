// Runs the built command line as a user would: a process of its own, a private database and home, and an
// environment with nothing of this machine in it. ASSAY_TEST_DIST names another build than dist/.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export const ROOT = join(import.meta.dirname, '../..')

/** The built program. */
export const MAIN = join(process.env['ASSAY_TEST_DIST'] ?? join(ROOT, 'dist'), 'cli', 'main.js')

/** The image pair of the repository, and its description. */
export const FIXTURES = {
  base: join(ROOT, 'fixtures/images/base.tar.gz'),
  clean: join(ROOT, 'fixtures/images/clean.tar.gz'),
  drifted: join(ROOT, 'fixtures/images/drifted.tar.gz'),
  truth: join(ROOT, 'fixtures/images/truth.json'),
  bundle: join(ROOT, 'fixtures/app.bundle'),
}

/** What a run gave. */
export interface Run {
  /** Null when a signal ended it. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How a run differs from the usual one. */
export interface RunOptions {
  readonly input?: Uint8Array | string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** A folder of its own with a database in it: one user's place of work. */
export class Desk {
  readonly folder: string
  readonly db: string

  constructor() {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run npm run build first`)
    this.folder = mkdtempSync(join(tmpdir(), 'assay-cli-'))
    this.db = join(this.folder, 'inventory.db')
    mkdirSync(this.path('home'))
    mkdirSync(this.path('tmp'))
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts)
  }

  /** The environment of every run. */
  environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: this.path('home'),
      TMPDIR: this.path('tmp'),
      ASSAY_DB: this.db,
      ...more,
    }
  }

  /** What node has to be given to run `assay WORD…`. */
  mainWords(words: readonly string[]): string[] {
    return [MAIN, ...words]
  }

  /** Runs `assay WORD…` to its end. */
  run(words: readonly string[], options: RunOptions = {}): Run {
    return this.runProgram(process.execPath, this.mainWords(words), options)
  }

  /** Runs any program in the same place. */
  runProgram(program: string, words: readonly string[], options: RunOptions = {}): Run {
    const { status, stdout, stderr, error } = spawnSync(program, words, {
      cwd: options.cwd ?? this.folder,
      env: this.environment(options.env),
      encoding: 'utf8',
      maxBuffer: 256 << 20,
      // A run that hangs is a failure of its test, not the end of all tests.
      timeout: 100_000,
      killSignal: 'SIGKILL',
      // Without input nothing is connected: a run that waits for standard input would hang.
      ...(options.input === undefined
        ? { stdio: ['ignore', 'pipe', 'pipe'] }
        : { input: options.input }),
    })
    // A program that ends before it has read its input is an error to Node.js, not to us.
    if (error !== undefined && status === null) throw error
    return { status, stdout, stderr }
  }

  /** Begins `assay WORD…`; the caller ends it. */
  start(words: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn(process.execPath, this.mainWords(words), {
      cwd: this.folder,
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A desk that is removed when the test is done. */
export function openDesk(): Desk {
  const desk = new Desk()
  onTestFinished(() => desk.remove())
  return desk
}

/** A run's end: its status, what it wrote, and when. */
export function ended(child: ChildProcess): Promise<Run> {
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
  return new Promise((resolve) => {
    child.on('close', (status) =>
      resolve({
        status,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
      }),
    )
  })
}

/** The most memory that a running process held, in MiB; asked again and again until it ends (Linux). */
export async function peakMemory(child: ChildProcess): Promise<number> {
  let peak = 0
  while (child.exitCode === null && child.signalCode === null) {
    peak = Math.max(peak, highWater(child.pid ?? 0))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return peak
}

function highWater(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) / 1024
  } catch {
    // It has just ended, or this is no Linux.
    return 0
  }
}

/** Lines of a text that ends with a line feed; none when it is empty. */
export function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}
