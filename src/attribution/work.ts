// What kind of work made a layer: the question on which every file's origin depends.
import type { Description, Instruction, Step } from '../core/index.ts'
import { chainInstructions } from './base.ts'
import { anyOf, NamedPaths, type PathNames } from './named-paths.ts'

/**
 * How a layer came to be. `merged`: by several instructions together; `none`: there is nothing to compare it with, be
 * it that no description was given.
 */
export type WorkKind =
  | 'run'
  | 'context'
  | 'stage'
  | 'download'
  | 'settings'
  | 'merged'
  | 'untracked'
  | 'none'

/** The work behind one layer. */
export interface Work {
  readonly kind: WorkKind
  readonly step: Step | null
  readonly instruction: Instruction | null
  /** Where it is written down, in words: `line 4`, `one of lines 4 and 9`. */
  readonly where: string
  /** The paths that its commands name; for a stage, those of the commands of that stage. */
  readonly named: PathNames
  /** What is merged in it, in the order of the build; empty for the work of one step. */
  readonly parts: readonly Work[]
}

/** The work that the steps of a layer stand for; `real` follows the links of the image in a path's folder. */
export function workOf(
  steps: readonly Step[],
  description: Description | null,
  real?: (path: string) => string,
): Work {
  const holder = steps.findLast(({ history }) => history !== null) ?? steps.at(-1) ?? null
  const tellers = steps.filter(isTeller)
  const isMerged = tellers.length > 1 || steps.length > tellers.length
  if (!isMerged || description === null) return workOfStep(holder, description, real)
  const works = tellers.map((step) => workOfStep(step, description, real))
  const parts = works.filter(({ kind }) => kind !== 'settings')
  const [first, second] = parts
  if (second === undefined) return first ?? works[0] ?? workOfStep(holder, description, real)
  return {
    kind: 'merged',
    step: holder,
    instruction: null,
    where: whereOf(parts),
    named: anyOf(parts.filter(({ kind }) => kind === 'run').map(({ named }) => named)),
    parts,
  }
}

/** Of a step that only says that others were merged, nothing comes. */
function isTeller({ alignment, instruction }: Step): boolean {
  return alignment !== 'merged' || instruction !== null
}

function workOfStep(
  step: Step | null,
  description: Description | null,
  real?: (path: string) => string,
): Work {
  const instruction = instructionOf(step, description)
  const bare = { step, where: whereOf([{ instruction }]), parts: [] }
  if (instruction === null || description === null) {
    const open =
      step?.alignment === 'unaligned' || step?.alignment === 'merged' || description === null
    return {
      ...bare,
      kind: open ? 'none' : 'untracked',
      instruction,
      named: new NamedPaths([], '/'),
    }
  }
  const kind = kindOf(instruction)
  return { ...bare, kind, instruction, named: namedBy(instruction, description, real) }
}

/** Works of one kind as one: what any of them may have done. */
export function joined(works: readonly Work[]): Work | null {
  const [first, second] = works
  if (first === undefined || second === undefined) return first ?? null
  const named = anyOf(works.map((work) => work.named))
  return { ...first, instruction: null, where: whereOf(works), named }
}

function whereOf(works: readonly Pick<Work, 'instruction'>[]): string {
  const lines = [...new Set(works.flatMap(({ instruction }) => instruction?.line ?? []))]
  const last = lines.at(-1)
  if (last === undefined) return 'no line'
  return lines.length === 1
    ? `line ${last}`
    : `one of lines ${lines.slice(0, -1).join(', ')} and ${last}`
}

/** An ONBUILD and what it triggers share a position; only the latter makes layers. */
function instructionOf(step: Step | null, description: Description | null): Instruction | null {
  const position = step?.instruction ?? null
  if (position === null || description === null) return null
  const found = chainInstructions(description).filter((each) => each.position === position)
  return found.find((each) => each.keyword !== 'ONBUILD') ?? found[0] ?? null
}

function kindOf(instruction: Instruction): WorkKind {
  if (instruction.keyword === 'RUN') return 'run'
  if (instruction.copy === null) return 'settings'
  if (instruction.copy.from !== null) return 'stage'
  const urls = instruction.copy.sources.filter(isUrl)
  return urls.length > 0 && urls.length === instruction.copy.sources.length ? 'download' : 'context'
}

/** True for a source that ADD fetches instead of taking it from the context. */
export function isUrl(source: string): boolean {
  return /^(https?|git|ssh|ftp):\/\/|^git@/i.test(source)
}

function namedBy(
  instruction: Instruction,
  { commands, dockerfile }: Description,
  real?: (path: string) => string,
): NamedPaths {
  const from = instruction.copy?.from
  const stage = from?.kind === 'stage' ? from.stage : null
  const positions = new Set<number>(
    stage === null
      ? [instruction.position]
      : dockerfile.instructions.filter((each) => each.stage === stage).map((each) => each.position),
  )
  const own = commands.filter((command) => positions.has(command.instruction))
  const values = valuesAt(instruction, dockerfile.instructions)
  return new NamedPaths(own, instruction.workdir, values, real)
}

/** What ENV and ARG of the stage gave before the instruction. */
function valuesAt(
  { stage, position }: Instruction,
  instructions: readonly Instruction[],
): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const each of instructions) {
    if (each.stage !== stage || each.position >= position) continue
    if (each.keyword !== 'ENV' && each.keyword !== 'ARG') continue
    for (const { name, value } of each.pairs) if (value !== null) values.set(name, value)
  }
  return values
}
