// A history read as a whole: which builder wrote an entry its neighbours tell where the entry does not, and which
// layer holds what it did.
import type { HistoryEntry } from '../core/index.ts'
import {
  buildahMark,
  type DialectContext,
  isAlike,
  opaqueStep,
  type RecordedStep,
  readBuildah,
  readEntry,
  squashedEntry,
} from './dialect/index.ts'

/** A history entry beside what its builder meant by it. */
export interface ReadEntry {
  readonly entry: HistoryEntry
  /** Index in the history. */
  readonly index: number
  /** Layer that holds what it did; null when it did nothing to files. Entries of a merged layer share one. */
  readonly layer: number | null
  readonly step: RecordedStep
}

/** Reads all entries; a history that does not fit the number of layers is laid to none of them. */
export function readHistory(
  history: readonly HistoryEntry[],
  layers: number,
  context: DialectContext,
): readonly ReadEntry[] {
  const steps = readSteps(history, context)
  const filled = history.filter((entry) => !entry.emptyLayer).length
  const held = filled === layers ? layersOf(history, steps) : []
  return history.map((entry, index) => ({
    entry,
    index,
    layer: held[index] ?? null,
    step: steps[index] ?? readEntry(entry, context),
  }))
}

function readSteps(
  history: readonly HistoryEntry[],
  context: DialectContext,
): readonly RecordedStep[] {
  const buildah = buildahEntries(history)
  const squashed = squashedEntry(history)
  return history.map((entry, index) => {
    const step = (buildah.has(index) ? readBuildah(entry) : null) ?? readEntry(entry, context)
    const isSquashed = index === squashed && step.maker === 'unknown'
    return isSquashed ? opaqueStep('squash', entry.comment) : step
  })
}

/**
 * buildah and Docker's legacy builder write RUN, COPY and ADD alike. An entry without a layer is of the builder that
 * wrote the next certain one; one with a layer and no comment is buildah's only where a build from scratch begins.
 */
function buildahEntries(history: readonly HistoryEntry[]): ReadonlySet<number> {
  const found = new Set<number>()
  let next: 'buildah' | 'docker' | null = null
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const entry = history[index]
    if (entry === undefined) continue
    const own = buildahMark(entry)
    if (own !== null) next = own
    else if (!isAlike(entry.createdBy) || (!entry.emptyLayer && index > 0)) next = null
    if (next === 'buildah') found.add(index)
  }
  return found
}

const MAKES_FILES = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR'])

/** The layer of each entry. Where a builder merges, the steps before the entry with the layer lie in it too. */
function layersOf(
  history: readonly HistoryEntry[],
  steps: readonly RecordedStep[],
): readonly (number | null)[] {
  const held: (number | null)[] = []
  let layer = 0
  let first = 0
  for (const [index, entry] of history.entries()) {
    held.push(entry.emptyLayer ? null : layer)
    if (entry.emptyLayer) continue
    const maker = steps[index]?.maker ?? ''
    for (let at = first; at < index; at += 1) {
      if (!MAKES_FILES.has(steps[at]?.keyword ?? '')) continue
      // with `--layers` buildah commits each step, and says so in its comment
      const isUnlayered = steps[at]?.maker === 'buildah' && history[at]?.comment === ''
      if (maker === 'squash' || (maker === 'buildah' && isUnlayered)) held[at] = layer
    }
    first = index + 1
    layer += 1
  }
  return held
}
