// Command lines of the form `program [options] verb [options] names`, and modules that python runs.
import { nameOf } from '../../core/index.ts'
import {
  type Operand,
  type Option,
  type OptionTable,
  readArguments,
  shownOptions,
} from './arguments.ts'
import type { CommandWords } from './manager.ts'

/** A command line with its verb told apart. */
export interface Subcommand {
  /** '' when there is none. */
  readonly verb: string
  /** Operands behind the verb, empty ones left out. */
  readonly names: readonly Operand[]
  readonly options: readonly Option[]
}

/** Splits the words behind the program. Unknown words before the verb may be options. */
export function readSubcommand({ words, dynamic }: CommandWords, table: OptionTable): Subcommand {
  const { operands, options } = readArguments(words.slice(1), dynamic.slice(1), table)
  return verbOf(operands, options)
}

/** Takes the first known operand as the verb. */
export function verbOf(operands: readonly Operand[], options: readonly Option[]): Subcommand {
  const at = operands.findIndex((one) => !one.dynamic)
  if (at < 0) return { verb: '', names: [], options }
  const names = operands.slice(at + 1).filter(({ text }) => text !== '')
  return { verb: operands[at]?.text ?? '', names, options }
}

/** The same with the verb behind the verb: `tool install x` to `install x`. */
export function deeper({ names, options }: Subcommand): Subcommand {
  return verbOf(names, options)
}

/** True when one of the options stands there, and is not switched off. */
export function hasOption({ options }: Pick<Subcommand, 'options'>, ...names: string[]): boolean {
  return options.some(({ name, value }) => names.includes(name) && value !== 'false')
}

/** Value of the last of the options; undefined when none stands there. */
export function optionValue(
  { options }: Pick<Subcommand, 'options'>,
  ...names: string[]
): string | undefined {
  return options.findLast(({ name }) => names.includes(name))?.value ?? undefined
}

/** True when the command only tells something. */
export function onlyTells(subcommand: Pick<Subcommand, 'options'>): boolean {
  return hasOption(subcommand, '--help', '--version', '--dry-run')
}

/** The telling options, behind the words that say what the verb was. */
export function shown(
  { options }: Pick<Subcommand, 'options'>,
  telling: ReadonlySet<string>,
  ...before: string[]
): string[] {
  return [...before, ...shownOptions(options, telling)]
}

/** The module's own command line of `python -m module …`; null for anything else. */
export function pythonModule(
  { words, dynamic }: CommandWords,
  module: RegExp,
): CommandWords | null {
  if (!/^(?:python|pypy)\d*(?:\.\d+)?$/.test(nameOf(words[0] ?? ''))) return null
  // python's own options stand before -m
  const at = words.indexOf('-m') + 1
  const own = words.slice(1, Math.max(at - 1, 1))
  if (at === 0 || !own.every((word) => /^-[A-Za-z]+$/.test(word))) return null
  return module.test(words[at] ?? '')
    ? { words: words.slice(at), dynamic: dynamic.slice(at) }
    : null
}
