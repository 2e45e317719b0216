// A git repository, read only: revisions, trees, blobs, and where in history a blob was.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type BlobSighting,
  byCodeUnit,
  decodeName,
  printable,
  sourceError,
  usageError,
} from '../../core/index.ts'
import { BUNDLE_HEAD, type OpenBundle, unpackBundle } from './bundle.ts'
import { locateRepository } from './locate.ts'
import { BlobReader } from './objects.ts'
import { commonFolder } from './remotes.ts'
import { type GitPlace, OPENING_LIMITS, PROGRAM_PATH, runGit } from './run.ts'
import { dateOf, findSightings } from './sighting.ts'

/** An entry of a commit's tree. */
export interface TreeEntry {
  /** git's mode: 100644, 100755, 120000 (symlink) or 160000 (submodule). */
  readonly mode: string
  readonly type: 'blob' | 'commit'
  readonly blob: string
  /** Bytes; -1 for a submodule, and for a blob that is not at hand. */
  readonly size: number
}

/** The commit that last changed a path. */
export interface PathCommit {
  readonly commit: string
  readonly date: string
  readonly author: string
  readonly subject: string
}

/** A commit and its committer date, RFC 3339 UTC. */
export interface ResolvedCommit {
  readonly commit: string
  readonly date: string
}

/** Where git is found. */
export interface RepositoryOptions {
  readonly programPath?: string
}

const COMMIT = /^[0-9a-f]{40}$/

/** Opens a folder with a work tree, a bare repository or a bundle; nothing in it is run. */
export async function openRepository(
  path: string,
  options: RepositoryOptions = {},
): Promise<Repository> {
  const location = locateRepository(path)
  const programPath = options.programPath ?? PROGRAM_PATH
  const bundle = location.kind === 'bundle' ? await unpackBundle(location.file, programPath) : null
  const place: GitPlace =
    location.kind === 'bundle'
      ? (bundle?.place ?? unreachable())
      : {
          gitDir: location.gitDir,
          workTree: location.kind === 'work-tree' ? location.workTree : null,
          programPath,
        }
  const repository = new Repository(path, location.kind, place, bundle)
  try {
    await checkFormat(place, path)
    return repository
  } catch (thrown) {
    repository.close()
    throw thrown
  }
}

function unreachable(): never {
  throw new Error('a bundle was not opened')
}

async function checkFormat(place: GitPlace, path: string): Promise<void> {
  const result = await runGit(place, ['rev-parse', '--show-object-format'], '', OPENING_LIMITS)
  if (result.code !== 0) {
    throw sourceError(`the repository cannot be read: ${result.complaint}`, { where: path })
  }
  const format = result.output.toString('latin1').trim()
  if (format !== 'sha1') {
    throw sourceError(`the repository names its objects by ${format}, not by sha1`, {
      where: path,
      hint: 'such repositories cannot be compared yet',
    })
  }
}

/** An open repository. */
export class Repository {
  /** As the user named it. */
  readonly name: string
  readonly kind: 'work-tree' | 'bare' | 'bundle'
  readonly place: GitPlace
  readonly #blobs: BlobReader
  readonly #bundle: OpenBundle | null
  readonly #resolved = new Set<string>()
  readonly #sightings = new Map<string, BlobSighting | null>()
  readonly #attached: Repository[] = []

  constructor(name: string, kind: Repository['kind'], place: GitPlace, bundle: OpenBundle | null) {
    this.name = name
    this.kind = kind
    this.place = place
    this.#blobs = new BlobReader(place)
    this.#bundle = bundle
  }

  /** The commit that a revision names; null when there is none. */
  async resolve(revision: string): Promise<ResolvedCommit | null> {
    if (revision.startsWith('-')) {
      throw usageError(`a revision cannot begin with "-": ${revision}`, { where: this.name })
    }
    if (revision === '' || revision.length > 1024 || /[\u0000-\u001f\u007f]/.test(revision)) {
      return null
    }
    const found = await this.#blobs.commit(revision)
    if (found === null) return null
    this.#resolved.add(found.id)
    return { commit: found.id, date: dateOf(found.seconds) }
  }

  /** Every file of a commit, by path. */
  async tree(commit: string): Promise<Map<string, TreeEntry>> {
    const command = ['ls-tree', '-r', '-z', '--full-tree']
    let result = await runGit(this.place, [...command, '-l', '--end-of-options', commit])
    // a partial clone has no sizes of what it lacks
    if (result.code !== 0) {
      result = await runGit(this.place, [...command, '--end-of-options', commit])
    }
    if (result.code !== 0) {
      throw sourceError(`the tree of ${commit} cannot be read: ${result.complaint}`, {
        where: this.name,
        hint: 'it is damaged or a partial clone: clone it whole, or fetch what it lacks (git fetch --refetch)',
      })
    }
    return parseTree(result.output)
  }

