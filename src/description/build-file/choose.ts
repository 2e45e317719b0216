// Which build of the tracked build files made an image, by its names.
import type { BuildDefinition } from '../../core/index.ts'

/** The build that is meant, or why none can be told. */
export type ChosenBuild =
  | { readonly kind: 'one'; readonly definition: BuildDefinition; readonly why: string }
  | { readonly kind: 'ambiguous'; readonly definitions: readonly BuildDefinition[] }
  | { readonly kind: 'none' }

const NO_BUILD: ChosenBuild = { kind: 'none' }

/**
 * The one build that has the image's name, else the only one there is, unless it has another name.
 * `defaultExists`: there is a Dockerfile where nobody has to name it; then a build of another name tells nothing.
 */
export function chooseBuild(
  definitions: readonly BuildDefinition[],
  names: readonly string[],
  defaultExists: boolean,
): ChosenBuild {
  const usable = definitions.filter(
    ({ through, dockerfile, context }) =>
      through === null && dockerfile !== null && context !== null,
  )
  const named = usable.filter((one) => names.some((name) => namesImage(one, name) === 'same'))
  const similar = usable.filter((one) => names.some((name) => namesImage(one, name) === 'similar'))
  // A build whose name is not known may be the one that is meant.
  const nameless = usable.filter((one) =>
    names.every((name) => namesImage(one, name) === 'unknown'),
  )
  for (const [group, why] of [
    [named, 'which has the name of the image'],
    [similar, 'whose image has the same last name'],
  ] as const) {
    const [first] = recipesOf(group)
    if (first === undefined) continue
    const recipes = recipesOf(group === similar ? [...group, ...nameless] : group)
    return recipes.length === 1
      ? { kind: 'one', definition: first, why }
      : { kind: 'ambiguous', definitions: recipes }
  }
  const open = usable.filter((one) => names.length === 0 || !defaultExists || !isOther(one, names))
  const [only, ...others] = recipesOf(usable)
  if (only === undefined || !open.includes(only)) {
    return others.length > 0 && !defaultExists
      ? { kind: 'ambiguous', definitions: recipesOf(usable) }
      : NO_BUILD
  }
  if (others.length > 0) return { kind: 'ambiguous', definitions: [only, ...others] }
  return { kind: 'one', definition: only, why: 'the only build that the tracked files describe' }
}

/** Builds that differ in Dockerfile, context or target, one of each. */
function recipesOf(definitions: readonly BuildDefinition[]): readonly BuildDefinition[] {
  const recipes = new Map<string, BuildDefinition>()
  for (const one of definitions) {
    const key = JSON.stringify([one.dockerfile, one.context, one.target])
    const before = recipes.get(key)
    // Of two the one that tells more.
    if (before === undefined || one.dynamic.length < before.dynamic.length) recipes.set(key, one)
  }
  return [...recipes.values()]
}

/** It gives names, and none of them is one of these. */
function isOther(definition: BuildDefinition, names: readonly string[]): boolean {
  const { images } = definition
  return images.length > 0 && names.every((name) => namesImage(definition, name) === 'other')
}

/** How a build's own names stand to a name of the image. `unknown`: it gives none, or one with its last part open. */
export function namesImage(
  { images }: BuildDefinition,
  name: string,
): 'same' | 'similar' | 'other' | 'unknown' {
  const wanted = bareName(name)
  if (images.length === 0) return 'unknown'
  const results = images.map((image) => compareNames(bareName(image), wanted))
  for (const result of ['same', 'similar', 'unknown'] as const) {
    if (results.includes(result)) return result
  }
  return 'other'
}

/** A part of a name that is known at build time only. */
const HOLE = /\$\{\{.*?\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$\w+/g

function compareNames(image: string, wanted: string): 'same' | 'similar' | 'other' | 'unknown' {
  const last = lastPart(image)
  if (last.replace(HOLE, '') === '') return 'unknown'
  if (!fits(last, lastPart(wanted))) return 'other'
  return fits(image, wanted) ? 'same' : 'similar'
}

function lastPart(name: string): string {
  // A hole may hold slashes of its own: `${{ github.repository }}`.
  const masked = name.replace(HOLE, (hole) => hole.replaceAll('/', '\ue000'))
  return masked.slice(masked.lastIndexOf('/') + 1).replaceAll('\ue000', '/')
}

/** The known pieces stand in the other name in order, the first at its beginning and the last at its end. */
function fits(template: string, name: string): boolean {
  const pieces = template.split(HOLE)
  const [first = ''] = pieces
  const last = pieces.at(-1) ?? ''
  if (pieces.length === 1) return template === name
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  if (name.length < first.length + last.length) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= name.length - last.length
}

/** Without registry defaults, tag and digest: `docker.io/library/app:1` is `app`. */
function bareName(name: string): string {
  const masked: string[] = []
  const safe = name.replace(HOLE, (hole) => `\ue000${masked.push(hole) - 1}\ue001`)
  const plain = (safe.split('@')[0] ?? '')
    .replace(/^(?:index\.)?docker\.io\//, '')
    .replace(/^library\//, '')
  const colon = plain.lastIndexOf(':')
  const bare = colon > plain.lastIndexOf('/') ? plain.slice(0, colon) : plain
  return bare.replace(/\ue000(\d+)\ue001/g, (_, index: string) => masked[Number(index)] ?? '')
}
