// Files of a work tree on disk: listed without following links, hashed as git blobs, under bounds.
import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs'
import { byCodeUnit, decodeName, encodeName, joinPath } from '../core/index.ts'
import type { TreeEntry } from './git/index.ts'
import type { PatternMatcher } from './pattern.ts'
import type { Tree } from './tree.ts'
import type { SeenFile } from './work-index.ts'

/** Names that are read of folders, in all. */
const MAX_NAMES = 200_000
/** Seconds that listing and comparing may take. */
const MAX_SECONDS = 30
/** Largest text whose line ends are compared, in bytes. */
const MAX_TEXT = 64 << 20

/** A regular file or a link on disk. */
export interface DiskFile {
  readonly name: Buffer
  readonly isLink: boolean
  readonly executable: boolean
  /** Bytes. */
  readonly size: number
  /** Nanoseconds since 1970. */
  readonly modified: bigint
  readonly changed: bigint
  readonly inode: bigint
}

/** What was found on disk. */
export interface DiskScan {
  /** By path from the repository's root; what `.dockerignore` keeps out is left out. */
  readonly files: ReadonlyMap<string, DiskFile>
  readonly complete: boolean
  /** Folders whose files are not compared, and why. */
  readonly unchecked: readonly { readonly path: string; readonly reason: string }[]
}

/** Lists the files of a context. */
export function scanFolder(
  root: string,
  {
    tree,
    folder,
    ignore,
  }: { readonly tree: Tree; readonly folder: string; readonly ignore: PatternMatcher },
): DiskScan {
  const files = new Map<string, DiskFile>()
  const unchecked: { path: string; reason: string }[] = []
  const folders = [folder]
  const end = Date.now() + MAX_SECONDS * 1000
  let names = 0
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const listed = listFolder(root, next)
    if (listed === null) unchecked.push({ path: next, reason: 'it cannot be listed' })
    names += listed?.length ?? 0
    if (names > MAX_NAMES || Date.now() > end) return { files, complete: false, unchecked }
    for (const { name, isFolder } of listed ?? []) {
      // git tracks no file of that name
      if (name === '.git') continue
      const path = joinPath(next, name)
      const inside = folder === '' ? path : path.slice(folder.length + 1)
      const kept = !ignore.matches(inside)
      if (isFolder) {
        if (tree.entries.get(path)?.type === 'commit') {
          if (kept && hasFiles(root, path)) unchecked.push({ path, reason: SUBMODULE })
        } else if (kept || ignore.hasExceptions) folders.push(path)
      } else if (kept) {
        const file = statFile(root, path)
        if (file !== null) files.set(path, file)
      }
    }
  }
  return { files, complete: true, unchecked }
}

const SUBMODULE = 'the files of a submodule are not compared'

function listFolder(root: string, path: string): { name: string; isFolder: boolean }[] | null {
  try {
    return readdirSync(fullName(root, path), { withFileTypes: true, encoding: 'buffer' })
      .map((entry) => ({ name: decodeName(entry.name), isFolder: entry.isDirectory() }))
      .sort((a, b) => byCodeUnit(b.name, a.name))
  } catch {
    return null
  }
}

function hasFiles(root: string, path: string): boolean {
  return listFolder(root, path)?.some(({ name }) => name !== '.git') ?? true
}

function fullName(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), encodeName(path)])
}

/** A file of the work tree; null for what is neither a regular file nor a link. */
export function statFile(root: string, path: string): DiskFile | null {
  const name = fullName(root, path)
  try {
    const stats = lstatSync(name, { bigint: true })
    const isLink = stats.isSymbolicLink()
    if (!isLink && !stats.isFile()) return null
    return {
      name,
      isLink,
      executable: (stats.mode & 0o100n) !== 0n,
      size: Number(stats.size),
      modified: stats.mtimeNs,
      changed: stats.ctimeNs,
      inode: stats.ino,
    }
  } catch {
    return null
  }
}

/** How a file stands to a blob: `unreadable` when its bytes cannot be had. */
export function compareFile(
  file: DiskFile,
  entry: TreeEntry,
  { modesCount, seen }: { readonly modesCount: boolean; readonly seen: SeenFile | undefined },
): 'same' | 'other' | 'unreadable' {
  if (file.isLink !== (entry.mode === '120000')) return 'other'
  if (modesCount && !file.isLink && file.executable !== (entry.mode === '100755')) return 'other'
  if (seen !== undefined && isUntouched(file, seen)) {
    return seen.blob === entry.blob ? 'same' : 'other'
  }
  if (entry.size >= 0 && entry.size !== file.size) return 'other'
  const blob = file.isLink ? linkBlob(file) : fileBlob(file)
  if (blob === null) return 'unreadable'
  return blob === entry.blob ? 'same' : 'other'
}

/** True when nobody has written to the file since git read it. */
function isUntouched(file: DiskFile, seen: SeenFile): boolean {
  return (
    file.modified === seen.modified &&
    file.changed === seen.changed &&
    file.inode === seen.inode &&
    BigInt(file.size) === seen.size
  )
}

/** True when the files differ in nothing but CRLF line ends, which git takes away. */
export function isSameAsText(file: DiskFile, entry: TreeEntry): boolean {
  if (file.size > MAX_TEXT) return false
  const parts: Buffer[] = []
  if (!readBytes(file, (part) => parts.push(Buffer.from(part)))) return false
  const text = Buffer.concat(parts).toString('latin1').replaceAll('\r\n', '\n')
  const bytes = Buffer.from(text, 'latin1')
  return blobHash(bytes.length).update(bytes).digest('hex') === entry.blob
}

/** Hexadecimal sha256 of a file; '' when it cannot be read. */
export function sha256Of(file: DiskFile): string {
  const hash = createHash('sha256')
  return readBytes(file, (part) => hash.update(part)) ? hash.digest('hex') : ''
}

function blobHash(size: number) {
  return createHash('sha1').update(`blob ${size}\0`)
}

function linkBlob(file: DiskFile): string | null {
  try {
    const target = readlinkSync(file.name, { encoding: 'buffer' })
    return blobHash(target.length).update(target).digest('hex')
  } catch {
    return null
  }
}

function fileBlob(file: DiskFile): string | null {
  const hash = blobHash(file.size)
  return readBytes(file, (part) => hash.update(part)) ? hash.digest('hex') : null
}

/** Hands on the bytes of a regular file; false when it cannot be read or is no longer of its size. */
function readBytes(file: DiskFile, take: (part: Buffer) => void): boolean {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  try {
    const descriptor = openSync(file.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const buffer = Buffer.alloc(Math.min(Math.max(file.size, 1), 1 << 20))
      let left = file.size
      while (left > 0) {
        const length = readSync(descriptor, buffer, 0, Math.min(buffer.length, left), null)
        if (length === 0) return false
        take(buffer.subarray(0, length))
        left -= length
      }
      return true
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return false
  }
}
