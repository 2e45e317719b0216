// The way back of a COPY or ADD: the places in the build context that a file of the image can have come from.
import { cleanPath, type Instruction, isWithin, joinPath, nameOf, parentOf } from '../core/index.ts'
import { compileGlob, hasWildcard } from './pattern.ts'

/** A place in the build context. */
export interface ContextPlace {
  /** From the context's root. */
  readonly path: string
  /** It still holds wildcards: any of the files that they match. */
  readonly isPattern: boolean
}

/** A file of the image, and where the instruction writes; paths without a leading `/`, links followed. */
export interface CopiedFile {
  readonly path: string
  readonly destination: string
  /** True for a path of the image that is a file. */
  readonly isFile: (path: string) => boolean
}

/** The places in the context that can have given this file; none for what the instruction does not write. */
export function contextPlaces(
  { copy }: Instruction,
  { path, destination, isFile }: CopiedFile,
): readonly ContextPlace[] {
  if (copy === null || copy.from !== null || !isWithin(path, destination)) return []
  const inside = destination === '' ? path : path.slice(destination.length + 1)
  const places: ContextPlace[] = []
  const add = (place: string) => {
    if (place !== '') places.push({ path: place, isPattern: hasWildcard(place) })
  }
  for (const written of copy.sources) {
    if (/^(?:https?|git|ssh):\/\/|^[\w.-]+@[\w.-]+:/.test(written)) continue
    if (copy.parents) {
      const pivot = written.indexOf('/./')
      add(joinPath(pivot < 0 ? '' : cleanPath(written.slice(0, pivot)).path, inside))
      continue
    }
    const source = cleanPath(written).path
    // The file itself under another name.
    if (inside === '') add(source)
    else {
      if (!inside.includes('/') && matches(nameOf(source), inside)) {
        add(joinPath(parentOf(source), inside))
      }
      if (maybeFolder(source, (name) => isFile(joinPath(destination, name)))) {
        add(joinPath(source, inside))
      }
    }
  }
  return places
}

function matches(pattern: string, name: string): boolean {
  if (!hasWildcard(pattern)) return pattern === name
  return compileGlob(pattern)?.(name) === true
}

/** False for a source that came as a file; `target/*.jar` names no folders. */
function maybeFolder(source: string, cameAsFile: (name: string) => boolean): boolean {
  const name = nameOf(source)
  return hasWildcard(name) ? !name.includes('.') : name === '' || !cameAsFile(name)
}
