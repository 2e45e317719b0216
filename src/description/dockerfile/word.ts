// Words of a Dockerfile: quotes, escapes and `$` expansion, a port of the rules in BuildKit's
// frontend/dockerfile/shell/lex.go (its oddities included, since they decide what is built).
import { parseShellPattern, removePrefix, removeSuffix, replacePattern } from './glob.ts'
import { LIMITS, Problem } from './problem.ts'
import { isSpace } from './space.ts'

/** How a word is read. */
export interface WordOptions {
  readonly escapeToken: string
  /** Quotes stay in the result. */
  readonly rawQuotes?: boolean
  readonly rawEscapes?: boolean
  /** Quotes are ordinary characters. */
  readonly skipQuotes?: boolean
  /** Expansions of names without a value stay as they are. */
  readonly keepUnset?: boolean
}

/** What names stand for, and what was asked for in vain. */
export interface Names {
  get(name: string): string | undefined
  /** Called for every name that has no value. */
  missing?(name: string): void
}

/** Expands a word and removes its quotes. */
export function expandWord(word: string, names: Names, options: WordOptions): string {
  return new WordReader(word, names, options, false).read('').text
}

/** Expands, then splits at white space outside quotes. */
export function expandWords(word: string, names: Names, options: WordOptions): string[] {
  return new WordReader(word, names, options, true).read('').words
}

const SPECIAL = '@*#?-$!0'
const LETTER = /[\p{L}\p{Nd}_]/u
const DIGIT = /\p{Nd}/u

class WordReader {
  readonly #characters: readonly string[]
  readonly #names: Names
  readonly #options: WordOptions
  /** Words are asked for, not the text alone. */
  readonly #splits: boolean
  #at = 0
  #depth = 0
  #made = 0
  #rawEscapes: boolean

  constructor(word: string, names: Names, options: WordOptions, splits: boolean) {
    this.#characters = [...word]
    this.#splits = splits
    this.#names = names
    this.#options = options
    this.#rawEscapes = options.rawEscapes ?? false
  }

