// One image through the line, from its layers to its origins; what is done with the result is the caller's.
import type { ImageFacts } from '../core/index.ts'
import type { OpenImage } from '../image/index.ts'
import { baseCandidates } from './base.ts'
import { type Compared, compare, type KnownBase } from './compare.ts'
import { type Found, findDescription } from './find.ts'
import { type Intake, intake } from './intake.ts'
import type { Session } from './session.ts'
import { Stopwatch } from './stopwatch.ts'

/** An image whose layers are in the inventory, with all that it is to be compared with. */
export interface ReadyImage {
  readonly reference: string
  readonly facts: ImageFacts
  readonly notes: readonly string[]
  readonly taken: Intake
  readonly found: Found
  readonly candidates: readonly KnownBase[]
  readonly watch: Stopwatch
}

/** One image, compared: what reports and `explain` are made of. */
export interface ComparedImage extends ReadyImage {
  readonly compared: Compared
}

/** Reads what is not known of the image, and finds its description and its possible bases. */
export async function readyImage(image: OpenImage, session: Session): Promise<ReadyImage> {
  const { options, inventory, source } = session
  const { reference, notes } = image
  const watch = new Stopwatch()
  const taken = await intake(image, inventory, options.image, watch)
  const { facts } = taken
  watch.start('description')
  const { candidates, unknowns } = baseCandidates(facts, session.base, inventory)
  const found = await findDescription(facts, source, options.description, candidates)
  watch.stop()
  const all = [...found.unknowns, ...unknowns, ...taken.unknowns]
  return { reference, facts, notes, taken, found: { ...found, unknowns: all }, candidates, watch }
}

/** Compares an image that is ready. */
export async function compareImage(ready: ReadyImage, session: Session): Promise<ComparedImage> {
  const { facts, found, candidates, watch } = ready
  watch.start('attribute')
  const compared = await compare({
    facts,
    inventory: session.inventory,
    description: found.missing === '' ? found.description : null,
    missing: found.missing,
    candidates,
    unknowns: found.unknowns,
    sightings: async (blobs) => (await session.source?.repository.sightings(blobs)) ?? new Map(),
    readBlob: async (blob, maxBytes) =>
      (await session.source?.repository.blob(blob, maxBytes)) ?? null,
  })
  watch.stop()
  return { ...ready, compared }
}
