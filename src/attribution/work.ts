// What kind of work made a layer: the question on which every file's origin depends.
import type { Command, Description, Instruction, Step } from '../core/index.ts'
import { joinPath, parentOf } from '../core/index.ts'

/** How a layer came to be. `none`: nothing is known of it, because no description was given. */
export type WorkKind = 'run' | 'context' | 'stage' | 'download' | 'settings' | 'untracked' | 'none'

/** The work behind one layer. */
export interface Work {
  readonly kind: WorkKind
  readonly step: Step | null
  readonly instruction: Instruction | null
  /** Words of the step's commands that can name a path. */
  readonly words: readonly string[]
}

/** The work that the step of a layer stands for. */
export function workOf(step: Step | null, description: Description | null): Work {
  const instruction =
    step?.instruction === null || step === null
      ? null
      : (description?.dockerfile.instructions[step.instruction] ?? null)
  const commands =
    instruction === null || description === null
      ? []
      : description.commands.filter((command) => command.instruction === instruction.position)
  const words = commands.flatMap((command) => pathWords(command))
  if (instruction === null) {
    const kind = step?.alignment === 'unaligned' || description === null ? 'none' : 'untracked'
    return { kind, step, instruction, words }
  }
  return { kind: kindOf(instruction), step, instruction, words }
}

function kindOf(instruction: Instruction): WorkKind {
  if (instruction.keyword === 'RUN') return 'run'
  if (instruction.copy === null) return 'settings'
  if (instruction.copy.from !== null) return 'stage'
  const urls = instruction.copy.sources.filter(isUrl)
  return urls.length > 0 && urls.length === instruction.copy.sources.length ? 'download' : 'context'
}

/** True for a source that ADD fetches instead of taking it from the context. */
export function isUrl(source: string): boolean {
  return /^(https?|git|ssh|ftp):\/\/|^git@/i.test(source)
}

function pathWords(command: Command): readonly string[] {
  const words = [...command.words, ...Object.values(command.assignments)]
  const redirected = command.text.match(/>>?\s*\/[^\s;&|<>()]+/g) ?? []
  return [...words, ...redirected.map((text) => text.replace(/^>+\s*/, ''))]
}

/**
 * True when a word of the step names the path, a folder above it at least two deep, or a pattern it fits.
 * Words are compared as paths, never as substrings of one another.
 */
export function namesPath(words: readonly string[], path: string): boolean {
  const absolute = `/${path}`
  for (const word of words) {
    for (const candidate of word.match(/\/[^\s:,;'"=]+/g) ?? []) {
      if (candidate.replace(/\/+$/, '') === absolute) return true
      if (/[*?[]/.test(candidate) && parentOf(candidate.slice(1)) === parentOf(path)) return true
    }
    if (/^[\w.+-]+$/.test(word) && word.length > 3 && absolute.endsWith(`/${word}`)) return true
    const folder = /^\/([^/\s]+\/[^\s*?]+?)\/?$/.exec(word)?.[1]
    if (folder !== undefined && absolute.startsWith(`/${joinPath(folder, '')}/`)) return true
  }
  return false
}
