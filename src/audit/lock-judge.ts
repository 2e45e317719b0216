// Why an image differs from its lock: because the description says so (explained), because something outside moved
// that the description does not pin (moved), or for no reason that anybody wrote down (untracked).
import { chainInstructions } from '../attribution/index.ts'
import type { Instruction, LockChange, LockItem } from '../core/index.ts'
import type { ComparedImage } from './compare-image.ts'
import type { DescriptionChanges } from './lock-facts.ts'
import type { LockedImage } from './lock-items.ts'
import { judgeFiles, judgeProgram } from './lock-judge-files.ts'
import { judgePackage } from './lock-judge-package.ts'
import { judgeSetting } from './lock-judge-setting.ts'
import {
  explained,
  follows,
  type JudgedDifference,
  type JudgedImage,
  type LockDifference,
  type LockJudgement,
  untracked,
} from './lock-judgement.ts'

/** A judgement for each difference: the base first, then packages, since the others follow from them. */
export class Judge {
  readonly #image: JudgedImage

  constructor(one: ComparedImage, now: LockedImage, described: DescriptionChanges) {
    this.#image = { one, now, described, base: null, packages: null }
  }

  all(differences: readonly LockDifference[]): readonly JudgedDifference[] {
    const image = this.#image
    const judged: JudgedDifference[] = []
    const take = (difference: LockDifference, judgement: LockJudgement) =>
      judged.push({ difference, change: changeOf(difference, judgement) })
    for (const each of differences.filter(({ kind }) => kind === 'base')) {
      image.base = judgeBase(each, image)
      take(each, image.base)
    }
    for (const each of differences.filter(({ kind }) => kind === 'package')) {
      const judgement = judgePackage(each, image)
      // of several reasons the description is the best
      if (judgement.state === 'explained') image.packages = judgement
      else if (judgement.state === 'moved') image.packages ??= judgement
      take(each, judgement)
    }
    for (const each of differences)
      if (each.kind !== 'base' && each.kind !== 'package') take(each, judge(each, image))
    return judged
  }
}

function judge(difference: LockDifference, image: JudgedImage): LockJudgement {
  switch (difference.kind) {
    case 'setting':
      return judgeSetting(difference, image)
    case 'account':
      return judgeAccount(difference, image)
    case 'program':
      return judgeProgram(difference, image)
    case 'folder':
    case 'files':
      return judgeFiles(difference, image)
    case 'change':
      return judgeChange(difference, image)
    default:
      return untracked('the lock is of another platform')
  }
}

function judgeBase({ locked, found }: LockDifference, image: JudgedImage): LockJudgement {
  const [fresh] = image.described.newOnes((each) => namesBase(each, image))
  if (fresh !== undefined) return { state: 'explained', reason: 'FROM changed', line: fresh.line }
  if (locked === null || found === null) {
    const reason =
      found === null ? 'its base is not known here' : 'its base was not known when it was locked'
    return { state: 'moved', reason, line: null }
  }
  const [reference = '', wasReference = ''] = [found.values[0], locked.values[0]]
  if (reference !== wasReference)
    return untracked('FROM is the same, the image that it names is not')
  if (!reference.includes('@sha256:')) {
    return {
      state: 'moved',
      reason: 'FROM names a tag, and the tag names another image',
      line: null,
    }
  }
  const isGuess = image.one.compared.base?.strength === 'guessed'
  if (isGuess) return { state: 'moved', reason: 'where its base ends is a guess', line: null }
  return untracked('FROM names a digest, and the layers are not those of the lock')
}

/** True for the FROM lines that the target is built on, and for global arguments that stand in them. */
function namesBase({ keyword, position, stage, pairs }: Instruction, image: JudgedImage): boolean {
  const { description } = image.one.compared
  if (description === null) return false
  const lines = chainInstructions(description).filter((each) => each.keyword === 'FROM')
  if (keyword === 'FROM') return lines.some((each) => each.position === position)
  if (keyword !== 'ARG' || stage >= 0) return false
  return pairs.some(({ name }) => lines.some(({ text }) => namesOf(text).includes(name)))
}

function namesOf(text: string): readonly string[] {
  return [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = '']) => name)
}

function judgeAccount({ names }: LockDifference, image: JudgedImage): LockJudgement {
  const [name = ''] = names
  const { one, described } = image
  const named = one.compared.attribution.changes.find(
    (change) => change.kind === 'account' && change.subject === name,
  )
  if (named !== undefined) return untracked(named.evidence)
  const [line] = described.newOnes((each) => commandsName(each, name, image))
  if (line !== undefined) {
    return { state: 'explained', reason: 'an instruction that names it changed', line: line.line }
  }
  return (
    follows(image.base, 'the base changed, and accounts come with it') ??
    follows(image.packages, 'packages changed, and accounts come with them') ??
    explained(
      described.newOnes(({ keyword }) => keyword === 'RUN').length > 0
        ? described.inputOf(null)
        : null,
    ) ??
    untracked('neither the description nor a package changed')
  )
}

/** True when a command of the instruction has the word. */
export function commandsName(
  { position }: Instruction,
  word: string,
  { one }: JudgedImage,
): boolean {
  const commands = one.compared.description?.commands ?? []
  return commands.some((each) => each.instruction === position && each.words.includes(word))
}

function judgeChange({ key, found }: LockDifference, { now }: JudgedImage): LockJudgement {
  if (found === null) return { state: 'explained', reason: 'it no longer differs', line: null }
  const change = now.changes.get(key)
  return untracked(change?.evidence || 'the description does not explain it')
}

function changeOf(difference: LockDifference, judgement: LockJudgement): LockChange {
  const { kind, locked, found } = difference
  return {
    state: judgement.state,
    kind,
    subject: subjectOf(difference),
    locked: locked === null ? '' : shown(locked, found),
    found: found === null ? '' : shown(found, locked),
    reason: judgement.reason,
    line: judgement.line,
  }
}

function subjectOf({ kind, names }: LockDifference): string {
  const [first = '', second = '', place = ''] = names
  if (kind === 'package') return place.startsWith('/') ? `${second} in ${place}` : second
  if (kind === 'program') return `/${second}`
  if (kind === 'files') return `${second} (${first})`
  if (kind === 'change') return second
  return first
}

/** The values of an item as a person wants them: what is equal on both sides says nothing. */
function shown(item: LockItem, other: LockItem | null): string {
  const [first = '', second = '', third = ''] = item.values
  switch (item.kind) {
    case 'package':
      return other !== null && other.values[0] === first ? `${first} ${brief(third)}` : first
    case 'base':
      return `${first} ${brief(second)}`
    case 'program':
      return `${first} ${second} ${brief(third)}`
    case 'files':
      return `${first} ${first === '1' ? 'file' : 'files'} ${brief(second)}`
    case 'change':
      return item.names[0] ?? ''
    default:
      return [first, second]
        .filter((each) => each !== '')
        .map(brief)
        .join(' ')
  }
}

const DIGEST = /^sha256:([0-9a-f]{12})[0-9a-f]{52}$/

function brief(text: string): string {
  return text.replace(DIGEST, 'sha256:$1…')
}
