// One rule file: YAML 1.2 text to a `Rule`, or the first thing that is wrong with it and where.
import { createRequire } from 'node:module'
import type { Document, LineCounter, Node, Pair, YAMLMap } from 'yaml'
import { nestsTooDeeply, type Severity } from '../core/index.ts'
import type { Area, Parameter, Rule, RuleProblem } from './rule.ts'

// The YAML reader takes 45 ms to load and most runs need none: it is loaded with the first file.
const require = createRequire(import.meta.url)
type Yaml = typeof import('yaml')
let loaded: Yaml | null = null

function yaml(): Yaml {
  loaded ??= require('yaml') as Yaml
  return loaded
}

/** Largest rule file that is read. Bytes. */
export const MAX_RULE_BYTES = 256 * 1024

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']
const AREAS: readonly Area[] = ['traceability', 'image', 'description']
const FIELDS = [
  'id',
  'name',
  'severity',
  'grades',
  'area',
  'summary',
  'why',
  'fix',
  'references',
  'parameters',
  'query',
  'message',
  'examples',
]
const PLACEHOLDERS = ['subject', 'path', 'line', 'layer', 'detail']

class Fault extends Error {
  readonly offset: number

  constructor(offset: number, reason: string) {
    super(reason)
    this.offset = offset
  }
}

/** Parses one rule file; `file` is only shown. */
export function parseRule(file: string, text: string): Rule | RuleProblem {
  if (nestsTooDeeply(text)) return { file, line: 0, column: 0, reason: 'cannot be read as YAML' }
  const lines = new (yaml().LineCounter)()
  const at = (offset: number, reason: string): RuleProblem => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col, reason }
  }
  try {
    const document = yaml().parseDocument(text, { lineCounter: lines, uniqueKeys: true })
    const error = document.errors[0]
    if (error !== undefined) return at(error.pos[0], firstLine(error.message))
    return decode(file, document, lines)
  } catch (thrown) {
    if (thrown instanceof Fault) return at(thrown.offset, thrown.message)
    // Deep nesting ends the reader's stack: a broken file, not a broken program.
    return { file, line: 0, column: 0, reason: 'cannot be read as YAML' }
  }
}

/** True when a rule file was parsed to a rule. */
export function isRule(parsed: Rule | RuleProblem): parsed is Rule {
  return 'id' in parsed
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')
}

function decode(file: string, document: Document, lines: LineCounter): Rule {
  const root = document.contents
  if (!yaml().isMap(root)) throw new Fault(0, 'a rule file is a mapping that begins with `id:`')
  const fields = fieldsOf(root, FIELDS)
  const query = fields.get('query')
  const parameters = decodeParameters(fields.get('parameters'))
  return {
    id: matched(required(fields, root, 'id'), 'id', /^[A-Z]{1,3}\d{2,3}$/, 'such as D01'),
    name: matched(required(fields, root, 'name'), 'name', /^[a-z0-9]+(-[a-z0-9]+)*$/, 'kebab-case'),
    severity: choice(required(fields, root, 'severity'), 'severity', SEVERITIES),
    grades: decodeGrades(fields.get('grades')),
    area: choice(required(fields, root, 'area'), 'area', AREAS),
    summary: prose(required(fields, root, 'summary'), 'summary'),
    why: prose(required(fields, root, 'why'), 'why'),
    fix: prose(required(fields, root, 'fix'), 'fix'),
    references: list(required(fields, root, 'references'), 'references'),
    parameters,
    query: checkQuery(required(fields, root, 'query'), parameters),
    message: checkMessage(required(fields, root, 'message')),
    file,
    queryLine: lines.linePos(offsetOf(query)).line,
  }
}

function offsetOf(node: Node | undefined): number {
  return node?.range?.[0] ?? 0
}

function fieldsOf(map: YAMLMap, known: readonly string[] | null): Map<string, Node> {
  const fields = new Map<string, Node>()
  for (const pair of map.items as Pair[]) {
    const { isScalar, isNode } = yaml()
    const key = pair.key
    if (!isScalar(key) || typeof key.value !== 'string') {
      throw new Fault(offsetOf(isNode(key) ? key : map), 'a field name is a plain word')
    }
    if (known !== null && !known.includes(key.value)) {
      throw new Fault(
        offsetOf(key),
        `unknown field \`${key.value}\`; known are ${known.join(', ')}`,
      )
    }
    if (!isNode(pair.value)) throw new Fault(offsetOf(key), `\`${key.value}\` is empty`)
    if (yaml().isAlias(pair.value)) {
      throw new Fault(offsetOf(pair.value), 'aliases are not used in rule files')
    }
    fields.set(key.value, pair.value)
  }
  return fields
}

function required(fields: Map<string, Node>, root: Node, name: string): Node {
  const node = fields.get(name)
  if (node === undefined) throw new Fault(offsetOf(root), `\`${name}\` is missing`)
  return node
}

