// A Dockerfile's text to raw instructions: the first of two passes. Knows lines, not stages.
import { type Heredoc, heredocWords, readHeredocs } from './heredoc.ts'
import { isKeyword, type RawInstruction, readArguments, readFlags } from './instruction.ts'
import {
  type LogicalLine,
  physicalLines,
  readDirectives,
  readLogicalLine,
  splitLine,
} from './lines.ts'
import { LIMITS, Problem } from './problem.ts'
import { trimSpace } from './space.ts'

/** A line and why it cannot be read. */
export interface ReadError {
  readonly line: number
  readonly message: string
}

/** What the first pass gives. */
export interface RawDockerfile {
  readonly directives: Readonly<Record<string, string>>
  readonly escapeToken: string
  readonly instructions: readonly RawInstruction[]
  readonly errors: readonly ReadError[]
}

/** Reads all instructions; one that BuildKit would refuse becomes an error and is left out. */
export function readDockerfile(text: string): RawDockerfile {
  const errors: ReadError[] = []
  const instructions: RawInstruction[] = []
  if (text.length > LIMITS.text) {
    errors.push({ line: 1, message: `the file is larger than ${LIMITS.text} characters` })
    return { directives: {}, escapeToken: '\\', instructions, errors }
  }
  const lines = physicalLines(text.startsWith('\ufeff') ? text.slice(1) : text)
  let directives: Record<string, string> = {}
  let at = 0
  const escapeToken = () => directives['escape'] ?? '\\'
  try {
    ;({ directives, next: at } = readDirectives(lines))
    while (errors.length < LIMITS.errors) {
      const logical = readLogicalLine(lines, at, escapeToken())
      if (logical === null) break
      if (instructions.length >= LIMITS.instructions) {
        throw new Problem(`there are more than ${LIMITS.instructions} instructions`)
      }
      at = logical.next
      at = readOne(lines, logical, escapeToken(), { instructions, errors })
    }
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    errors.push({ line: Math.min(at + 1, Math.max(lines.length, 1)), message: thrown.message })
  }
  if (instructions.length === 0 && errors.length === 0) {
    errors.push({ line: 1, message: 'the file has no instructions' })
  }
  return { directives, escapeToken: escapeToken(), instructions, errors }
}

/** Reads one instruction with its heredocs; gives the index of the line after it. */
function readOne(
  lines: readonly string[],
  logical: LogicalLine,
  escapeToken: string,
  {
    instructions,
    errors,
  }: { readonly instructions: RawInstruction[]; readonly errors: ReadError[] },
): number {
  let next = logical.next
  try {
    const split = splitLine(logical.text, escapeToken)
    const keyword = split.keyword.toUpperCase()
    const holder = keyword === 'ONBUILD' ? splitLine(split.rest, escapeToken).keyword : keyword
    let heredocs: Heredoc[] = []
    if (opensHeredocs(holder.toUpperCase(), keyword, split.rest, escapeToken)) {
      ;({ heredocs, next } = readHeredocs(heredocWords(logical.text), lines, next))
    }
    const place = {
      position: instructions.length,
      line: logical.first + 1,
      endLine: next,
      raw: lines.slice(logical.first, next).join(''),
      pieces: logical.pieces,
      heredocs,
    }
    instructions.push(readInstruction(logical.text, place, escapeToken))
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    errors.push({ line: logical.first + 1, message: thrown.message })
    // without its end nothing after a heredoc can be told from its body
    if (thrown.message.startsWith('unterminated heredoc')) return lines.length
  }
  return next
}

function opensHeredocs(
  holder: string,
  keyword: string,
  rest: string,
  escapeToken: string,
): boolean {
  if (!['RUN', 'COPY', 'ADD'].includes(holder) || !rest.includes('<<')) return false
  const text = keyword === 'ONBUILD' ? splitLine(rest, escapeToken).rest : rest
  return readArguments(holder, text, escapeToken).json === null
}

type Place = Pick<RawInstruction, 'position' | 'line' | 'endLine' | 'raw' | 'pieces' | 'heredocs'>

function readInstruction(text: string, place: Place, escapeToken: string): RawInstruction {
  const split = splitLine(text, escapeToken)
  const keyword = split.keyword.toUpperCase()
  if (!isKeyword(keyword)) throw new Problem(`unknown instruction: ${split.keyword}`)
  return {
    ...place,
    keyword,
    flags: readFlags(keyword, split.flags),
    text: split.rest,
    ...readArguments(keyword, split.rest, escapeToken),
    trigger: keyword === 'ONBUILD' ? readTrigger(split.rest, place, escapeToken) : null,
  }
}

function readTrigger(text: string, place: Place, escapeToken: string): RawInstruction {
  const keyword = splitLine(text, escapeToken).keyword.toUpperCase()
  if (trimSpace(text) === '') throw new Problem('ONBUILD requires at least one argument')
  if (keyword === 'ONBUILD') throw new Problem('ONBUILD ONBUILD is not allowed')
  if (keyword === 'MAINTAINER' || keyword === 'FROM') {
    throw new Problem(`${keyword} is not allowed as an ONBUILD trigger`)
  }
  return readInstruction(text, place, escapeToken)
}
