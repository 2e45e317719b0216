// Aligns the entries of a history with the instructions of a description (Needleman and Wunsch 1970).
// Costs were tried on images of known making; docs/architecture.md has the reasons.
import type { HistoryEntry, Instruction, Step } from '../core/index.ts'
import { cleanPath, excerpt, joinPath, sourceError } from '../core/index.ts'
import { type Dialect, HANDMADE, type RecordedStep } from './dialect/index.ts'
import { execText, expectedTexts, recordedText, similarity } from './normalise.ts'

/** A history entry beside what its builder meant by it. */
export interface ReadEntry {
  readonly entry: HistoryEntry
  /** Index in the history. */
  readonly index: number
  /** Layer it made; null when it made none. */
  readonly layer: number | null
  readonly step: RecordedStep
}

/** What alignment starts from. */
export interface AlignmentInput {
  readonly entries: readonly ReadEntry[]
  /** Instructions that should have left an entry, in the order of the build. */
  readonly instructions: readonly Instruction[]
  /** How many of the first entries belong to the base for certain; null when the base is not known. */
  readonly baseEntries: number | null
}

const GAP = 3
const NEVER = Number.POSITIVE_INFINITY
/** Entries times instructions that are compared: 2 000 of each, ten times the longest history known. */
const MAX_CELLS = 4_000_000

/** Instructions that the builder of this dialect records, those of base stages before the stages built on them. */
export function recordedInstructions(
  instructions: readonly Instruction[],
  dialect: Dialect,
): readonly Instruction[] {
  return instructions.filter((instruction) => dialect.records(instruction))
}

/**
 * Steps in the order of the build: each entry and each instruction exactly once.
 * @throws AssayError when history and description are too long to be compared.
 */
export function align(input: AlignmentInput): readonly Step[] {
  const baseEntries = input.baseEntries ?? 0
  const entries = input.entries.slice(baseEntries)
  const pairs = cheapestPairs(entries, input.instructions, input.baseEntries === null)
  const steps = [
    ...input.entries.slice(0, baseEntries).map((read) => stepOf(read, null, 'base', '')),
    ...nameReordered(pairs).map((pair) => stepOfPair(pair)),
  ]
  return steps.map((step, position) => ({ ...step, position }))
}

interface Pair {
  readonly read: ReadEntry | null
  readonly instruction: Instruction | null
  /** `base`: before the first instruction, in an image whose base is not known. */
  readonly place: 'base' | 'own' | 'elsewhere'
}

/** What it costs to take the entry in a row for the instruction in a column; counted once. */
class CostTable {
  readonly #entries: readonly ReadEntry[]
  readonly #instructions: readonly Instruction[]
  readonly #freeLead: boolean
  readonly #width: number
  readonly #costs: Float64Array

  constructor(
    entries: readonly ReadEntry[],
    instructions: readonly Instruction[],
    freeLead: boolean,
  ) {
    this.#entries = entries
    this.#instructions = instructions
    this.#freeLead = freeLead
    this.#width = instructions.length + 1
    const cells = (entries.length + 1) * this.#width
    if (cells > MAX_CELLS) {
      throw sourceError(
        `a history of ${entries.length} entries cannot be compared with ${instructions.length} instructions`,
      )
    }
    this.#costs = new Float64Array(cells)
    for (let row = 0; row <= entries.length; row += 1) this.#fill(row)
  }

  at(row: number, column: number): number {
    if (row < 0 || column < 0) return NEVER
    return this.#costs[row * this.#width + column] ?? NEVER
  }

  skipEntry(row: number, column: number): number {
    return this.at(row - 1, column) + (this.#freeLead && column === 0 ? 0 : GAP)
  }

  skipInstruction(row: number, column: number): number {
    return this.at(row, column - 1) + GAP
  }

  match(row: number, column: number): number {
    const read = this.#entries[row - 1]
    const instruction = this.#instructions[column - 1]
    if (read === undefined || instruction === undefined) return NEVER
    const cost = matchCost(read.step, instruction)
    return cost < 2 * GAP ? this.at(row - 1, column - 1) + cost : NEVER
  }

  #fill(row: number): void {
    for (let column = 0; column < this.#width; column += 1) {
      this.#costs[row * this.#width + column] =
        row === 0
          ? column * GAP
          : Math.min(
              this.skipEntry(row, column),
              this.skipInstruction(row, column),
              this.match(row, column),
            )
    }
  }
}

function cheapestPairs(
  entries: readonly ReadEntry[],
  instructions: readonly Instruction[],
  freeLead: boolean,
): readonly Pair[] {
  const table = new CostTable(entries, instructions, freeLead)
  const pairs: Pair[] = []
  let row = entries.length
  let column = instructions.length
  while (row > 0 || column > 0) {
    const read = entries[row - 1] ?? null
    const instruction = instructions[column - 1] ?? null
    const here = table.at(row, column)
    if (row > 0 && column > 0 && here === table.match(row, column)) {
      pairs.push({ read, instruction, place: 'own' })
      row -= 1
      column -= 1
    } else if (column > 0 && here === table.skipInstruction(row, column)) {
      pairs.push({ read: null, instruction, place: 'own' })
      column -= 1
    } else {
      pairs.push({ read, instruction: null, place: freeLead && column === 0 ? 'base' : 'own' })
      row -= 1
    }
  }
  return pairs.reverse()
}

