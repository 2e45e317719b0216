// What stays open while images are compared: the inventory, the archive, the repository, the base.
import type { AssayError } from '../core/index.ts'
import type { Repository } from '../description/index.ts'
import { type OpenImage, openImages } from '../image/index.ts'
import { type Inventory, openInventory } from '../inventory/index.ts'
import type { GivenBase } from './base.ts'
import type { CompareOptions } from './options.ts'

/** The repository that was named, and what its name says besides. */
export interface OpenSource {
  readonly repository: Repository
  /** Revision and context of `REPO#REV:CONTEXT`; null when not given. */
  readonly revision: string | null
  readonly context: string | null
}

/** Everything that comparing an image needs. */
export interface Session {
  readonly options: CompareOptions
  readonly inventory: Inventory
  readonly source: OpenSource | null
  readonly base: GivenBase | null
}

/**
 * Opens all that is named, hands each image to `work` in order, and closes it again.
 * @returns what stood in the way of some of the images.
 * @throws AssayError when the inventory, the archive, the repository or the base cannot be used at all.
 */
export async function eachImage(
  options: CompareOptions,
  work: (image: OpenImage, session: Session) => Promise<void>,
): Promise<readonly AssayError[]> {
  const { image } = options
  const source = await openSource(options)
  const inventory = openInventorySafely(options.db, source)
  try {
    const base = await openBase(options, inventory)
    const archive = await openImages({
      reference: image.reference,
      stdin: image.stdin,
      platform: image.platform,
      name: image.name,
    })
    try {
      for (const one of archive.images) await work(one, { options, inventory, source, base })
      return archive.errors
    } finally {
      archive.close()
    }
  } finally {
    inventory.close()
    source?.repository.close()
  }
}

function openInventorySafely(db: string, source: OpenSource | null): Inventory {
  try {
    return openInventory(db)
  } catch (thrown) {
    source?.repository.close()
    throw thrown
  }
}

async function openBase(options: CompareOptions, inventory: Inventory): Promise<GivenBase | null> {
  if (options.base === null) return null
  const { takeInBase } = await import('./base.ts')
  return takeInBase(options, options.base, inventory)
}

async function openSource({ description }: CompareOptions): Promise<OpenSource | null> {
  if (description.source === null) return null
  // Reading git and Dockerfiles is not needed for an image alone, and takes as long to load as a small one to read.
  const { openRepository, parseSource } = await import('../description/index.ts')
  const { repository, revision, context } = parseSource(description.source)
  return { repository: await openRepository(repository), revision, context }
}
