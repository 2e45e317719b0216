// An image archive that lies unpacked in a folder.
import { closeSync, constants, openSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ByteRange } from '../../core/index.ts'
import { cleanPath, sourceError } from '../../core/index.ts'
import {
  closeQuietly,
  fileError,
  fileLength,
  readRange,
  type Store,
  systemCode,
  tooLong,
} from './store.ts'

/** Opening a pipe must not wait for a writer. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK

/**
 * The files of a folder. Symbolic links are followed wherever they lead: build tools make layouts of links
 * into their caches, and whoever can write such a link already runs as the user who reads it.
 * @throws AssayError `source` when the folder cannot be listed.
 */
export function folderStore(folder: string): Store {
  const ranges = new Map<string, ByteRange>()
  return {
    where: folder,
    top: listTop(folder),
    suspicion: '',
    size(path) {
      const file = pathOf(folder, path)
      return file === null ? null : sizeOf(file)
    },
    read(path, limit) {
      const range = openRange(folder, path)
      if (range === null) return null
      try {
        if (range.length > limit) throw tooLong(path, range.length, limit, folder)
        return readRange(range, join(folder, path))
      } finally {
        closeSync(range.fd)
      }
    },
    range(path) {
      const known = ranges.get(path)
      if (known !== undefined) return known
      const range = openRange(folder, path)
      if (range !== null) ranges.set(path, range)
      return range
    },
    close() {
      for (const { fd } of ranges.values()) closeQuietly(fd)
      ranges.clear()
    },
  }
}

function listTop(folder: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder))
  } catch (cause) {
    throw fileError(cause, folder)
  }
}

/** The path of a file in the folder; null when the name leads out of it. */
function pathOf(folder: string, path: string): string | null {
  const clean = cleanPath(path)
  return clean.escapes || path.includes('\0') ? null : join(folder, clean.path)
}

function sizeOf(file: string): number | null {
  const stat = missingAsNull(file, () => statSync(file))
  if (stat === null) return null
  if (!stat.isFile()) throw notRegular(file)
  return stat.size
}

function openRange(folder: string, path: string): ByteRange | null {
  const file = pathOf(folder, path)
  if (file === null) return null
  const fd = missingAsNull(file, () => openSync(file, FLAGS))
  if (fd === null) return null
  const length = fileLength(fd)
  if (length !== null) return { fd, offset: 0, length }
  closeSync(fd)
  throw notRegular(file)
}

function notRegular(file: string): Error {
  return sourceError('not a regular file', { where: file })
}

function missingAsNull<T>(file: string, attempt: () => T): T | null {
  try {
    return attempt()
  } catch (cause) {
    const code = systemCode(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null
    throw fileError(cause, file)
  }
}
