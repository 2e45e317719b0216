// Which makers an image shows, bottom to top, and whether one of them built it from something else than a
// Dockerfile. A Dockerfile that is named for such an image describes its base at most.
import type { HistoryEntry, ImageFacts, ImageSettings, MakerNote, Step } from '../core/index.ts'
import { excerpt } from '../core/index.ts'
import { HANDMADE, MAKERS, type MakerDialect, type MakerProfile } from './dialect/index.ts'

const MOST_FACTS = 40
const LONGEST = 200
const NO_BUILDER: ReadonlySet<string> = new Set(['', 'unknown', 'squash'])

/** What of an image tells of makers, beside its steps. */
export type MakerSettings = Pick<ImageFacts, 'settings' | 'author'>

/** One note for each maker with a description of its own kind, in the order of their first layers. */
export function makerNotes(steps: readonly Step[], facts: MakerSettings): readonly MakerNote[] {
  const notes: { readonly first: number; readonly note: MakerNote }[] = []
  for (const dialect of MAKERS) {
    const own = steps.filter(({ maker }) => maker === dialect.id)
    if (own.length === 0 && dialect.profile.claims?.(facts.settings) !== true) continue
    const first = own[0]?.position ?? steps.length
    notes.push({ first, note: noteOf(dialect, own, facts) })
  }
  return notes.sort((a, b) => a.first - b.first).map(({ note }) => note)
}

function noteOf(
  { id, profile }: MakerDialect,
  own: readonly Step[],
  facts: MakerSettings,
): MakerNote {
  const entries = own.map(entryOf)
  const recorded = profile.facts({ entries, settings: facts.settings, author: facts.author })
  return {
    maker: id,
    title: profile.title,
    layers: own.flatMap(({ layer }) => (layer === null ? [] : [layer])),
    base: own.length > 0 && own.every(({ alignment }) => alignment === 'base'),
    description: profile.description,
    check: profile.check,
    facts: recorded
      .slice(0, MOST_FACTS)
      .map(({ name, value }) => ({ name, value: excerpt(value, LONGEST) })),
  }
}

function entryOf({ created, createdBy, comment, author, layer }: Step): HistoryEntry {
  return { created, createdBy, comment, author, emptyLayer: layer === null }
}

/** Every maker that left a mark, bottom to top, each once; makers that only settings name come last. */
export function makerNames(steps: readonly Step[], notes: readonly MakerNote[]): readonly string[] {
  const claimed = notes.filter(({ maker }) => !steps.some((step) => step.maker === maker))
  // an entry without a word is a squash's only where nobody else is known to leave such entries
  const telling = steps.filter(
    ({ maker, comment }) => claimed.length === 0 || maker !== 'squash' || comment !== '',
  )
  const names = [...telling, ...claimed].map(({ maker }) => maker)
  return [...new Set(names)].filter((maker) => maker !== '' && maker !== 'unknown')
}

/** What is known beside the steps when the builder is looked for. */
export interface BelowBuilder {
  /** Entries that are the base's for certain. */
  readonly entries: number
  /** Settings of the base; null when they are not known. */
  readonly settings: ImageSettings | null
  /** True when a Dockerfile was named: then work of a hand on top is drift from it, and not looked through. */
  readonly described: boolean
}

/**
 * The maker that built the image above its base from something else than a Dockerfile; null when the
 * builder of a Dockerfile made the newest steps, or nobody that is known.
 */
export function otherBuilder(
  notes: readonly MakerNote[],
  steps: readonly Step[],
  below: BelowBuilder,
): MakerNote | null {
  const own = steps.filter(({ history }) => history !== null && history >= below.entries)
  const newest = own.findLast(({ layer, maker }) =>
    layer === null
      ? !NO_BUILDER.has(maker) && !isByHand(maker)
      : below.described || !isByHand(maker),
  )?.maker
  const made = notes.find(({ maker }) => maker === newest && !isByHand(maker))
  if (made !== undefined) return made
  return notes.find((note) => isClaimed(note, own, below.settings)) ?? null
}

/**
 * True when the history follows the description, whoever's name the newest layers bear: a layer that somebody
 * put on top is then a step that nobody wrote down, even when it calls itself another builder's.
 */
export function isBuiltFrom(steps: readonly Step[]): boolean {
  const same = steps.filter(({ alignment, instruction, layer }) => {
    return alignment === 'same' && instruction !== null && layer !== null
  })
  return same.length > 0 && same.length >= steps.filter(isMissing).length
}

function isMissing({ alignment }: Step): boolean {
  return alignment === 'missing'
}

/** Work of a hand, and of tools that change what is there: it does not say who built an image. */
function isByHand(maker: string): boolean {
  return HANDMADE.has(maker) || profileOf(maker)?.builds === false
}

/** Nothing but the labels tells, the base has them not, and nobody put a name to the newest layer. */
function isClaimed(
  { maker }: MakerNote,
  own: readonly Step[],
  baseSettings: ImageSettings | null,
): boolean {
  const newest = own.findLast(({ layer }) => layer !== null)
  const isNameless = newest === undefined || `${newest.createdBy}${newest.comment}` === ''
  const inherited = baseSettings !== null && profileOf(maker)?.claims?.(baseSettings) === true
  return isNameless && !inherited && !own.some((step) => step.maker === maker)
}

function profileOf(maker: string): MakerProfile | undefined {
  return MAKERS.find(({ id }) => id === maker)?.profile
}

/** Why the verdict is unknown for an image of this maker; `named` is the Dockerfile that was given, or ''. */
export function otherBuilderReason(note: MakerNote, steps: readonly Step[], named: string): string {
  const last = steps.findLastIndex(({ maker }) => maker === note.maker)
  const byHand = steps.slice(last + 1).some(({ maker }) => isByHand(maker))
  const built =
    named === ''
      ? `${note.title} built it, from ${note.description}`
      : `${named} is not what built it: ${note.title} did, from ${note.description}`
  const changed = byHand ? ', and it was changed by hand afterwards' : ''
  return `${built}${changed}; Assay does not compare that. To check it: ${note.check}`
}
