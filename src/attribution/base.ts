// Where the base image ends and the user's own part begins.
import type { Description, Digest, ImageFacts, Instruction, Strength } from '../core/index.ts'
import { byCodeUnit, isSameImage } from '../core/index.ts'
import { align, type ReadEntry, recordedInstructions } from './align.ts'
import type { Dialect } from './dialect/index.ts'

/** An image that could be the base: its layers are the first layers of the audited image. */
export interface BaseCandidate {
  readonly reference: string
  readonly config: Digest | null
  /** Number of layers; all of them lead the audited image. */
  readonly layers: number
  /** Number of entries of its own history. */
  readonly entries: number
  /** `given`: by `--base`; `known`: found in the inventory. */
  readonly source: 'given' | 'known'
}

/** The base of an image, and how sure that is. */
export interface Base {
  readonly reference: string
  readonly config: Digest | null
  readonly layers: number
  /** History entries that are the base's. */
  readonly entries: number
  readonly how: string
  readonly strength: Strength
}

/** True when a base's layers are the first layers of an image; equal images are not each other's base. */
export function isPrefix(base: readonly Digest[], image: readonly Digest[]): boolean {
  return (
    base.length > 0 && base.length < image.length && base.every((id, index) => id === image[index])
  )
}

/** The stage chain's outermost FROM: a reference, `scratch`, or null without a description. */
export function baseReference(description: Description | null): string | null {
  if (description === null) return null
  const { stages, target } = description.dockerfile
  let stage = stages[target]
  for (let depth = 0; stage !== undefined && depth <= stages.length; depth += 1) {
    if (stage.base.kind === 'image') return stage.base.reference
    if (stage.base.kind === 'scratch') return 'scratch'
    stage = stages[stage.base.stage]
  }
  return null
}

/**
 * Instructions of the target stage behind those of the stages it is built on, in the order of the build;
 * what ONBUILD of the stage below triggers comes first.
 */
export function chainInstructions(description: Description): readonly Instruction[] {
  const { stages, target, instructions } = description.dockerfile
  const chain: number[] = []
  let index: number | null = target
  while (index !== null && !chain.includes(index)) {
    chain.unshift(index)
    const base: { kind: string; stage?: number } | undefined = stages[index]?.base
    index = base?.kind === 'stage' ? (base.stage ?? null) : null
  }
  return chain.flatMap((stage) => [
    ...(stages[stage]?.triggers ?? []),
    ...instructions.filter((instruction) => instruction.stage === stage),
  ])
}

/**
 * The base among the candidates. One that FROM names comes first: a longer one might hide a step that nobody
 * wrote down. An image of the same build (a commit's parent, say) leads the audited one too: so of the others
 * the candidate after which the description fits best is taken, and of equals the longest.
 */
export function chooseBase(
  candidates: readonly BaseCandidate[],
  entries: readonly ReadEntry[],
  description: Description | null,
  dialect: Dialect,
): Base | null {
  const named = baseReference(description)
  if (named === 'scratch') {
    return {
      reference: 'scratch',
      config: null,
      layers: 0,
      entries: 0,
      how: 'FROM scratch',
      strength: 'proved',
    }
  }
  const given = candidates.find((candidate) => candidate.source === 'given')
  const ranked = (given === undefined ? [...candidates] : [given])
    .map((candidate) => ({
      candidate,
      named: named !== null && isSameImage(candidate.reference, named),
      cost: misfit(candidate, entries, description, dialect),
    }))
    .sort(
      (a, b) =>
        Number(b.named) - Number(a.named) ||
        a.cost - b.cost ||
        b.candidate.layers - a.candidate.layers ||
        byCodeUnit(a.candidate.reference, b.candidate.reference) ||
        byCodeUnit(a.candidate.config ?? '', b.candidate.config ?? ''),
    )
  const [best] = ranked
  if (best === undefined) return null
  const { candidate } = best
  const certain = candidate.source === 'given' || best.named || named === null
  const known = 'an image of the inventory with the same first layers'
  return {
    reference: candidate.reference === '' ? (named ?? '') : candidate.reference,
    config: candidate.config,
    layers: candidate.layers,
    entries: entriesOf(candidate, entries),
    how:
      candidate.source === 'given'
        ? 'given by --base'
        : certain
          ? known
          : `${known}; FROM calls it ${named}`,
    // the layers are equal for certain; that they are what FROM names is not
    strength: certain ? 'proved' : 'consistent',
  }
}

/** Entries up to the one that made the base's last layer, and as many more as the base itself has. */
function entriesOf(candidate: BaseCandidate, entries: readonly ReadEntry[]): number {
  const own = entries.findIndex((read) => read.layer === candidate.layers)
  const last = entries.findIndex((read) => read.layer === candidate.layers - 1)
  const most = own < 0 ? entries.length : own
  return Math.min(Math.max(candidate.entries, last + 1), most)
}

function misfit(
  candidate: BaseCandidate,
  entries: readonly ReadEntry[],
  description: Description | null,
  dialect: Dialect,
): number {
  if (description === null) return 0
  const instructions = recordedInstructions(chainInstructions(description), dialect)
  const steps = align({ entries, instructions, baseEntries: entriesOf(candidate, entries) })
  return steps.filter((step) => !['base', 'same'].includes(step.alignment)).length
}

/** With no candidate, the entries before the first instruction are taken as the base: a guess. */
export function guessBase(
  facts: ImageFacts,
  leadingEntries: number,
  leadingLayers: number,
  description: Description | null,
): Base | null {
  if (leadingEntries === 0 || leadingLayers > facts.layers.length) return null
  return {
    reference: baseReference(description) ?? '',
    config: null,
    layers: leadingLayers,
    entries: leadingEntries,
    how: 'the history entries before the first one that an instruction stands for',
    strength: 'guessed',
  }
}
