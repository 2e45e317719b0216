// Why a step is not as the description says, in one sentence for people.
import type { Instruction } from '../core/index.ts'
import { excerpt } from '../core/index.ts'
import type { RecordedStep } from './dialect/index.ts'
import type { ReadEntry } from './history.ts'
import { textOf, textsFor } from './match-cost.ts'
import { wordDifference } from './word-difference.ts'

/** Spans that one sentence shows. */
const MAX_SPANS = 3

/** Why nothing in the description stands for an entry; `mayBeTriggered`: an ONBUILD of the base might. */
export function untrackedReason({ step, entry }: ReadEntry, mayBeTriggered: boolean): string {
  if (step.maker === 'commit')
    return 'made by hand in a container and committed; no instruction stands for it'
  if (step.maker === 'import')
    return 'imported from a file system archive; no instruction stands for it'
  const named = entry.createdBy === '' ? 'it names no command' : 'no instruction reads like it'
  const open = mayBeTriggered
    ? '; an ONBUILD of the base would put a step here, and the base that FROM names is not at hand to tell'
    : ''
  return `in the image, but ${named}${open}`
}

/** What differs between an instruction and the entry that was taken for it, word by word. */
export function changedReason(step: RecordedStep, instruction: Instruction): string {
  if (step.hash !== null) {
    return `the image copied to ${excerpt(step.destination, 60)}, line ${instruction.line} copies elsewhere`
  }
  const spans = wordDifference(textsFor(step, instruction)[0] ?? '', textOf(step))
  const told = spans.slice(0, MAX_SPANS).map(({ removed, added }) => {
    const [was, is] = [`“${excerpt(removed, 80)}”`, `“${excerpt(added, 80)}”`]
    if (removed === '') return `the image was built with ${is} besides`
    if (added === '') return `the image was built without ${was}`
    return `the description says ${was}, the image was built with ${is}`
  })
  const more = spans.length - told.length
  return [...told, ...(more > 0 ? [`${more} more places differ`] : [])].join('; ')
}
