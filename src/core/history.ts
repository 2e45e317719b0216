// The history of a repository as columns of facts: every commit with what it changed against its first parent.

/**
 * Commits that were read at one time. Numbers of commits, blobs and paths count on from one segment to the
 * next; a first parent comes before its children.
 */
export interface HistorySegment {
  /** Ids of commits, 20 bytes each. */
  readonly commits: Uint8Array
  /** By commit: committer's seconds since 1970. */
  readonly times: Float64Array
  /** By commit: number of its first parent; -1 for none (a root, or where a shallow clone ends). */
  readonly parents: Int32Array
  /** Further parents: number of the commit, number of the parent, and so on. */
  readonly merges: Int32Array
  /** By commit: how many changes it has. */
  readonly changeCounts: Int32Array
  /** By change: number of the path. */
  readonly changePaths: Int32Array
  /** By change: number of the blob that stood there, and that stands there now; -1 for none. */
  readonly changeOld: Int32Array
  readonly changeNew: Int32Array
  /** Ids of blobs that no earlier segment has, 20 bytes each. */
  readonly blobs: Uint8Array
  /** Paths that no earlier segment has. */
  readonly paths: readonly string[]
}

/** Segments that follow one another as one. */
export function joinSegments(segments: readonly HistorySegment[]): HistorySegment {
  const [only, second] = segments
  if (only !== undefined && second === undefined) return only
  const ints = (pick: (segment: HistorySegment) => Int32Array): Int32Array => {
    const parts = segments.map(pick)
    return joined(parts, new Int32Array(lengthOf(parts)))
  }
  const bytes = (pick: (segment: HistorySegment) => Uint8Array): Uint8Array => {
    const parts = segments.map(pick)
    return joined(parts, new Uint8Array(lengthOf(parts)))
  }
  const times = segments.map((segment) => segment.times)
  return {
    commits: bytes(({ commits }) => commits),
    times: joined(times, new Float64Array(lengthOf(times))),
    parents: ints(({ parents }) => parents),
    merges: ints(({ merges }) => merges),
    changeCounts: ints(({ changeCounts }) => changeCounts),
    changePaths: ints(({ changePaths }) => changePaths),
    changeOld: ints(({ changeOld }) => changeOld),
    changeNew: ints(({ changeNew }) => changeNew),
    blobs: bytes(({ blobs }) => blobs),
    paths: segments.flatMap(({ paths }) => paths),
  }
}

type Numbers = Int32Array | Uint8Array | Float64Array

function lengthOf(parts: readonly Numbers[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}

function joined<T extends Numbers>(parts: readonly T[], whole: T): T {
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
