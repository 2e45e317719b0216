// GitLab CI files: the scripts of jobs that build images (docs.gitlab.com/ci/yaml: extends, default, !reference).
import type { BuildDefinition, UnreadBuildFile } from '../../core/index.ts'
import { ROOT_VARIABLES } from './command.ts'
import { Budget, type BuildFileContent } from './reader.ts'
import { readScript } from './script.ts'
import { fillShell, plain, type Value } from './value.ts'
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

/** Keys of the file that are no jobs. */
const NO_JOBS = new Set([
  ...['default', 'include', 'stages', 'variables', 'workflow', 'cache', 'image', 'services'],
  ...['before_script', 'after_script', 'spec'],
])
/** Jobs that a job may extend, all together. */
const MAX_EXTENDS = 50
/** Lines of a script, and lists that it is put together from. */
const MAX_LINES = 2_000
const MAX_NODES = 2_000
const MAX_JOBS = 300
/** Builds of one file. */
const MAX_BUILDS = 500

/** Reads a GitLab CI file. */
export function readGitlab(file: string, text: string): BuildFileContent {
  const documents = readYaml(text)
  if (typeof documents === 'string') return { definitions: [], unread: [], problem: documents }
  // A first document with `spec:` says what a component takes.
  const root = documents.findLast((document) => document.kind === 'map') ?? null
  const definitions: BuildDefinition[] = []
  const budget = new Budget()
  const unread: UnreadBuildFile[] = includesOf(file, root)
  for (const [name, job] of entriesOf(root).slice(0, MAX_JOBS)) {
    if (NO_JOBS.has(name) || name.startsWith('.') || job.kind !== 'map') continue
    const found = readJob(file, root, { name, budget })
    definitions.push(...found.definitions)
    unread.push(...found.unread)
  }
  return { definitions: definitions.slice(0, MAX_BUILDS), unread: unread.slice(0, 50), problem: '' }
}

function includesOf(file: string, root: YamlNode | null): UnreadBuildFile[] {
  const line = lineOf(root, 'include')
  return itemsOf(childOf(root, 'include')).flatMap((item) => {
    const named =
      textOf(item) ??
      entriesOf(item)
        .map(([key, value]) => `${key} ${textsOf(value).join(', ')}`)
        .join(', ')
    const what = `includes ${named.slice(0, 200)}`
    return named === '' ? [] : [{ file, line, what, automated: true }]
  })
}

interface Lines {
  readonly texts: string[]
  readonly lines: number[]
  /** References that are being followed. */
  readonly open: Set<string>
  nodes: number
}

function readJob(
  file: string,
  root: YamlNode | null,
  { name, budget }: { readonly name: string; readonly budget: Budget },
): BuildFileContent {
  const chain = extendedBy(root, name)
  const find = (key: string): YamlNode | null => {
    for (const job of chain) {
      const value = childOf(job, key)
      if (value !== null) return value
    }
    return null
  }
  const before =
    find('before_script') ??
    childOf(childOf(root, 'default'), 'before_script') ??
    childOf(root, 'before_script')
  const script: Lines = {
    texts: [],
    lines: [],
    open: new Set([JSON.stringify([name, 'script'])]),
    nodes: 0,
  }
  for (const part of [before, find('script')]) collect(part, root, script)
  const variables = new Map(ROOT_VARIABLES)
  for (const node of [
    childOf(root, 'variables'),
    ...chain.toReversed().map((job) => childOf(job, 'variables')),
  ]) {
    addVariables(node, variables)
  }
  const source = script.texts.join('\n')
  if (!budget.spend(source)) {
    const what = `job ${name}, because the file is too large`
    return {
      definitions: [],
      unread: [{ file, line: lineOf(root, name), what, automated: true }],
      problem: '',
    }
  }
  const { definitions, unread } = readScript({
    source,
    lines: script.lines,
    file,
    tool: 'gitlab-ci',
    name,
    folder: '',
    variables,
    restore: plain,
  })
  const trigger = find('trigger')
  if (trigger === null) return { definitions, unread, problem: '' }
  const what = `job ${name} starts another pipeline`
  const line = lineOf(root, name)
  return { definitions, unread: [...unread, { file, line, what, automated: true }], problem: '' }
}

function addVariables(node: YamlNode | null, variables: Map<string, Value>): void {
  for (const [name, value] of entriesOf(node)) {
    const text = textOf(value) ?? textOf(childOf(value, 'value'))
    if (text !== null) variables.set(name, fillShell(text, variables))
  }
}

/** The job and those that it extends, itself first; of several the last goes before the others. */
function extendedBy(root: YamlNode | null, name: string): readonly YamlMap[] {
  const chain: YamlMap[] = []
  const seen = new Set<string>()
  const visit = (one: string): void => {
    if (seen.has(one) || seen.size >= MAX_EXTENDS) return
    seen.add(one)
    const job = childOf(root, one)
    if (job?.kind !== 'map') return
    chain.push(job)
    for (const parent of textsOf(childOf(job, 'extends')).toReversed()) visit(parent)
  }
  visit(name)
  return chain
}

/** The lines of a script: texts, lists in lists, and `!reference [job, key]`. */
function collect(node: YamlNode | null, root: YamlNode | null, into: Lines): void {
  if (node === null || into.texts.length > MAX_LINES || into.nodes > MAX_NODES) return
  if (node.kind === 'text') {
    for (const [index, line] of node.text.split('\n').entries()) {
      into.texts.push(line)
      into.lines.push(node.line + index)
    }
    return
  }
  if (node.kind !== 'list') return
  into.nodes += 1
  if (node.tag === '!reference') {
    const keys = textsOf(node)
    const path = JSON.stringify(keys)
    if (into.open.has(path)) return
    into.open.add(path)
    const target = keys.reduce((at: YamlNode | null, key) => childOf(at, key), root)
    collect(target, root, into)
    into.open.delete(path)
    return
  }
  for (const item of node.items) collect(item, root, into)
}
