// What a builder dialect is: it reads one history entry, and says what text an instruction leaves there.
import type { HistoryEntry, Instruction } from '../../core/index.ts'

/** A history entry as its builder meant it. */
export interface RecordedStep {
  /** Builder that wrote it: `docker`, `buildkit`, `commit`, `import`, `kaniko`, … */
  readonly maker: string
  /** Upper-case Dockerfile keyword; '' when the entry names none. */
  readonly keyword: string
  /** Arguments of the keyword without shell, argument prefix and builder marks. */
  readonly text: string
  /** Values of build arguments that a RUN was given (`|N K=V` prefix) or an ARG entry shows. */
  readonly arguments: Readonly<Record<string, string>>
  /** Content hash that the legacy builder writes for COPY and ADD. */
  readonly hash: { readonly kind: 'file' | 'dir' | 'multi'; readonly hex: string } | null
  /** Destination, where `hash` stands for the sources; ''. */
  readonly destination: string
}

/** One builder's way to write history (one file each). */
export interface Dialect {
  readonly id: string
  /** The entry as this builder wrote it; null when another one did. */
  read(entry: HistoryEntry, context: DialectContext): RecordedStep | null
  /** True when the builder writes an entry for this instruction. */
  records(instruction: Instruction): boolean
  /** True when the text of its entries is that of the description, variables in it not expanded. */
  readonly unexpanded?: boolean
  /** True when the builder writes no entry where this instruction left no layer: its absence tells nothing. */
  mayLeaveNone?(instruction: Instruction): boolean
}

/** What helps to read an entry: shells and argument names the description uses. */
export interface DialectContext {
  /** Shells as they stand before a command, longest first: `/bin/bash -o pipefail -c`, `/bin/sh -c`. */
  readonly shells: readonly string[]
}

/** Keywords that a history entry can begin with. */
export const KEYWORDS = new Set([
  'RUN',
  'COPY',
  'ADD',
  'WORKDIR',
  'ENV',
  'LABEL',
  'EXPOSE',
  'USER',
  'VOLUME',
  'CMD',
  'ENTRYPOINT',
  'ARG',
  'ONBUILD',
  'SHELL',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'MAINTAINER',
])

/** A step of which nothing but the maker and the text is known. */
export function opaqueStep(maker: string, text: string): RecordedStep {
  return { maker, keyword: '', text, arguments: {}, hash: null, destination: '' }
}

/** Splits `|2 A=1 B=x y /bin/sh -c true` into the argument values and the rest. */
export function splitArguments(
  text: string,
  shells: readonly string[],
): { readonly values: Record<string, string>; readonly rest: string } {
  const counted = /^\|(\d{1,4}) /.exec(text)
  if (counted === null) return { values: {}, rest: text }
  let rest = text.slice(counted[0].length)
  const values: Record<string, string> = {}
  for (let left = Number(counted[1]); left > 0; left -= 1) {
    const name = /^([^\s=]+)=/.exec(rest)
    if (name?.[1] === undefined) return { values, rest }
    const after = rest.slice(name[0].length)
    const end = left > 1 ? endOfValue(after) : endOfLastValue(after, shells)
    values[name[1]] = after.slice(0, end)
    rest = after.slice(end).trimStart()
  }
  return { values, rest }
}

function endOfValue(text: string): number {
  const next = /\s[A-Za-z_][A-Za-z0-9_]*=/.exec(text)
  return next === null ? text.length : next.index
}

/** The last value ends where a shell begins; before an exec form, which has none, at the first space. */
function endOfLastValue(text: string, shells: readonly string[]): number {
  let end = -1
  for (const shell of shells) {
    const at = ` ${text}`.indexOf(` ${shell} `)
    if (at >= 0 && (end < 0 || at - 1 < end)) end = Math.max(at - 1, 0)
  }
  if (end >= 0) return end
  const space = text.indexOf(' ')
  return space < 0 ? text.length : space
}

/** Options of an instruction that stand before its arguments: no part of what is compared. */
const FLAGS = /^(?:--[a-z][a-z-]*(?:=(?:"[^"]*"|'[^']*'|\S+))?\s+)+/

/** The text of an instruction as it was written, without the options at its beginning. */
export function withoutFlags(text: string): string {
  return text.replace(FLAGS, '')
}

/** The command behind the shell that runs it; unchanged when no known shell stands before it. */
export function stripShell(text: string, shells: readonly string[]): string {
  for (const shell of shells) if (text.startsWith(`${shell} `)) return text.slice(shell.length + 1)
  return text
}
