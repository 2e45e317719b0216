// The build context at a revision: tracked files below a folder that `.dockerignore` lets through
// (BuildKit's frontend/dockerui).
import { type ContextFile, decodeName, isWithin, type Unknown } from '../core/index.ts'
import { readAttributes } from './attributes.ts'
import type { Repository, TreeEntry } from './git/index.ts'
import { PatternMatcher, readIgnoreLines } from './pattern.ts'
import { submoduleFiles } from './submodule.ts'
import { readPointer, type Tree } from './tree.ts'

/** The context, and what could not be read of it. */
export interface BuildContext {
  /** By path from the context's root, in the tree's order. */
  readonly files: ReadonlyMap<string, ContextFile>
  /** Tracked paths, from the context's root, that are kept out. */
  readonly ignored: readonly string[]
  readonly ignore: PatternMatcher
  readonly unknowns: readonly Unknown[]
}

/** Largest ignore file that is read, in bytes. */
const MAX_IGNORE = 1 << 20
/** Submodules that are named one by one. */
const MAX_ABSENT = 20
/** Links and pointers whose blobs are read; the others stay without. */
const MAX_READ = 100_000

/** Reads the context below a folder of a commit's tree; `ownIgnore` comes before `.dockerignore`. */
export async function readContext(
  repository: Repository,
  tree: Tree,
  folder: string,
  ownIgnore: string,
): Promise<BuildContext> {
  const { ignore, unknowns } = await readIgnore(repository, tree, folder, ownIgnore)
  const entries = await withSubmodules(repository, tree, folder, ignore)
  const files = new Map<string, ContextFile>()
  const ignored: string[] = []
  const attributes = await readAttributes(repository, tree)
  let reads = 0
  for (const [path, entry] of entries) {
    if (!isWithin(path, folder)) continue
    const inside = folder === '' ? path : path.slice(folder.length + 1)
    if (ignore.matches(inside)) {
      ignored.push(inside)
      continue
    }
    const wanted = entry.mode === '120000' || (attributes.usesLfs && mayBePointer(entry))
    reads += wanted ? 1 : 0
    const bytes = wanted && reads <= MAX_READ ? await repository.blob(entry.blob, 4096) : null
    const file = contextFile(inside, entry, bytes)
    files.set(inside, attributes.isExportIgnored(path) ? { ...file, exportIgnored: true } : file)
  }
  const absent = [...files.values()].filter(({ kind }) => kind === 'submodule')
  return { files, ignored, ignore, unknowns: [...unknowns, ...absentRows(repository, absent)] }
}

/** The files of the tree, submodules that are at hand replaced by what their own commits hold. */
async function withSubmodules(
  repository: Repository,
  tree: Tree,
  folder: string,
  ignore: PatternMatcher,
): Promise<ReadonlyMap<string, TreeEntry>> {
  const submodules = [...tree.entries].filter(
    ([path, { type }]) =>
      type === 'commit' &&
      isWithin(path, folder) &&
      !ignore.matches(folder === '' ? path : path.slice(folder.length + 1)),
  )
  if (submodules.length === 0) return tree.entries
  const entries = new Map(tree.entries)
  for (const [path, { blob }] of submodules) {
    const files = await submoduleFiles(repository, tree.commit, path, blob)
    if (files === null) continue
    entries.delete(path)
    for (const [inside, entry] of files) entries.set(inside, entry)
  }
  return entries
}

function absentRows(repository: Repository, submodules: readonly ContextFile[]): Unknown[] {
  return submodules.slice(0, MAX_ABSENT).map(({ path, blob }) => ({
    subject: repository.name,
    place: path,
    reader: 'git',
    reason: `the submodule ${path} is not at hand at commit ${blob.slice(0, 12)}: its files were not compared (git submodule update --init --recursive)`,
    weight: 'partial',
  }))
}

function contextFile(path: string, entry: TreeEntry, bytes: Uint8Array | null): ContextFile {
  const { blob, mode } = entry
  if (entry.type === 'commit') return { path, blob, kind: 'submodule', executable: false }
  if (mode === '120000') {
    const target = bytes === null ? null : decodeName(bytes)
    return {
      path,
      blob,
      kind: 'symlink',
      executable: false,
      ...(target === null ? {} : { target }),
    }
  }
  const lfs = bytes === null ? null : readPointer(bytes)
  const file: ContextFile = { path, blob, kind: 'file', executable: mode === '100755' }
  return lfs === null ? file : { ...file, lfs }
}

function mayBePointer(entry: TreeEntry): boolean {
  return entry.type === 'blob' && entry.size >= 100 && entry.size < 1024
}

async function readIgnore(
  repository: Repository,
  tree: Tree,
  folder: string,
  ownIgnore: string,
): Promise<{ ignore: PatternMatcher; unknowns: readonly Unknown[] }> {
  const common = folder === '' ? '.dockerignore' : `${folder}/.dockerignore`
  for (const name of [ownIgnore, common]) {
    const path = await tree.follow(name)
    const bytes = path === null ? null : await tree.bytes(path, MAX_IGNORE)
    if (bytes === null) continue
    const ignore = new PatternMatcher(
      readIgnoreLines(new TextDecoder().decode(bytes)),
      `${repository.name}: ${path}`,
    )
    const unknowns = ignore.problems.map(({ pattern, reason }) => ({
      subject: repository.name,
      place: name,
      reader: 'dockerignore',
      reason: `the pattern "${pattern}" cannot be read: ${reason}`,
      weight: 'partial' as const,
    }))
    return { ignore, unknowns }
  }
  return { ignore: new PatternMatcher([]), unknowns: [] }
}
