// Raw instructions to instructions: the second pass. Expands values, folds WORKDIR, resolves stages
// (BuildKit's dockerfile2llb/convert.go).
import type { CopySpecification, Instruction, RunMount } from '../../core/index.ts'
import { type Heredoc, heredocBody, parseHeredocWord } from './heredoc.ts'
import type { Pair, RawInstruction } from './instruction.ts'
import { type MountFields, readMount } from './mount.ts'
import { LIMITS, Problem } from './problem.ts'
import {
  declareArgument,
  joinWorkdir,
  namesOf,
  type Scope,
  setEnvironment,
  shownArguments,
} from './scope.ts'
import { expandWord, expandWords } from './word.ts'

/** What all instructions of a file share. */
export interface Evaluation {
  readonly escapeToken: string
  readonly buildArguments: Readonly<Record<string, string>>
  /** Values of arguments declared before the first FROM, and of those that BuildKit declares. */
  readonly global: ReadonlyMap<string, string>
  /** Finds a stage for `--from`; null when the name is that of an image. */
  readonly findStage: (name: string) => number | null
  /** Characters made so far. */
  made: number
  /** ONBUILD triggers run so far. */
  triggers: number
}

/** Expands a word in a scope, counting what it makes. */
export function expandCounted(
  evaluation: Evaluation,
  word: string,
  values: ReadonlyMap<string, string>,
  missing: Set<string>,
): string {
  const text = expandWord(word, namesOf(values, missing), { escapeToken: evaluation.escapeToken })
  return counted(evaluation, text)
}

function counted(evaluation: Evaluation, text: string): string {
  evaluation.made += text.length
  if (evaluation.made > LIMITS.expansion) throw new Problem('the expansions are too large')
  return text
}

interface Context {
  readonly raw: RawInstruction
  readonly scope: Scope
  readonly expand: (word: string) => string
  readonly evaluation: Evaluation
  readonly missing: Set<string>
}

interface Outcome {
  readonly expanded: string
  readonly pairs?: readonly { readonly name: string; readonly value: string | null }[]
  readonly copy?: CopySpecification
  readonly mounts?: readonly RunMount[]
  readonly flags?: Instruction['flags']
}

/** Evaluates one instruction of a stage and changes the scope as it does. */
export function evaluate(
  raw: RawInstruction,
  stage: number,
  scope: Scope,
  evaluation: Evaluation,
): Instruction {
  const missing = new Set<string>()
  const shown = shownArguments(scope)
  const { shell, environment } = scope
  const expand = (word: string) => expandCounted(evaluation, word, scope.environment, missing)
  const outcome = evaluateKeyword({ raw, scope, expand, evaluation, missing })
  return {
    position: raw.position,
    keyword: raw.keyword,
    line: raw.line,
    endLine: raw.endLine,
    raw: raw.raw,
    text: raw.text,
    expanded: outcome.expanded,
    flags: outcome.flags ?? raw.flags,
    json: raw.json,
    heredocs: raw.heredocs.map((heredoc) => evaluateHeredoc(heredoc, raw.keyword, environment)),
    stage,
    shell,
    arguments: shown,
    copy: outcome.copy ?? null,
    undeclared: [...missing],
    pairs: outcome.pairs ?? [],
    workdir: scope.workdir,
    mounts: outcome.mounts ?? [],
  }
}

/** COPY and ADD expand a body with their own rules: quotes mean nothing there (dispatch in convert.go). */
function evaluateHeredoc(
  heredoc: Heredoc,
  keyword: string,
  environment: Scope['environment'],
): Instruction['heredocs'][number] {
  const body = heredocBody(heredoc)
  const { name, expands } = heredoc
  if (!expands || keyword === 'RUN') return { name, body, expands, expanded: body, undeclared: [] }
  const missing = new Set<string>()
  const names = namesOf(environment, missing)
  const options = { escapeToken: '\\', skipQuotes: true }
  return {
    name,
    body,
    expands,
    expanded: expandWord(body, names, options),
    undeclared: [...missing],
  }
}

function evaluateKeyword(context: Context): Outcome {
  const { raw, scope, expand } = context
  switch (raw.keyword) {
    case 'ENV':
    case 'LABEL':
      return evaluatePairs(context)
    case 'ARG':
      return evaluateArguments(context)
    case 'WORKDIR': {
      const path = expand(raw.words[0] ?? '')
      scope.workdir = joinWorkdir(scope.workdir, path)
      return { expanded: path }
    }
    case 'USER':
    case 'STOPSIGNAL':
      return { expanded: expand(raw.words[0] ?? '') }
    case 'VOLUME':
      return { expanded: raw.words.map(expand).join(' ') }
    case 'EXPOSE':
      return { expanded: raw.words.flatMap((word) => splitExpanded(context, word)).join(' ') }
    case 'COPY':
    case 'ADD':
      return evaluateCopy(context)
    case 'RUN':
      return evaluateRun(context)
    case 'SHELL':
      scope.shell = raw.json ?? []
      return { expanded: raw.text }
    default:
      return { expanded: raw.text }
  }
}

