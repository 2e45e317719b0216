// Aligns the entries of a history with the instructions of a description (Needleman and Wunsch 1970).
// Costs were tried on images of known making; docs/architecture.md has the reasons.
import type { HistoryEntry, Instruction, Step } from '../core/index.ts'
import { excerpt } from '../core/index.ts'
import { type Dialect, HANDMADE, type RecordedStep } from './dialect/index.ts'
import { expectedTexts, recordedText, similarity } from './normalise.ts'

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

/** Instructions that the builder of this dialect records, those of base stages before the stages built on them. */
export function recordedInstructions(
  instructions: readonly Instruction[],
  dialect: Dialect,
): readonly Instruction[] {
  return instructions.filter((instruction) => dialect.records(instruction))
}

/** Steps in the order of the build: each entry and each instruction exactly once. */
export function align(input: AlignmentInput): readonly Step[] {
  const baseEntries = input.baseEntries ?? 0
  const entries = input.entries.slice(baseEntries)
  const pairs = cheapestPairs(entries, input.instructions, input.baseEntries === null)
  const steps = [
    ...input.entries.slice(0, baseEntries).map((read) => stepOf(read, null, 'base', '')),
    ...pairs.map((pair) => stepOfPair(pair)),
  ]
  return nameReordered(steps).map((step, position) => ({ ...step, position }))
}

interface Pair {
  readonly read: ReadEntry | null
  readonly instruction: Instruction | null
  /** Before the first instruction, in an image whose base is not known. */
  readonly leading: boolean
}

function cheapestPairs(
  entries: readonly ReadEntry[],
  instructions: readonly Instruction[],
  freeLead: boolean,
): readonly Pair[] {
  const costs = costTable(entries, instructions, freeLead)
  const pairs: Pair[] = []
  let row = entries.length
  let column = instructions.length
  while (row > 0 || column > 0) {
    const read = entries[row - 1] ?? null
    const instruction = instructions[column - 1] ?? null
    const here = costs[row]?.[column] ?? NEVER
    const match = read !== null && instruction !== null ? matchCost(read.step, instruction) : NEVER
    if (match < 2 * GAP && here === (costs[row - 1]?.[column - 1] ?? NEVER) + match) {
      pairs.push({ read, instruction, leading: false })
      row -= 1
      column -= 1
    } else if (column > 0 && here === (costs[row]?.[column - 1] ?? NEVER) + GAP) {
      pairs.push({ read: null, instruction, leading: false })
      column -= 1
    } else {
      pairs.push({ read, instruction: null, leading: freeLead && column === 0 })
      row -= 1
    }
  }
  return pairs.reverse()
}

function costTable(
  entries: readonly ReadEntry[],
  instructions: readonly Instruction[],
  freeLead: boolean,
): readonly (readonly number[])[] {
  const costs: number[][] = []
  for (let row = 0; row <= entries.length; row += 1) {
    const line: number[] = []
    for (let column = 0; column <= instructions.length; column += 1) {
      line.push(cheapest(costs, line, row, column))
    }
    costs.push(line)
  }
  return costs

  function cheapest(above: number[][], line: number[], row: number, column: number): number {
    if (row === 0) return column * GAP
    const skipEntry = (above[row - 1]?.[column] ?? NEVER) + (freeLead && column === 0 ? 0 : GAP)
    if (column === 0) return skipEntry
    const skipInstruction = (line[column - 1] ?? NEVER) + GAP
    const read = entries[row - 1]
    const instruction = instructions[column - 1]
    const match =
      read === undefined || instruction === undefined ? NEVER : matchCost(read.step, instruction)
    const both = match < 2 * GAP ? (above[row - 1]?.[column - 1] ?? NEVER) + match : NEVER
    return Math.min(skipEntry, skipInstruction, both)
  }
}

/** What it costs to take an entry for an instruction: 0 when they are equal, never when their verbs differ. */
export function matchCost(step: RecordedStep, instruction: Instruction): number {
  if (step.keyword !== instruction.keyword) return NEVER
  if (step.hash !== null) return sameDestination(step, instruction) ? 0 : changedCost(0)
  const found = recordedText(step)
  const expected = expectedTexts(instruction)
  if (expected.includes(found)) return step.keyword === 'ARG' ? 0.5 : 0
  return changedCost(Math.max(...expected.map((text) => similarity(text, found))))
}

function changedCost(likeness: number): number {
  return 1 + 6 * (1 - likeness)
}

function sameDestination(step: RecordedStep, instruction: Instruction): boolean {
  const written = instruction.json?.at(-1) ?? instruction.expanded.trim().split(/\s+/).at(-1) ?? ''
  const trim = (path: string) =>
    path
      .replace(/^["']|["']$/g, '')
      .replace(/^\.\//, '')
      .replace(/\/+$/, '')
  const found = trim(step.destination)
  return found === trim(written) || found === trim(instruction.copy?.destination ?? written)
}

function stepOfPair({ read, instruction, leading }: Pair): Step {
  if (read === null && instruction !== null) return missingStep(instruction)
  if (read === null) throw new TypeError('a pair holds an entry or an instruction')
  if (instruction === null) {
    return stepOf(read, null, leading ? 'base' : 'untracked', leading ? '' : untrackedReason(read))
  }
  const cost = matchCost(read.step, instruction)
  if (cost < 1) return stepOf(read, instruction, 'same', '')
  return stepOf(read, instruction, 'changed', changedReason(read.step, instruction))
}

function untrackedReason({ step, entry }: ReadEntry): string {
  if (step.maker === 'commit')
    return 'made by hand in a container and committed; no instruction stands for it'
  if (step.maker === 'import')
    return 'imported from a file system archive; no instruction stands for it'
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
  return {
    position: 0,
    history: read.index,
    createdBy: read.entry.createdBy,
    created: read.entry.created,
    comment: read.entry.comment,
    author: read.entry.author,
    layer: read.layer,
    alignment,
    maker: read.step.maker,
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

/** An untracked entry and a missing instruction of equal text are one step in another place. */
function nameReordered(steps: readonly Step[]): readonly Step[] {
  const missing = steps.filter((step) => step.alignment === 'missing')
  const result = [...steps]
  for (const [index, step] of result.entries()) {
    if (step.alignment !== 'untracked' || HANDMADE.has(step.maker)) continue
    const twin = missing.find((other) => plainText(other.text) === plainText(step.createdBy))
    if (twin === undefined) continue
    missing.splice(missing.indexOf(twin), 1)
    result.splice(result.indexOf(twin), 1, { ...twin, alignment: 'reordered' })
    result[index] = {
      ...step,
      alignment: 'reordered',
      instruction: twin.instruction,
      line: twin.line,
      text: twin.text,
      reason: `the same text stands in line ${twin.line}, at another place of the build`,
    }
  }
  return result.filter((step) => step.alignment !== 'reordered' || step.history !== null)
}

function plainText(text: string): string {
  return text
    .replace(/ # buildkit$/, '')
    .replace(/^\/bin\/sh -c #\(nop\) /, '')
    .replace(/\/bin\/sh -c /, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** An image nobody gave a description of: every entry stands alone. */
export function unaligned(entries: readonly ReadEntry[], baseEntries: number): readonly Step[] {
  return entries.map((read, position) => ({
    ...stepOf(read, null, position < baseEntries ? 'base' : 'unaligned', ''),
    position,
  }))
}
