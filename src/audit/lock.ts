// `assay lock`: the lock of one image; and what an audit takes of a lock file.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import {
  AssayError,
  LOCK_LIMITS,
  type Lock,
  looksLikeLock,
  messageOf,
  parseLock,
  sourceError,
  type Unknown,
  usageError,
} from '../core/index.ts'
import { compareImage, readyImage } from './compare-image.ts'
import { keepImage } from './keep.ts'
import { lockOf } from './lock-items.ts'
import type { CompareOptions } from './options.ts'
import { eachImage } from './session.ts'

/** A lock that was read from a file. */
export interface LockFile {
  readonly file: string
  readonly lock: Lock
  /** Hexadecimal sha256 of its bytes. */
  readonly digest: string
}

/**
 * Reads a lock.
 * @throws AssayError `source` when it cannot be read or is none.
 */
export function readLockFile(file: string): LockFile {
  const bytes = bytesOf(file)
  const digest = createHash('sha256').update(bytes).digest('hex')
  return { file, lock: parseLock(bytes, file), digest }
}

function bytesOf(file: string): Uint8Array {
  try {
    const fd = openSync(file, 'r')
    try {
      return readBounded(fd)
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    if (cause instanceof AssayError) throw cause
    throw sourceError(`the lock cannot be read: ${messageOf(cause)}`, {
      where: file,
      cause,
      hint: 'assay lock IMAGE writes one',
    })
  }
}

/** All bytes, and one more than a lock may have when there are more: a device may have no end. */
function readBounded(fd: number): Uint8Array {
  const chunks: Buffer[] = []
  let left = LOCK_LIMITS.bytes + 1
  while (left > 0) {
    const chunk = Buffer.alloc(Math.min(left, 1 << 20))
    const length = readSync(fd, chunk, 0, chunk.length, null)
    if (length === 0) break
    chunks.push(chunk.subarray(0, length))
    left -= length
  }
  return Buffer.concat(chunks)
}

/** True when the file begins as a lock does; false for all else, also for what is not there. */
export function isLockFile(file: string): boolean {
  if (file === '-') return false
  try {
    // what is read of a pipe is gone for who reads it after
    if (!statSync(file).isFile()) return false
    const fd = openSync(file, 'r')
    try {
      const head = Buffer.alloc(64)
      return looksLikeLock(head.subarray(0, readSync(fd, head, 0, head.length, 0)))
    } finally {
      closeSync(fd)
    }
  } catch {
    // An image that is no file at all is told by who opens it.
    return false
  }
}

/** The lock of an image, and what stood in the way. */
export interface LockOutcome {
  readonly lock: Lock
  /** True when it was compared with a description: without one nothing can be explained later. */
  readonly isDescribed: boolean
  readonly unknown: readonly Unknown[]
}

/**
 * Makes the lock of the one image of an archive.
 * @throws AssayError when the image cannot be read whole, or the archive holds several.
 */
export async function lockImage(options: CompareOptions): Promise<LockOutcome> {
  const outcomes: LockOutcome[] = []
  const errors: AssayError[] = []
  const failed = await eachImage(options, async (image, session) => {
    if (outcomes.length > 0) throw severalImages(options.image.reference)
    const ready = await readyImage(image, session)
    errors.push(...ready.taken.errors, ...ready.found.errors)
    const one = await compareImage(ready, session)
    keepImage(session.inventory, one.taken, one.compared.attribution)
    const unknown = one.compared.unknowns
    outcomes.push({
      lock: lockOf(one).lock,
      isDescribed: one.compared.description !== null,
      unknown,
    })
  })
  const [error] = [...errors, ...failed]
  if (error !== undefined) throw error
  const [outcome] = outcomes
  if (outcome === undefined)
    throw sourceError('it holds no image', { where: options.image.reference })
  const fatal = outcome.unknown.find(({ weight }) => weight === 'fatal')
  if (fatal !== undefined) {
    throw new AssayError('incomplete', `the image was not read whole: ${fatal.reason}`, {
      where: fatal.place || fatal.subject,
      hint: 'a lock of a part would call the rest a change',
    })
  }
  return outcome
}

function severalImages(where: string): AssayError {
  return usageError('a lock is of one image, and the archive holds several', {
    where,
    hint: '--image NAME takes one of them',
  })
}
