// From a path or standard input to the files of an archive. What a thing is shows in its content: a folder,
// a tar, a compressed tar; a name says nothing.
import { constants, createReadStream, fstatSync, openSync, type Stats, statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { sniffCompression, sourceError, usageError } from '../core/index.ts'
import { DEFAULT_IMAGE_LIMITS, type ImageLimits, type ImageQuery } from './query.ts'
import { folderStore } from './store/folder.ts'
import { spool } from './store/spool.ts'
import {
  closeQuietly,
  emptyInput,
  fileError,
  GIVE_AN_IMAGE,
  readAt,
  type Store,
  systemCode,
} from './store/store.ts'
import { tarStore } from './store/tar.ts'

const STDIN = 'standard input'
const READ_CHUNK = 1 << 20
/** A compressed archive below this size may be as dense as it likes. */
const RATIO_FROM = 256 << 20

/**
 * Opens what a query names.
 * @throws AssayError `source` when it cannot be read or is neither a folder nor a tar.
 */
export async function openContainer(query: ImageQuery): Promise<Store> {
  const limits = query.limits ?? DEFAULT_IMAGE_LIMITS
  if (query.reference === '-') return spooledStore(standardInput(query), STDIN, limits)
  const stat = statOf(query.reference)
  if (stat.isDirectory()) return folderStore(query.reference)
  if (stat.isFIFO()) return pipeStore(query.reference, limits)
  if (!stat.isFile()) throw notReadable(query.reference, stat)
  return fileStore(query.reference, limits)
}

function standardInput(query: ImageQuery): Readable {
  const { stdin } = query
  if (stdin === null) throw usageError('there is no standard input to read an image from')
  if ('isTTY' in stdin && stdin.isTTY === true)
    throw usageError('standard input is a terminal', {
      hint: 'Pipe an archive into it: docker save IMAGE | assay audit -',
    })
  return stdin
}

function statOf(path: string): Stats {
  try {
    return statSync(path)
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw fileError(cause, path)
    throw sourceError('no such file or folder', {
      where: path,
      cause,
      hint: 'Name a file or folder; an image in an engine or a registry is saved first: docker save IMAGE -o FILE',
    })
  }
}

function notReadable(path: string, stat: Stats): Error {
  const kind = stat.isSocket() ? 'a socket' : 'a device'
  return sourceError(`it is ${kind}, not an image archive or an image layout`, {
    where: path,
    hint: GIVE_AN_IMAGE,
  })
}

async function pipeStore(path: string, limits: ImageLimits): Promise<Store> {
  const stream = createReadStream(path, { highWaterMark: READ_CHUNK })
  try {
    return await spooledStore(stream, path, limits)
  } finally {
    stream.destroy()
  }
}

async function fileStore(path: string, limits: ImageLimits): Promise<Store> {
  const fd = openFile(path)
  let kept = false
  try {
    const { size } = fstatSync(fd)
    if (size === 0) throw emptyInput(path)
    const head = Buffer.alloc(Math.min(size, 6))
    readAt(fd, head, { at: 0, position: 0 }, path)
    if (sniffCompression(head) !== 'none')
      return await spooledStore(chunksOf(fd, size, path), path, limits)
    const store = tarStore({ fd, length: size, where: path }, limits.members)
    kept = true
    return store
  } finally {
    if (!kept) closeQuietly(fd)
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    throw fileError(cause, path)
  }
}

function* chunksOf(fd: number, length: number, where: string): Generator<Buffer, void> {
  for (let position = 0; position < length; ) {
    const chunk = Buffer.allocUnsafe(Math.min(READ_CHUNK, length - position))
    const count = readAt(fd, chunk, { at: 0, position }, where)
    if (count === 0) return
    yield chunk.subarray(0, count)
    position += count
  }
}

async function spooledStore(
  input: AsyncIterable<Buffer> | Iterable<Buffer>,
  where: string,
  limits: ImageLimits,
): Promise<Store> {
  const bounds = { bytes: limits.spool, ratio: limits.ratio, ratioFrom: RATIO_FROM }
  const file = await spool(input, where, bounds)
  try {
    return tarStore({ ...file, where }, limits.members)
  } catch (thrown) {
    closeQuietly(file.fd)
    throw thrown
  }
}
