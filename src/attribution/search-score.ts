// What every commit of a history holds, without reading a tree: a commit holds what its first parent holds,
// and what it changed against it. One pass over the changes gives an exact sum for each commit of every ref.
import type { HistorySegment } from '../core/index.ts'

/** What a file is worth: number of its path, number of its blob. */
export type Weigh = (path: number, blob: number) => number

/** For each commit the sum of what the files of its whole tree are worth. */
export function commitScores(history: HistorySegment, weigh: Weigh): Float64Array {
  const { parents, changeCounts, changePaths, changeOld, changeNew } = history
  const scores = new Float64Array(parents.length)
  let change = 0
  for (let commit = 0; commit < parents.length; commit += 1) {
    const parent = parents[commit] ?? -1
    let score = parent < 0 ? 0 : (scores[parent] ?? 0)
    for (const end = change + (changeCounts[commit] ?? 0); change < end; change += 1) {
      const path = changePaths[change] ?? 0
      const old = changeOld[change] ?? -1
      const now = changeNew[change] ?? -1
      if (old >= 0) score -= weigh(path, old)
      if (now >= 0) score += weigh(path, now)
    }
    scores[commit] = score
  }
  return scores
}

/** For each commit the number of the blob at a path; -1 where there is none. */
export function blobsAt(history: HistorySegment, path: number): Int32Array {
  const { parents, changeCounts, changePaths, changeNew } = history
  const blobs = new Int32Array(parents.length)
  let change = 0
  for (let commit = 0; commit < parents.length; commit += 1) {
    const parent = parents[commit] ?? -1
    let blob = parent < 0 ? -1 : (blobs[parent] ?? -1)
    for (const end = change + (changeCounts[commit] ?? 0); change < end; change += 1) {
      if (changePaths[change] === path) blob = changeNew[change] ?? -1
    }
    blobs[commit] = blob
  }
  return blobs
}

/** For each commit 1 when one of these commits is it or comes after it. */
export function reachableFrom(history: HistorySegment, heads: readonly number[]): Uint8Array {
  const { parents, merges } = history
  const further = new Map<number, number[]>()
  for (let at = 0; at + 1 < merges.length; at += 2) {
    const [commit = -1, parent = -1] = [merges[at], merges[at + 1]]
    const known = further.get(commit)
    if (known === undefined) further.set(commit, [parent])
    else known.push(parent)
  }
  const reached = new Uint8Array(parents.length)
  const todo = heads.filter((commit) => commit >= 0)
  for (let commit = todo.pop(); commit !== undefined; commit = todo.pop()) {
    if (commit < 0 || reached[commit] === 1) continue
    reached[commit] = 1
    todo.push(parents[commit] ?? -1, ...(further.get(commit) ?? []))
  }
  return reached
}
