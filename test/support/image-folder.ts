// A folder on disk seen as the merged view of an image: what catalogers read, and where links lead.
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import {
  catalogersFor,
  catalogFile,
  type FoundFile,
  type PathLookup,
} from '../../src/catalog/index.ts'
import { cleanPath, joinPath, parentOf } from '../../src/core/index.ts'
import { sha256 } from './image.ts'

/** Every file below a folder, by path from it, in order; links are not followed. */
export function filesBelow(root: string, folder = ''): string[] {
  const names = readdirSync(join(root, folder)).sort()
  return names.flatMap((name) => {
    const path = joinPath(folder, name)
    return lstatSync(join(root, path)).isDirectory() ? filesBelow(root, path) : [path]
  })
}

/** Resolves paths below a folder; a link to an absolute path stays inside it. */
export function folderLookup(root: string): PathLookup {
  return { realPath: (path) => realPath(root, path, 0) }
}

function realPath(root: string, path: string, links: number): string | undefined {
  if (links > 40) return undefined
  let done = ''
  const parts = cleanPath(path).path.split('/')
  for (const [index, part] of parts.entries()) {
    const here = joinPath(done, part)
    const stat = lstatSync(join(root, here), { throwIfNoEntry: false })
    if (stat === undefined) return undefined
    if (stat.isSymbolicLink()) {
      const target = readlinkSync(join(root, here))
      const rest = parts.slice(index + 1).join('/')
      const next = target.startsWith('/') ? target : joinPath(parentOf(here), target)
      return realPath(root, `${next}/${rest}`, links + 1)
    }
    done = here
  }
  return done
}

/** The wanted files below a folder, cataloged. */
export function catalogFolder(root: string): FoundFile[] {
  return filesBelow(root).flatMap((path) => {
    const readers = catalogersFor(path)
    if (readers.length === 0 || !lstatSync(join(root, path)).isFile()) return []
    const whole = readFileSync(join(root, path))
    const heads = readers.flatMap((reader) => reader.files.flatMap((pattern) => pattern.head ?? []))
    const bytes = heads.length === 0 ? whole : whole.subarray(0, Math.max(...heads))
    return [{ path, sha256: sha256(whole), results: catalogFile(path, bytes) }]
  })
}
