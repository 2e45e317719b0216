// SQL that a user wrote, run in a child process: a query in this process could not be stopped.
// The child is killed at the limit; it holds a read-only handle and no secrets.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AssayError, type ErrorCode } from '../core/index.ts'
import { openForReading } from './open.ts'
import { isRecord } from './row.ts'
import type { QueryParameters, Value } from './select.ts'

/** Bounds on a query. */
export interface QueryLimits {
  readonly milliseconds: number
  /** Memory for the query, and for its result. Bytes. */
  readonly memory: number
  readonly rows: number
}

/** Bounds that a person at a terminal can live with. */
export const QUERY_LIMITS: QueryLimits = { milliseconds: 60_000, memory: 512 << 20, rows: 100_000 }

/** What a query gave. */
export interface QueryResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Value[])[]
  /** There are more rows than the limit allows. */
  readonly cut: boolean
}

/** What the child is told, as one message. */
export interface QueryRequest {
  readonly file: string
  readonly sql: string
  readonly parameters: QueryParameters
  readonly rows: number
}

/** The compiled child; beside this file, or in dist when this is the source itself (tests). */
const CHILD = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/inventory/query-child.js' : './query-child.js',
  import.meta.url,
)

/** What a query may be given besides its text. */
export interface QueryOptions extends Partial<QueryLimits> {
  readonly parameters?: QueryParameters
  /** Compiled query-child.js, where it is not in its usual place. */
  readonly child?: URL
}

/**
 * Runs one reading statement over the public views.
 * @throws AssayError `usage` for the SQL, `incomplete` at a limit, `source` for the file.
 */
export async function runQuery(
  file: string,
  sql: string,
  options: QueryOptions = {},
): Promise<QueryResult> {
  openForReading(file).close()
  const limits = { ...QUERY_LIMITS, ...options }
  const parameters = options.parameters ?? {}
  const child = startChild(options.child ?? CHILD, limits.memory)
  const answer: Answer = { columns: [], rows: [], characters: 0, end: undefined }
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, limits.milliseconds)
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message) => {
        collect(message, answer)
        if (answer.characters > limits.memory) child.kill('SIGKILL')
      })
      child.on('error', reject)
      child.on('close', () => resolve())
      // an error here means that it died at once, which `close` tells
      child.send({ file, sql, parameters, rows: limits.rows } satisfies QueryRequest, () => {})
    })
  } catch (cause) {
    throw new AssayError('internal', 'the query process could not be started', { cause })
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
  return resultOf(answer, late, limits)
}

/** `ulimit -d` bounds what SQLite takes; its own heap limit is compiled out of better-sqlite3. */
function startChild(child: URL, memory: number): ChildProcess {
  const mebibytes = Math.max(64, memory >> 20)
  const words = [process.execPath, `--max-old-space-size=${mebibytes}`, fileURLToPath(child)]
  const limit = 'ulimit -d "$1" 2>/dev/null; shift; exec "$@"'
  const kibibytes = String((mebibytes + NODE_ITSELF) * 1024)
  const [program = '', ...rest] =
    process.platform === 'win32' ? words : ['/bin/sh', '-c', limit, 'sh', kibibytes, ...words]
  return spawn(program, rest, { env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
}

/** What Node.js takes before it does anything, thread stacks included. MiB. */
const NODE_ITSELF = 160

interface Answer {
  columns: readonly string[]
  readonly rows: Value[][]
  characters: number
  end: unknown
}

function collect(message: unknown, answer: Answer): void {
  if (!isRecord(message)) return
  const { columns, rows } = message
  if (Array.isArray(columns)) {
    answer.columns = columns.map(String)
  } else if (Array.isArray(rows)) {
    for (const row of rows.map(rowOf)) {
      answer.rows.push(row)
      for (const value of row) answer.characters += typeof value === 'string' ? value.length : 8
    }
  } else {
    answer.end = message
  }
}

function rowOf(row: unknown): Value[] {
  if (!Array.isArray(row)) return []
  return row.map((value: unknown) =>
    typeof value === 'string' || typeof value === 'number' ? value : null,
  )
}

function resultOf(answer: Answer, late: boolean, limits: QueryLimits): QueryResult {
  const { end, columns, rows, characters } = answer
  if (isRecord(end) && typeof end['cut'] === 'boolean') return { columns, rows, cut: end['cut'] }
  if (isRecord(end) && typeof end['message'] === 'string') {
    throw new AssayError(codeOf(end['code']), end['message'], {
      ...(typeof end['hint'] === 'string' ? { hint: end['hint'] } : {}),
      ...(typeof end['where'] === 'string' ? { where: end['where'] } : {}),
    })
  }
  const mebibytes = limits.memory >> 20
  const reason = late
    ? `the query was stopped after ${limits.milliseconds / 1000} s`
    : characters > limits.memory
      ? `the query gave more than ${mebibytes} MiB`
      : `the query ended early, most likely because ${mebibytes} MiB of memory were not enough`
  throw new AssayError('incomplete', reason, {
    hint: 'name an image (WHERE image = …), ask for fewer columns, or use LIMIT',
  })
}

const CODES: readonly ErrorCode[] = ['usage', 'source', 'integrity', 'incomplete', 'internal']

function codeOf(code: unknown): ErrorCode {
  return CODES.find((known) => known === code) ?? 'internal'
}
