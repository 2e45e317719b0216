// Commands that build images: docker, podman, nerdctl, buildah, Compose, bake and kaniko, as CI scripts call them.
import { type BuildDefinition, type BuildTool, nameOf } from '../../core/index.ts'
import { argumentOf, type BuildPlace, definitionOf, secretOf, throughOf } from './definition.ts'
import {
  COMPOSE_OPTIONS,
  ENGINE_OPTIONS,
  KANIKO_OPTIONS,
  type SortedWords,
  sortWords,
} from './options.ts'
import { placeOf, plain, ROOT, type Value } from './value.ts'

/** A command, and where it is called. */
export interface BuildCommand {
  readonly words: readonly Value[]
  /** From the repository's root; null when it is not known. */
  readonly folder: string | null
  readonly file: string
  readonly line: number
  readonly tool: BuildTool
  /** The job. */
  readonly name: string
}

const ENGINES = new Set(['docker', 'podman', 'nerdctl'])
const COMPOSE = new Set(['docker-compose', 'podman-compose'])
/** What Compose reads when no file is named. */
const COMPOSE_FILES: readonly string[] = [
  ...['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'],
]
/** What bake reads when no file is named. */
export const BAKE_FILES: readonly string[] = [
  ...COMPOSE_FILES,
  ...[
    'docker-bake.json',
    'docker-bake.override.json',
    'docker-bake.hcl',
    'docker-bake.override.hcl',
  ],
]
/** Options of `docker` itself that take a value. */
const GLOBAL = new Set(['--context', '-c', '--host', '-H', '--config', '-l', '--log-level'])

/** The build that a command does; null when it does none. */
export function buildOf(command: BuildCommand): BuildDefinition | null {
  const [program, ...rest] = command.words
  if (program === undefined || !program.known) return null
  const name = nameOf(program.text)
  if (name === 'executor' && program.text.includes('kaniko')) return kaniko(command, rest)
  if (name === 'buildah') {
    const [verb, ...words] = rest
    const isBuild = ['build', 'bud', 'build-using-dockerfile'].includes(verb?.text ?? '')
    return isBuild ? engineBuild(command, `buildah ${verb?.text ?? ''}`, words) : null
  }
  if (COMPOSE.has(name)) return composeBuild(command, name, rest)
  return ENGINES.has(name) ? engine(command, name, rest) : null
}

function engine(
  command: BuildCommand,
  name: string,
  words: readonly Value[],
): BuildDefinition | null {
  let at = 0
  while (words[at]?.text.startsWith('-') === true) at += GLOBAL.has(words[at]?.text ?? '') ? 2 : 1
  const first = words[at]?.text ?? ''
  const second = words[at + 1]?.text ?? ''
  const after = words.slice(at + 2)
  if (first === 'build') return engineBuild(command, `${name} build`, words.slice(at + 1))
  if (first === 'compose') return composeBuild(command, `${name} compose`, words.slice(at + 1))
  const shown = `${name} ${first} ${second}`
  if ((first === 'image' || first === 'builder') && second === 'build') {
    return engineBuild(command, shown, after)
  }
  if (first !== 'buildx') return null
  if (second === 'build' || second === 'b') return engineBuild(command, shown, after)
  return second === 'bake' || second === 'f' ? bake(command, shown, after) : null
}

function placeOfCommand({ file, line, tool, name }: BuildCommand, command: string): BuildPlace {
  return { file, line, tool, name, command }
}

