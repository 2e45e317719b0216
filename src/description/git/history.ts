// The history of a repository as columns of facts: one `git log --raw` over all refs, each commit against its
// first parent, read as it comes (git-log(1), "RAW OUTPUT FORMAT" of git-diff-tree(1)). No blob is read.
import {
  decodeName,
  type HistorySegment,
  ID_BYTES,
  IdTable,
  sourceError,
} from '../../core/index.ts'
import { GrowingInts } from './growing-ints.ts'
import { type GitPlace, streamGit } from './run.ts'

/** What is known of a repository's history already: new commits are read on top of it. */
export interface KnownHistory {
  readonly commits: IdTable
  readonly blobs: IdTable
  readonly paths: readonly string[]
}

/** Nothing is known. */
export function noHistory(): KnownHistory {
  return { commits: new IdTable(), blobs: new IdTable(), paths: [] }
}

/** Longest field of the log: a path. */
const MAX_FIELD = 1 << 20
const LIMITS = { bytes: Number.POSITIVE_INFINITY, seconds: 3600 }
/** Changes of one repository: its columns must stay below what arrays and the inventory hold. */
const MAX_CHANGES = 60_000_000

/**
 * Commits that `tips` lead to and `known` lacks.
 * @throws AssayError (source) when git cannot walk the history: objects are missing or damaged.
 */
export async function readHistory(
  place: GitPlace,
  tips: readonly string[],
  known: KnownHistory,
  knownTips: readonly string[],
): Promise<HistorySegment> {
  const reader = new HistoryReader(known)
  if (tips.length === 0) return reader.finish()
  const command = [
    'log',
    '--stdin',
    '--topo-order',
    '--reverse',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--diff-merges=first-parent',
    '--root',
    '-z',
    '--no-ext-diff',
    '--no-textconv',
    '--no-show-signature',
    '--no-notes',
    '--no-color',
    '--ignore-submodules=none',
    '--format=%x01%ct %H %P',
  ]
  const input = [...tips, ...knownTips.map((id) => `^${id}`)].map((id) => `${id}\n`).join('')
  const { code, complaint } = await streamGit(
    place,
    command,
    { input, limits: LIMITS },
    (chunk) => {
      reader.take(chunk)
    },
  )
  if (code !== 0) throw sourceError(`its history cannot be read: ${complaint}`)
  return reader.finish()
}

const COLON = 58
const HEADER = 1
const LINE = 10
/** Mode 000000: first digit. */
const ABSENT = 48
/** Mode 160000: second digit, which no other mode has. */
const SUBMODULE = 54

class HistoryReader {
  readonly #commits: IdTable
  readonly #blobs: IdTable
  readonly #firstCommit: number
  readonly #firstBlob: number
  readonly #pathNumbers = new Map<string, number>()
  readonly #firstPath: number
  readonly #paths: string[] = []
  readonly #times: number[] = []
  readonly #parents = new GrowingInts()
  readonly #merges = new GrowingInts()
  readonly #counts = new GrowingInts()
  readonly #changePaths = new GrowingInts()
  readonly #changeOld = new GrowingInts()
  readonly #changeNew = new GrowingInts()
  readonly #id = new Uint8Array(ID_BYTES)
  #rest: Buffer = Buffer.alloc(0)
  /** Blobs of the raw line whose path comes next. */
  #pending = false
  #skips = false
  #old = -1
  #new = -1

  constructor(known: KnownHistory) {
    this.#commits = known.commits
    this.#blobs = known.blobs
    this.#firstCommit = known.commits.size
    this.#firstBlob = known.blobs.size
    this.#firstPath = known.paths.length
    for (const [number, path] of known.paths.entries()) this.#pathNumbers.set(path, number)
  }

  take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    for (let end = bytes.indexOf(0, at); end >= 0; end = bytes.indexOf(0, at)) {
      this.#field(bytes, at, end)
      at = end + 1
    }
    this.#rest = bytes.subarray(at)
    if (this.#rest.length > MAX_FIELD) throw sourceError('its history holds a path without end')
  }

  finish(): HistorySegment {
    return {
      commits: this.#commits.bytes(this.#firstCommit),
      times: Float64Array.from(this.#times),
      parents: this.#parents.all(),
      merges: this.#merges.all(),
      changeCounts: this.#counts.all(),
      changePaths: this.#changePaths.all(),
      changeOld: this.#changeOld.all(),
      changeNew: this.#changeNew.all(),
      blobs: this.#blobs.bytes(this.#firstBlob),
      paths: this.#paths,
    }
  }

  #field(bytes: Buffer, from: number, end: number): void {
    if (this.#pending) {
      this.#pending = false
      if (this.#old !== this.#new && !this.#skips) this.#change(bytes, from, end)
      return
    }
    // the first entry of a commit stands on a line of its own
    const start = bytes[from] === LINE ? from + 1 : from
    if (bytes[start] === HEADER) this.#commit(bytes.toString('latin1', start + 1, end))
    else if (bytes[start] === COLON) this.#rawLine(bytes, start)
  }

  /** `<seconds> <commit> <parent> <parent>…` */
  #commit(header: string): void {
    const [seconds, id = '', first, ...others] = header.trimEnd().split(' ')
    // git was not told of every commit that is known
    this.#skips = this.#commits.findHex(id) >= 0
    if (this.#skips) return
    const commit = this.#commits.add(Buffer.from(id, 'hex'), 0)
    this.#times.push(Number(seconds))
    this.#parents.push(first === undefined ? -1 : this.#known(first))
    for (const parent of others) this.#merges.push(commit, this.#known(parent))
    this.#counts.push(0)
  }

  #known(parent: string): number {
    const number = this.#commits.findHex(parent)
    if (number < 0) throw sourceError(`its history cannot be read: ${parent} is missing`)
    return number
  }

  /** `:100644 100755 <old id> <new id> M` */
  #rawLine(bytes: Buffer, start: number): void {
    this.#pending = true
    if (this.#skips) return
    this.#old = this.#blob(bytes, start + 1, start + 15)
    this.#new = this.#blob(bytes, start + 8, start + 56)
  }

  /** The number of the blob at `id`; -1 for none, and for a submodule. */
  #blob(bytes: Buffer, mode: number, id: number): number {
    if (bytes[mode] === ABSENT || bytes[mode + 1] === SUBMODULE) return -1
    for (let byte = 0; byte < ID_BYTES; byte += 1) {
      const high = HEX[bytes[id + byte * 2] ?? 0] ?? 0
      const low = HEX[bytes[id + byte * 2 + 1] ?? 0] ?? 0
      this.#id[byte] = (high << 4) | low
    }
    return this.#blobs.add(this.#id, 0)
  }

  #change(bytes: Buffer, from: number, end: number): void {
    if (this.#changePaths.length >= MAX_CHANGES) throw sourceError('its history is too long')
    const path = decodeName(bytes.subarray(from, end))
    let number = this.#pathNumbers.get(path)
    if (number === undefined) {
      number = this.#firstPath + this.#paths.length
      this.#pathNumbers.set(path, number)
      this.#paths.push(path)
    }
    this.#changePaths.push(number)
    this.#changeOld.push(this.#old)
    this.#changeNew.push(this.#new)
    this.#counts.raiseLast()
  }
}

/** Value of each character as a hexadecimal digit. */
const HEX = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16)
  return Number.isNaN(value) ? 0 : value
})
