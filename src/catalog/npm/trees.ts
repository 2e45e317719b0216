// An installed npm tree beside its lock files, folder by folder: a package swapped, added or
// deleted by hand stays visible although every manifest is well-formed.
import semver from 'semver'
import { byCodeUnit, isWithin, joinPath, nameOf, parentOf } from '../../core/index.ts'
import type { LockedPackage, LockRow } from '../cataloger.ts'
import { type Evidence, type RecordFile, rowsOfKind } from '../evidence.ts'
import type { InstalledTree, TreeEntry } from '../image-catalog.ts'

/** An installed folder: what the manifest in it says. */
export interface InstalledFolder {
  readonly folder: string
  readonly root: string
  readonly name: string
  readonly version: string
}

interface Lock {
  readonly path: string
  readonly packages: ReadonlyMap<string, LockedPackage>
}

interface TreeLocks {
  tracked: Lock | null
  hidden: Lock | null
}

/** The lock files of an image by the folder that holds `node_modules`. */
export function locksByRoot(evidence: Evidence): Map<string, TreeLocks> {
  const roots = new Map<string, TreeLocks>()
  for (const file of evidence.of('npm-lock')) {
    const [row] = rowsOfKind(file, 'lock')
    if (row === undefined) continue
    const name = nameOf(file.path)
    const hidden = name === '.package-lock.json'
    const folder = parentOf(file.path)
    const root = hidden ? parentOf(folder) : folder
    // A lock file inside an installed package is that package's content.
    if (/(^|\/)node_modules(\/|$)/.test(root)) continue
    const locks = roots.get(root) ?? { tracked: null, hidden: null }
    const lock = lockOf(file, row, root)
    if (hidden) locks.hidden = lock
    // npm prefers npm-shrinkwrap.json when both are there.
    else if (locks.tracked === null || name === 'npm-shrinkwrap.json') locks.tracked = lock
    roots.set(root, locks)
  }
  return roots
}

function lockOf(file: RecordFile, row: LockRow, root: string): Lock {
  const packages = new Map(row.packages.map((each) => [joinPath(root, each.path), each]))
  return { path: file.path, packages }
}

/** Each tree with a lock file and something installed, or that a lock says was installed. */
export function compareTrees(
  locks: ReadonlyMap<string, TreeLocks>,
  installed: readonly InstalledFolder[],
): InstalledTree[] {
  const byRoot = new Map<string, InstalledFolder[]>()
  const nearest = new Map<string, string | null>()
  for (const each of installed) {
    let root = nearest.get(each.root)
    if (root === undefined) {
      root = nearestRoot(locks, each.root)
      nearest.set(each.root, root)
    }
    if (root === null) continue
    const folders = byRoot.get(root) ?? []
    folders.push(each)
    byRoot.set(root, folders)
  }
  const trees: InstalledTree[] = []
  for (const [root, { tracked, hidden }] of locks) {
    const folders = byRoot.get(root) ?? []
    // A lock file copied without an install is no installed tree.
    if (folders.length === 0 && hidden === null) continue
    trees.push({
      root,
      lock: tracked?.path ?? '',
      hiddenLock: hidden?.path ?? '',
      entries: entriesOf(folders, tracked, hidden),
    })
  }
  return trees.sort((a, b) => byCodeUnit(a.root, b.root))
}

/** Workspaces have trees of their own below the root that holds the lock. */
function nearestRoot(locks: ReadonlyMap<string, TreeLocks>, root: string): string | null {
  for (let at = root; ; at = parentOf(at)) {
    const found = locks.get(at)
    if (found !== undefined) {
      const lock = found.tracked ?? found.hidden
      if (at === root || namesFolderIn(lock, root)) return at
    }
    if (at === '') return null
  }
}

function namesFolderIn(lock: Lock | null, folder: string): boolean {
  for (const path of lock?.packages.keys() ?? [])
    if (isWithin(path, `${folder}/node_modules`)) return true
  return false
}

function entriesOf(
  folders: readonly InstalledFolder[],
  tracked: Lock | null,
  hidden: Lock | null,
): TreeEntry[] {
  const installed = new Map(folders.map((each) => [each.folder, each]))
  const paths = new Set([
    ...installed.keys(),
    ...(tracked?.packages.keys() ?? []),
    ...(hidden?.packages.keys() ?? []),
  ])
  return [...paths].sort(byCodeUnit).flatMap((path) => {
    const locked = tracked?.packages.get(path)
    const recorded = hidden?.packages.get(path)
    if (locked?.link === true || recorded?.link === true) return []
    const found = installed.get(path)
    const expected = tracked === null ? recorded : locked
    return [
      {
        path,
        name: found?.name || expected?.name || recorded?.name || '',
        installedVersion: found?.version ?? null,
        lockVersion: locked?.version ?? null,
        recordedVersion: recorded?.version ?? null,
        integrity: expected?.integrity ?? '',
        state: stateOf(found, expected, recorded, hidden !== null),
      },
    ]
  })
}

function stateOf(
  found: InstalledFolder | undefined,
  expected: LockedPackage | undefined,
  recorded: LockedPackage | undefined,
  hasRecord: boolean,
): TreeEntry['state'] {
  if (found === undefined) {
    if (recorded !== undefined) return 'missing'
    return hasRecord || expected?.omittable === true ? 'omitted' : 'missing'
  }
  if (expected === undefined) return 'added'
  const same = expected.name === found.name && sameVersion(expected.version, found.version)
  return same ? 'same' : 'swapped'
}

/** npm writes versions cleaned into its locks; of what came from git or a folder it may write none. */
function sameVersion(locked: string, found: string): boolean {
  return locked === '' || locked === found || cleaned(locked) === cleaned(found)
}

function cleaned(version: string): string {
  return semver.clean(version.slice(0, 256), { loose: true }) ?? version
}
