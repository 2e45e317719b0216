// Aligns the entries of a history with the instructions of a description, and says of each how it stands.
import type { Instruction, Step } from '../core/index.ts'
import { builderOf, type Dialect, HANDMADE } from './dialect/index.ts'
import type { ReadEntry } from './history.ts'
import { GAP, isBareExec, matchCost, textOf, textsFor } from './match-cost.ts'
import { mergeSteps, type Place } from './merged.ts'
import { pairUp, type Sequences } from './sequence.ts'
import { changedReason, untrackedReason } from './step-reason.ts'

export type { ReadEntry } from './history.ts'
export { matchCost } from './match-cost.ts'

/** What alignment starts from. */
export interface AlignmentInput {
  readonly entries: readonly ReadEntry[]
  /** Instructions of the target stage and of those below it, in the order of the build. */
  readonly instructions: readonly Instruction[]
  /** How many of the first entries belong to the base for certain; null when the base is not known. */
  readonly baseEntries: number | null
  /** True when the ONBUILD triggers of the base are not known, though its entries are; false when left out. */
  readonly openTriggers?: boolean
}

/** Instructions that the builder of this dialect records, those of base stages before the stages built on them. */
export function recordedInstructions(
  instructions: readonly Instruction[],
  dialect: Dialect,
): readonly Instruction[] {
  return instructions.filter((instruction) => dialect.records(instruction))
}

/** The dialect of the builder that recorded the instructions. */
export function dialectOf({ entries, baseEntries }: Omit<AlignmentInput, 'instructions'>): Dialect {
  return builderOf(
    entries.map(({ step }) => step),
    baseEntries ?? 0,
  )
}

/** No build writes as many: such a history is made to be read, not to tell. */
const MAX_ENTRIES = 5_000

/**
 * Steps in the order of the build: each entry exactly once, and each instruction that the builder records, but for
 * those whose absence tells nothing (`silentInstructions` names them). What was too much to be compared is `unaligned`.
 */
export function align(input: AlignmentInput): readonly Step[] {
  const { entries: all, instructions, baseEntries } = input
  const dialect = dialectOf(input)
  const entries = all.slice(baseEntries ?? 0)
  if (entries.length > MAX_ENTRIES) return unaligned(all, baseEntries ?? 0)
  const recorded = recordedInstructions(instructions, dialect)
  const named = nameReordered(pairsOf(entries, recorded, baseEntries === null))
  const pairs = input.openTriggers === true ? namePossibleTriggers(named) : named
  const own = mergeSteps(
    pairs.map((pair) => ({ ...pair, step: stepOfPair(pair) })),
    dialect,
  )
  const steps = [...all.slice(0, baseEntries ?? 0).map(baseStep), ...own]
  return steps.map((step, position) => ({ ...step, position }))
}

/** RUN instructions that the builder would not have recorded had they changed nothing, and that are no step. */
export function silentInstructions(
  input: AlignmentInput,
  steps: readonly Step[],
): readonly Instruction[] {
  const dialect = dialectOf(input)
  const told = new Set(steps.map(({ instruction }) => instruction))
  return recordedInstructions(input.instructions, dialect).filter(
    (instruction) =>
      instruction.keyword === 'RUN' &&
      dialect.mayLeaveNone?.(instruction) === true &&
      !told.has(instruction.position),
  )
}

interface Pair {
  readonly read: ReadEntry | null
  readonly instruction: Instruction | null
  readonly place: Place
}

function pairsOf(
  entries: readonly ReadEntry[],
  instructions: readonly Instruction[],
  freeLead: boolean,
): readonly Pair[] {
  const places = pairUp(sequencesOf(entries, instructions, freeLead))
  let isLead = freeLead
  return places.map(({ row, column, compared }): Pair => {
    if (column !== null) isLead = false
    const place = !compared ? 'uncompared' : isLead ? 'base' : 'own'
    const read = row === null ? null : (entries[row] ?? null)
    return { read, instruction: column === null ? null : (instructions[column] ?? null), place }
  })
}