  #peek(): string {
    return this.#characters[this.#at] ?? ''
  }

  #next(): string {
    const character = this.#peek()
    this.#at += 1
    return character
  }

  /** Reads to the end, or to a stop character outside quotes, which it eats. */
  read(stop: string, rawEscapes = this.#rawEscapes): { text: string; words: string[] } {
    this.#depth += 1
    if (this.#depth > LIMITS.nesting) throw new Problem('expansions are nested too deeply')
    const before = this.#rawEscapes
    this.#rawEscapes = rawEscapes
    try {
      return this.#readUntil(stop)
    } finally {
      this.#rawEscapes = before
      this.#depth -= 1
    }
  }

  #readUntil(stop: string): { text: string; words: string[] } {
    const { escapeToken } = this.#options
    const words = new Words(this.#splits)
    let text = ''
    for (let character = this.#peek(); character !== ''; character = this.#peek()) {
      if (stop !== '' && character === stop) {
        this.#at += 1
        return { text, words: words.finish() }
      }
      const special = this.#special(character)
      if (special !== null) {
        text += special
        if (character === '$') words.addText(special)
        else words.addRaw(special)
        continue
      }
      this.#at += 1
      if (character === escapeToken) {
        if (this.#rawEscapes) {
          words.addRaw(character)
          text += character
        }
        character = this.#next()
        if (character === '') break
        words.addRaw(character)
      } else words.add(character)
      text += character
    }
    if (stop !== '') throw new Problem(`unexpected end of statement while looking for ${stop}`)
    return { text, words: words.finish() }
  }

  #special(character: string): string | null {
    if (character === '$') return this.#count(this.#dollar())
    if (character === '<') return this.#heredoc()
    if (this.#options.skipQuotes === true) return null
    if (character === "'") return this.#single()
    return character === '"' ? this.#double() : null
  }

  #count(made: string): string {
    this.#made += made.length
    if (this.#made > LIMITS.expansion) throw new Problem('an expansion is too large')
    return made
  }

  #single(): string {
    const quote = this.#next()
    const end = this.#characters.indexOf("'", this.#at)
    if (end < 0) {
      throw new Problem('unexpected end of statement while looking for matching single-quote')
    }
    const body = this.#characters.slice(this.#at, end).join('')
    this.#at = end + 1
    return this.#options.rawQuotes === true ? quote + body + quote : body
  }

  #double(): string {
    const { escapeToken } = this.#options
    const quote = this.#options.rawQuotes === true ? '"' : ''
    this.#at += 1
    let text = quote
    for (;;) {
      let character = this.#peek()
      if (character === '') {
        throw new Problem('unexpected end of statement while looking for matching double-quote')
      }
      if (character === '$') {
        text += this.#count(this.#dollar())
        continue
      }
      this.#at += 1
      if (character === '"') return text + quote
      if (character === escapeToken) {
        if (this.#rawEscapes) text += character
        const next = this.#peek()
        if (next === '') continue
        if (next === '"' || next === '$' || next === escapeToken) character = this.#next()
      }
      text += character
    }
  }

  #heredoc(): string {
    this.#at += 1
    if (this.#peek() !== '<') return '<'
    this.#at += 1
    let text = '<<'
    while ('\t\r '.includes(this.#peek()) && this.#peek() !== '') text += this.#next()
    return text
  }

  #dollar(): string {
    this.#at += 1
    if (this.#peek() !== '{') {
      const name = this.#name()
      if (name === '') return '$'
      const value = this.#value(name)
      if (value === undefined && this.#options.keepUnset === true) return `$${name}`
      return value ?? ''
    }
    this.#at += 1
    const first = this.#peek()
    if (first === '') throw new Problem("syntax error: missing '}'")
    if ('{}:'.includes(first)) throw new Problem('syntax error: bad substitution')
    const name = this.#name()
    const operator = this.#next()
    if (operator === '}') {
      const value = this.#value(name)
      if (value === undefined && this.#options.keepUnset === true) return `\${${name}}`
      return value ?? ''
    }
    if (operator === '/') return this.#replace(name)
    return this.#modified(name, operator)
  }

  #modified(name: string, first: string): string {
    const colon = first === ':'
    const operator = colon ? this.#next() : first
    const shown = colon ? `:${operator}` : operator
    const trims = operator === '#' || operator === '%'
    if ((colon && trims) || (!colon && !'+-?#%'.includes(operator)) || operator === '') {
      throw new Problem(`unsupported modifier (${shown}) in substitution`)
    }
    const word = this.#operand('}', trims)
    const value = this.#value(name)
    if (value === undefined && this.#options.keepUnset === true) return `\${${name}${shown}${word}}`
    const empty = value === undefined || (colon && value === '')
    if (operator === '-') return empty ? word : value
    if (operator === '+') return empty ? '' : word
    if (operator === '?') {
      if (!empty) return value
      const state = value === undefined ? 'unset' : 'empty'
      throw new Problem(`${name}: ${word === '' ? `is not allowed to be ${state}` : word}`)
    }
    if (!trims) throw new Problem(`unsupported modifier (${shown}) in substitution`)
    const longest = word.startsWith(operator)
    const pattern = parseShellPattern(longest ? word.slice(1) : word)
    if (operator === '#') return removePrefix(pattern, value ?? '', longest)
    return removeSuffix(pattern, value ?? '', longest)
  }

  #replace(name: string): string {
    const all = this.#peek() === '/'
    if (all) this.#at += 1
    const pattern = this.#operand('/', true)
    const by = this.#operand('}', true)
    const value = this.#value(name)
    if (value === undefined && this.#options.keepUnset === true) {
      return `\${${name}/${pattern}/${by}}`
    }
    // BuildKit lets Go's regular expressions read the replacement of `//`, to which `$name` is a group
    const text = all ? by.replace(/\$(?:(\$)|\w+|\{\w+\})/g, '$1') : by
    return replacePattern(parseShellPattern(pattern), value ?? '', text, all)
  }

  #operand(stop: string, rawEscapes: boolean): string {
    return this.read(stop, rawEscapes).text
  }

  #value(name: string): string | undefined {
    const value = this.#names.get(name)
    if (value === undefined) this.#names.missing?.(name)
    return value
  }

  #name(): string {
    const first = this.#peek()
    let name = ''
    if (DIGIT.test(first)) {
      while (DIGIT.test(this.#peek())) name += this.#next()
      return name
    }
    if (first !== '' && SPECIAL.includes(first)) return this.#next()
    while (LETTER.test(this.#peek())) name += this.#next()
    return name
  }
}

/** Collects words: raw characters always count, others end a word when they are space. */
class Words {
  readonly #words: string[] = []
  readonly #wanted: boolean
  #word = ''

  constructor(wanted: boolean) {
    this.#wanted = wanted
  }

  addText(text: string): void {
    if (this.#wanted) for (const character of text) this.add(character)
  }

  add(character: string): void {
    if (!this.#wanted) return
    if (!isSpace(character)) this.#word += character
    else this.finish()
  }

  addRaw(text: string): void {
    if (this.#wanted) this.#word += text
  }

  finish(): string[] {
    if (this.#word !== '') this.#words.push(this.#word)
    this.#word = ''
    return this.#words
  }
}
