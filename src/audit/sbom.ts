// What is in an image, for an SBOM: the line up to the inventory, and no description.
import type {
  AssayError,
  Digest,
  Distribution,
  ImageFacts,
  ListedPackage,
  Unknown,
} from '../core/index.ts'
import type { Inventory, StoredContents } from '../inventory/index.ts'
import { catalogImage } from './catalog-image.ts'
import { type Intake, intake, readersOf } from './intake.ts'
import { keepImage } from './keep.ts'
import { type ImageRequest, TRUST_NOBODY } from './options.ts'
import { eachImage } from './session.ts'
import { Stopwatch } from './stopwatch.ts'

/** The packages of one image. */
export interface ImageContents {
  readonly reference: string
  readonly facts: ImageFacts
  readonly distribution: Distribution | null
  readonly packages: readonly ListedPackage[]
  /** The layer that brought one of them; null when it is not known. */
  readonly layerOf: (item: ListedPackage) => Digest | null
  readonly unknown: readonly Unknown[]
  /** Milliseconds by phase. */
  readonly timing: Readonly<Record<string, number>>
}

/** The contents of all images of an archive, and what stood in the way. */
export interface ContentsOutcome {
  readonly images: readonly ImageContents[]
  readonly errors: readonly AssayError[]
}

const NOTHING_NAMED = {
  base: null,
  policy: null,
  repositories: [],
  archives: [],
  trust: TRUST_NOBODY,
  description: { source: null, dockerfile: null, context: null, target: null, arguments: {} },
}

/**
 * Reads every image of an archive into the inventory, and says what it holds.
 * @throws AssayError when the input or the database cannot be used at all.
 */
export async function readContents(image: ImageRequest, db: string): Promise<ContentsOutcome> {
  const images: ImageContents[] = []
  const errors: AssayError[] = []
  const options = { image, db, ...NOTHING_NAMED }
  const failed = await eachImage(options, async (one, { inventory }) => {
    const watch = new Stopwatch()
    const { reference } = one
    const taken = await intake(one, inventory, image, watch)
    const { facts } = taken
    errors.push(...taken.errors)
    watch.start('view')
    const contents = contentsOf(taken, inventory, image.verify)
    watch.stop()
    const layers = new Map(contents.packages.map((item, at) => [item, contents.layers[at] ?? -1]))
    images.push({
      reference,
      facts,
      distribution: contents.distribution,
      packages: contents.packages,
      layerOf: (item) => facts.layers[layers.get(item) ?? -1]?.diffId ?? null,
      unknown: [...facts.unknowns, ...taken.unknowns, ...contents.unknowns],
      timing: watch.spent(),
    })
  })
  return { images, errors: [...errors, ...failed] }
}

/** What the inventory knows of the image from an earlier run, else what its layers amount to. */
function contentsOf(taken: Intake, inventory: Inventory, again: boolean): StoredContents {
  const { facts } = taken
  const readers = readersOf(taken)
  const known = again ? null : inventory.contents(facts.config, readers)
  if (known !== null) return known
  return keepImage(inventory, taken, catalogImage(inventory, facts))
}
