// What a RUN instruction runs: a script of its shell, a heredoc, or words (docs.docker.com/reference/dockerfile,
// RUN; BuildKit's dispatchRun), with the line that each character stands on.
import type { Dockerfile, Instruction } from '../../core/index.ts'
import { parseHeredocWord } from '../dockerfile/heredoc.ts'
import { lineAt, physicalLines, readLogicalLine } from '../dockerfile/lines.ts'
import { trimSpace } from '../dockerfile/space.ts'
import type { ShellText, Unread } from './walk.ts'
import { isShell } from './wrapper.ts'

/** What is to be read of a RUN. */
export type RunText =
  | { readonly kind: 'script'; readonly text: ShellText }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'unread'; readonly unread: Unread }

/** Finds out what a RUN runs. */
export function runText(instruction: Instruction, dockerfile: Dockerfile): RunText {
  const { json, heredocs, line, shell } = instruction
  if (json !== null) return { kind: 'words', words: json }
  const shown = shell.join(' ')
  const unread = (reason: string): RunText => ({ kind: 'unread', unread: { line, reason } })
  if (!readsScripts(shell)) return unread(`the shell "${shown}" is no sh`)
  const braces = shell.some((word) => /(?:^|\/)(?:bash|ksh|mksh)$/.test(word))
  const [first] = heredocs
  if (first !== undefined && heredocs.length === 1 && isHeredocAlone(instruction)) {
    const interpreter = /^#!\s*(.*)/.exec(first.body)?.[1]
    if (interpreter !== undefined && !runsShell(interpreter)) {
      return unread(`the heredoc is run by "${interpreter.trim()}", which is no sh`)
    }
    const start = bodyStart(instruction, dockerfile)
    const lineOf = lineCounter(first.body, start)
    return { kind: 'script', text: { source: first.body, lineOf, braces } }
  }
  return { kind: 'script', text: shellText(instruction, dockerfile, braces) }
}

/** `["/bin/bash", "-o", "pipefail", "-c"]`, also behind a wrapper such as `conda run -n x`. */
function readsScripts(shell: readonly string[]): boolean {
  return shell.some(isShell) && /^-[a-zA-Z]*c[a-zA-Z]*$/.test(shell.at(-1) ?? '')
}

function runsShell(interpreter: string): boolean {
  const words = interpreter.trim().split(/\s+/)
  const program = /(?:^|\/)env$/.test(words[0] ?? '')
    ? words.slice(1).find((word) => !word.startsWith('-'))
    : words[0]
  return isShell(program ?? '')
}

function isHeredocAlone(instruction: Instruction): boolean {
  return parseHeredocWord(instruction.text) !== null
}

/** The line on which the first heredoc's body begins. */
function bodyStart({ raw, line }: Instruction, dockerfile: Dockerfile): number {
  const logical = readLogicalLine(physicalLines(raw), 0, escapeOf(dockerfile))
  return line + (logical?.next ?? 1)
}

function escapeOf(dockerfile: Dockerfile): string {
  return dockerfile.directives['escape'] ?? '\\'
}

/** The text as the shell gets it: continuations joined, then each heredoc and its end. */
function shellText(instruction: Instruction, dockerfile: Dockerfile, braces: boolean): ShellText {
  const { raw, line, text, heredocs } = instruction
  const logical = readLogicalLine(physicalLines(raw), 0, escapeOf(dockerfile))
  const pieces = logical?.pieces ?? []
  const skipped = trimEndLength(logical?.text ?? '') - text.length
  const bodies = heredocs.map(({ name, body }) => `${body}${name}\n`).join('')
  const source = heredocs.length === 0 ? text : `${text}\n${bodies}`
  const after = lineCounter(bodies, line + (logical?.next ?? 1))
  const lineOf = (offset: number) =>
    offset > text.length
      ? after(offset - text.length - 1)
      : line - 1 + lineAt(pieces, offset + skipped)
  return { source, lineOf, braces }
}

function trimEndLength(text: string): number {
  const trimmed = trimSpace(text)
  return text.indexOf(trimmed) + trimmed.length
}

/** Tells the line of a character of a text that begins on a line. */
function lineCounter(text: string, first: number): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return first + low
  }
}