function engineBuild(
  command: BuildCommand,
  shown: string,
  words: readonly Value[],
): BuildDefinition {
  const { options, operands } = sortWords(words, ENGINE_OPTIONS)
  const all = (name: string) => options.get(name) ?? []
  const last = (name: string) => all(name).at(-1) ?? null
  const file = last('file')
  const notes = all('build-context').map(({ text }) => `additional context ${text}`)
  if (file?.text === '-') notes.push('the Dockerfile comes from standard input')
  if (all('build-arg-file').length > 0) notes.push('arguments')
  return definitionOf(placeOfCommand(command, shown), {
    images: all('tag'),
    dockerfile: file,
    dockerfileFrom: { folder: command.folder },
    isInline: false,
    // buildah and podman take the folder they are called in
    context: operands[0] ?? plain('.'),
    contextFrom: command.folder,
    target: last('target'),
    arguments: all('build-arg').map(argumentOf),
    secrets: all('secret').map(({ text }) => secretOf(text)),
    notes,
  })
}

function kaniko(command: BuildCommand, words: readonly Value[]): BuildDefinition {
  const { options } = sortWords(words, KANIKO_OPTIONS)
  const all = (name: string) => options.get(name) ?? []
  const last = (name: string) => all(name).at(-1) ?? null
  const given = last('context') ?? plain('.')
  const folder = given.text.replace(/^dir:\/\//, '')
  const below = last('context-sub-path')
  const context = below === null ? { ...given, text: folder } : within(folder, given, below)
  const place = placeOf(command.folder, context)
  const dockerfile = last('dockerfile')
  // A relative path is looked for in the working directory, then in the context.
  const isFromRoot =
    dockerfile !== null && place !== null && place !== '' && dockerfile.text.startsWith(`${place}/`)
  return definitionOf(placeOfCommand(command, 'kaniko'), {
    images: all('destination'),
    dockerfile,
    dockerfileFrom: isFromRoot ? { folder: command.folder } : 'context',
    isInline: false,
    context,
    contextFrom: command.folder,
    target: last('target'),
    arguments: all('build-arg').map(argumentOf),
    secrets: [],
    notes: [],
  })
}

function within(folder: string, given: Value, below: Value): Value {
  return { text: `${folder}/${below.text}`, known: given.known && below.known, open: false }
}

function composeBuild(
  command: BuildCommand,
  shown: string,
  words: readonly Value[],
): BuildDefinition | null {
  const { options, flags, operands } = sortWords(words, COMPOSE_OPTIONS)
  const [verb, ...services] = operands
  const isBuild =
    verb?.text === 'build' ||
    (['up', 'run', 'create'].includes(verb?.text ?? '') && flags.has('build'))
  if (!isBuild) return null
  const place = placeOfCommand(command, `${shown} ${verb?.text ?? ''}`)
  return through(command, place, { options, defaults: COMPOSE_FILES, targets: services })
}

function bake(command: BuildCommand, shown: string, words: readonly Value[]): BuildDefinition {
  const { options, operands } = sortWords(words, COMPOSE_OPTIONS)
  const place = placeOfCommand(command, shown)
  return through(command, place, { options, defaults: BAKE_FILES, targets: operands })
}

interface Through {
  readonly options: SortedWords['options']
  /** Files that are read when none is named. */
  readonly defaults: readonly string[]
  readonly targets: readonly Value[]
}

function through(
  command: BuildCommand,
  place: BuildPlace,
  { options, defaults, targets }: Through,
): BuildDefinition {
  const named = options.get('file') ?? []
  const files = (named.length === 0 ? defaults.map(plain) : named).map((one) =>
    placeOf(command.folder, one),
  )
  const notes = (options.get('set') ?? []).map(({ text }) => `--set ${text}`)
  if (files.includes(null)) notes.push('the file is not known')
  const wanted = targets.filter((target) => target.known).map(({ text }) => text)
  return throughOf(
    place,
    files.flatMap((file) => file ?? []),
    // An unknown target may be any of them.
    wanted.length === targets.length ? wanted : [],
    notes,
  )
}

/** Variables by which CI systems name the root of the checkout. */
export const ROOT_VARIABLES: readonly (readonly [string, Value])[] = [
  ['CI_PROJECT_DIR', plain(ROOT)],
  ['GITHUB_WORKSPACE', plain(ROOT)],
]
