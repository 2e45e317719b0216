// Debian control data (deb822(5)): paragraphs of `Field: value` lines, parted by blank lines.
// Tolerant: a line that fits nowhere is named and the rest is still read.

/** One paragraph. */
export interface Stanza {
  /** Lower-case field names; continuation lines are kept, joined by newlines, one leading space off. */
  readonly fields: ReadonlyMap<string, string>
  /** The paragraph's own text. */
  readonly text: string
  /** Line it begins at, from 1. */
  readonly line: number
  /** What was wrong with it, with line numbers. */
  readonly problems: readonly string[]
}

const MAX_PROBLEMS = 5

/** The paragraphs of a control file, in order. */
export function* parseStanzas(text: string): Generator<Stanza> {
  let start = 0
  let line = 1
  let open: StanzaBuilder | null = null
  while (start < text.length) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    const blank = end === start || (end === start + 1 && text.charCodeAt(start) === 13)
    if (!blank) {
      open ??= new StanzaBuilder(start, line)
      open.add(text.slice(start, end), line)
    } else if (open !== null) {
      yield open.finish(text.slice(open.start, start))
      open = null
    }
    start = end + 1
    line += 1
  }
  if (open !== null) yield open.finish(text.slice(open.start))
}

class StanzaBuilder {
  readonly start: number
  readonly line: number
  readonly fields = new Map<string, string>()
  readonly problems: string[] = []
  #parts: string[] = []
  #field = ''

  constructor(start: number, line: number) {
    this.start = start
    this.line = line
  }

  add(raw: string, line: number): void {
    const text = raw.trimEnd()
    const first = text.charCodeAt(0)
    if (text === '' || first === 32 || first === 9) {
      if (this.#parts.length > 0) this.#parts.push(text.slice(1))
      else if (text !== '') this.#complain(`line ${line} continues nothing`)
      return
    }
    this.#close()
    const colon = text.indexOf(':')
    if (colon < 1) {
      this.#complain(`line ${line} is no field`)
      return
    }
    const name = text.slice(0, colon).toLowerCase()
    // The first of two equal fields holds, as for dpkg's readers that do not refuse the file.
    if (this.fields.has(name)) {
      this.#complain(`line ${line} repeats the field ${text.slice(0, Math.min(colon, 40))}`)
      return
    }
    this.#field = name
    this.#parts = [text.slice(colon + 1).trim()]
    this.fields.set(name, '')
  }

  finish(text: string): Stanza {
    this.#close()
    return { fields: this.fields, text: text.trimEnd(), line: this.line, problems: this.problems }
  }

  #close(): void {
    if (this.#parts.length > 0) this.fields.set(this.#field, this.#parts.join('\n'))
    this.#parts = []
  }

  #complain(problem: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem)
  }
}

/** A relation field (`Depends`, `Provides`) as its comma-parted items, white space folded. */
export function relationItems(value: string | undefined): string[] {
  if (value === undefined) return []
  return value
    .split(',')
    .map((item) => item.replace(/\s+/g, ' ').trim())
    .filter((item) => item !== '')
}

/** The package names of one item: alternatives in order, without versions, architectures and profiles. */
export function relationNames(item: string): string[] {
  return item
    .split('|')
    .map((part) => /^\s*([^\s([<:]+)/.exec(part)?.[1] ?? '')
    .filter((name) => name !== '')
}
