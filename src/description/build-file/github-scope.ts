// What `${{ … }}` stands for in a GitHub workflow: environment, matrix and inputs as the file gives them
// (docs.github.com: workflow syntax, contexts reference).
import { fill, type Lookup, plain, ROOT, type Value } from './value.ts'
import { childAt, childOf, entriesOf, itemsOf, textOf, type YamlNode } from './yaml.ts'

/** Combinations of a matrix that are looked at. */
const MAX_COMBINATIONS = 50

const EXPRESSION = /\$\{\{\s*([\s\S]*?)\s*\}\}/g

/** Values by the name that an expression uses: `env.X`, `matrix.X`, `inputs.X`. */
export class Scope {
  readonly #parent: Scope | null
  readonly #values = new Map<string, Value>()

  constructor(parent: Scope | null = null) {
    this.#parent = parent
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value)
  }

  get(name: string): Value | null {
    return this.#values.get(name) ?? this.#parent?.get(name) ?? null
  }

  /** All of `env`, for scripts. */
  variables(): Map<string, Value> {
    const all = this.#parent?.variables() ?? new Map<string, Value>()
    for (const [name, value] of this.#values) {
      if (name.startsWith('env.')) all.set(name.slice(4), value)
    }
    return all
  }

  /** Adds an `env:` mapping. */
  addEnvironment(node: YamlNode | null): void {
    for (const [name, value] of entriesOf(node)) {
      const text = textOf(value)
      if (text !== null) this.set(`env.${name}`, this.text(text))
    }
  }

  /** Adds the defaults of an `inputs:` mapping: a caller may give others. */
  addInputs(node: YamlNode | null): void {
    for (const [name, value] of entriesOf(node)) {
      const text = textOf(childOf(value, 'default'))
      if (text !== null) this.set(`inputs.${name}`, { ...this.text(text), open: true })
    }
  }

  /** A text with what is known put into it. */
  text(text: string): Value {
    return fill(text, EXPRESSION, this.#lookup)
  }

  readonly #lookup: Lookup = (expression) => {
    if (expression === 'github.workspace') return plain(ROOT)
    const quoted = /^'((?:[^']|'')*)'$/.exec(expression)?.[1]
    if (quoted !== undefined) return plain(quoted.replaceAll("''", "'"))
    return this.get(expression)
  }
}

/** What a script holds in place of expressions, which no shell can read. */
export interface MaskedScript {
  readonly source: string
  /** Puts expressions back, with their values where they are known. */
  readonly restore: (text: string) => Value
}

/** Takes expressions out of a script. */
export function maskScript(source: string, scope: Scope): MaskedScript {
  const taken: string[] = []
  const masked = source.replace(EXPRESSION, (match) => `\ue100${taken.push(match) - 1}\ue101`)
  const restore = (text: string) =>
    scope.text(text.replace(/\ue100(\d+)\ue101/g, (_, index: string) => taken[Number(index)] ?? ''))
  return { source: masked, restore }
}

type Combination = ReadonlyMap<string, string>

/** The combinations of `strategy.matrix`; one empty one when there is none, or the file does not tell them. */
export function combinationsOf(job: YamlNode | null): readonly Combination[] {
  const matrix = childAt(job, 'strategy', 'matrix')
  if (matrix?.kind !== 'map') return [new Map()]
  let combinations: Combination[] = [new Map()]
  for (const [name, axis] of matrix.entries) {
    if (name === 'include' || name === 'exclude' || axis.kind !== 'list') continue
    const values = axis.items.slice(0, MAX_COMBINATIONS).map((item) => flattened(name, item))
    if (values.length === 0) continue
    combinations = combinations
      .flatMap((one) => values.map((value) => new Map([...one, ...value])))
      .slice(0, MAX_COMBINATIONS)
  }
  const includes = itemsOf(childOf(matrix, 'include')).slice(0, MAX_COMBINATIONS)
  for (const include of includes.map((item) => flattened('', item))) {
    combinations = withInclude(combinations, include)
  }
  return combinations.slice(0, MAX_COMBINATIONS)
}

/** An entry of `include` adds to the combinations that it does not contradict; else it is one of its own. */
function withInclude(combinations: readonly Combination[], include: Combination): Combination[] {
  const fits = (one: Combination) =>
    one.size > 0 && [...include].every(([name, value]) => (one.get(name) ?? value) === value)
  const shares = (one: Combination) => [...include.keys()].some((name) => one.has(name))
  const joined = combinations.map((one) =>
    fits(one) && shares(one) ? new Map([...one, ...include]) : one,
  )
  const isJoined = joined.some((one, at) => one !== combinations[at])
  const rest = joined.filter((one) => one.size > 0)
  return isJoined ? joined : [...rest, include]
}

function flattened(name: string, node: YamlNode): Combination {
  const found = new Map<string, string>()
  const visit = (path: string, at: YamlNode, depth: number): void => {
    const text = textOf(at)
    if (text !== null) found.set(path, text)
    if (depth > 3 || found.size > 100) return
    for (const [key, value] of entriesOf(at))
      visit(path === '' ? key : `${path}.${key}`, value, depth + 1)
  }
  visit(name, node, 0)
  return found
}
