// Tracked archives that ADD unpacks (docs.docker.com/reference/dockerfile/#adding-local-tar-archives): their members
// are what the layer should hold.
import type { ContextFile, Instruction } from '../core/index.ts'
import { joinPath } from '../core/index.ts'
import type { Overlay, ViewFile } from '../inventory/index.ts'
import { realPlace } from './context.ts'

/** A member of a tracked archive. */
export interface ArchivedFile {
  readonly kind: 'file' | 'symlink' | 'directory' | 'other'
  readonly sha256: string
  readonly target: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** The members of a tracked archive by path; null when it is none, or cannot be read. */
export type MembersOf = (file: ContextFile) => Promise<ReadonlyMap<string, ArchivedFile> | null>

/** A tracked archive, with its members at their places in the image. */
export interface UnpackedArchive {
  readonly archive: ContextFile
  readonly members: ReadonlyMap<string, ArchivedFile>
}

/** The archives among the sources of an ADD that were unpacked: those that are not in the image as they are. */
export async function unpackedArchives(
  instruction: Instruction | null,
  expected: ReadonlyMap<string, ContextFile>,
  overlay: Overlay,
  membersOf: MembersOf | undefined,
): Promise<readonly UnpackedArchive[]> {
  if (instruction?.keyword !== 'ADD' || instruction.copy === null || membersOf === undefined)
    return []
  const folder = instruction.copy.destination.replace(/^\/+|\/+$/g, '')
  const found: UnpackedArchive[] = []
  for (const [path, archive] of expected) {
    const there = overlay.get(path)
    if (archive.kind !== 'file' || there?.gitBlob === archive.blob) continue
    const members = await membersOf(archive)
    if (members === null) continue
    const placed = new Map<string, ArchivedFile>()
    for (const [inside, member] of members) {
      placed.set(realPlace(joinPath(folder, inside), overlay), member)
    }
    found.push({ archive, members: placed })
  }
  return found
}

/** The archive that has a member for this path, and the member; the last one wins, as it is unpacked last. */
export function memberAt(
  path: string,
  archives: readonly UnpackedArchive[],
): { readonly archive: ContextFile; readonly member: ArchivedFile } | null {
  for (const { archive, members } of archives.toReversed()) {
    const member = members.get(path)
    if (member !== undefined) return { archive, member }
  }
  return null
}

/** True when the file has the content of the member. */
export function isMember(file: ViewFile, member: ArchivedFile): boolean {
  if (file.kind !== member.kind) return false
  if (file.kind === 'symlink') return file.target === member.target
  return file.kind !== 'file' || (file.sha256 !== '' && file.sha256 === member.sha256)
}
