// What tests of the search share: images on disk read into an inventory, and a search for their descriptions.
import { join } from 'node:path'
import { baseCandidates } from '../../src/audit/base.ts'
import { catalogImage } from '../../src/audit/catalog-image.ts'
import { listRepositories, Repositories } from '../../src/audit/repositories.ts'
import { readContents } from '../../src/audit/sbom.ts'
import {
  type Explanation,
  type SearchAnswer,
  type SearchRequest,
  searchCommit,
  searchDescription,
} from '../../src/audit/search.ts'
import { type Inventory, openInventory } from '../../src/inventory/index.ts'
import { type ImageSpecification, type Member, writeOciLayout } from './image.ts'
import { temporaryFolder } from './inventory.ts'

/** A step of an image: what its history says, and the files of its layer; null for none. */
export type BuiltStep = readonly [createdBy: string, files: Readonly<Record<string, string>> | null]

/** An image as BuildKit writes it: a base layer, then these steps. */
export function builtImage(...steps: readonly BuiltStep[]): ImageSpecification {
  const comment = 'buildkit.dockerfile.v0'
  const base = { members: membersOf({ 'etc/os-release': 'ID=tiny\n', 'bin/sh': 'a shell' }) }
  const layers = steps.flatMap(([, files]) =>
    files === null ? [] : [{ members: membersOf(files) }],
  )
  const entries = steps.map(([createdBy, files]) => ({
    created_by: createdBy,
    comment,
    ...(files === null ? { empty_layer: true } : {}),
  }))
  return {
    layers: [base, ...layers],
    history: [{ created_by: 'ADD rootfs.tar / # buildkit', comment }, ...entries],
  }
}

function membersOf(files: Readonly<Record<string, string>>): Member[] {
  return Object.entries(files).map(([name, content]) => ({ name, content }))
}

/** An inventory, and images in it. */
export class SearchDesk {
  readonly folder = temporaryFolder()
  readonly db = join(this.folder, 'inventory.db')
  #count = 0

  /** Searches these folders for the description of an image. */
  async search(image: ImageSpecification, ...folders: readonly string[]): Promise<SearchAnswer> {
    return this.#with(image, async (request) => {
      const repositories = new Repositories(listRepositories(folders))
      try {
        return await searchDescription(repositories, request)
      } finally {
        await repositories.close()
      }
    })
  }

  /** Searches one repository for the commit that an image was built from. */
  async commit(
    image: ImageSpecification,
    repository: string,
    place: { readonly dockerfile: string | null; readonly context: string | null },
  ): Promise<Explanation | null> {
    return this.#with(image, (request) => searchCommit(repository, place, request))
  }

  /** Brings an image into the inventory as one that others may be built on. */
  async know(image: ImageSpecification): Promise<void> {
    await this.#with(image, async ({ facts, inventory }) => {
      const { catalog, layerOf } = catalogImage(inventory, facts)
      inventory.putImage(facts, catalog, layerOf)
    })
  }

  /** Uses the inventory. */
  use<T>(work: (inventory: Inventory) => T): T {
    const inventory = openInventory(this.db)
    try {
      return work(inventory)
    } finally {
      inventory.close()
    }
  }

  async #with<T>(
    image: ImageSpecification,
    work: (request: SearchRequest) => Promise<T>,
  ): Promise<T> {
    this.#count += 1
    const reference = join(this.folder, `image-${this.#count}`)
    await writeOciLayout(reference, image)
    const { images } = await readContents(
      {
        ...{ reference, stdin: null, platform: null, name: null, verify: false, threads: 0 },
        progress: () => {},
      },
      this.db,
    )
    const facts = images[0]?.facts
    if (facts === undefined) throw new Error('no image was read')
    const inventory = openInventory(this.db)
    try {
      const { candidates } = baseCandidates(facts, null, inventory)
      const said = { target: null, arguments: {}, progress: () => {} }
      return await work({ facts, inventory, candidates, ...said })
    } finally {
      inventory.close()
    }
  }
}