  /** Bytes of a blob, also of submodules; null when it is missing or larger than `maxBytes`. */
  async blob(id: string, maxBytes: number): Promise<Uint8Array | null> {
    let bytes = await this.#blobs.read(id, maxBytes)
    for (const other of this.#attached) bytes ??= await other.blob(id, maxBytes)
    return bytes
  }

  /** Reads blobs and history of a submodule's repository as well from now on; it is closed with this one. */
  attach(submodule: Repository): void {
    this.#attached.push(submodule)
  }

  /** How many repositories of submodules are open. */
  get attached(): number {
    return this.#attached.reduce((sum, other) => sum + 1 + other.attached, 0)
  }

  /** Names of submodules by path, as `.gitmodules` of a commit has them; those that could lead outside left out. */
  async submoduleNames(commit: string): Promise<ReadonlyMap<string, string>> {
    const result = await runGit(this.place, [
      ...[
        'config',
        '--blob',
        `${commit}:.gitmodules`,
        '-z',
        '--get-regexp',
        '^submodule\\..*\\.path$',
      ],
    ])
    const names = new Map<string, string>()
    for (const record of result.code === 0 ? decodeName(result.output).split('\0') : []) {
      const [key = '', path = ''] = record.split('\n', 2)
      const name = key.slice('submodule.'.length, -'.path'.length)
      if (path !== '' && isInside(name)) names.set(path.replace(/\/+$/, ''), name)
    }
    return names
  }

  /** The newest commit, of any ref or resolved revision, that brought each blob; absent ones are left out. */
  async sightings(blobs: Iterable<string>): Promise<Map<string, BlobSighting>> {
    const wanted = [...new Set(blobs)].sort(byCodeUnit)
    const unknown = new Set(wanted.filter((blob) => !this.#sightings.has(blob)))
    if (unknown.size > 0) {
      const found = await findSightings(this.place, unknown, [...this.#resolved].sort(byCodeUnit))
      for (const other of this.#attached) {
        const more = await other.sightings([...unknown].filter((blob) => !found.has(blob)))
        for (const [blob, sighting] of more) found.set(blob, sighting)
      }
      for (const blob of unknown) this.#sightings.set(blob, found.get(blob) ?? null)
    }
    const result = new Map<string, BlobSighting>()
    for (const blob of wanted) {
      const sighting = this.#sightings.get(blob)
      if (sighting !== null && sighting !== undefined) result.set(blob, sighting)
    }
    return result
  }

  /** The commit that last changed a path, seen from a commit. */
  async lastCommit(commit: string, path: string): Promise<PathCommit | null> {
    const result = await runGit(this.place, [
      'log',
      '-1',
      '--format=%H%x00%ct%x00%an%x00%s',
      '--no-show-signature',
      '--end-of-options',
      commit,
      '--',
      `:(top,literal)${path}`,
    ])
    const [id, time, author, subject] = decodeName(result.output).trimEnd().split('\0')
    if (result.code !== 0 || id === undefined || !COMMIT.test(id)) return null
    return { commit: id, date: dateOf(time ?? ''), author: author ?? '', subject: subject ?? '' }
  }

  /** A commit in a pretty format (git-log(1)), as latin1; the caller lets through only placeholders that run nothing. */
  async formatted(commit: string, format: string): Promise<string | null> {
    const result = await runGit(this.place, [
      ...['log', '-1', `--format=tformat:${format}`, '--no-show-signature', '--no-notes'],
      ...['--end-of-options', commit],
    ])
    return result.code === 0 ? result.output.toString('latin1').replace(/\n$/, '') : null
  }

  /** Names the state of all refs: equal while no branch or tag has moved. Hexadecimal sha256. */
  async refsDigest(): Promise<string> {
    const command = ['for-each-ref', '--format=%(objectname) %(refname)']
    const result = await runGit(this.place, command, '', OPENING_LIMITS)
    return createHash('sha256').update(result.output).digest('hex')
  }

  /** True for a clone whose history was cut off (`git clone --depth`). */
  get isShallow(): boolean {
    return existsSync(join(commonFolder(this.place.gitDir), 'shallow'))
  }

  /** True when a branch, tag or remote branch contains the commit; in a bundle, its HEAD too. */
  async reachable(commit: string): Promise<boolean> {
    const command = ['for-each-ref', '--count=1', `--contains=${commit}`, '--format=%(refname)']
    const places = ['refs/heads', 'refs/tags', 'refs/remotes', BUNDLE_HEAD]
    const result = await runGit(this.place, [...command, ...places])
    return result.code === 0 && result.output.length > 0
  }

  /** Names of branches, sorted; at most `count`. */
  async branches(count: number): Promise<string[]> {
    const command = ['for-each-ref', `--count=${count}`, '--format=%(refname:lstrip=2)']
    const result = await runGit(this.place, [...command, 'refs/heads'])
    if (result.code !== 0) return []
    return decodeName(result.output)
      .split('\n')
      .filter((name) => name !== '')
      .map(printable)
  }

  close(): void {
    for (const other of this.#attached) other.close()
    this.#blobs.close()
    this.#bundle?.remove()
  }
}

/** True for a name that cannot leave the folder it is joined to (git's check_submodule_name). */
function isInside(name: string): boolean {
  return name !== '' && !name.startsWith('/') && !/(^|[/\\])\.\.([/\\]|$)/.test(name)
}

function parseTree(output: Buffer): Map<string, TreeEntry> {
  const tree = new Map<string, TreeEntry>()
  let at = 0
  while (at < output.length) {
    const end = output.indexOf(0, at)
    if (end < 0) break
    const tab = output.indexOf(9, at)
    const [mode, type, blob, size] = output.toString('latin1', at, tab).split(/ +/)
    if (mode !== undefined && blob !== undefined && (type === 'blob' || type === 'commit')) {
      const bytes = size === undefined || !/^\d+$/.test(size) ? -1 : Number(size)
      tree.set(decodeName(output.subarray(tab + 1, end)), { mode, type, blob, size: bytes })
    }
    at = end + 1
  }
  return tree
}
