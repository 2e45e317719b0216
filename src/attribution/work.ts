// What kind of work made a layer: the question on which every file's origin depends.
import type { Description, Instruction, Step } from '../core/index.ts'
import { chainInstructions } from './base.ts'
import { NamedPaths } from './named-paths.ts'

/** How a layer came to be. `none`: there is nothing to compare it with, be it that no description was given. */
export type WorkKind = 'run' | 'context' | 'stage' | 'download' | 'settings' | 'untracked' | 'none'

/** The work behind one layer. */
export interface Work {
  readonly kind: WorkKind
  readonly step: Step | null
  readonly instruction: Instruction | null
  /** The paths that its commands name; for a stage, those of the commands of that stage. */
  readonly named: NamedPaths
}

/** The work that the step of a layer stands for; `real` follows the links of the image in a path's folder. */
export function workOf(
  step: Step | null,
  description: Description | null,
  real?: (path: string) => string,
): Work {
  const instruction = instructionOf(step, description)
  if (instruction === null || description === null) {
    // a layer that all steps were merged into is no more one step's than a layer without a description
    const open = step?.alignment === 'unaligned' || step?.maker === 'squash' || description === null
    return { kind: open ? 'none' : 'untracked', step, instruction, named: new NamedPaths([], '/') }
  }
  const kind = kindOf(instruction)
  return { kind, step, instruction, named: namedBy(instruction, description, real) }
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
