// What holds the files of an image archive: a folder, or a tar file read by offsets. Paths are relative to
// its root, `/` between parts. Nothing is extracted.
import { closeSync, fstatSync, readSync } from 'node:fs'
import type { AssayError, ByteRange } from '../../core/index.ts'
import { messageOf, sourceError } from '../../core/index.ts'

/** The files of an archive. */
export interface Store {
  /** What messages call it: the path, or `standard input`. */
  readonly where: string
  /** Names that stand in the root. */
  readonly top: ReadonlySet<string>
  /** Why files may be missing from it; '' when it is known to be whole. */
  readonly suspicion: string
  /** Bytes of a file; null when there is no such file. */
  size(path: string): number | null
  /**
   * A whole file; null when there is no such file.
   * @throws AssayError `source` when it is longer than `limit` bytes or cannot be read.
   */
  read(path: string, limit: number): Buffer | null
  /** Where a file's bytes lie; null when there is no such file. Valid until `close`. */
  range(path: string): ByteRange | null
  close(): void
}

/**
 * The bytes of a range.
 * @throws AssayError `source` when the file is shorter than it was, or cannot be read.
 */
export function readRange(range: ByteRange, where: string): Buffer {
  const bytes = Buffer.allocUnsafe(range.length)
  let filled = 0
  while (filled < range.length) {
    const count = readAt(range.fd, bytes, { at: filled, position: range.offset + filled }, where)
    if (count === 0) throw sourceError('the file became shorter while it was read', { where })
    filled += count
  }
  return bytes
}

/** Reads what it gets into the rest of a buffer; 0 at the end of the file. */
export function readAt(
  fd: number,
  into: Buffer,
  place: { readonly at: number; readonly position: number },
  where: string,
): number {
  try {
    return readSync(fd, into, place.at, into.length - place.at, place.position)
  } catch (cause) {
    throw fileError(cause, where)
  }
}

/** The length of an open file, when it is a regular one; null when it is something else. */
export function fileLength(fd: number): number | null {
  const stat = fstatSync(fd)
  return stat.isFile() ? stat.size : null
}

/** Closes a descriptor; a failure has nothing left to harm. */
export function closeQuietly(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // Only read or temporary files are closed here: no written byte can be lost.
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links lead nowhere',
  EMFILE: 'too many files are open (ulimit -n)',
  ENAMETOOLONG: 'no such file or folder',
  EIO: 'the storage device reports an error',
}

/** What the operating system said, as one clear error. */
export function fileError(cause: unknown, where: string): AssayError {
  return sourceError(REASONS[systemCode(cause)] ?? messageOf(cause), { where, cause })
}

/** The code of an operating system error, as `ENOENT`; '' for anything else. */
export function systemCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : ''
}

/** What to give instead of what was given. */
export const GIVE_AN_IMAGE =
  'Give an archive of docker save, or an OCI image layout as a folder or a tar.'

/** The error for bytes that are no tar archive. */
export function notATar(where: string): AssayError {
  return sourceError('it is not an image: neither a tar archive nor a folder', {
    where,
    hint: GIVE_AN_IMAGE,
  })
}

/** The error for an input without a byte. */
export function emptyInput(where: string): AssayError {
  return sourceError('it is empty', { where, hint: GIVE_AN_IMAGE })
}

/** The error for a file that is longer than its kind may be. */
export function tooLong(path: string, size: number, limit: number, where: string): AssayError {
  return sourceError(`${path} has ${size} bytes, more than the ${limit} that are read`, { where })
}
