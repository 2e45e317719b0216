// Where a Dockerfile and its context lie in a repository, and what git knows of the Dockerfile
// (docs.docker.com/reference/cli/docker/buildx/build: --file; BuildKit's frontend/dockerui).
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import {
  type Description,
  encodeName,
  joinPath,
  messageOf,
  nameOf,
  parentOf,
  sourceError,
  usageError,
} from '../core/index.ts'
import type { Repository } from './git/index.ts'
import type { Tree } from './tree.ts'

/** Largest Dockerfile that is read, in bytes. */
const MAX_DOCKERFILE = 1 << 20

/** A Dockerfile, as far as it was found. */
export interface FoundDockerfile {
  /** From the repository's root. */
  readonly path: string
  /** '' when it is not tracked. */
  readonly blob: string
  readonly text: string
  /** `tracked`, or where it was found besides; `missing` when nowhere. */
  readonly state: Extract<Description['dockerfileState'], 'tracked' | 'untracked' | 'missing'>
}

/**
 * A path as the user gives it, from the root of the repository; `base` is what it is relative to.
 * @throws AssayError (usage) when it leaves the repository.
 */
export function repositoryPath(repository: Repository, base: string, path: string): string {
  const { workTree } = repository.place
  const parts: string[] = base === '' ? [] : base.split('/')
  let rest = path
  if (path.startsWith('/') && workTree !== null) {
    const root = resolve(workTree)
    if (path === root || path.startsWith(root + sep)) {
      parts.length = 0
      rest = path.slice(root.length)
    }
  }
  for (const part of rest.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) {
      throw usageError(`${path} lies outside of the repository ${repository.name}`)
    }
  }
  return parts.join('/')
}

/** True for a folder of the work tree, tracked or not. */
export function isWorkFolder(repository: Repository, path: string): boolean {
  const { workTree } = repository.place
  if (workTree === null) return false
  const name = Buffer.concat([Buffer.from(`${workTree}/`), encodeName(path)])
  return lstatSync(name, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Finds the Dockerfile in the tree, else, where `besides` is true, in the work tree. */
export async function findDockerfile(
  repository: Repository,
  tree: Tree,
  path: string,
  besides: boolean,
): Promise<FoundDockerfile> {
  // Docker takes `dockerfile` where there is no `Dockerfile`
  const names =
    nameOf(path) === 'Dockerfile' ? [path, joinPath(parentOf(path), 'dockerfile')] : [path]
  for (const name of names) {
    const real = await tree.follow(name)
    const entry = real === null ? undefined : tree.entries.get(real)
    if (real === null || entry === undefined) continue
    const bytes = await tree.bytes(real, MAX_DOCKERFILE)
    if (bytes === null) continue
    return { path: real, blob: entry.blob, text: decode(bytes), state: 'tracked' }
  }
  for (const name of besides ? names : []) {
    const bytes = readWorkFile(repository, name)
    if (bytes !== null) return { path: name, blob: '', text: decode(bytes), state: 'untracked' }
  }
  return { path, blob: '', text: '', state: 'missing' }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** A regular file of the work tree, links not followed; null when there is none. */
function readWorkFile(repository: Repository, path: string): Uint8Array | null {
  const { workTree } = repository.place
  if (workTree === null) return null
  const name = Buffer.concat([Buffer.from(`${workTree}/`), encodeName(path)])
  let file: number
  try {
    file = openSync(name, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : ''
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return null
    throw sourceError(`${path} cannot be read: ${messageOf(thrown)}`, { where: repository.name })
  }
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) return null
    if (stats.size > MAX_DOCKERFILE) {
      throw sourceError(`${path} is larger than ${MAX_DOCKERFILE} bytes`, {
        where: repository.name,
      })
    }
    const bytes = Buffer.alloc(stats.size)
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0))
  } finally {
    closeSync(file)
  }
}
