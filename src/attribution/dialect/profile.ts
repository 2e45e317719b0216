// Makers whose images no Dockerfile describes: what stands behind each, what would check it, and on which
// real image its marks were proven. A dialect of such a maker carries one profile.
import type { HistoryEntry, ImageSettings, MakerFact } from '../../core/index.ts'
import type { Dialect } from './dialect.ts'
import { opaqueStep } from './dialect.ts'

/** What an image shows of one maker. */
export interface MakerTrace {
  /** Entries that this maker wrote, in order. */
  readonly entries: readonly HistoryEntry[]
  readonly settings: ImageSettings
  /** Author of the image, as its config says. */
  readonly author: string
}

/** One maker, as people know it. */
export interface MakerProfile {
  /** As people write it: `Jib`. */
  readonly title: string
  /** Files that describe such a build, in words that follow `from`. */
  readonly description: string
  /** What it takes to check an image against them: one clause without a full stop. */
  readonly check: string
  /** False for a maker that changes what is there, with no description of its own behind it. */
  readonly builds: boolean
  /** Maker and version of the real image on which the marks were proven; '' when there is none. */
  readonly proven: string
  /** Why there is none: what was tried, and what it answered; '' when there is one. */
  readonly unproven: string
  /** What this maker recorded in the image; unbounded, cut by the caller. */
  facts(trace: MakerTrace): readonly MakerFact[]
  /** True when the settings name the maker, although no history entry does. */
  claims?(settings: ImageSettings): boolean
}

/** A dialect with a profile: its entries are known, and are no instructions of a Dockerfile. */
export interface MakerDialect extends Dialect {
  readonly profile: MakerProfile
}

/** The dialect of a maker whose entries carry this mark. */
export function makerDialect(
  id: string,
  mark: (entry: HistoryEntry) => boolean,
  profile: MakerProfile,
): MakerDialect {
  return {
    id,
    read: (entry) => (mark(entry) ? opaqueStep(id, entry.createdBy) : null),
    records: () => false,
    profile,
  }
}

/** Facts of these names and values, the empty ones left out. */
export function factsOf(rows: Readonly<Record<string, string>>): readonly MakerFact[] {
  return Object.entries(rows)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }))
}

/** The first group of the pattern in each text, each once, in order of appearance. */
export function found(texts: readonly string[], pattern: RegExp): readonly string[] {
  return [...new Set(texts.map((text) => pattern.exec(text)?.[1] ?? '').filter(Boolean))]
}
