// A commit's tree as a file system: paths looked up through symbolic links, texts read under a bound
// (git LFS pointers: git-lfs/docs/spec.md).
import { type ContextFile, decodeName, joinPath, parentOf, sourceError } from '../core/index.ts'
import type { Repository, TreeEntry } from './git/index.ts'

/** Files of a commit, more than this being refused. */
const MAX_FILES = 1_000_000
/** Longest target of a symbolic link that is read, in bytes. */
const MAX_TARGET = 4096
/** Links that a path may lead through, as in Linux. */
const MAX_HOPS = 40

type LfsPointer = NonNullable<ContextFile['lfs']>

/** What a git LFS pointer stands for; null for any other text. */
export function readPointer(bytes: Uint8Array): LfsPointer | null {
  const text = new TextDecoder().decode(bytes)
  if (!text.startsWith('version https://git-lfs.github.com/spec/')) return null
  const sha256 = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1]
  const size = /^size (\d{1,15})$/m.exec(text)?.[1]
  return sha256 === undefined || size === undefined ? null : { sha256, size: Number(size) }
}

/** The files of a commit. */
export class Tree {
  readonly commit: string
  readonly entries: ReadonlyMap<string, TreeEntry>
  readonly #repository: Repository
  readonly #folders = new Set<string>([''])

  private constructor(
    repository: Repository,
    commit: string,
    entries: ReadonlyMap<string, TreeEntry>,
  ) {
    this.#repository = repository
    this.commit = commit
    this.entries = entries
    for (const path of entries.keys()) {
      for (let one = parentOf(path); !this.#folders.has(one); one = parentOf(one)) {
        this.#folders.add(one)
      }
    }
  }

  /** @throws AssayError when the tree cannot be read or is too large. */
  static async read(repository: Repository, commit: string): Promise<Tree> {
    const entries = await repository.tree(commit)
    if (entries.size > MAX_FILES) {
      throw sourceError(`the commit ${commit} holds more than ${MAX_FILES} files`, {
        where: repository.name,
      })
    }
    return new Tree(repository, commit, entries)
  }

  /** True for a folder that a tracked file lies in. */
  isFolder(path: string): boolean {
    return this.#folders.has(path)
  }

  /** The path of a file or folder with links resolved inside the tree; null when it leads nowhere. */
  async follow(path: string): Promise<string | null> {
    let done = ''
    let rest = path.split('/').filter((part) => part !== '')
    let hops = 0
    while (rest.length > 0) {
      const [part = '', ...after] = rest
      rest = after
      if (part === '.') continue
      if (part === '..') {
        done = parentOf(done)
        continue
      }
      const next = joinPath(done, part)
      if (this.entries.get(next)?.mode !== '120000') {
        done = next
        continue
      }
      hops += 1
      const target = hops > MAX_HOPS ? null : await this.target(next)
      if (target === null) return null
      if (target.startsWith('/')) done = ''
      rest = [...target.split('/').filter((one) => one !== ''), ...rest]
    }
    return this.entries.has(done) || this.isFolder(done) ? done : null
  }

  /** Target of a symbolic link; null when its blob is not at hand. */
  async target(path: string): Promise<string | null> {
    const entry = this.entries.get(path)
    const bytes = entry === undefined ? null : await this.#repository.blob(entry.blob, MAX_TARGET)
    return bytes === null ? null : decodeName(bytes)
  }

  /** What a tracked git LFS pointer stands for; null for any other file. */
  async lfs(path: string): Promise<LfsPointer | null> {
    const entry = this.entries.get(path)
    const bytes = entry === undefined ? null : await this.#repository.blob(entry.blob, 1024)
    return bytes === null ? null : readPointer(bytes)
  }

  /** The bytes of a tracked file; null when there is no such file, it is larger, or its blob is not at hand. */
  async content(path: string, maxBytes: number): Promise<Uint8Array | null> {
    const entry = this.entries.get(path)
    return entry?.type === 'blob' ? this.#repository.blob(entry.blob, maxBytes) : null
  }

  /**
   * The bytes of a tracked file; null when no such file is tracked.
   * @throws AssayError when it is larger than `maxBytes` or missing from the repository.
   */
  async bytes(path: string, maxBytes: number): Promise<Uint8Array | null> {
    const entry = this.entries.get(path)
    if (entry === undefined || entry.type !== 'blob') return null
    const place = { where: this.#repository.name }
    if (entry.size > maxBytes) {
      throw sourceError(`${path} is larger than ${maxBytes} bytes`, place)
    }
    const bytes = await this.#repository.blob(entry.blob, maxBytes)
    if (bytes !== null) return bytes
    throw sourceError(`the content of ${path} (${entry.blob}) is not in the repository`, {
      ...place,
      hint: 'a partial clone lacks contents: fetch them (git fetch --refetch), or clone it whole',
    })
  }
}
