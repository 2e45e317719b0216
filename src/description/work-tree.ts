// How a work tree differs from HEAD where a build from it would take files along. Files are compared
// here, not by `git status`: git would run the filters that the repository configures.
import { byCodeUnit, type Unknown, type WorkTreeDifference } from '../core/index.ts'
import type { Repository } from './git/index.ts'
import type { PatternMatcher } from './pattern.ts'
import type { Tree } from './tree.ts'
import {
  compareFile,
  type DiskFile,
  type DiskScan,
  isSameAsText,
  scanFolder,
  sha256Of,
  statFile,
} from './work-disk.ts'
import {
  attributesOf,
  type FileAttributes,
  ignoredPaths,
  readSettings,
  sparsePaths,
} from './work-git.ts'
import { readSeenFiles } from './work-index.ts'

/** Differences that are kept. */
const MAX_DIFFERENCES = 10_000

/** What to compare. */
export interface WorkTreeQuestion {
  readonly repository: Repository
  /** The tree of HEAD. */
  readonly tree: Tree
  /** Folder of the context from the repository's root. */
  readonly folder: string
  readonly ignore: PatternMatcher
  /** A path whose state is wanted wherever it lies: the Dockerfile. */
  readonly also: string
}

/** What was found. */
export interface WorkTreeState {
  /** Sorted by path. */
  readonly differences: readonly WorkTreeDifference[]
  /** State of the path `also`; null when it does not differ. */
  readonly also: WorkTreeDifference['state'] | null
  readonly unknowns: readonly Unknown[]
}

/** Compares the context in a work tree with HEAD. */
export async function readWorkTree(question: WorkTreeQuestion): Promise<WorkTreeState> {
  const { repository, tree, also } = question
  const root = repository.place.workTree
  if (root === null) return { differences: [], also: null, unknowns: [] }
  const scan = scanFolder(root, question)
  const alone = scan.files.has(also) ? null : statFile(root, also)
  const files = alone === null ? scan.files : new Map([...scan.files, [also, alone]])
  const settings = await readSettings(repository)
  const seen = await readSeenFiles(repository)
  const states = new Map<string, WorkTreeDifference['state']>()
  const others: string[] = []
  const doubtful = new Map<string, DiskFile>()
  for (const [path, file] of files) {
    const entry = tree.entries.get(path)
    const known = { modesCount: settings.fileMode, seen: seen.get(path) }
    const found = entry === undefined ? null : compareFile(file, entry, known)
    if (found === null) others.push(path)
    else if (found === 'unreadable') states.set(path, 'unchecked')
    else if (found === 'other') doubtful.set(path, file)
  }
  const { ignored, complaint } = await ignoredPaths(repository, others)
  for (const path of others) states.set(path, ignored.has(path) ? 'ignored' : 'untracked')
  const attributes = await attributesOf(repository, [...doubtful.keys()])
  for (const [path, file] of doubtful) {
    const state = await judge(tree, path, file, attributes.get(path))
    if (state !== null) states.set(path, state)
  }
  if (scan.complete) await addDeleted(question, files, states)
  const found = result(question, states, scan)
  if (complaint === '') return found
  const reason = `git cannot tell what it ignores: ${complaint}`
  return { ...found, unknowns: [...found.unknowns, unknown(repository, question.folder, reason)] }
}

/** A file whose bytes are not the blob's: modified, or only converted as the attributes say. */
async function judge(
  tree: Tree,
  path: string,
  file: DiskFile,
  attributes: FileAttributes | undefined,
): Promise<WorkTreeDifference['state'] | null> {
  const entry = tree.entries.get(path)
  if (entry === undefined || attributes === undefined || file.isLink) return 'modified'
  if (attributes.filter === 'lfs') {
    const pointer = await tree.lfs(path)
    return pointer !== null && pointer.sha256 === sha256Of(file) ? null : 'modified'
  }
  if (attributes.filter !== '' || attributes.rewritten) return 'unchecked'
  return attributes.convertsLines && isSameAsText(file, entry) ? null : 'modified'
}

async function addDeleted(
  question: WorkTreeQuestion,
  files: ReadonlyMap<string, DiskFile>,
  states: Map<string, WorkTreeDifference['state']>,
): Promise<void> {
  const { tree, folder, ignore, also } = question
  const gone: string[] = []
  for (const [path, entry] of tree.entries) {
    if (entry.type !== 'blob' || files.has(path)) continue
    const inside =
      folder === '' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null
    if (path === also || (inside !== null && !ignore.matches(inside))) gone.push(path)
  }
  if (gone.length === 0) return
  const sparse = await sparsePaths(question.repository)
  for (const path of gone) if (!sparse.has(path)) states.set(path, 'deleted')
}

function result(
  question: WorkTreeQuestion,
  states: ReadonlyMap<string, WorkTreeDifference['state']>,
  { complete, unchecked }: DiskScan,
): WorkTreeState {
  const { folder, ignore, also, repository } = question
  const isTaken = (path: string) => {
    if (folder !== '' && !path.startsWith(`${folder}/`)) return false
    return !ignore.matches(folder === '' ? path : path.slice(folder.length + 1))
  }
  const taken = [...states]
    .filter(([path]) => isTaken(path))
    .map(([path, state]) => ({ path, state }))
    .concat(unchecked.map(({ path }) => ({ path, state: 'unchecked' as const })))
    .sort((a, b) => byCodeUnit(a.path, b.path))
  const differences: WorkTreeDifference[] = taken.slice(0, MAX_DIFFERENCES)
  const cut = !complete || taken.length > MAX_DIFFERENCES
  if (cut) differences.push({ path: '', state: 'unchecked' })
  const unknowns = unchecked.map(({ path, reason }) => unknown(repository, path, reason))
  if (cut) {
    const reason = `the work tree has too many files to compare; ${taken.length} differences were seen`
    unknowns.push(unknown(repository, folder, reason))
  }
  return { differences, also: states.get(also) ?? null, unknowns: unknowns.slice(0, 100) }
}

function unknown(repository: Repository, place: string, reason: string): Unknown {
  return { subject: repository.name, place, reader: 'work-tree', reason, weight: 'partial' }
}
