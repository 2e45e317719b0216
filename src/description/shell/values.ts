// Values of variables that the text of a Dockerfile tells for certain: ENV, ARG, and what a RUN assigns.
import { type Dockerfile, type Instruction, isSecretName } from '../../core/index.ts'
import { readArguments } from '../dockerfile/instruction.ts'
import { Problem } from '../dockerfile/problem.ts'
import { expandWord } from '../dockerfile/word.ts'

/** Longest value that is kept, in characters. */
const MAX_VALUE = 4_096
/** Characters that all values of a Dockerfile may put into words. */
const MAX_USED = 4 << 20

/**
 * Variables whose values are known; all others may be anything. A copy costs nothing: it looks
 * into what it was made of, which must not change before the copy is done with.
 */
export class Values {
  readonly #parent: Values | null
  /** Counts what is left of `MAX_USED`; shared by all copies. */
  readonly #budget: { left: number }
  /** null: no longer known. */
  readonly #own = new Map<string, string | null>()
  #isOpaque = false
  #alsoIn: Values | null = null

  constructor(parent: Values | null = null) {
    this.#parent = parent
    this.#budget = parent === null ? { left: MAX_USED } : parent.#budget
  }

  get(name: string): string | undefined {
    const value = this.#find(name)
    if (value === undefined || this.#budget.left < value.length) return undefined
    this.#budget.left -= value.length
    return value
  }

  #find(name: string): string | undefined {
    for (let at: Values | null = this; at !== null; at = at.#parent) {
      const value = at.#own.get(name)
      if (value !== undefined) return value ?? undefined
      if (at.#isOpaque) return undefined
      if (at.#alsoIn !== null) {
        const shared = at.#alsoIn.#find(name)
        const before: Values | null = at.#parent
        return before !== null && before.#find(name) === shared ? shared : undefined
      }
    }
    return undefined
  }

  set(name: string, value: string): void {
    this.#own.set(name, isTold(name) && value.length <= MAX_VALUE ? value : null)
  }

  forget(name: string): void {
    this.#own.set(name, null)
  }

  forgetAll(): void {
    this.#own.clear()
    this.#isOpaque = true
  }

  copy(): Values {
    return new Values(this)
  }

  /** What has the same value in both. */
  sharedWith(other: Values): Values {
    const shared = new Values(this)
    shared.#alsoIn = other
    return shared
  }
}

/** Not names that the machine of the build decides, nor those whose values nobody should read in a report. */
function isTold(name: string): boolean {
  return (
    !/^(?:TARGET|BUILD)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT|STAGE)$|^(?:PATH|IFS|_)$/.test(name) &&
    !isSecretName(name)
  )
}

/** Each instruction that may hold a RUN, with the values in force; ONBUILD triggers where they run. */
export function* withValues(
  dockerfile: Dockerfile,
): Iterable<{ readonly instruction: Instruction; readonly values: Values }> {
  const ends: Values[] = []
  const triggered = new Set<number>()
  const escapeToken = dockerfile.directives['escape'] ?? '\\'
  const none = new Values()
  const globals = none.copy()
  let values = none.copy()
  for (const instruction of dockerfile.instructions) {
    if (instruction.keyword === 'FROM') {
      const stage = dockerfile.stages[instruction.stage]
      const parent = stage?.base.kind === 'stage' ? ends[stage.base.stage] : undefined
      values = (parent ?? none).copy()
      ends[instruction.stage] = values
      for (const trigger of stage?.triggers ?? []) {
        apply(trigger, values, globals, escapeToken)
        if (triggered.has(trigger.position)) continue
        triggered.add(trigger.position)
        yield { instruction: trigger, values }
      }
    }
    apply(instruction, instruction.stage < 0 ? globals : values, globals, escapeToken)
    yield { instruction, values }
  }
}

/**
 * Takes over what ENV and ARG set, as far as the text tells it: a value that was given from outside may
 * be a secret, and no file of the repository holds it.
 */
function apply(
  instruction: Instruction,
  values: Values,
  globals: Values,
  escapeToken: string,
): void {
  const { keyword, text, pairs } = instruction
  if (keyword !== 'ENV' && keyword !== 'ARG') return
  const written = readArguments(keyword, text, escapeToken).pairs
  const settings: (() => void)[] = []
  for (const [index, { name, value }] of pairs.entries()) {
    if (value === null) continue
    const word = written[index]?.value ?? null
    const known = word === null ? globals.get(name) : expandKnown(word, values, escapeToken)
    const set = () => (known === value ? values.set(name, value) : values.forget(name))
    // all values of one ENV see the state before it, those of an ARG what stands before them
    if (keyword === 'ENV') settings.push(set)
    else set()
  }
  for (const set of settings) set()
}

/** What a word becomes with known values alone; undefined when it needs others. */
function expandKnown(word: string, values: Values, escapeToken: string): string | undefined {
  let isKnown = true
  try {
    const missing = () => {
      isKnown = false
    }
    const text = expandWord(word, { get: (name) => values.get(name), missing }, { escapeToken })
    return isKnown ? text : undefined
  } catch (thrown) {
    if (thrown instanceof Problem) return undefined
    throw thrown
  }
}
