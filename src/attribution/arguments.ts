// Build arguments with a value that no tracked file gives, as the history tells: the prefix of a RUN shows all in
// scope; where no RUN follows, the text of an ENV or LABEL that uses one does.
import type { ImageSettings, Instruction } from '../core/index.ts'
import { byCodeUnit } from '../core/index.ts'
import type { ReadEntry } from './align.ts'
import type { ChangeSeed } from './change-list.ts'
import { isUnexpanded, type RecordedStep } from './dialect/index.ts'
import { expectedTexts, recordedText } from './normalise.ts'

/** A build argument of which the image shows another value than the description. */
export interface RecordedArgument {
  readonly name: string
  /** The value that the description gives; '' when it gives none. */
  readonly expected: string
  readonly found: string
}

/**
 * What the history shows of the arguments that these instructions declare, where it is not their value, by name.
 * Builders that record no values leave them in the settings.
 */
export function recordedArguments(
  entries: readonly ReadEntry[],
  instructions: readonly Instruction[],
  settings: ImageSettings,
): readonly RecordedArgument[] {
  const expected = new Map<string, string>()
  for (const instruction of instructions) {
    for (const [name, value] of Object.entries(instruction.arguments)) expected.set(name, value)
  }
  const found = new Map<string, string>()
  for (const instruction of instructions) {
    const told = stepsTelling(instruction, entries, settings)
    for (const [name, value] of solve(instruction, told)) found.set(name, value)
  }
  for (const { step } of entries) {
    if (step.keyword !== 'RUN') continue
    for (const [name, value] of Object.entries(step.arguments)) found.set(name, value)
  }
  return [...found]
    .filter(([name, value]) => expected.has(name) && expected.get(name) !== value)
    .map(([name, value]) => ({ name, expected: expected.get(name) ?? '', found: value }))
    .sort((a, b) => byCodeUnit(a.name, b.name))
}

/** A change for each of them. */
export function argumentChanges(recorded: readonly RecordedArgument[]): readonly ChangeSeed[] {
  return recorded.map(({ name, expected, found }) => ({
    kind: 'argument',
    subject: name,
    expected,
    found,
    evidence: 'the image was built with a value that no tracked file gives',
  }))
}

/** Steps that may show the values of an ENV or LABEL; a builder that records what is written shows none. */
function stepsTelling(
  { keyword, pairs }: Instruction,
  entries: readonly ReadEntry[],
  settings: ImageSettings,
): readonly RecordedStep[] {
  const steps = entries.map(({ step }) => step).filter((step) => step.keyword === keyword)
  const written = steps.findLast(isUnexpanded)
  if (written === undefined && steps.length > 0) return steps
  const values = keyword === 'LABEL' ? labelsOf(settings) : variablesOf(settings)
  const text = pairs.map(({ name }) => `${name}=${values.get(name) ?? ''}`).join(' ')
  const isWhole = pairs.length > 0 && pairs.every(({ name }) => values.has(name))
  const blank = { maker: '', arguments: {}, hash: null, destination: '' }
  return isWhole ? [{ ...blank, keyword, text }] : []
}

function labelsOf({ labels }: ImageSettings): ReadonlyMap<string, string> {
  return new Map(Object.entries(labels))
}

function variablesOf({ env }: ImageSettings): ReadonlyMap<string, string> {
  return new Map(env.map((pair) => [pair.replace(/=.*$/s, ''), pair.replace(/^[^=]*=?/s, '')]))
}

/** More would leave the values to chance. */
const MAX_ARGUMENTS = 4
/** A text of n characters and k variables takes up to n^k steps. */
const MAX_STEPS = 10_000_000

/** Values with which the raw text of an ENV or LABEL reads as the one entry that it fits; empty when there is none. */
function solve(
  instruction: Instruction,
  steps: readonly RecordedStep[],
): ReadonlyMap<string, string> {
  const none = new Map<string, string>()
  if (instruction.keyword !== 'ENV' && instruction.keyword !== 'LABEL') return none
  const [text = ''] = expectedTexts(instruction)
  const [raw = ''] = expectedTexts({ ...instruction, expanded: instruction.text })
  const template = templateOf(raw, instruction.arguments)
  if (template === null) return none
  const fitting: ReadonlyMap<string, string>[] = []
  for (const step of steps) {
    const recorded = recordedText(step)
    if (recorded === text) return none
    if (recorded.length ** template.variables > MAX_STEPS) continue
    const groups = template.pattern.exec(recorded)?.slice(1)
    if (groups === undefined) continue
    fitting.push(new Map(template.names.map((name, index) => [name, groups[index] ?? ''])))
  }
  return (fitting.length === 1 ? fitting[0] : undefined) ?? none
}

/** A pattern of the text with a group for each argument; null when it uses none, or more than can be told apart. */
function templateOf(
  raw: string,
  declared: Instruction['arguments'],
): {
  readonly pattern: RegExp
  readonly names: readonly string[]
  readonly variables: number
} | null {
  const names: string[] = []
  const parts = raw.split(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/)
  let source = ''
  for (let at = 0; at < parts.length; at += 3) {
    source += (parts[at] ?? '').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    const name = parts[at + 1] ?? parts[at + 2]
    if (name === undefined) continue
    const known = names.indexOf(name)
    if (known >= 0) source += `(?:\\${known + 1})`
    else if (!Object.hasOwn(declared, name)) source += '.*'
    else {
      names.push(name)
      source += '(.*)'
    }
  }
  if (names.length === 0 || names.length > MAX_ARGUMENTS) return null
  return { pattern: new RegExp(`^${source}$`, 's'), names, variables: (parts.length - 1) / 3 }
}
