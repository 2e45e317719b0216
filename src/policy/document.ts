// YAML 1.2 text to plain values in which every scalar is the text as written, with the place of each.
// `1.10` stays 1.10: an argument or a tag is never a number.
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { AssayError, nestsTooDeeply, printable } from '../core/index.ts'

/** A value of the file: text, a list, or a mapping. */
export type Plain = string | readonly Plain[] | { readonly [key: string]: Plain }

/** Steps from the root to a value. */
export type Place = readonly (string | number)[]

/** Mappings and lists inside each other. */
const MAX_DEPTH = 20
/** Values of one file. */
const MAX_VALUES = 50_000

/** A parsed file: its values, and where each stands. */
export class PolicyDocument {
  readonly root: Plain
  readonly #file: string
  readonly #lines = new LineCounter()
  readonly #offsets = new Map<string, number>()
  #values = 0

  /**
   * Parses the text of `file`, which is only shown.
   * @throws AssayError `configuration` with line and column when it is no YAML, or uses aliases.
   */
  constructor(file: string, text: string) {
    this.#file = file
    const document = this.#parsed(text)
    this.root = document === null ? {} : this.#plain(document, [])
  }

  #parsed(text: string): Node | null {
    if (nestsTooDeeply(text)) throw this.#whole('it is nested too deeply')
    try {
      // Pretty errors take time that grows with the square of their number.
      const document = parseDocument(text, {
        schema: 'failsafe',
        lineCounter: this.#lines,
        uniqueKeys: false,
        prettyErrors: false,
      })
      const [error] = document.errors
      if (error !== undefined) throw this.#fault(error.pos[0], printable(error.message))
      return document.contents
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown
      // The reader's stack has ended: a broken file, not a broken program.
      throw this.#whole('it is nested too deeply')
    }
  }

  #whole(message: string): AssayError {
    return new AssayError('configuration', message, { where: this.#file })
  }

  /** The line on which a value, or its key, begins; from 1. */
  lineOf(place: Place): number {
    return this.#lines.linePos(this.#offset(place)).line
  }

  /** An error at a value; the nearest one above it when it is not there. */
  fault(place: Place, message: string, hint?: string): AssayError {
    return this.#fault(this.#offset(place), message, hint)
  }

  /** Order of places in the file. */
  compare(a: Place, b: Place): number {
    return this.#offset(a) - this.#offset(b)
  }

  #offset(place: Place): number {
    for (let length = place.length; length > 0; length -= 1) {
      const offset = this.#offsets.get(JSON.stringify(place.slice(0, length)))
      if (offset !== undefined) return offset
    }
    return 0
  }

  #fault(offset: number, message: string, hint?: string): AssayError {
    const { line, col } = this.#lines.linePos(offset)
    const where = `${this.#file}:${line}:${col}`
    return new AssayError(
      'configuration',
      message,
      hint === undefined ? { where } : { where, hint },
    )
  }

  #plain(node: Node, place: Place): Plain {
    const offset = node.range?.[0] ?? 0
    this.#values += 1
    if (place.length > MAX_DEPTH) throw this.#fault(offset, 'it is nested too deeply')
    if (this.#values > MAX_VALUES) throw this.#fault(offset, `more than ${MAX_VALUES} values`)
    this.#offsets.set(JSON.stringify(place), offset)
    if (isAlias(node)) throw this.#fault(offset, 'aliases (*name) are not used in assay.yaml')
    if (isScalar(node)) return typeof node.value === 'string' ? node.value : ''
    if (isSeq(node)) {
      return node.items.map((item, index) => this.#plain(asNode(item), [...place, index]))
    }
    if (!isMap(node)) return ''
    const entries = new Map<string, Plain>()
    for (const { key, value } of node.items) {
      const name = isScalar(key) && typeof key.value === 'string' ? key.value : null
      const start = asNode(key).range?.[0] ?? offset
      if (name === null) throw this.#fault(start, 'expected a plain word before the colon')
      if (entries.has(name)) throw this.#fault(start, `\`${printable(name)}\` is there twice`)
      const below = [...place, name]
      entries.set(name, value === null ? '' : this.#plain(asNode(value), below))
      // Of a mapping or list the key is the place that a person looks for.
      this.#offsets.set(JSON.stringify(below), start)
    }
    return Object.fromEntries(entries)
  }
}

function asNode(value: unknown): Node {
  if (isScalar(value) || isMap(value) || isSeq(value) || isAlias(value)) return value
  throw new AssayError('internal', 'the YAML reader gave something that is no node')
}
