// What an alignment could not decide, and why: rows for the report, never a guess.
import type { Description, ImageFacts, Step, Unknown } from '../core/index.ts'
import { silentInstructions } from './align.ts'
import { type Base, chainInstructions } from './base.ts'
import type { ReadEntry } from './history.ts'

/** An image that was aligned with a description. */
export interface AlignedImage {
  readonly facts: ImageFacts
  readonly entries: readonly ReadEntry[]
  readonly description: Description | null
  readonly steps: readonly Step[]
  readonly base: Base | null
}

/** One row for each thing that the history does not tell. */
export function undecided(image: AlignedImage): readonly Unknown[] {
  const { facts, entries, description, steps, base } = image
  if (description === null) return []
  const row = (place: string, reason: string, weight: Unknown['weight']): Unknown => ({
    subject: facts.config,
    place,
    reader: 'align',
    reason,
    weight,
  })
  const rows: Unknown[] = []
  const left = steps.filter(({ alignment }) => alignment === 'unaligned').length
  if (left > 0) {
    const reason = `${left} of ${entries.length} entries were not compared with the description: they are too many to be the work of a build, or too many that are alike`
    rows.push(row('history', reason, 'fatal'))
  }
  const baseEntries = base === null || base.strength === 'guessed' ? null : base.entries
  const input = { entries, instructions: chainInstructions(description), baseEntries }
  for (const { line } of silentInstructions(input, steps)) {
    const reason = `the builder leaves no entry for a command that changes no file: whether line ${line} was run cannot be told`
    rows.push(row(`line ${line}`, reason, 'partial'))
  }
  if (
    base === null &&
    steps.some(({ alignment, layer }) => alignment === 'merged' && layer === 0)
  ) {
    const reason =
      'the base image and all steps lie in one layer: which files are of the base is not known'
    rows.push(row('layer 0', reason, 'partial'))
  }
  return rows
}
