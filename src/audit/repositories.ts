// The repositories at hand: which entries of the folders that the user names are repositories, and which of
// them a URL or a commit belongs to. Each is opened when it is asked for.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { byCodeUnit, messageOf, sourceError, type Unknown } from '../core/index.ts'
import {
  commonFolder,
  locateRepository,
  openRepository,
  plainUrl,
  type Repository,
  remoteUrls,
} from '../description/index.ts'

/** An entry of a folder that is a repository. */
export interface ListedRepository {
  /** The folder as the user named it, and the way below it. */
  readonly path: string
  readonly kind: 'work-tree' | 'bare' | 'bundle'
  /** Where its objects are; the file of a bundle. Linked work trees of one repository share it. */
  readonly store: string
}

/** What folders hold. */
export interface Listing {
  readonly repositories: readonly ListedRepository[]
  /**
   * Entries that are no repository, and folders without any (reader `repositories`); repositories that
   * cannot be used (reader `git`).
   */
  readonly unknowns: readonly Unknown[]
}

/** Folders below the named one that are looked into: `host/organisation/repository`. */
const MAX_DEPTH = 3
/** Entries of folders that are looked at, all together. */
const MAX_ENTRIES = 200_000

/**
 * The repositories in these folders, by path; a repository or bundle may be named itself.
 * @throws AssayError (source) when one of the folders is not there or cannot be read.
 */
export function listRepositories(folders: readonly string[]): Listing {
  const walk = new Walk()
  for (const folder of folders) walk.start(folder)
  return { repositories: walk.found(), unknowns: walk.unknowns }
}

class Walk {
  readonly unknowns: Unknown[] = []
  /** By where their objects are: links and linked work trees lead to one repository more than once. */
  readonly #found = new Map<string, ListedRepository>()
  readonly #entered = new Set<string>()
  #left = MAX_ENTRIES

  found(): ListedRepository[] {
    return [...this.#found.values()].sort((a, b) => byCodeUnit(a.path, b.path))
  }

  start(folder: string): void {
    const kind = kindOf(folder)
    if (kind === 'missing') throw sourceError(`no such folder of repositories: ${folder}`)
    if (kind === 'other') throw sourceError(`neither a folder nor a repository: ${folder}`)
    if (this.#take(folder)) return
    if (kind === 'file') throw sourceError(`a file that is no git bundle: ${folder}`)
    const before = this.#found.size
    const others: string[] = []
    this.#enter(folder, folder, MAX_DEPTH, others)
    if (others.length > 0) this.#note(folder, `${named(others)}: no repository`)
    if (this.#found.size === before) this.#note(folder, 'it holds no repository')
  }

  /** Looks at the entries of a folder that is no repository. */
  #enter(root: string, folder: string, depth: number, others: string[]): void {
    const real = realPath(folder)
    if (real === null || this.#entered.has(real)) return
    this.#entered.add(real)
    for (const name of this.#entries(root, folder)) {
      const path = join(folder, name)
      const kind = kindOf(path)
      if (kind === 'folder' || kind === 'file') {
        if (this.#take(path)) continue
        if (kind === 'folder' && depth > 1) {
          const before = this.#found.size
          const below: string[] = []
          this.#enter(root, path, depth - 1, below)
          if (this.#found.size > before) {
            others.push(...below)
            continue
          }
        }
      }
      others.push(path.slice(folder === root ? folder.length + 1 : root.length + 1))
    }
  }

  #entries(root: string, folder: string): string[] {
    try {
      const names = readdirSync(folder).sort(byCodeUnit)
      const taken = names.slice(0, this.#left)
      this.#left -= taken.length
      if (taken.length < names.length) {
        this.#note(
          folder,
          `it holds too many entries: ${names.length - taken.length} not looked at`,
        )
      }
      return taken
    } catch (thrown) {
      if (folder === root) {
        throw sourceError(`the folder of repositories cannot be read: ${messageOf(thrown)}`, {
          where: folder,
        })
      }
      this.#note(folder, `the folder cannot be read: ${messageOf(thrown)}`)
      return []
    }
  }

  /** True when the path is a repository. */
  #take(path: string): boolean {
    try {
      const location = locateRepository(path)
      const place = location.kind === 'bundle' ? location.file : commonFolder(location.gitDir)
      const store = realPath(place) ?? place
      const known = this.#found.get(store)
      const one: ListedRepository = { path, kind: location.kind, store }
      if (known === undefined || path.length < known.path.length) this.#found.set(store, one)
      return true
    } catch (thrown) {
      if (!existsSync(join(path, '.git'))) return false
      this.#note(path, messageOf(thrown), 'git')
      return true
    }
  }

  #note(subject: string, reason: string, reader = 'repositories'): void {
    this.unknowns.push({ subject, place: '', reader, reason, weight: 'partial' })
  }
}

/** Follows links; a loop of links is `missing`. */
function kindOf(path: string): 'folder' | 'file' | 'other' | 'missing' {
  try {
    const stats = statSync(path)
    return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other'
  } catch {
    return 'missing'
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).join(', ')
  return paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown
}

/** A repository that a URL or commit led to. */
export interface RepositoryMatch {
  readonly path: string
  /** `folder-name`: only the last part of the URL is the folder's name, a weak hint. */
  readonly by: 'remote' | 'path' | 'folder-name' | 'commit'
}

/** The repositories at hand. Close them. */
export class Repositories {
  readonly listed: readonly ListedRepository[]
  /** What in the folders is no repository, or could not be opened. */
  readonly unknowns: Unknown[]
  readonly #open = new Map<string, Promise<Repository | null>>()
  #urls: ReadonlyMap<string, readonly string[]> | null = null

