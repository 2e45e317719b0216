// A Dockerfile, parsed: stages, targets, and which instructions count. Entry of this folder.
import type { Dockerfile, Instruction, Stage } from '../../core/index.ts'
import { type Evaluation, evaluate, expandCounted, ownValue, showArgument } from './evaluate.ts'
import type { RawInstruction } from './instruction.ts'
import { LIMITS } from './problem.ts'
import { readDockerfile } from './read.ts'
import {
  type DockerfileOptions,
  inheritScope,
  newScope,
  platformArguments,
  type Scope,
  shownArguments,
} from './scope.ts'
import {
  attempt,
  type FoundBase,
  findBases,
  findStage,
  findTarget,
  type RawStage,
  reachableStages,
  rootReference,
  type StageError,
  splitStages,
} from './stage.ts'

interface Build {
  readonly stages: readonly RawStage[]
  readonly bases: readonly FoundBase[]
  /** Reference of the image that the target stands on; '' for scratch. */
  readonly rootImage: string
  readonly scopes: Scope[]
  readonly evaluation: Evaluation
  readonly options: DockerfileOptions
  /** ONBUILD triggers of that image. */
  readonly inherited: readonly RawInstruction[]
  readonly errors: StageError[]
}

/** Parses a Dockerfile as BuildKit does. Never throws: what cannot be parsed is in `errors`. */
export function parseDockerfile(text: string, options: DockerfileOptions): Dockerfile {
  const raw = readDockerfile(text)
  const errors: StageError[] = raw.errors.map((error) => ({ ...error, stage: -1 }))
  const instructions: Instruction[] = []
  const { head, stages } = splitStages(raw.instructions, errors)
  const target = findTarget(stages, options.target, errors)
  const targetName = options.target ?? stages[target]?.name ?? ''
  const global = globalValues(platformArguments(options.platform, targetName || 'default'), options)
  const evaluation: Evaluation = {
    escapeToken: raw.escapeToken,
    buildArguments: options.arguments,
    global,
    findStage: (name) => findStage(stages, name, stages.length),
    made: 0,
    triggers: 0,
  }
  for (const one of head) {
    attempt(errors, one, -1, () => instructions.push(evaluateHead(one, global, evaluation)))
  }
  const bases = findBases(stages, evaluation, errors)
  const rootImage = rootReference(bases, target)
  const inherited = readTriggers(options.base?.onBuild ?? [], raw.instructions.length)
  const given = { stages, bases, rootImage, options, inherited }
  const build: Build = { ...given, scopes: [], evaluation, errors }
  const parsed: Stage[] = []
  for (const index of stages.keys()) parsed.push(evaluateStage(build, index, instructions))
  const reached = reachableStages(parsed, instructions, target)
  const counted = errors.filter((error) => error.stage < 0 || reached.has(error.stage))
  return {
    directives: raw.directives,
    instructions,
    stages: parsed,
    target,
    errors: counted
      .sort((a, b) => a.line - b.line)
      .slice(0, LIMITS.errors)
      .map(({ line, message }) => ({ line, message })),
  }
}

function globalValues(
  predefined: ReadonlyMap<string, string>,
  options: DockerfileOptions,
): Map<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of predefined) {
    values.set(name, ownValue(options.arguments, name) ?? value)
  }
  return values
}

/** An ARG before the first FROM: seen by FROM lines, and by stages that declare it again. */
function evaluateHead(
  raw: RawInstruction,
  global: Map<string, string>,
  evaluation: Evaluation,
): Instruction {
  const missing = new Set<string>()
  const pairs = raw.pairs.map((pair) => {
    let value = ownValue(evaluation.buildArguments, pair.name) ?? null
    if (value === null && pair.value !== null) {
      value = expandCounted(evaluation, pair.value, global, missing)
    }
    if (value !== null) global.set(pair.name, value)
    return { name: pair.name, value }
  })
  const scope = newScope(null, true)
  const expanded = pairs.map(showArgument).join(' ')
  return { ...bare(raw, -1, scope), expanded, pairs, undeclared: [...missing] }
}

function bare(raw: RawInstruction, stage: number, scope: Scope): Instruction {
  return {
    position: raw.position,
    keyword: raw.keyword,
    line: raw.line,
    endLine: raw.endLine,
    raw: raw.raw,
    text: raw.text,
    expanded: raw.text,
    flags: raw.flags,
    json: raw.json,
    heredocs: [],
    stage,
    shell: scope.shell,
    arguments: shownArguments(scope),
    copy: null,
    undeclared: [],
    pairs: [],
    workdir: scope.workdir,
    mounts: [],
  }
}

function evaluateStage(build: Build, index: number, instructions: Instruction[]): Stage {
  const { stages, bases, evaluation, errors } = build
  const raw = stages[index]
  const found = bases[index]
  if (raw === undefined || found === undefined) throw new Error(`no stage ${index}`)
  const { base, platform } = found
  const scope = stageScope(build, base)
  build.scopes[index] = scope
  instructions.push({
    ...bare(raw.from, index, scope),
    expanded: [found.reference, ...raw.from.words.slice(1)].join(' '),
    flags: raw.from.flags.map(({ name }) => ({ name, value: platform })),
    undeclared: found.undeclared,
  })
  const triggers: Instruction[] = []
  for (const trigger of triggersOf(build, base)) {
    evaluation.triggers += 1
    if (evaluation.triggers > LIMITS.instructions) {
      const message = `there are more than ${LIMITS.instructions} triggers`
      errors.push({ line: raw.from.line, message, stage: -1 })
      break
    }
    attempt(errors, raw.from, index, () => {
      const { line, endLine } = raw.from
      const placed = base.kind === 'image' ? { ...trigger, line, endLine } : trigger
      triggers.push(evaluate(placed, index, scope, evaluation))
    })
  }
  for (const one of raw.rest) {
    attempt(errors, one, index, () => {
      instructions.push(evaluate(one, index, scope, evaluation))
    })
  }
  return { index, name: raw.name, base, platform, line: raw.from.line, triggers }
}

/** What ONBUILD of the stage below says, or of the image that the target stands on. */
function triggersOf(build: Build, base: Stage['base']): readonly RawInstruction[] {
  if (base.kind === 'stage') {
    return build.stages[base.stage]?.rest.flatMap(({ trigger }) => trigger ?? []) ?? []
  }
  return base.kind === 'image' && base.reference === build.rootImage ? build.inherited : []
}

/** Triggers of an image, counted on from the instructions of the file; one that cannot be read is left out. */
function readTriggers(texts: readonly string[], first: number): readonly RawInstruction[] {
  return texts
    .flatMap((text) => readDockerfile(text).instructions)
    .filter(({ keyword }) => !['FROM', 'ONBUILD', 'MAINTAINER'].includes(keyword))
    .slice(0, LIMITS.instructions)
    .map((one, index) => ({ ...one, position: first + index }))
}

function stageScope(build: Build, base: Stage['base']): Scope {
  const parent = base.kind === 'stage' ? build.scopes[base.stage] : undefined
  if (parent !== undefined) return inheritScope(parent)
  // only the image that the target stands on is known; other stages on that reference share it
  const isKnown = base.kind === 'image' && base.reference === build.rootImage
  return newScope(isKnown ? (build.options.base ?? null) : null, base.kind === 'scratch')
}
