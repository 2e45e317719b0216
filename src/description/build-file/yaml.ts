// YAML 1.2 text of strangers to a small tree with lines. Every scalar is its text; aliases and merge keys are
// resolved by sharing, so that no file grows by them.
import { createRequire } from 'node:module'
import type { LineCounter, Node, Scalar } from 'yaml'
import { nestsTooDeeply } from '../../core/index.ts'

// The YAML reader takes 45 ms to load, and most repositories have no such file.
const require = createRequire(import.meta.url)
type Yaml = typeof import('yaml')
let loaded: Yaml | null = null

function yaml(): Yaml {
  loaded ??= require('yaml') as Yaml
  return loaded
}

/** A value of the file. */
export type YamlNode = YamlText | YamlList | YamlMap

/** A scalar. */
export interface YamlText {
  readonly kind: 'text'
  readonly text: string
  /** Line of its first character. */
  readonly line: number
  /** Nothing stands there, or `null`. */
  readonly isNull: boolean
}

/** A sequence. */
export interface YamlList {
  readonly kind: 'list'
  readonly items: readonly YamlNode[]
  readonly line: number
  /** `!reference` and the like; ''. */
  readonly tag: string
}

/** A mapping. */
export interface YamlMap {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, YamlNode>
  /** Line of each key. */
  readonly lines: ReadonlyMap<string, number>
  readonly line: number
}

/** Largest build file that is read. Bytes. */
export const MAX_BUILD_FILE = 256 * 1024
/** Values of one file, those that merge keys copy included. */
const MAX_VALUES = 100_000
const MAX_DOCUMENTS = 20

const NOTHING: YamlText = { kind: 'text', text: '', line: 0, isNull: true }

/** The documents of a file; a text with the reason when it cannot be read. */
export function readYaml(text: string): readonly YamlNode[] | string {
  if (nestsTooDeeply(text)) return 'it is nested too deeply'
  try {
    const lines = new (yaml().LineCounter)()
    const documents = yaml().parseAllDocuments(text, {
      schema: 'failsafe',
      lineCounter: lines,
      uniqueKeys: false,
      // Pretty errors take time that grows with the square of their number.
      prettyErrors: false,
    })
    if (!Array.isArray(documents)) return []
    const [error] = documents.flatMap((document) => document.errors)
    if (error !== undefined) return `line ${lines.linePos(error.pos[0]).line}: ${error.message}`
    return documents.slice(0, MAX_DOCUMENTS).map((document) => {
      return document.contents === null ? NOTHING : new Converter(lines).node(document.contents)
    })
  } catch (thrown) {
    if (thrown instanceof RangeError) return 'it is nested too deeply'
    if (thrown instanceof TooLarge) return `more than ${MAX_VALUES} values`
    throw thrown
  }
}

class TooLarge extends Error {}

class Converter {
  readonly #lines: LineCounter
  /** By anchor, the newest before the place; an alias inside its own anchor is nothing. */
  readonly #anchors = new Map<string, YamlNode>()
  #values = 0

  constructor(lines: LineCounter) {
    this.#lines = lines
  }

  node(from: unknown): YamlNode {
    this.#count(1)
    const { isAlias, isMap, isScalar, isSeq } = yaml()
    if (isAlias(from)) return this.#anchors.get(from.source) ?? NOTHING
    if (isScalar(from)) return this.#anchored(from, this.#text(from))
    if (isSeq(from)) {
      const items = from.items.map((item) => this.node(item))
      const line = this.#lineOf(from)
      return this.#anchored(from, { kind: 'list', items, line, tag: from.tag ?? '' })
    }
    return isMap(from) ? this.#anchored(from, this.#map(from)) : NOTHING
  }

  #count(values: number): void {
    this.#values += values
    if (this.#values > MAX_VALUES) throw new TooLarge()
  }

  #anchored(from: { readonly anchor?: string }, node: YamlNode): YamlNode {
    if (from.anchor !== undefined) this.#anchors.set(from.anchor, node)
    return node
  }

  #lineOf(node: Node): number {
    return this.#lines.linePos(node.range?.[0] ?? 0).line
  }

  #text(scalar: Scalar): YamlText {
    const text = typeof scalar.value === 'string' ? scalar.value : ''
    const isPlain = scalar.type === 'PLAIN' || scalar.type === undefined
    const isBlock = scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED'
    return {
      kind: 'text',
      text: isPlain ? asNumber(text) : text,
      line: this.#lineOf(scalar) + (isBlock ? 1 : 0),
      isNull: isPlain && /^(?:~|null|Null|NULL)?$/.test(text),
    }
  }

  #map(from: { readonly items: readonly unknown[]; readonly range?: Node['range'] }): YamlMap {
    const { isPair, isScalar } = yaml()
    const entries = new Map<string, YamlNode>()
    const lines = new Map<string, number>()
    const merged: YamlNode[] = []
    for (const pair of from.items) {
      if (!isPair(pair)) continue
      const { key, value } = pair
      if (!isScalar(key) || typeof key.value !== 'string') {
        this.node(value)
        continue
      }
      const node = value === null ? NOTHING : this.node(value)
      if (key.value === '<<') merged.push(...(node.kind === 'list' ? node.items : [node]))
      else {
        entries.set(key.value, node)
        lines.set(key.value, this.#lineOf(key))
      }
    }
    for (const one of merged) {
      if (one.kind !== 'map') continue
      this.#count(one.entries.size)
      for (const [name, node] of one.entries) {
        if (entries.has(name)) continue
        entries.set(name, node)
        lines.set(name, one.lines.get(name) ?? 0)
      }
    }
    return { kind: 'map', entries, lines, line: this.#lines.linePos(from.range?.[0] ?? 0).line }
  }
}

/** What YAML readers make of a number: 1.10 is 1.1 to all of them, and that is what a build is given. */
function asNumber(text: string): string {
  return /^[-+]?(?:\d{1,15}\.\d{0,15}|\.\d{1,15})$/.test(text) ? String(Number(text)) : text
}

/** The value of a key; null when it is no mapping, or has none. */
export function childOf(node: YamlNode | null, key: string): YamlNode | null {
  return node?.kind === 'map' ? (node.entries.get(key) ?? null) : null
}

/** The value behind several keys. */
export function childAt(node: YamlNode | null, ...keys: readonly string[]): YamlNode | null {
  return keys.reduce((at, key) => childOf(at, key), node)
}

/** The text of a scalar; null for anything else, and for nothing. */
export function textOf(node: YamlNode | null): string | null {
  return node?.kind === 'text' && !node.isNull ? node.text : null
}

/** The entries of a mapping; none for anything else. */
export function entriesOf(node: YamlNode | null): readonly (readonly [string, YamlNode])[] {
  return node?.kind === 'map' ? [...node.entries] : []
}

/** Items of a list; a single value counts as a list of one. */
export function itemsOf(node: YamlNode | null): readonly YamlNode[] {
  if (node === null || (node.kind === 'text' && node.isNull)) return []
  return node.kind === 'list' ? node.items : [node]
}

/** The texts of a list, or a single text. */
export function textsOf(node: YamlNode | null): readonly string[] {
  return itemsOf(node).flatMap((item) => textOf(item) ?? [])
}

/** The line of a key in a mapping. */
export function lineOf(node: YamlNode | null, key: string): number {
  return node?.kind === 'map' ? (node.lines.get(key) ?? node.line) : (node?.line ?? 0)
}
