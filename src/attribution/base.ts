// Where the base image ends and the user's own part begins.
import type { Description, Digest, ImageFacts, Instruction, Strength } from '../core/index.ts'
import { byCodeUnit, isSameImage } from '../core/index.ts'
import { align, type ReadEntry } from './align.ts'
import { squashedImages } from './dialect/index.ts'

/** An image that could be the base: its layers are the first layers of the audited image. */
export interface BaseCandidate {
  readonly reference: string
  readonly config: Digest | null
  /** Number of layers; all of them lead the audited image. */
  readonly layers: number
  /** Number of entries of its own history. */
  readonly entries: number
  /** True when its layers are here with other times: all else in them is equal. */
  readonly rewritten?: boolean
  /** `given`: by `--base` or assay.yaml; `known`: found in the inventory. */
  readonly source: 'given' | 'known'
  /** What gave it; `--base` when left out. */
  readonly by?: string
  /** The image itself, or its provenance, names this one by its digest. */
  readonly confirmed?: boolean
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
 * the candidate after which the description fits best is taken, and of equals the longest. One that holds what
 * the description's own instructions made is no base at all.
 */
export function chooseBase(
  candidates: readonly BaseCandidate[],
  entries: readonly ReadEntry[],
  description: Description | null,
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
  const squashedOn = new Set(entries.flatMap(({ entry }) => squashedImages(entry)?.base ?? []))
  const ranked = (given === undefined ? [...candidates] : [given])
    .map((candidate) => ({
      candidate,
      squashed: candidate.config !== null && squashedOn.has(candidate.config),
      named: named !== null && isSameImage(candidate.reference, named),
      cost: misfit(candidate, entries, description),
    }))
    .sort(
      (a, b) =>
        Number(b.squashed) - Number(a.squashed) ||
        Number(b.named) - Number(a.named) ||
        a.cost - b.cost ||
        // Anybody can name a digest: it decides between equals only.
        Number(b.candidate.confirmed ?? false) - Number(a.candidate.confirmed ?? false) ||
        b.candidate.layers - a.candidate.layers ||
        byCodeUnit(a.candidate.reference, b.candidate.reference) ||
        byCodeUnit(a.candidate.config ?? '', b.candidate.config ?? ''),
    )
  const best = ranked.find(
    ({ candidate, ...by }) =>
      by.squashed ||
      by.named ||
      candidate.source === 'given' ||
      candidate.confirmed === true ||
      !isOfSameBuild(candidate, entries, description),
  )
  if (best === undefined) return null
  const { candidate } = best
  const certain = candidate.source === 'given' || best.squashed || best.named || named === null
  const known = 'an image of the inventory with the same first layers'
  return {
    reference: candidate.reference === '' ? (named ?? '') : candidate.reference,
    config: candidate.config,
    layers: candidate.layers,
    entries: entriesOf(candidate, entries),
    how:
      candidate.source === 'given'
        ? `given by ${candidate.by ?? '--base'}${candidate.rewritten === true ? '; its layers are here with other times' : ''}`
        : best.squashed
          ? 'the image that the step of the squash names'
          : certain
            ? known
            : `${known}; FROM calls it ${named}`,
    // the layers are equal for certain; that they are what FROM names is not
    strength: certain && candidate.rewritten !== true ? 'proved' : 'consistent',
  }
}

/** Entries up to the one that made the base's last layer, and as many more as the base itself has. */
function entriesOf(candidate: BaseCandidate, entries: readonly ReadEntry[]): number {
  const filled = (layer: number) =>
    entries.findIndex((read) => read.layer === layer && !read.entry.emptyLayer)
  const own = filled(candidate.layers)
  const last = filled(candidate.layers - 1)
  const most = own < 0 ? entries.length : own
  return Math.min(Math.max(candidate.entries, last + 1), most)
}

function misfit(
  candidate: BaseCandidate,
  entries: readonly ReadEntry[],
  description: Description | null,
): number {
  if (description === null) return 0
  const instructions = chainInstructions(description)
  const steps = align({ entries, instructions, baseEntries: entriesOf(candidate, entries) })
  return steps.filter((step) => !['base', 'same', 'merged'].includes(step.alignment)).length
}

/** True when a candidate covers entries that instructions stand for: what was made on the way, not what it began with. */
function isOfSameBuild(
  candidate: BaseCandidate,
  entries: readonly ReadEntry[],
  description: Description | null,
): boolean {
  if (description === null) return false
  const instructions = chainInstructions(description)
  const same = (baseEntries: number | null) =>
    align({ entries, instructions, baseEntries }).filter(({ alignment }) => alignment === 'same')
      .length
  const [alone, behind] = [same(null), same(entriesOf(candidate, entries))]
  // a base may have a line like one of the description's, by chance
  return alone - behind > 1 || (behind === 0 && alone > 0)
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