function textOf(node: Node, name: string): string {
  if (!yaml().isScalar(node) || typeof node.value !== 'string') {
    throw new Fault(offsetOf(node), `\`${name}\` must be text`)
  }
  const text = node.value.trim()
  if (text === '') throw new Fault(offsetOf(node), `\`${name}\` is empty`)
  return text
}

// Paragraphs are kept, line breaks inside them are not.
function prose(node: Node, name: string): string {
  const paragraphs = textOf(node, name).split(/\n\s*\n/)
  return paragraphs.map((paragraph) => paragraph.replace(/\s+/g, ' ').trim()).join('\n\n')
}

function matched(node: Node, name: string, pattern: RegExp, expected: string): string {
  const text = textOf(node, name)
  if (!pattern.test(text)) throw new Fault(offsetOf(node), `\`${name}\` must be ${expected}`)
  return text
}

function choice<T extends string>(node: Node, name: string, choices: readonly T[]): T {
  const text = textOf(node, name)
  const found = choices.find((candidate) => candidate === text)
  if (found === undefined) {
    throw new Fault(offsetOf(node), `\`${name}\` must be one of ${choices.join(', ')}`)
  }
  return found
}

function list(node: Node, name: string): string[] {
  if (!yaml().isSeq(node)) throw new Fault(offsetOf(node), `\`${name}\` must be a list`)
  return node.items.map((item) => {
    if (!yaml().isNode(item)) throw new Fault(offsetOf(node), `\`${name}\` has an empty item`)
    return textOf(item, name)
  })
}

function decodeGrades(node: Node | undefined): Rule['grades'] {
  if (node === undefined) return []
  if (!yaml().isMap(node)) {
    throw new Fault(offsetOf(node), '`grades` maps how a detail begins to a severity')
  }
  return [...fieldsOf(node, null)].map(([detail, value]) => ({
    detail,
    severity: choice(value, 'grades', SEVERITIES),
  }))
}

function decodeParameters(node: Node | undefined): Parameter[] {
  if (node === undefined) return []
  if (!yaml().isMap(node)) throw new Fault(offsetOf(node), '`parameters` must be a mapping')
  return [...fieldsOf(node, null)].map(([name, value]) => {
    if (!/^[a-z][a-z0-9_]*$/.test(name) || name === 'image') {
      throw new Fault(offsetOf(value), `parameter \`${name}\` must be a snake_case word, not image`)
    }
    if (!yaml().isMap(value)) {
      throw new Fault(offsetOf(value), `parameter \`${name}\` needs \`default\` and \`about\``)
    }
    const fields = fieldsOf(value, ['default', 'about'])
    return {
      name,
      about: prose(required(fields, value, 'about'), 'about'),
      value: decodeDefault(required(fields, value, 'default')),
    }
  })
}

function decodeDefault(node: Node): Parameter['value'] {
  if (yaml().isSeq(node)) return list(node, 'default')
  if (yaml().isScalar(node)) {
    if (typeof node.value === 'number' && Number.isFinite(node.value)) return node.value
    if (typeof node.value === 'string') return node.value
  }
  throw new Fault(offsetOf(node), '`default` must be a number, a text or a list of texts')
}

function checkQuery(node: Node, parameters: readonly Parameter[]): string {
  const text = textOf(node, 'query').replace(/;\s*$/, '')
  const bare = text.replace(/'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
  if (!/^\s*(select|with)\b/i.test(bare)) {
    throw new Fault(offsetOf(node), '`query` must be one SELECT')
  }
  if (bare.includes(';')) throw new Fault(offsetOf(node), '`query` must be one statement')
  if (!/\border\s+by\b/i.test(bare)) throw new Fault(offsetOf(node), '`query` needs ORDER BY')
  if (!/:image\b/.test(bare)) throw new Fault(offsetOf(node), '`query` must ask for `:image`')
  const used = new Set([...bare.matchAll(/[:@$]([A-Za-z_]\w*)/g)].map(([, name = '']) => name))
  used.delete('image')
  for (const { name } of parameters) {
    if (!used.delete(name)) throw new Fault(offsetOf(node), `\`query\` does not use \`:${name}\``)
  }
  for (const name of used) {
    throw new Fault(offsetOf(node), `\`query\` uses \`:${name}\`, which is no parameter`)
  }
  return text
}

function checkMessage(node: Node): string {
  const text = textOf(node, 'message')
  for (const [, name = ''] of text.matchAll(/\{(\w+)\}/g)) {
    if (!PLACEHOLDERS.includes(name)) {
      throw new Fault(
        offsetOf(node),
        `\`message\` uses {${name}}; known are ${PLACEHOLDERS.join(', ')}`,
      )
    }
  }
  return text
}
