// Bake files in JSON (docs.docker.com/build/bake/reference): targets, groups, inheritance, variables.
import type { BuildDefinition } from '../../core/index.ts'
import { type BuildPlace, definitionOf, secretOf, throughOf } from './definition.ts'
import { interpolate, type Variables } from './interpolate.ts'
import type { BuildFileContent } from './reader.ts'
import { plain, type Value } from './value.ts'
import {
  childAt,
  childOf,
  entriesOf,
  lineOf,
  readYaml,
  textOf,
  textsOf,
  type YamlNode,
} from './yaml.ts'

/** Targets that a target may inherit from, all together. */
const MAX_INHERITED = 20
/** Targets and groups of one file. */
const MAX_TARGETS = 200
/** Arguments, tags or secrets of one target. */
const MAX_ITEMS = 200

/** Reads the targets of a bake file in JSON; JSON is read as the YAML that it is, which knows lines. */
export function readBake(file: string, text: string): BuildFileContent {
  const documents = readYaml(text)
  if (typeof documents === 'string') return { definitions: [], unread: [], problem: documents }
  const root = documents[0] ?? null
  const targets = childOf(root, 'target')
  const variables: Variables = new Map(
    entriesOf(childOf(root, 'variable')).flatMap(([name, variable]): [string, Value][] => {
      const value = textOf(childOf(variable, 'default'))
      return value === null ? [] : [[name, { ...plain(value), open: true }]]
    }),
  )
  const definitions: BuildDefinition[] = []
  for (const [name] of entriesOf(targets).slice(0, MAX_TARGETS)) {
    const place = {
      file,
      line: lineOf(targets, name),
      tool: 'bake' as const,
      name,
      command: 'target',
    }
    definitions.push(targetBuild(place, inherited(targets, name), variables))
  }
  const groups = childOf(root, 'group')
  for (const [name, group] of entriesOf(groups).slice(0, MAX_TARGETS)) {
    const place = {
      file,
      line: lineOf(groups, name),
      tool: 'bake' as const,
      name,
      command: 'group',
    }
    definitions.push(throughOf(place, [file], textsOf(childOf(group, 'targets')), []))
  }
  return { definitions, unread: [], problem: '' }
}

function targetBuild(
  place: BuildPlace,
  chain: readonly YamlNode[],
  variables: Variables,
): BuildDefinition {
  const find = (key: string): YamlNode | null => {
    for (const target of chain) {
      const value = childOf(target, key)
      if (value !== null) return value
    }
    return null
  }
  const text = (key: string): Value | null => {
    const found = textOf(find(key))
    return found === null ? null : interpolate(found, variables)
  }
  const values = new Map<string, Value | null>()
  for (const target of chain.toReversed()) {
    for (const [name, value] of entriesOf(childAt(target, 'args')).slice(0, MAX_ITEMS)) {
      const found = textOf(value)
      values.set(name, found === null ? null : interpolate(found, variables))
    }
  }
  const contexts = entriesOf(find('contexts'))
    .slice(0, MAX_ITEMS)
    .map(([name, value]) => `additional context ${name}=${textOf(value) ?? ''}`)
  const matrix = entriesOf(find('matrix')).map(([name]) => name)
  return definitionOf(place, {
    images: textsOf(find('tags'))
      .slice(0, MAX_ITEMS)
      .map((tag) => interpolate(tag, variables)),
    dockerfile: text('dockerfile'),
    dockerfileFrom: 'context',
    isInline: find('dockerfile-inline') !== null,
    context: text('context') ?? plain('.'),
    // bake is called at the root of the repository, wherever its file lies
    contextFrom: '',
    target: text('target'),
    arguments: [...values],
    secrets: textsOf(find('secret')).slice(0, MAX_ITEMS).map(secretOf),
    notes: [...contexts, ...(matrix.length > 0 ? [`a matrix over ${matrix.join(', ')}`] : [])],
  })
}

/** A target and those it inherits from, itself first; of several the last goes before the others. */
function inherited(targets: YamlNode | null, name: string): readonly YamlNode[] {
  const chain: YamlNode[] = []
  const seen = new Set<string>()
  const visit = (one: string): void => {
    if (seen.has(one) || seen.size >= MAX_INHERITED) return
    seen.add(one)
    const target = childOf(targets, one)
    if (target === null) return
    chain.push(target)
    for (const parent of textsOf(childOf(target, 'inherits')).toReversed()) visit(parent)
  }
  visit(name)
  return chain
}
