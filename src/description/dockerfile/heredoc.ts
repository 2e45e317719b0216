// Heredocs of RUN, COPY and ADD: their words in a line, their bodies in the lines after it
// (parseHeredoc and heredocsFromLine in BuildKit's parser.go).
import { trimLineEnd } from './lines.ts'
import { Problem } from './problem.ts'
import { expandWords } from './word.ts'

/** A heredoc as it stands in the file; `body` before tabs are stripped. */
export interface Heredoc {
  readonly name: string
  readonly expands: boolean
  readonly stripsTabs: boolean
  readonly body: string
}

const NO_NAMES = { get: () => undefined }

/** Reads a word such as `<<-"EOF"`; null when it is none. */
export function parseHeredocWord(word: string): Omit<Heredoc, 'body'> | null {
  const match = /^\d*<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word)
  const rest = match?.[2] ?? ''
  if (match === null || rest === '') return null
  const plain = expandWords(rest, NO_NAMES, { escapeToken: '\\', keepUnset: true })
  const name = plain[0]
  if (name === undefined || plain.length !== 1) return null
  const raw = expandWords(rest, NO_NAMES, { escapeToken: '\\', keepUnset: true, rawQuotes: true })
  if (raw.length !== 1) throw new Problem(`heredoc delimiter cannot be read: ${rest}`)
  const expands = countQuotes(name) === countQuotes(raw[0] ?? '')
  return { name, expands, stripsTabs: match[1] === '-' }
}

function countQuotes(text: string): number {
  return text.replace(/[^'"]/g, '').length
}

/** The heredocs that a logical line opens. */
export function heredocWords(line: string): Omit<Heredoc, 'body'>[] {
  let words: string[]
  try {
    words = expandWords(line, NO_NAMES, {
      escapeToken: '\\',
      keepUnset: true,
      rawQuotes: true,
      rawEscapes: true,
    })
  } catch (thrown) {
    // BuildKit looks for no heredoc in a line that it cannot split
    if (thrown instanceof Problem) return []
    throw thrown
  }
  return words.map(parseHeredocWord).filter((heredoc) => heredoc !== null)
}

/** Reads the bodies of heredocs that follow a line. */
export function readHeredocs(
  words: readonly Omit<Heredoc, 'body'>[],
  lines: readonly string[],
  from: number,
): { heredocs: Heredoc[]; next: number } {
  const heredocs: Heredoc[] = []
  let next = from
  for (const word of words) {
    const start = next
    while (next < lines.length && !ends(word, lines[next] ?? '')) next += 1
    if (next === lines.length) throw new Problem(`unterminated heredoc ${word.name}`)
    heredocs.push({ ...word, body: lines.slice(start, next).join('') })
    next += 1
  }
  return { heredocs, next }
}

function ends(word: Omit<Heredoc, 'body'>, line: string): boolean {
  const text = trimLineEnd(line)
  return (word.stripsTabs ? text.replace(/^\t+/, '') : text) === word.name
}

/** The body as a program reads it: leading tabs removed for `<<-`. */
export function heredocBody(heredoc: Heredoc): string {
  return heredoc.stripsTabs ? heredoc.body.replace(/^\t+/gm, '') : heredoc.body
}
