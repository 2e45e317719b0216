// Files and programs that differ from the lock, held against the instructions whose steps wrote them.

import { chainInstructions } from '../attribution/index.ts'
import type { Description, Instruction } from '../core/index.ts'
import type { DescribedChange, DescriptionChanges } from './lock-facts.ts'
import {
  explained,
  follows,
  type JudgedImage,
  type LockDifference,
  type LockJudgement,
  untracked,
} from './lock-judgement.ts'

/** What is behind a program that a step made and that is another now. */
export function judgeProgram(difference: LockDifference, image: JudgedImage): LockJudgement {
  const reason = 'its step and all before it are the same, and fetch nothing'
  return ofWriters(difference, image) ?? untracked(reason)
}

/** What is behind a folder whose files are others now. */
export function judgeFiles(difference: LockDifference, image: JudgedImage): LockJudgement {
  const { kind, names, found } = difference
  const { described } = image
  const origin = kind === 'folder' ? '' : (names[0] ?? '')
  switch (origin) {
    case 'context':
      return judgeContext(difference, image)
    case 'run':
    case 'stage':
    case 'artifact':
      return ofWriters(difference, image) ?? untracked('the steps that write there did not change')
    case 'package-modified':
    case 'context-modified':
    case 'context-untracked':
    case 'context-other-commit':
    case 'unexplained':
      if (!described.isComparable) return untracked(NOT_DESCRIBED)
      return found === null
        ? { state: 'explained', reason: 'they are no longer there', line: null }
        : untracked('the description does not explain them')
    default:
      return (
        follows(image.base, 'the base changed') ??
        follows(image.packages, 'packages changed, and their scripts write there') ??
        explained(described.inputOf(null)) ??
        untracked('neither the description, nor the base, nor a package changed')
      )
  }
}

const NOT_DESCRIBED = 'the lock, or the image, was compared with no description'

/** A file of this origin is proved to be the tracked one: where it changed, so did git, or it is gone. */
function judgeContext(difference: LockDifference, { described, now }: JudgedImage): LockJudgement {
  if (!described.isComparable) return untracked(NOT_DESCRIBED)
  const writers = now.writers.get(difference.key) ?? new Set([null])
  return (
    explained(described.copied(writers)) ??
    explained(changedCopy(described, writers)) ??
    untracked('nothing that is copied there changed in git')
  )
}

/** An instruction that copies there and is new; where nothing is there any more, any that came or went. */
function changedCopy(
  described: DescriptionChanges,
  writers: ReadonlySet<number | null>,
): DescribedChange | null {
  const [fresh] = described.newOnes((each) => writers.has(each.position))
  if (fresh !== undefined) return { reason: `its ${fresh.keyword} changed`, line: fresh.line }
  return writers.has(null) ? described.inputOf(null) : null
}

function ofWriters(difference: LockDifference, image: JudgedImage): LockJudgement | null {
  const { described, now } = image
  const writers = [...(now.writers.get(difference.key) ?? [null])]
  for (const position of writers) {
    const input = explained(described.inputOf(position))
    if (input !== null) return input
  }
  const fetching = described.instructions.find(
    (each) => isBehind(each, difference, writers, described) && fetches(each, image),
  )
  if (fetching !== undefined) {
    const reason = 'its step, or one before it, fetches what may be another thing each day'
    return { state: 'moved', reason, line: fetching.line }
  }
  return (
    follows(image.base, 'the base changed, and its step runs on it') ??
    follows(image.packages, 'packages changed, and its step runs on them')
  )
}

/**
 * True when what the instruction fetches can be in the item. Bytes may come of all steps before; a path that was
 * not there is the work of its own step, or of the stage that it is copied from.
 */
function isBehind(
  each: Instruction,
  { kind, locked }: LockDifference,
  writers: readonly (number | null)[],
  { instructions }: DescriptionChanges,
): boolean {
  const isContent = kind === 'program' && locked !== null
  return writers.some((position) => {
    if (position === null || each.position === position) return true
    const own = instructions.find((other) => other.position === position)
    if (own?.copy?.from?.kind === 'stage' && each.stage !== own.stage) return true
    return isContent && each.position < position
  })
}

/** Programs that bring what no package database tells of. */
const FETCHERS =
  /^(curl|wget|git|hg|svn|aria2c|ftp|rsync|go|cargo|mvn|mvnw|gradle|gradlew|dotnet|composer|bundle|gem|sbt|lein|conan|vcpkg|R|cpan|cpanm|luarocks|opam|stack|cabal|mix|pub|flutter|bazel|conda|mamba)$/

/** True when the instruction takes something from outside that the image's package databases do not show. */
function fetches(instruction: Instruction, { one }: JudgedImage): boolean {
  const { description } = one.compared
  if (description === null) return false
  const { copy, position } = instruction
  if (copy !== null && copy.from?.kind === 'image') return !copy.from.reference.includes('@sha256:')
  if (copy !== null && copy.from === null) {
    return copy.checksum === '' && copy.sources.some((source) => /^(https?|git|ssh):/.test(source))
  }
  const commands = description.commands.filter((each) => each.instruction === position)
  const brings = commands.some(({ words }) => FETCHERS.test((words[0] ?? '').replace(/^.*\//, '')))
  return brings || isOutOfSight(instruction, description)
}

/** In a stage that does not end up in the image, what package managers and FROM bring cannot be seen. */
function isOutOfSight(instruction: Instruction, description: Description): boolean {
  const seen = chainInstructions(description).some(({ stage }) => stage === instruction.stage)
  if (seen || instruction.stage < 0) return false
  if (instruction.keyword === 'FROM') {
    const base = description.dockerfile.stages[instruction.stage]?.base
    return base?.kind === 'image' && !base.reference.includes('@sha256:')
  }
  return description.requests.some(
    (each) =>
      each.instruction === instruction.position && each.action === 'install' && !each.pinned,
  )
}
