// A part of the corpus: cases that are made together, and what it takes to make them.
import type { Workshop } from './workshop.ts'

/** Cases that one function makes. */
export interface Part {
  readonly name: string
  /** Names of its cases, in the order in which they are made. */
  readonly cases: readonly string[]
  /** Why the part cannot be made here; null when it can. */
  readonly missing: () => string | null
  readonly make: (workshop: Workshop) => Promise<void>
}

/** For parts that need nothing but the engine. */
export function nothingMissing(): null {
  return null
}
