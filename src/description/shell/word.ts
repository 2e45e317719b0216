// A shell word to the words that the program gets: quotes removed, known variables put in, split where
// an unquoted expansion holds blanks (POSIX.1-2024, XCU 2.6 Word Expansions).
import type { ParameterExpansionPart, Word, WordPart } from 'unbash'
import {
  parseShellPattern,
  removePrefix,
  removeSuffix,
  replacePattern,
} from '../dockerfile/glob.ts'
import { Problem } from '../dockerfile/problem.ts'
import type { Values } from './values.ts'

/** A word of a command. */
export interface ReadWord {
  /** After quotes are removed; the source text where an expansion stays unknown. */
  readonly text: string
  /** It holds an expansion whose value the text does not tell. */
  readonly dynamic: boolean
}

/** Longest word that values are put into, in characters. */
const MAX_WORD = 16_384

interface Piece {
  readonly text: string
  /** Blanks in it part words. */
  readonly splits: boolean
}

/** The value that an assignment gives, which is not split; null when the text does not tell it. */
export function readValue(word: Word, values: Values): string | null {
  const { parts } = word
  if (parts === undefined) return word.value
  const pieces = parts.map((part) => readPart(part, values, false))
  if (pieces.includes(null)) return null
  const text = pieces.flatMap((one) => one ?? []).map((one) => one.text)
  return text.join('').slice(0, MAX_WORD)
}

/** The words that a word becomes; `braces`: the shell expands `{a,b}`. */
export function readWord(word: Word, values: Values, braces: boolean): ReadWord[] {
  const { parts } = word
  if (parts === undefined) return [{ text: word.value, dynamic: false }]
  const pieces: Piece[] = []
  for (const part of parts) {
    const read = readPart(part, values, braces)
    if (read === null) return [{ text: word.value, dynamic: true }]
    pieces.push(...read)
  }
  const length = pieces.reduce((sum, piece) => sum + piece.text.length, 0)
  const isLong = length > MAX_WORD && pieces.some((piece) => piece.splits)
  if (isLong) return [{ text: word.value, dynamic: true }]
  return joinPieces(pieces).map((text) => ({ text, dynamic: false }))
}

/** Null when the text does not tell what the part becomes. */
function readPart(part: WordPart, values: Values, braces: boolean): Piece[] | null {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ text: part.value, splits: false }]
    case 'Glob':
      return [{ text: part.value, splits: false }]
    case 'ExtendedGlob':
      return [{ text: part.text, splits: false }]
    case 'BraceExpansion':
      return braces ? null : [{ text: part.text, splits: false }]
    case 'DoubleQuoted':
    case 'LocaleString': {
      const pieces = part.parts.map((one) => readPart(one, values, braces))
      if (pieces.includes(null)) return null
      const text = pieces.flatMap((one) => one ?? []).map((one) => one.text)
      return [{ text: text.join(''), splits: false }]
    }
    case 'SimpleExpansion': {
      const value = values.get(part.text.slice(1))
      return value === undefined ? null : [{ text: value, splits: true }]
    }
    case 'ParameterExpansion': {
      const value = readParameter(part, values)
      return value === null ? null : [{ text: value, splits: true }]
    }
    default:
      return null
  }
}

function readParameter(part: ParameterExpansionPart, values: Values): string | null {
  const value = values.get(part.parameter)
  if (value === undefined || part.prefix !== undefined || part.index !== undefined) return null
  const { operation } = part
  if (operation === undefined) return value
  const operand = (word: Word) => readValue(word, values)
  switch (operation.type) {
    case 'Default': {
      const { operator } = operation
      const isEmpty = operator.startsWith(':') && value === ''
      if (operator.endsWith('+')) return isEmpty ? '' : operand(operation.operand)
      if (operator.endsWith('?')) return isEmpty ? null : value
      return isEmpty ? operand(operation.operand) : value
    }
    case 'Remove': {
      const pattern = operand(operation.operand)
      const longest = operation.operator.length === 2
      const remove = operation.operator.startsWith('#') ? removePrefix : removeSuffix
      return matching(pattern, (parsed) => remove(parsed, value, longest))
    }
    case 'Replace': {
      const by = operand(operation.replacement)
      const all = operation.operator === '//'
      if (by === null || (!all && operation.operator !== '/')) return null
      const pattern = operand(operation.pattern)
      return matching(pattern, (parsed) => replacePattern(parsed, value, by, all))
    }
    default:
      return null
  }
}

/** Null for a pattern that only a shell can match. */
function matching(
  pattern: string | null,
  use: (pattern: ReturnType<typeof parseShellPattern>) => string,
): string | null {
  if (pattern === null || /[[\\(]/.test(pattern)) return null
  try {
    return use(parseShellPattern(pattern))
  } catch (thrown) {
    if (thrown instanceof Problem) return null
    throw thrown
  }
}

function joinPieces(pieces: readonly Piece[]): string[] {
  const words: string[] = []
  let word: string | null = null
  for (const { text, splits } of pieces) {
    if (!splits) {
      word = (word ?? '') + text
      continue
    }
    const fields = text.split(/[ \t\n]+/)
    for (const [index, field] of fields.entries()) {
      if (index > 0 && word !== null) {
        words.push(word)
        word = null
      }
      if (field !== '') word = (word ?? '') + field
    }
  }
  if (word !== null) words.push(word)
  return words
}