function sequencesOf(
  entries: readonly ReadEntry[],
  instructions: readonly Instruction[],
  freeLead: boolean,
): Sequences {
  const sample = entries.at(-1)?.step
  return {
    rows: entries.length,
    columns: instructions.length,
    freeLead,
    cost: (row, column) => {
      const [read, instruction] = [entries[row], instructions[column]]
      return read === undefined || instruction === undefined
        ? 2 * GAP
        : matchCost(read.step, instruction)
    },
    rowKey: (row) => {
      const step = entries[row]?.step
      return step === undefined || step.keyword === '' ? '' : `${step.keyword} ${textOf(step)}`
    },
    columnKeys: (column) => {
      const instruction = instructions[column]
      if (instruction === undefined || sample === undefined) return []
      return textsFor(sample, instruction).map((text) => `${instruction.keyword} ${text}`)
    },
  }
}

function stepOfPair({ read, instruction, place }: Pair): Step {
  if (read === null) {
    if (instruction === null) throw new TypeError('a pair holds an entry or an instruction')
    return missingStep(instruction)
  }
  if (place === 'uncompared') {
    return stepOf(read, null, 'unaligned', 'one of too many entries to be compared')
  }
  if (instruction === null) {
    if (place === 'base') return stepOf(read, null, 'base', '')
    return stepOf(read, null, 'untracked', untrackedReason(read, place === 'trigger'))
  }
  if (place === 'elsewhere') {
    const reason = `the same text stands in line ${instruction.line}, at another place of the build`
    return stepOf(read, instruction, 'reordered', reason)
  }
  if (matchCost(read.step, instruction) < 1) return stepOf(read, instruction, 'same', '')
  return stepOf(read, instruction, 'changed', changedReason(read.step, instruction))
}

function stepOf(
  read: ReadEntry,
  instruction: Instruction | null,
  alignment: Step['alignment'],
  reason: string,
): Step {
  const bare = instruction !== null && isBareExec(read.step, instruction)
  return {
    position: 0,
    history: read.index,
    createdBy: read.entry.createdBy,
    created: read.entry.created,
    comment: read.entry.comment,
    author: read.entry.author,
    layer: read.layer,
    alignment,
    maker: bare ? 'docker' : read.step.maker,
    instruction: instruction?.position ?? null,
    line: instruction?.line ?? null,
    text: instruction === null ? '' : `${instruction.keyword} ${instruction.text}`,
    reason,
  }
}

/** A step that is the base's for certain: a merged layer above it is none of its work. */
function baseStep(read: ReadEntry): Step {
  const step = stepOf(read, null, 'base', '')
  return read.entry.emptyLayer ? { ...step, layer: null } : step
}

function missingStep(instruction: Instruction): Step {
  return {
    position: 0,
    history: null,
    createdBy: '',
    created: '',
    comment: '',
    author: '',
    layer: null,
    alignment: 'missing',
    maker: '',
    instruction: instruction.position,
    line: instruction.line,
    text: `${instruction.keyword} ${instruction.text}`,
    reason: `line ${instruction.line} left no step in the image`,
  }
}

/** An untracked entry and a missing instruction that read alike are one step in another place. */
function nameReordered(pairs: readonly Pair[]): readonly Pair[] {
  const missing = new Set(pairs.filter(({ read, place }) => read === null && place === 'own'))
  const named = pairs.map((pair): Pair => {
    const { read, instruction, place } = pair
    if (read === null || instruction !== null || place !== 'own') return pair
    if (HANDMADE.has(read.step.maker)) return pair
    for (const twin of missing) {
      if (twin.instruction === null || matchCost(read.step, twin.instruction) >= 1) continue
      missing.delete(twin)
      return { read, instruction: twin.instruction, place: 'elsewhere' }
    }
    return pair
  })
  return named.filter((pair) => pair.read !== null || missing.has(pair))
}

const NEVER_TRIGGERED = new Set(['', 'FROM', 'ONBUILD', 'MAINTAINER'])

/** Steps before the first that fits stand where a build puts what ONBUILD of its base says. */
function namePossibleTriggers(pairs: readonly Pair[]): readonly Pair[] {
  const first = pairs.findIndex(({ read, instruction }) => read !== null && instruction !== null)
  return pairs.map((pair, index) => {
    const { read, instruction, place } = pair
    const isOpen = index < first && read !== null && instruction === null && place === 'own'
    if (!isOpen || NEVER_TRIGGERED.has(read.step.keyword)) return pair
    return { ...pair, place: 'trigger' }
  })
}

/** An image nobody gave a description of: every entry stands alone. */
export function unaligned(entries: readonly ReadEntry[], baseEntries: number): readonly Step[] {
  return entries.map((read, position) => ({
    ...stepOf(read, null, position < baseEntries ? 'base' : 'unaligned', ''),
    position,
  }))
}
