// Stages: where they begin, what they stand on, which of them the target needs.
import type { Instruction, Stage } from '../../core/index.ts'
import { type Evaluation, expandCounted } from './evaluate.ts'
import type { RawInstruction } from './instruction.ts'
import { LIMITS, Problem } from './problem.ts'
import type { ReadError } from './read.ts'

/** Instructions of one stage, FROM first. */
export interface RawStage {
  readonly from: RawInstruction
  readonly name: string
  readonly rest: readonly RawInstruction[]
}

/** An error that counts only when its stage is built; -1: it always counts. */
export interface StageError extends ReadError {
  readonly stage: number
}

/** What a FROM says after expansion. */
export interface FoundBase {
  readonly base: Stage['base']
  readonly reference: string
  readonly platform: string
  readonly undeclared: readonly string[]
}

/** Runs something; a problem in it becomes an error at the instruction. */
export function attempt(
  errors: StageError[],
  raw: RawInstruction,
  stage: number,
  run: () => void,
): void {
  try {
    run()
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    errors.push({ line: raw.line, message: thrown.message, stage })
  }
}

/** Splits a file into what stands before the first FROM, and its stages. */
export function splitStages(
  instructions: readonly RawInstruction[],
  errors: StageError[],
): { head: RawInstruction[]; stages: RawStage[] } {
  const head: RawInstruction[] = []
  const stages: { from: RawInstruction; name: string; rest: RawInstruction[] }[] = []
  for (const raw of instructions) {
    if (raw.keyword === 'FROM') {
      if (stages.length >= LIMITS.stages) {
        errors.push({ line: raw.line, message: `more than ${LIMITS.stages} stages`, stage: -1 })
        break
      }
      stages.push({ from: raw, name: raw.words[2]?.toLowerCase() ?? '', rest: [] })
    } else if (stages.length > 0) stages.at(-1)?.rest.push(raw)
    else if (raw.keyword === 'ARG') head.push(raw)
    else {
      errors.push({ line: raw.line, message: `${raw.keyword} stands before any FROM`, stage: -1 })
    }
  }
  if (stages.length === 0 && errors.length === 0) {
    errors.push({ line: 1, message: 'the file has no stage to build', stage: -1 })
  }
  return { head, stages }
}

/** A stage by its number, or by its name: the last of that name before a position. */
export function findStage(
  stages: readonly RawStage[],
  name: string,
  before: number,
): number | null {
  if (/^[+-]?\d+$/.test(name)) {
    const number = Number(name)
    if (number >= 0 && number < stages.length) return number
    throw new Problem(`invalid stage index ${name}`)
  }
  const wanted = name.toLowerCase()
  for (let index = before - 1; index >= 0; index -= 1) {
    if (wanted !== '' && stages[index]?.name === wanted) return index
  }
  return null
}

/** The stage to build: by name, else by number, else the last. */
export function findTarget(
  stages: readonly RawStage[],
  target: string | null,
  errors: StageError[],
): number {
  const last = stages.length - 1
  if (target === null || target === '') return last
  const named = stages.findLastIndex((stage) => stage.name === target.toLowerCase())
  if (named >= 0) return named
  if (/^\d+$/.test(target) && Number(target) <= last) return Number(target)
  errors.push({ line: 1, message: `target stage "${target}" could not be found`, stage: -1 })
  return last
}

/** Expands all FROMs: they see only what is declared before the first of them. */
export function findBases(
  stages: readonly RawStage[],
  evaluation: Evaluation,
  errors: StageError[],
): FoundBase[] {
  return stages.map((stage, index) => {
    const { from } = stage
    const missing = new Set<string>()
    let reference = from.words[0] ?? ''
    let platform = ''
    const expand = (word: string) => expandCounted(evaluation, word, evaluation.global, missing)
    attempt(errors, from, -1, () => {
      reference = expand(reference)
      if (reference === '') throw new Problem(`base name (${from.words[0]}) should not be blank`)
      const flag = from.flags[0]?.value
      if (flag === undefined) return
      platform = expand(flag)
      if (platform === '') throw new Problem(`empty platform value from expression ${flag}`)
    })
    const base = stageBase(stages, index, reference)
    return { base, reference, platform, undeclared: [...missing] }
  })
}

function stageBase(stages: readonly RawStage[], index: number, reference: string): Stage['base'] {
  // FROM knows stages by name only: `FROM 0` is an image
  const stage = /^[+-]?\d+$/.test(reference) ? null : findStage(stages, reference, index)
  if (stage !== null) return { kind: 'stage', stage }
  return reference === 'scratch' ? { kind: 'scratch' } : { kind: 'image', reference }
}

/** The image reference that a stage stands on in the end; '' for scratch. */
export function rootReference(bases: readonly FoundBase[], target: number): string {
  // a stage stands on an earlier one only, so this ends
  let base = bases[target]?.base
  while (base?.kind === 'stage') base = bases[base.stage]?.base
  return base?.kind === 'image' ? base.reference : ''
}

/** The target and every stage it stands on, copies from or mounts. */
export function reachableStages(
  stages: readonly Stage[],
  instructions: readonly Instruction[],
  target: number,
): ReadonlySet<number> {
  const needs = stages.map((stage) => {
    const needed = new Set<number>()
    if (stage.base.kind === 'stage') needed.add(stage.base.stage)
    for (const trigger of stage.triggers) addSources(trigger, needed)
    return needed
  })
  for (const instruction of instructions) {
    const needed = needs[instruction.stage]
    if (needed !== undefined) addSources(instruction, needed)
  }
  const reached = new Set<number>()
  const waiting = [target]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next) || needs[next] === undefined) continue
    reached.add(next)
    waiting.push(...(needs[next] ?? []))
  }
  return reached
}

function addSources(instruction: Instruction, needed: Set<number>): void {
  if (instruction.copy?.from?.kind === 'stage') needed.add(instruction.copy.from.stage)
  for (const mount of instruction.mounts) {
    if (mount.from?.kind === 'stage') needed.add(mount.from.stage)
  }
}
