// What git and package archives answer while an image is compared: contents, and where in history they are.
import { Readable } from 'node:stream'
import type { ArchiveSource } from '../archive/index.ts'
import type { ArchiveOf, MembersOf } from '../attribution/index.ts'
import { AssayError, type ContextFile, type Unknown } from '../core/index.ts'
import { contextForms, type Repository } from '../description/index.ts'
import type { Comparison } from './compare.ts'

/** The answers of a repository at a commit; nothing is tracked where there is none. `unread` takes what stays open. */
export function trackedContent(
  repository: Repository | null,
  commit: string,
  unread: Unknown[],
): Pick<Comparison, 'sightings' | 'formsOf' | 'membersOf' | 'readBlob'> {
  return {
    sightings: async (blobs) => (await repository?.sightings(blobs)) ?? new Map(),
    formsOf: async (file) => (repository === null ? [] : contextForms(repository, commit, file)),
    membersOf: membersOf(repository, unread),
    readBlob: async (blob, maxBytes) => (await repository?.blob(blob, maxBytes)) ?? null,
  }
}

/** Larger archives are not compared with what was unpacked from them. */
const MAX_ARCHIVE = 256 << 20

/** What is named so is meant to be unpacked by ADD. */
const ARCHIVE_NAME = /\.(?:tar(?:\.\w+)?|t[gbx]z2?)$/i

/** Reads tracked archives, each once. */
function membersOf(repository: Repository | null, unread: Unknown[]): MembersOf {
  const known = new Map<string, ReturnType<MembersOf>>()
  return async (file) => {
    if (repository === null) return null
    const reading = known.get(file.blob) ?? readTrackedArchive(repository, file, unread)
    known.set(file.blob, reading)
    return reading
  }
}

async function readTrackedArchive(
  repository: Repository,
  file: ContextFile,
  unread: Unknown[],
): ReturnType<MembersOf> {
  const bytes = await repository.blob(file.blob, MAX_ARCHIVE)
  if (bytes === null) {
    unread.push(
      ...unreadArchive(file, `it is not in the repository, or larger than ${MAX_ARCHIVE} bytes`),
    )
    return null
  }
  const { readMembers } = await import('../archive/index.ts')
  try {
    return (await readMembers(Readable.from([Buffer.from(bytes)]), new Set())).members
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown
    // no archive, or one that no engine could unpack either: then its members tell nothing
    unread.push(...unreadArchive(file, thrown.message))
    return null
  }
}

function unreadArchive({ path }: ContextFile, why: string): readonly Unknown[] {
  if (!ARCHIVE_NAME.test(path)) return []
  const reason = `what ADD unpacked from it could not be compared: ${why}`
  return [{ subject: path, place: '', reader: 'archive', reason, weight: 'partial' }]
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
