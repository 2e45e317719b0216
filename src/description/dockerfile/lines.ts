// Physical lines to logical lines: parser directives, comments, continuations (BuildKit's
// frontend/dockerfile/parser/parser.go), keeping for every character the line that it stands on.
import { LIMITS, Problem } from './problem.ts'
import { isSpace, trimStart } from './space.ts'

/** A piece of a logical line and the physical line it came from. */
export interface Piece {
  readonly offset: number
  readonly line: number
}

/** One instruction's line, continuations joined. */
export interface LogicalLine {
  readonly text: string
  readonly pieces: readonly Piece[]
  /** Index of its first physical line, and of the line after its last. */
  readonly first: number
  readonly next: number
}

/** The lines of a file, each with its line end. */
export function physicalLines(text: string): string[] {
  const lines: string[] = []
  let start = 0
  while (start < text.length) {
    const end = text.indexOf('\n', start)
    const next = end < 0 ? text.length : end + 1
    lines.push(text.slice(start, next))
    start = next
  }
  return lines
}

/** Removes the line end. */
export function trimLineEnd(line: string): string {
  let end = line.length
  while (end > 0 && (line[end - 1] === '\n' || line[end - 1] === '\r')) end -= 1
  return line.slice(0, end)
}

/** The parser directives at the head of a file (`syntax`, `escape`, `check`), and where they end. */
export function readDirectives(lines: readonly string[]): {
  directives: Record<string, string>
  next: number
} {
  const directives: Record<string, string> = {}
  for (const [index, line] of lines.entries()) {
    const text = trimStart(trimLineEnd(line))
    const match = /^#[\t\f\r ]*([a-zA-Z][a-zA-Z0-9]*)[\t\f\r ]*=(.+)$/s.exec(text)
    const name = match?.[1]?.toLowerCase() ?? ''
    const value = match?.[2]?.trim() ?? ''
    if (value === '' || !['syntax', 'escape', 'check'].includes(name)) {
      return { directives, next: index }
    }
    if (directives[name] !== undefined) {
      throw new Problem(`only one ${name} parser directive can be used`)
    }
    if (name === 'escape' && value !== '`' && value !== '\\') {
      throw new Problem(`invalid escape token '${value}': it must be \` or \\`)
    }
    directives[name] = value
  }
  return { directives, next: lines.length }
}

/** Reads the next logical line at or after a physical line; null at the end of the file. */
export function readLogicalLine(
  lines: readonly string[],
  from: number,
  escapeToken: string,
): LogicalLine | null {
  let index = from
  let text = ''
  while (index < lines.length) {
    text = trimStart(trimLineEnd(bounded(lines[index] ?? '')))
    index += 1
    if (text !== '' && text[0] !== '#') break
    text = ''
  }
  if (text === '') return null
  const first = index - 1
  const pieces: Piece[] = [{ offset: 0, line: first + 1 }]
  let { body, continues } = cutContinuation(text, escapeToken)
  const parts = [body]
  let length = body.length
  while (continues && index < lines.length) {
    const line = trimLineEnd(bounded(lines[index] ?? ''))
    index += 1
    const start = trimStart(line)
    if (start === '' || start[0] === '#') continue
    ;({ body, continues } = cutContinuation(line, escapeToken))
    pieces.push({ offset: length, line: index })
    parts.push(body)
    length += body.length
  }
  return { text: parts.join(''), pieces, first, next: index }
}

function bounded(line: string): string {
  if (line.length > LIMITS.line) {
    throw new Problem(`a line is longer than ${LIMITS.line} bytes, the most that Docker reads`)
  }
  return line
}

/** A line continues when its last character but blanks is the escape character, not escaped itself. */
function cutContinuation(line: string, escapeToken: string): { body: string; continues: boolean } {
  let end = line.length
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1
  const continues = line[end - 1] === escapeToken && line[end - 2] !== escapeToken
  return continues ? { body: line.slice(0, end - 1), continues } : { body: line, continues }
}

/** The physical line (from 1) that a character of a logical line stands on. */
export function lineAt(pieces: readonly Piece[], offset: number): number {
  let low = 0
  let high = pieces.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((pieces[middle]?.offset ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return pieces[low]?.line ?? 1
}

/** Keyword, `--flags` and the rest of a logical line, and where the rest begins in it. */
export interface SplitLine {
  readonly keyword: string
  readonly flags: readonly string[]
  readonly rest: string
  readonly restOffset: number
}

/** Splits a logical line as BuildKit's splitCommand does. */
export function splitLine(text: string, escapeToken: string): SplitLine {
  let start = 0
  while (isSpace(text[start])) start += 1
  let end = text.length
  while (end > start && isSpace(text[end - 1])) end -= 1
  let at = start
  while (at < end && !'\t\v\f\r '.includes(text[at] ?? '')) at += 1
  const keyword = text.slice(start, at)
  while (at < end && '\t\v\f\r '.includes(text[at] ?? '')) at += 1
  const { flags, offset } = readFlags(text.slice(0, end), at, escapeToken)
  let restOffset = offset
  while (restOffset < end && isSpace(text[restOffset])) restOffset += 1
  return { keyword, flags, rest: text.slice(restOffset, end), restOffset }
}

function readFlags(
  text: string,
  from: number,
  escapeToken: string,
): { flags: string[]; offset: number } {
  const flags: string[] = []
  let at = from
  while (at < text.length) {
    if (isSpace(text[at])) {
      at += 1
      continue
    }
    if (text[at] !== '-' || text[at + 1] !== '-') return { flags, offset: at }
    const flag = readFlag(text, at, escapeToken)
    at = flag.next
    if (flag.word === '--') return { flags, offset: at }
    if (flag.word !== '') flags.push(flag.word)
  }
  return { flags, offset: text.length }
}

/** One flag: quotes are removed, the escape character takes the next one as it is, in quotes too. */
function readFlag(text: string, from: number, escapeToken: string): { word: string; next: number } {
  let word = ''
  let quote = ''
  let at = from
  for (; at < text.length; at += 1) {
    let character = text[at] ?? ''
    if (quote === '' && isSpace(character)) break
    if (character === quote) {
      quote = ''
      continue
    }
    if (quote === '' && (character === '"' || character === "'")) {
      quote = character
      continue
    }
    if (character === escapeToken) {
      if (at + 1 === text.length) continue
      at += 1
      character = text[at] ?? ''
    }
    word += character
  }
  return { word, next: at }
}
