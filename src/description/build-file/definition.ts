// What a build is made of, as each file says it, to a `BuildDefinition`.
import { type BuildDefinition, type BuildTool, joinPath } from '../../core/index.ts'
import { placeOf, shown, type Value } from './value.ts'

/** Where a build stands. */
export interface BuildPlace {
  readonly file: string
  readonly line: number
  readonly tool: BuildTool
  readonly name: string
  readonly command: string
}

/** The parts of a build, still with their unknowns. */
export interface BuildParts {
  readonly images: readonly Value[]
  /** Null for the default, `Dockerfile` in the context. */
  readonly dockerfile: Value | null
  /** What a relative path of the Dockerfile begins at: the context, or a folder. */
  readonly dockerfileFrom: 'context' | { readonly folder: string | null }
  readonly isInline: boolean
  readonly context: Value
  /** Folder that the context is relative to; null when it is not known. */
  readonly contextFrom: string | null
  readonly target: Value | null
  /** Null for a value that the environment gives. */
  readonly arguments: readonly (readonly [name: string, value: Value | null])[]
  readonly secrets: readonly string[]
  /** Sentences on what else is not known. */
  readonly notes: readonly string[]
}

/** Arguments, images or secrets of one build that are kept. */
const MAX_ITEMS = 500

/** The definition. */
export function definitionOf(place: BuildPlace, parts: BuildParts): BuildDefinition {
  const context = placeOf(parts.contextFrom, parts.context)
  const dynamic = new Set<string>()
  const note = (name: string, value: Value | null) => {
    if (value !== null && (!value.known || value.open)) dynamic.add(name)
  }
  note('context', parts.context)
  note('dockerfile', parts.dockerfile)
  note('target', parts.target)
  for (const image of parts.images) note('images', image)
  if (context === null) dynamic.add('context')
  const dockerfile = dockerfileOf(parts, context)
  if (dockerfile === null) dynamic.add('dockerfile')
  if (parts.isInline) dynamic.add('the text of the Dockerfile stands in the build file')
  const values: [string, string | null][] = []
  for (const [name, value] of parts.arguments.slice(0, MAX_ITEMS)) {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      dynamic.add('arguments')
      continue
    }
    if (value === null || !value.known || value.open) dynamic.add(`arguments.${name}`)
    values.push([name, value === null || !value.known ? null : value.text])
  }
  for (const sentence of parts.notes) dynamic.add(sentence)
  return {
    ...place,
    images: unique(parts.images.map(({ text }) => shown(text)).filter((text) => text !== '')),
    dockerfile,
    context,
    target: parts.target?.known === true && parts.target.text !== '' ? parts.target.text : null,
    arguments: Object.fromEntries(values),
    secrets: unique(parts.secrets),
    dynamic: [...dynamic],
    through: null,
  }
}

function dockerfileOf(parts: BuildParts, context: string | null): string | null {
  if (parts.isInline) return null
  const { dockerfile, dockerfileFrom } = parts
  if (dockerfile === null || dockerfile.text === '') {
    return context === null ? null : joinPath(context, 'Dockerfile')
  }
  return placeOf(dockerfileFrom === 'context' ? context : dockerfileFrom.folder, dockerfile)
}

/** A build that other build files describe. */
export function throughOf(
  place: BuildPlace,
  files: readonly string[],
  targets: readonly string[],
  notes: readonly string[],
): BuildDefinition {
  return {
    ...place,
    images: [],
    dockerfile: null,
    context: null,
    target: null,
    arguments: {},
    secrets: [],
    dynamic: unique(notes),
    through: { files: unique(files), targets: unique(targets) },
  }
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].slice(0, MAX_ITEMS)
}

/** `NAME=value`; a name alone takes its value from the environment. */
export function argumentOf({ text, known, open }: Value): readonly [string, Value | null] {
  const at = text.indexOf('=')
  if (at < 0) return [text, null]
  const value = { text: text.slice(at + 1), known: known || !/[$`]/.test(text.slice(at + 1)), open }
  return [text.slice(0, at), value]
}

/** The id of a build secret: `id=x,src=y`, `x=value`. */
export function secretOf(text: string): string {
  const id = /(?:^|,)\s*id=([^,]+)/.exec(text)?.[1]
  return (id ?? text.split('=')[0] ?? '').trim().replace(/^"|"$/g, '')
}
