// What git and package archives answer while an image is compared: contents, and where in history they are.
import { Readable } from 'node:stream'
import type { ArchiveSource } from '../archive/index.ts'
import type { ArchiveOf, MembersOf } from '../attribution/index.ts'
import { AssayError } from '../core/index.ts'
import { contextForms, type Repository } from '../description/index.ts'
import type { Comparison } from './compare.ts'

/** The answers of a repository at a commit; nothing is tracked where there is none. */
export function trackedContent(
  repository: Repository | null,
  commit: string,
): Pick<Comparison, 'sightings' | 'formsOf' | 'membersOf' | 'readBlob'> {
  return {
    sightings: async (blobs) => (await repository?.sightings(blobs)) ?? new Map(),
    formsOf: async (file) => (repository === null ? [] : contextForms(repository, commit, file)),
    membersOf: membersOf(repository),
    readBlob: async (blob, maxBytes) => (await repository?.blob(blob, maxBytes)) ?? null,
  }
}

/** Larger archives are not compared with what was unpacked from them. */
const MAX_ARCHIVE = 256 << 20

/** Reads tracked archives, each once. */
function membersOf(repository: Repository | null): MembersOf {
  const known = new Map<string, ReturnType<MembersOf>>()
  return async (file) => {
    if (repository === null) return null
    const reading = known.get(file.blob) ?? readTrackedArchive(repository, file.blob)
    known.set(file.blob, reading)
    return reading
  }
}

async function readTrackedArchive(repository: Repository, blob: string): ReturnType<MembersOf> {
  const bytes = await repository.blob(blob, MAX_ARCHIVE)
  if (bytes === null) return null
  const { readMembers } = await import('../archive/index.ts')
  try {
    return (await readMembers(Readable.from([Buffer.from(bytes)]), new Set())).members
  } catch (thrown) {
    // no archive, or one that no engine could unpack either: then its members tell nothing
    if (thrown instanceof AssayError) return null
    throw thrown
  }
}

/** Finds the archive of a package; null when no place was named. */
export function archiveOf(archives: ArchiveSource | null): ArchiveOf | null {
  if (archives === null) return null
  return async (item) => {
    const { type, namespace, version, architecture, sourceName } = item
    if (type !== 'deb' && type !== 'npm') return null
    const scope = type === 'npm' && namespace !== '' ? `${namespace}/` : ''
    return archives.find({ type, name: `${scope}${item.name}`, version, architecture, sourceName })
  }
}
