// What kind of repository a path is: a folder with a work tree, a bare repository or a bundle.
import { existsSync, readFileSync, type Stats, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { messageOf, sourceError } from '../../core/index.ts'
import { isBundle } from './bundle.ts'

/** Where a repository's parts lie. */
export type Location =
  | { readonly kind: 'work-tree'; readonly gitDir: string; readonly workTree: string }
  | { readonly kind: 'bare'; readonly gitDir: string }
  | { readonly kind: 'bundle'; readonly file: string }

/** True for a URL, or ssh's `user@host:path` where no such path is on this machine. */
export function isRemote(path: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:)/i.test(path) && !existsSync(path)
}

/** Finds out what a path is, without asking git. */
export function locateRepository(path: string): Location {
  if (isRemote(path)) {
    throw sourceError(`nothing is cloned: ${path} is not on this machine`, {
      hint: 'clone it and name the folder, or pass a bundle',
    })
  }
  const stats = statOf(path)
  const full = resolve(path)
  if (stats.isFile()) {
    if (isBundle(full)) return { kind: 'bundle', file: full }
    throw notRepository(path, 'a file that is no git bundle')
  }
  if (!stats.isDirectory()) throw notRepository(path, 'neither a folder nor a file')
  const inside = join(full, '.git')
  if (existsSync(inside)) {
    return { kind: 'work-tree', gitDir: checked(gitDirOf(inside, path), path), workTree: full }
  }
  if (isGitDir(full)) return { kind: 'bare', gitDir: checked(full, path) }
  const parent = enclosing(full)
  throw notRepository(path, parent === null ? '' : `it lies in the one at ${parent}`)
}

function statOf(path: string): Stats {
  try {
    return statSync(path)
  } catch (thrown) {
    const missing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
    throw missing
      ? sourceError(`no such repository: ${path}`)
      : sourceError(`the repository cannot be read: ${messageOf(thrown)}`, { where: path })
  }
}

function notRepository(path: string, why: string) {
  return sourceError(`not a git repository: ${path}${why === '' ? '' : ` (${why})`}`, {
    hint: 'name the root of a work tree, a bare repository or a bundle',
  })
}

/** Files that git opens whatever it is asked for: a pipe or device among them would keep it waiting for ever. */
const OPENED_FILES: readonly string[] = [
  ...['HEAD', 'config', 'config.worktree', 'commondir', 'packed-refs', 'shallow', 'index'],
  ...['objects/info/alternates', 'info/grafts'],
]

/** The folder itself, once none of these files can be waited for. */
function checked(gitDir: string, path: string): string {
  for (const name of OPENED_FILES) {
    const stats = statSync(join(gitDir, name), { throwIfNoEntry: false })
    if (stats !== undefined && !stats.isFile()) throw notRepository(path, `its ${name} is no file`)
  }
  return gitDir
}

function isGitDir(path: string): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(path, name)))
}

/** `.git` is the repository, or a file that says where it is (worktrees, submodules). */
function gitDirOf(inside: string, path: string): string {
  const stats = statOf(inside)
  if (stats.isDirectory()) {
    if (isGitDir(inside)) return inside
    throw notRepository(path, 'its .git folder is not one')
  }
  const text = stats.isFile() && stats.size <= 65_536 ? readSmall(inside, path) : ''
  const target = /^gitdir: (.+?)\r?\n?$/.exec(text)?.[1]
  if (target === undefined) throw notRepository(path, 'its .git file cannot be read')
  const gitDir = resolve(dirname(inside), target)
  if (!existsSync(join(gitDir, 'HEAD'))) {
    throw notRepository(path, `its .git file names ${target}, which is none`)
  }
  return gitDir
}

function readSmall(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw sourceError(`the repository cannot be read: ${messageOf(cause)}`, { where: path, cause })
  }
}

function enclosing(path: string): string | null {
  let folder = dirname(path)
  for (;;) {
    if (existsSync(join(folder, '.git'))) return folder
    const parent = dirname(folder)
    if (parent === folder) return null
    folder = parent
  }
}
