// How the text of one Dockerfile stands to the history of an image, before any file is looked at.
import { type Base, type ReadEntry, stepMarks } from '../attribution/index.ts'
import { type Description, type Dockerfile, NO_BUILDS, type Step } from '../core/index.ts'
import { parseDockerfile } from '../description/index.ts'
import { alignedSteps } from './compare.ts'
import { tellingOf } from './search-evidence.ts'
import type { SearchRequest } from './search-request.ts'

/** A Dockerfile beside a history. */
export interface AlignedDockerfile {
  /** Parsed with the build arguments that the history shows; its files and revision are not filled in. */
  readonly description: Description
  readonly base: Base | null
  /** Name or number of the stage that fits; null for the last. */
  readonly target: string | null
  readonly matched: number
  /** Entries that are not the base's, and instructions that left none. */
  readonly of: number
  /** True when every instruction left a step that reads like it; more steps may be there. */
  readonly complete: boolean
  /** What ranks: what reads alike, less what does not. */
  readonly score: number
  /** How telling the steps are that read alike: each counts up to 1. */
  readonly evidence: number
}

/** What Dockerfiles are aligned with. */
export interface StepContext {
  readonly request: SearchRequest
  /** Entries of the history. */
  readonly entries: readonly ReadEntry[]
  /** How rare a mark is among the repositories: 0 to 1. */
  readonly rarity: (mark: number) => number
}

/** Stages that are tried besides the last. */
const MAX_STAGES = 8
/** Instructions that change the files of an image, or what it starts. */
const WEIGHTY = /^(?:RUN|COPY|ADD|ENTRYPOINT|CMD) /
const APART: ReadonlySet<Step['alignment']> = new Set(['base', 'merged'])
/** What a step counts that only one side has, or that reads otherwise. */
const ALONE = -2
const CHANGED = -0.5

/**
 * The Dockerfile aligned, at the stage that fits best; null for one that does not parse or cannot be compared.
 */
export function alignDockerfile(text: string, context: StepContext): AlignedDockerfile | null {
  const { target } = context.request
  const parsed = parse(text, context, target)
  if (parsed === null) return null
  let best = align(parsed, text, context, target)
  if (best === null || target !== null || best.matched === best.of) return best
  for (const stage of parsed.stages.slice(0, -1).slice(-MAX_STAGES).reverse()) {
    const name = stage.name === '' ? String(stage.index) : stage.name
    const other = parse(text, context, name)
    const one = other === null ? null : align(other, text, context, name)
    if (one !== null && one.score > best.score) best = one
  }
  return best
}

function parse(text: string, { request }: StepContext, target: string | null): Dockerfile | null {
  const dockerfile = parseDockerfile(text, {
    arguments: request.arguments,
    target,
    platform: request.facts.platform,
  })
  return dockerfile.errors.length > 0 || dockerfile.stages.length === 0 ? null : dockerfile
}

function align(
  dockerfile: Dockerfile,
  text: string,
  context: StepContext,
  target: string | null,
): AlignedDockerfile | null {
  const { facts, candidates } = context.request
  const bare = bareDescription(dockerfile, text, context.request)
  const aligned = attempt(() => alignedSteps({ facts, candidates, description: bare, missing: '' }))
  if (aligned === null || aligned.description === null) return null
  // what was merged into another layer left nothing that could be compared
  const own = aligned.steps.filter(({ alignment }) => !APART.has(alignment))
  const matched = own.filter(({ alignment }) => alignment === 'same')
  return {
    description: aligned.description,
    base: aligned.base,
    target,
    matched: matched.length,
    of: own.length,
    complete: own.every(({ alignment }) => alignment === 'same' || alignment === 'untracked'),
    score: own.reduce((sum, step) => sum + scoreOf(step), 0),
    evidence: matched.reduce((sum, step) => sum + evidenceOf(step, context), 0),
  }
}

/** A history that is too long for a Dockerfile is not compared with it. */
function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

function scoreOf({ alignment, text }: Step): number {
  if (alignment === 'same') return WEIGHTY.test(text) ? 1 : 0.5
  return alignment === 'changed' || alignment === 'reordered' ? CHANGED : ALONE
}

function evidenceOf({ history, text }: Step, { entries, rarity }: StepContext): number {
  const step = entries.find(({ index }) => index === history)?.step
  const marks = step === undefined ? [] : stepMarks(step)
  return marks.length === 0 ? 0 : tellingOf(text) * Math.max(...marks.map(rarity))
}

/** A description of nothing but a Dockerfile. */
function bareDescription(
  dockerfile: Dockerfile,
  dockerfileText: string,
  request: SearchRequest,
): Description {
  return {
    repository: '',
    revision: { from: '', text: '', commit: '', state: 'found', dirty: false },
    commitDate: '',
    dockerfilePath: '',
    dockerfileBlob: '',
    dockerfileState: 'tracked',
    context: '',
    arguments: request.arguments,
    dockerfileText,
    dockerfile,
    commands: [],
    requests: [],
    files: new Map(),
    ignored: [],
    workTree: [],
    ...NO_BUILDS,
    unknowns: [],
  }
}
