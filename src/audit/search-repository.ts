// The history of one repository, ready to be searched: its columns, and tables from ids and paths to numbers.
import { blobsAt, commitScores, reachableFrom, type Weigh } from '../attribution/index.ts'
import { type HistorySegment, IdTable } from '../core/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { ListedRepository } from './repositories.ts'

/** A repository whose history is in memory. */
export class SearchedRepository {
  readonly listed: ListedRepository
  readonly history: HistorySegment
  readonly commits: IdTable
  readonly blobs: IdTable
  readonly #heads: readonly number[]
  #numbers: ReadonlyMap<string, number> | null = null
  #reachable: Uint8Array | null = null
  readonly #blobsAt = new Map<string, Int32Array>()

  constructor(listed: ListedRepository, history: HistorySegment, heads: readonly string[]) {
    this.listed = listed
    this.history = history
    this.commits = new IdTable(history.commits)
    this.blobs = new IdTable(history.blobs)
    this.#heads = heads.map((head) => this.commits.findHex(head))
  }

  /** Null for a repository that was not read. */
  static load(listed: ListedRepository, inventory: Inventory): SearchedRepository | null {
    const tracked = inventory.histories.repository(listed.store)
    const history = inventory.histories.history(listed.store)
    if (tracked === null || history === null) return null
    return new SearchedRepository(listed, history, tracked.heads)
  }

  /** Number of a path; undefined for one that no commit has. */
  numberOf(path: string): number | undefined {
    this.#numbers ??= new Map(this.history.paths.map((each, number) => [each, number]))
    return this.#numbers.get(path)
  }

  scores(weigh: Weigh): Float64Array {
    return commitScores(this.history, weigh)
  }

  /** For each commit the number of the blob at a path; -1 where none is. */
  blobsAt(path: string): Int32Array {
    let found = this.#blobsAt.get(path)
    if (found === undefined) {
      const number = this.numberOf(path)
      const count = this.history.parents.length
      found = number === undefined ? new Int32Array(count).fill(-1) : blobsAt(this.history, number)
      this.#blobsAt.set(path, found)
    }
    return found
  }

  /** True for a commit that HEAD, or the HEAD of the remote, is or comes after. */
  isReachable(commit: number): boolean {
    this.#reachable ??= reachableFrom(this.history, this.#heads)
    return this.#reachable[commit] === 1
  }

  /** Committer's date, RFC 3339 UTC; '' when no calendar has such a year. */
  dateOf(commit: number): string {
    const date = new Date((this.history.times[commit] ?? Number.NaN) * 1000)
    return Number.isNaN(date.getTime()) ? '' : date.toISOString().replace('.000Z', 'Z')
  }

  /** The commit to name among equals: the newest that the default branch leads to, else the newest. */
  newest(commits: readonly number[]): number {
    const { times } = this.history
    let best = -1
    for (const commit of commits) {
      if (best < 0) best = commit
      const reached = Number(this.isReachable(commit)) - Number(this.isReachable(best))
      const later = (times[commit] ?? 0) - (times[best] ?? 0)
      if (reached > 0 || (reached === 0 && (later > 0 || (later === 0 && commit > best)))) {
        best = commit
      }
    }
    return best
  }
}