  constructor({ repositories, unknowns }: Listing) {
    this.listed = repositories
    this.unknowns = [...unknowns]
  }

  get paths(): readonly string[] {
    return this.listed.map(({ path }) => path)
  }

  /** An open repository, which stays open until `close`; null, with a note in `unknowns`, when it cannot be. */
  open(path: string): Promise<Repository | null> {
    const known = this.#open.get(path)
    if (known !== undefined) return known
    const opened = this.#start(path)
    this.#open.set(path, opened)
    return opened
  }

  /** Uses a repository, which is closed afterwards unless `open` had opened it; null as `open`. */
  async visit<T>(path: string, use: (repository: Repository) => Promise<T>): Promise<T | null> {
    const opened = this.#open.get(path)
    const repository = await (opened ?? this.#start(path))
    if (repository === null) return null
    try {
      return await use(repository)
    } finally {
      if (!this.#open.has(path)) repository.close()
    }
  }

  /** Repositories that a URL names, the surest first: by a remote or path, else by the folder's name alone. */
  byUrl(url: string): RepositoryMatch[] {
    const wanted = plainUrl(url)
    if (wanted === '') return []
    const sure: RepositoryMatch[] = []
    for (const { path, store } of this.listed) {
      if (this.#remotes().get(path)?.includes(wanted) === true) sure.push({ path, by: 'remote' })
      else if (isSamePath(wanted, path, store)) sure.push({ path, by: 'path' })
    }
    if (sure.length > 0) return sure
    const name = folderName(wanted)
    return this.paths
      .filter((path) => folderName(path) === name)
      .map((path) => ({ path, by: 'folder-name' }))
  }

  /** Repositories that hold a commit, whole or abbreviated to 7 digits or more. */
  async byCommit(commit: string): Promise<RepositoryMatch[]> {
    if (!/^[0-9a-f]{7,40}$/.test(commit)) return []
    const found: RepositoryMatch[] = []
    for (const path of this.paths) {
      const held = await this.visit(path, (repository) => repository.resolve(commit))
      if (held?.commit.startsWith(commit) === true) found.push({ path, by: 'commit' })
    }
    return found
  }

  /** Closes all that was opened. */
  async close(): Promise<void> {
    for (const opened of this.#open.values()) (await opened)?.close()
    this.#open.clear()
  }

  async #start(path: string): Promise<Repository | null> {
    try {
      return await openRepository(path)
    } catch (thrown) {
      this.#noteUnopened(path, messageOf(thrown))
      return null
    }
  }

  #noteUnopened(path: string, reason: string): void {
    if (this.unknowns.some((known) => known.subject === path && known.reason === reason)) return
    this.unknowns.push({ subject: path, place: '', reader: 'git', reason, weight: 'partial' })
  }

  #remotes(): ReadonlyMap<string, readonly string[]> {
    this.#urls ??= new Map(
      this.listed.map(({ path, kind, store }) => [
        path,
        kind === 'bundle'
          ? []
          : remoteUrls(store)
              .map(plainUrl)
              .filter((url) => url !== ''),
      ]),
    )
    return this.#urls
  }
}

function isSamePath(wanted: string, path: string, store: string): boolean {
  if (!wanted.startsWith('/')) return false
  return [path, realPath(path), store].some((one) => one !== null && plainUrl(one) === wanted)
}

/** The last part of a URL or path, without `.git` or `.bundle`. */
function folderName(path: string): string {
  return basename(path.replace(/\/\.git\/?$/, ''))
    .replace(/\.(?:git|bundle)$/i, '')
    .toLowerCase()
}
