// What stays open while images are compared: the inventory, the archive, the repository, the base.
import type { ArchiveSource } from '../archive/index.ts'
import type { AssayError } from '../core/index.ts'
import type { Repository, Trust } from '../description/index.ts'
import { type OpenImage, openImages } from '../image/index.ts'
import { type Inventory, openInventory } from '../inventory/index.ts'
import type { GivenBase } from './base.ts'
import type { CompareOptions } from './options.ts'
import type { Repositories } from './repositories.ts'

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
  /** Archives to hold packages against; null when no place was named. */
  readonly archives: ArchiveSource | null
  /** What descriptions are found with; opened when it is first asked for. */
  means(): Promise<FindMeans>
}

/** What descriptions are found with. */
export interface FindMeans {
  /** Repositories at hand besides the one that was named. */
  readonly repositories: Repositories
  readonly trust: Trust
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
  let opened: Promise<FindMeans> | null = null
  const means = (): Promise<FindMeans> => {
    opened ??= openMeans(options)
    return opened
  }
  const source = await openSource(options)
  const inventory = openInventorySafely(options.db, source)
  try {
    const base = await openBase(options, inventory)
    const archives = await openArchivePlaces(options.archives)
    const archive = await openImages({
      reference: image.reference,
      stdin: image.stdin,
      platform: image.platform,
      name: image.name,
    })
    try {
      const session = { options, inventory, source, base, archives, means }
      for (const one of archive.images) await work(one, session)
      return archive.errors
    } finally {
      archive.close()
    }
  } finally {
    inventory.close()
    source?.repository.close()
    await closeMeans(opened)
  }
}

async function closeMeans(opened: Promise<FindMeans> | null): Promise<void> {
  // What kept it from being opened was thrown where it was asked for.
  const means = await opened?.catch(() => null)
  await means?.repositories.close()
}

async function openMeans({ repositories, policy, trust }: CompareOptions): Promise<FindMeans> {
  const [listing, trusting] = await Promise.all([import('./repositories.ts'), import('./trust.ts')])
  const named = policy?.repositories.map(({ path }) => path).filter((path) => path !== '') ?? []
  return {
    repositories: new listing.Repositories(listing.listRepositories([...repositories, ...named])),
    trust: trusting.loadTrust(trust),
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

async function openArchivePlaces(places: readonly string[]): Promise<ArchiveSource | null> {
  if (places.length === 0) return null
  const { openArchives } = await import('../archive/index.ts')
  return openArchives(places)
}

async function openSource({ description }: CompareOptions): Promise<OpenSource | null> {
  if (description.source === null) return null
  // Reading git and Dockerfiles is not needed for an image alone, and takes as long to load as a small one to read.
  const { openRepository, parseSource } = await import('../description/index.ts')
  const { repository, revision, context } = parseSource(description.source)
  return { repository: await openRepository(repository), revision, context }
}