const known = new WeakMap<RecordedStep, Map<Instruction, number>>()

/** What it costs to take an entry for an instruction: 0 when they are equal, never when their verbs differ. */
export function matchCost(step: RecordedStep, instruction: Instruction): number {
  if (step.keyword !== instruction.keyword) return isBareExec(step, instruction) ? 0 : NEVER
  const costs = known.get(step) ?? new Map<Instruction, number>()
  known.set(step, costs)
  let cost = costs.get(instruction)
  if (cost === undefined) {
    cost = step.hash === null ? textCost(step, instruction) : copyCost(step, instruction)
    costs.set(instruction, cost)
  }
  return cost
}

function textCost(step: RecordedStep, instruction: Instruction): number {
  const found = recordedText(step)
  const expected = expectedTexts(instruction)
  if (expected.includes(found)) return step.keyword === 'ARG' ? 0.5 : 0
  return changedCost(Math.max(...expected.map((text) => similarity(text, found))))
}

/** The sources are a hash there: only the destination can be compared. */
function copyCost(step: RecordedStep, instruction: Instruction): number {
  const [found, wanted] = [destinationOf(step, instruction), copyDestination(instruction)]
  if (found === wanted) return 0
  return changedCost(similarity(found.replaceAll('/', ' '), wanted.replaceAll('/', ' ')))
}

/** The legacy builder writes an exec-form RUN as a commit writes its command: only the description tells. */
function isBareExec(step: RecordedStep, instruction: Instruction): boolean {
  return (
    step.maker === 'commit' &&
    instruction.keyword === 'RUN' &&
    instruction.json !== null &&
    recordedText({ ...step, keyword: 'RUN' }) === execText(instruction.json)
  )
}

function changedCost(likeness: number): number {
  return 1 + 6 * (1 - likeness)
}

function destinationOf(step: RecordedStep, { workdir }: Instruction): string {
  const plain = step.destination.replace(/^["']|["']$/g, '')
  return cleanPath(plain.startsWith('/') ? plain : joinPath(workdir, plain)).path
}

function copyDestination(instruction: Instruction): string {
  return cleanPath(instruction.copy?.destination ?? '').path
}

function stepOfPair({ read, instruction, place }: Pair): Step {
  if (read === null) {
    if (instruction === null) throw new TypeError('a pair holds an entry or an instruction')
    return missingStep(instruction)
  }
  if (instruction === null) {
    if (place === 'base') return stepOf(read, null, 'base', '')
    return stepOf(read, null, 'untracked', untrackedReason(read))
  }
  if (place === 'elsewhere') {
    const reason = `the same text stands in line ${instruction.line}, at another place of the build`
    return stepOf(read, instruction, 'reordered', reason)
  }
  if (matchCost(read.step, instruction) < 1) return stepOf(read, instruction, 'same', '')
  return stepOf(read, instruction, 'changed', changedReason(read.step, instruction))
}

function untrackedReason({ step, entry }: ReadEntry): string {
  if (step.maker === 'commit')
    return 'made by hand in a container and committed; no instruction stands for it'
  if (step.maker === 'import')
    return 'imported from a file system archive; no instruction stands for it'
  if (step.maker === 'squash')
    return 'merges all steps into one layer: what each of them did cannot be told any more'
  const named = entry.createdBy === '' ? 'it names no command' : 'no instruction reads like it'
  return `in the image, but ${named}`
}

function changedReason(step: RecordedStep, instruction: Instruction): string {
  if (step.hash !== null) {
    return `the image copied to ${excerpt(step.destination, 60)}, line ${instruction.line} copies elsewhere`
  }
  const { removed, added } = wordDifference(expectedTexts(instruction)[0] ?? '', recordedText(step))
  const parts = []
  if (removed !== '') parts.push(`the description says “${excerpt(removed, 80)}”`)
  if (added !== '') parts.push(`the image was built with “${excerpt(added, 80)}”`)
  return parts.join('; ')
}

/** The words between the common beginning and the common end of two texts. */
export function wordDifference(
  expected: string,
  found: string,
): { readonly removed: string; readonly added: string } {
  const left = expected.split(' ')
  const right = found.split(' ')
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1
  let end = 0
  while (
    end < left.length - start &&
    end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  ) {
    end += 1
  }
  return {
    removed: left.slice(start, left.length - end).join(' '),
    added: right.slice(start, right.length - end).join(' '),
  }
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
  const missing = new Set(pairs.filter((pair) => pair.read === null))
  const named = pairs.map((pair): Pair => {
    const { read, instruction, place } = pair
    if (read === null || instruction !== null || place === 'base') return pair
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

/** An image nobody gave a description of: every entry stands alone. */
export function unaligned(entries: readonly ReadEntry[], baseEntries: number): readonly Step[] {
  return entries.map((read, position) => ({
    ...stepOf(read, null, position < baseEntries ? 'base' : 'unaligned', ''),
    position,
  }))
}
