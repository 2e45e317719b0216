// `build:` of Compose files (compose-spec: build.md, 05-services.md `extends`, 12-interpolation.md).
import { type BuildDefinition, parentOf } from '../../core/index.ts'
import { argumentOf, definitionOf } from './definition.ts'
import { interpolate, NO_VARIABLES } from './interpolate.ts'
import type { BuildFileContent } from './reader.ts'
import { plain, type Value } from './value.ts'
import {
  childOf,
  entriesOf,
  itemsOf,
  lineOf,
  readYaml,
  textOf,
  textsOf,
  type YamlMap,
  type YamlNode,
} from './yaml.ts'

/** Services that a service may extend, one after the other. */
const MAX_EXTENDS = 20
/** Services of one file. */
const MAX_SERVICES = 200
/** Arguments or tags of one build. */
const MAX_ITEMS = 200

/** Reads the builds of a Compose file. */
export function readCompose(file: string, text: string): BuildFileContent {
  const documents = readYaml(text)
  if (typeof documents === 'string') return { definitions: [], unread: [], problem: documents }
  const definitions: BuildDefinition[] = []
  for (const document of documents) {
    const services = childOf(document, 'services')
    for (const [name] of entriesOf(services).slice(0, MAX_SERVICES)) {
      const definition = serviceBuild(file, services, name)
      if (definition !== null) definitions.push(definition)
    }
  }
  return { definitions, unread: [], problem: '' }
}

function serviceBuild(
  file: string,
  services: YamlNode | null,
  name: string,
): BuildDefinition | null {
  const { chain, notes } = extended(services, name)
  const builds = chain.flatMap((service) => childOf(service, 'build') ?? [])
  if (builds.length === 0) return null
  // What the service itself says goes before what it extends.
  const find = (key: string): YamlNode | null => {
    for (const build of builds) {
      const value = build.kind === 'map' ? childOf(build, key) : key === 'context' ? build : null
      if (value !== null) return value
    }
    return null
  }
  const text = (key: string): Value | null => {
    const found = textOf(find(key))
    return found === null ? null : interpolate(found, NO_VARIABLES)
  }
  const values = builds.toReversed().flatMap((build) => argumentsOf(childOf(build, 'args')))
  const image = chain
    .map((service) => textOf(childOf(service, 'image')))
    .find((one) => one !== null)
  const tags = textsOf(find('tags')).slice(0, MAX_ITEMS)
  const own = chain[0] ?? null
  const line = own?.entries.has('build') === true ? lineOf(own, 'build') : lineOf(services, name)
  return definitionOf(
    { file, line, tool: 'compose', name, command: 'build:' },
    {
      images: [...(image === undefined || image === null ? [] : [image]), ...tags].map((one) =>
        interpolate(one, NO_VARIABLES),
      ),
      dockerfile: text('dockerfile'),
      dockerfileFrom: 'context',
      isInline: find('dockerfile_inline') !== null,
      context: text('context') ?? plain('.'),
      contextFrom: parentOf(file),
      target: text('target'),
      arguments: [...new Map(values)],
      secrets: itemsOf(find('secrets'))
        .slice(0, MAX_ITEMS)
        .flatMap((item) => textOf(item) ?? textOf(childOf(item, 'source')) ?? []),
      notes: [...notes, ...contextsOf(find('additional_contexts'))],
    },
  )
}

/** `args:` as a mapping or a list. */
export function argumentsOf(node: YamlNode | null): readonly (readonly [string, Value | null])[] {
  if (node?.kind === 'map') {
    return entriesOf(node)
      .slice(0, MAX_ITEMS)
      .map(([name, value]) => {
        const text = textOf(value)
        return [name, text === null ? null : interpolate(text, NO_VARIABLES)]
      })
  }
  return textsOf(node)
    .slice(0, MAX_ITEMS)
    .map((item) => argumentOf(interpolate(item, NO_VARIABLES)))
}

function contextsOf(node: YamlNode | null): readonly string[] {
  const named =
    node?.kind === 'map'
      ? entriesOf(node).map(([name, value]) => `${name}=${textOf(value) ?? ''}`)
      : textsOf(node)
  return named.slice(0, MAX_ITEMS).map((one) => `additional context ${one}`)
}

/** The service and those it extends, itself first; a service of another file is a note. */
function extended(
  services: YamlNode | null,
  name: string,
): { readonly chain: readonly YamlMap[]; readonly notes: readonly string[] } {
  const chain: YamlMap[] = []
  const notes: string[] = []
  const seen = new Set<string>()
  let next: string | null = name
  while (next !== null && !seen.has(next) && seen.size < MAX_EXTENDS) {
    seen.add(next)
    const service = childOf(services, next)
    if (service?.kind !== 'map') break
    chain.push(service)
    const extend = childOf(service, 'extends')
    const other = textOf(childOf(extend, 'file'))
    next = textOf(extend) ?? textOf(childOf(extend, 'service'))
    if (other !== null) {
      notes.push(`extends ${next ?? 'a service'} of ${other}`)
      next = null
    }
  }
  return { chain, notes }
}
