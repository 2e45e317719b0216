// What a COPY or ADD should bring from the build context, at the places where it lands in the image.
import type { ContextFile, Description, Instruction } from '../core/index.ts'
import { joinPath, nameOf, parentOf } from '../core/index.ts'
import type { Overlay } from '../inventory/index.ts'
import type { Work } from './work.ts'

/** Which tracked files an instruction brings, by the path it gives them (src/description knows). */
export type CopyMapper = (
  instruction: Instruction,
  files: ReadonlyMap<string, ContextFile>,
  destinationIsFolder: boolean,
) => ReadonlyMap<string, ContextFile>

/** Tracked files by the path that the instruction gives them, links in folders resolved. */
export function expectedFiles(
  work: Work,
  description: Description,
  overlay: Overlay,
  mapCopy: CopyMapper,
): ReadonlyMap<string, ContextFile> {
  const { instruction } = work
  if (instruction?.copy == null) return new Map()
  const destination = instruction.copy.destination.replace(/^\/+|\/+$/g, '')
  const target = destination === '' ? undefined : overlay.resolve(destination)
  const isFolder = destination === '' || target?.kind === 'directory'
  const expected = new Map<string, ContextFile>()
  for (const [path, file] of mapCopy(instruction, description.files, isFolder)) {
    expected.set(realPlace(path.replace(/^\/+/, ''), overlay), file)
  }
  return expected
}

/** The path with the links in its folder followed; where its last parts are missing, they are kept. */
export function realPlace(path: string, overlay: Overlay): string {
  const folder = parentOf(path)
  return path === '' ? '' : joinPath(realFolder(folder, overlay), nameOf(path))
}

/** A folder with its links followed, likewise. */
export function realFolder(path: string, overlay: Overlay): string {
  if (path === '') return ''
  return overlay.realPath(path) ?? joinPath(realFolder(parentOf(path), overlay), nameOf(path))
}
