// What it costs to take a history entry for an instruction. Costs were tried on images of known making.
import type { Instruction } from '../core/index.ts'
import { cleanPath, joinPath } from '../core/index.ts'
import { isUnexpanded, type RecordedStep } from './dialect/index.ts'
import { execText, expectedTexts, recordedText, similarity } from './normalise.ts'

/** Cost of an entry or an instruction that stands alone. */
export const GAP = 3
/** Cost of a pair that is none. */
export const NEVER = Number.POSITIVE_INFINITY

/** What it costs to take an entry for an instruction: below 1 when they are equal, never when their verbs differ. */
export function matchCost(step: RecordedStep, instruction: Instruction): number {
  if (step.keyword !== instruction.keyword) return isBareExec(step, instruction) ? 0 : NEVER
  if (step.keyword === 'ARG') return argumentCost(step, instruction)
  return step.hash === null ? textCost(step, instruction) : copyCost(step, instruction)
}

/** The legacy builder writes an exec-form RUN as a commit writes its command: only the description tells. */
export function isBareExec(step: RecordedStep, instruction: Instruction): boolean {
  return (
    step.maker === 'commit' &&
    instruction.keyword === 'RUN' &&
    instruction.json !== null &&
    recordedText({ ...step, keyword: 'RUN' }) === execText(instruction.json)
  )
}

interface Texts {
  readonly expanded: readonly string[]
  readonly unexpanded: readonly string[]
}

const expectedOf = new WeakMap<Instruction, Texts>()
const recordedOf = new WeakMap<RecordedStep, string>()

/** Texts that the builder of the step may have left of the instruction, the likeliest first. */
export function textsFor(step: RecordedStep, instruction: Instruction): readonly string[] {
  let texts = expectedOf.get(instruction)
  if (texts === undefined) {
    const [expanded, unexpanded] = [expectedTexts(instruction), expectedTexts(instruction, true)]
    texts = { expanded, unexpanded }
    expectedOf.set(instruction, texts)
  }
  return isUnexpanded(step) ? texts.unexpanded : texts.expanded
}

/** The text of a step in the same spelling. */
export function textOf(step: RecordedStep): string {
  let text = recordedOf.get(step)
  if (text === undefined) {
    text = recordedText(step)
    recordedOf.set(step, text)
  }
  return text
}

function textCost(step: RecordedStep, instruction: Instruction): number {
  const found = textOf(step)
  const expected = textsFor(step, instruction)
  if (expected.includes(found)) return 0
  return changedCost(Math.max(...expected.map((text) => similarity(text, found))))
}

/** buildah names all arguments that have a value, sorted, and so none of the instruction when it gives none. */
function argumentCost(step: RecordedStep, instruction: Instruction): number {
  const [name = ''] = textsFor(step, instruction)
  if (step.maker !== 'buildah') {
    const found = textOf(step)
    return found === name ? 0.5 : changedCost(similarity(name, found))
  }
  return step.text.split(' ').includes(name) ? 0.5 : 0.75
}

/** The sources are a hash there: only the destination can be compared. */
function copyCost(step: RecordedStep, instruction: Instruction): number {
  if (isUnexpanded(step) && step.destination === writtenDestination(instruction)) return 0
  const [found, wanted] = [destinationOf(step, instruction), copyDestination(instruction)]
  if (found === wanted) return 0
  return changedCost(similarity(found.replaceAll('/', ' '), wanted.replaceAll('/', ' ')))
}

function changedCost(likeness: number): number {
  return 1 + 6 * (1 - likeness)
}

function writtenDestination({ json, text }: Instruction): string {
  return json?.at(-1) ?? /\S+$/.exec(text.trimEnd())?.[0] ?? ''
}

function destinationOf(step: RecordedStep, { workdir }: Instruction): string {
  const plain = step.destination.replace(/^["']|["']$/g, '')
  return cleanPath(plain.startsWith('/') ? plain : joinPath(workdir, plain)).path
}

function copyDestination(instruction: Instruction): string {
  return cleanPath(instruction.copy?.destination ?? '').path
}