function splitExpanded(context: Context, word: string): string[] {
  const names = namesOf(context.scope.environment, context.missing)
  return expandWords(word, names, { escapeToken: context.evaluation.escapeToken })
}

function evaluatePairs({ raw, scope, expand }: Context): Outcome {
  // all values of one ENV see the state before it
  const pairs = raw.pairs.map((pair) => ({
    name: expand(pair.name),
    value: expand(pair.value ?? ''),
  }))
  if (raw.keyword === 'ENV') for (const pair of pairs) setEnvironment(scope, pair.name, pair.value)
  return { expanded: pairs.map((pair) => `${pair.name}=${pair.value}`).join(' '), pairs }
}

function evaluateArguments({ raw, scope, expand, evaluation }: Context): Outcome {
  const pairs = raw.pairs.map((pair) => {
    const value = argumentValue(pair, evaluation, expand)
    declareArgument(scope, pair.name, value)
    return { name: pair.name, value }
  })
  return { expanded: pairs.map(showArgument).join(' '), pairs }
}

function argumentValue(
  pair: Pair,
  evaluation: Evaluation,
  expand: (word: string) => string,
): string | null {
  const given = ownValue(evaluation.buildArguments, pair.name)
  if (given !== undefined) return given
  if (pair.value !== null) return expand(pair.value)
  return evaluation.global.get(pair.name) ?? null
}

/** A value of a record that strangers fill: never one that every object has. */
export function ownValue(
  record: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** `K=V`, or `K` for an ARG without a value. */
export function showArgument(pair: Pair): string {
  return pair.value === null ? pair.name : `${pair.name}=${pair.value}`
}

/** Flags whose values BuildKit expands. */
const EXPANDED_FLAGS = new Set(['chown', 'chmod', 'checksum'])

function evaluateCopy(context: Context): Outcome {
  const { raw, scope, expand } = context
  const flags = raw.flags.map(({ name, value }) => ({
    name,
    value: EXPANDED_FLAGS.has(name) ? expand(value) : value,
  }))
  const isHeredoc = (word: string) => raw.json === null && parseHeredocWord(word) !== null
  const given = raw.words.slice(0, -1)
  const sources = given.filter((word) => !isHeredoc(word)).map(expand)
  const bodies = given.filter(isHeredoc).map((word) => `<<${parseHeredocWord(word)?.name ?? ''}`)
  const destination = expand(raw.words.at(-1) ?? '')
  const absolute = copyDestination(scope.workdir, destination)
  const value = (name: string) => flags.find((flag) => flag.name === name)?.value ?? ''
  const isSet = (name: string) =>
    flags.some((flag) => flag.name === name && flag.value.toLowerCase() !== 'false')
  return {
    expanded: [...sources, ...bodies, destination].join(' '),
    flags,
    copy: {
      sources,
      destination: absolute,
      destinationIsFolder: absolute.endsWith('/') || given.length > 1,
      from: copyFrom(context, value('from')),
      chmod: value('chmod'),
      chown: value('chown'),
      link: isSet('link'),
      parents: isSet('parents'),
      exclude: flags.filter((flag) => flag.name === 'exclude').map((flag) => flag.value),
      checksum: value('checksum'),
    },
  }
}

function copyDestination(workdir: string, path: string): string {
  const joined = joinWorkdir(workdir, path)
  const folder = path === '' || path === '.' || path.endsWith('/') || path.endsWith('/.')
  return folder && joined !== '/' ? `${joined}/` : joined
}

function copyFrom(context: Context, name: string): CopySpecification['from'] {
  if (name === '') return null
  // BuildKit expands no --from: a name with a `$` is no stage and no image
  if (name.includes('$')) {
    throw new Problem(`--from=${name}: --from does not expand variables; name a stage instead`)
  }
  const stage = context.evaluation.findStage(name)
  return stage === null ? { kind: 'image', reference: name } : { kind: 'stage', stage }
}

function evaluateRun(context: Context): Outcome {
  const { raw, expand } = context
  const mounts: RunMount[] = []
  for (const flag of raw.flags) {
    if (flag.name !== 'mount') continue
    const mount: MountFields = readMount(flag.value, expand)
    mounts.push({ ...mount, from: mountFrom(context, mount.from) })
  }
  return { expanded: raw.text, mounts }
}

/** Unlike `--from` of COPY, a mount's `from` is never a number. */
function mountFrom(context: Context, name: string): RunMount['from'] {
  if (name === '') return null
  const stage = /^\d+$/.test(name) ? null : context.evaluation.findStage(name)
  return stage === null ? { kind: 'image', reference: name } : { kind: 'stage', stage }
}
