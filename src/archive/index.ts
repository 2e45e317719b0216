// Archives of packages, to hold an image's files against: folders, and registries that the user named.

import { usageError } from '../core/index.ts'
import type { ArchiveSource } from './archive.ts'
import { openArchiveFolder } from './folder.ts'
import { openNpmRegistry } from './npm-registry.ts'

export type {
  ArchiveMember,
  ArchiveSource,
  FoundArchive,
  PackageArchive,
  WantedArchive,
} from './archive.ts'
export { readMembers } from './members.ts'

/**
 * Opens folders and `http(s)://` addresses of npm registries; the first that has an archive answers.
 * @throws AssayError `source` when a folder cannot be read.
 */
export async function openArchives(places: readonly string[]): Promise<ArchiveSource> {
  const sources: ArchiveSource[] = []
  for (const place of places) {
    const isAddress = /^https?:\/\//i.test(place)
    if (!isAddress && /^[a-z][a-z0-9+.-]+:\/\//i.test(place))
      throw usageError(`archives are taken from folders and http(s) registries, not from ${place}`)
    sources.push(isAddress ? openNpmRegistry(place) : await openArchiveFolder(place))
  }
  return {
    async find(wanted) {
      for (const source of sources) {
        const found = await source.find(wanted)
        if (found !== null) return found
      }
      return null
    },
  }
}
