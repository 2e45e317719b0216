// Steps whose layer holds more than one of them, and instructions of which a builder that merges keeps no entry.
import type { Instruction, Step } from '../core/index.ts'
import type { Dialect } from './dialect/index.ts'
import type { ReadEntry } from './history.ts'

/**
 * `base`: before the first instruction, in an image whose base is not known; `trigger`: where the triggers of a base
 * would stand that are not known.
 */
export type Place = 'base' | 'own' | 'elsewhere' | 'trigger' | 'uncompared'

/** A step on its way, with what it was made of. */
export interface DraftStep {
  readonly read: ReadEntry | null
  readonly instruction: Instruction | null
  readonly place: Place
  readonly step: Step
}

const MAKES_FILES = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR'])
/** Builders that can be told to keep one entry, that of the last instruction, for all of a stage. */
const KEEPS_LAST = new Set(['buildah', 'kaniko'])

/**
 * Names what was merged. Where the history tells of no other instruction, those that are not in it are parts of the
 * merged layer and are not missing; those that leave no entry when they change nothing are left out.
 */
export function mergeSteps(drafts: readonly DraftStep[], dialect: Dialect): readonly Step[] {
  const squashed = squashedLayer(drafts)
  const steps: Step[] = []
  const merges: Step[] = []
  for (const { read, instruction, place, step } of drafts) {
    if (read === null) {
      // what was not compared is not known to be missing
      if (instruction === null || place === 'uncompared') continue
      const layer = squashed ?? snapshotOf(instruction.stage, drafts)
      if (layer !== null) {
        if (MAKES_FILES.has(instruction.keyword)) steps.push(partOf(step, layer))
      } else if (dialect.mayLeaveNone?.(instruction) !== true) steps.push(step)
    } else if (isMergeOf(read, instruction) && (place !== 'base' || read.layer === squashed)) {
      const reason = mergedReason(squashed !== null)
      // it comes after what it merges
      const list = squashed === null ? steps : merges
      list.push({ ...step, layer: read.layer, alignment: 'merged', reason })
    } else steps.push(step)
  }
  return [...steps, ...merges]
}

/** A squash leaves an entry of its own, which no instruction stands for. */
function isMergeOf({ step }: ReadEntry, instruction: Instruction | null): boolean {
  return step.maker === 'squash' && instruction === null
}

/** The layer of a squash that left no entry of what it merged; else null. */
function squashedLayer(drafts: readonly DraftStep[]): number | null {
  const last = drafts.findLast(({ read }) => read !== null && !read.entry.emptyLayer)
  if (last?.read?.step.maker !== 'squash') return null
  const isTold = drafts.some(({ read, instruction }) => read !== null && instruction !== null)
  return isTold ? null : last.read.layer
}

/** The one layer of a stage of which only the last instruction is in the history; null for any other stage. */
function snapshotOf(stage: number, drafts: readonly DraftStep[]): number | null {
  const own = drafts.filter(({ instruction }) => instruction?.stage === stage)
  const last = own.at(-1)?.read
  if (last == null || last.entry.emptyLayer || !KEEPS_LAST.has(last.step.maker)) return null
  return own.filter(({ read }) => read !== null).length === 1 ? last.layer : null
}

function partOf(step: Step, layer: number): Step {
  const reason = `line ${step.line ?? '?'} left no step of its own: its layer was merged with others`
  return { ...step, layer, alignment: 'merged', reason }
}

function mergedReason(isWhole: boolean): string {
  return isWhole
    ? 'merges all steps into one layer: the image does not tell any more what they were'
    : 'merges the layers of the steps before it into one'
}
