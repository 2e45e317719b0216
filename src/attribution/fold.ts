// One act of a hand is one change: a folder put there, a folder taken away, a recursive chmod or chown.
import type { Change, FileOrigin } from '../core/index.ts'
import { byCodeUnit, parentOf } from '../core/index.ts'
import type { Overlay } from '../inventory/index.ts'
import { byWeight } from './change-list.ts'
import { isPrivileged, isProgram } from './scene.ts'

/** Fewer files than this stay lines of their own. */
const FOLDER_FROM = 4

/** Folds changes that share a folder and a cause. Programs and set-id files keep a line of their own. */
export function foldFolders(
  changes: readonly Change[],
  files: readonly FileOrigin[],
  overlay: Overlay,
): readonly Change[] {
  const added = changes.filter((change) => change.kind === 'added' && isFoldable(change, overlay))
  const deleted = changes.filter((change) => change.kind === 'deleted' && isSingle(change))
  const altered = changes.filter(
    (change) => (change.kind === 'mode' || change.kind === 'owner') && isFoldable(change, overlay),
  )
  const groups = [
    ...groupBy(added, folderOfAdded(changes, added.length, files)),
    ...groupBy(deleted, (change) => outermost(change.path, (at) => overlay.get(at) === undefined)),
    ...groupBy(altered, () => ''),
  ].filter((group) => group.length >= FOLDER_FROM && commonFolder(group) !== '')
  if (groups.length === 0) return changes
  const gone = new Set(groups.flat())
  const folded = groups.map(foldOf)
  return [...changes.filter((change) => !gone.has(change)), ...folded].sort(byWeight)
}

function isSingle(change: Change): boolean {
  return change.path !== '' && change.folded.length === 0
}

function isFoldable(change: Change, overlay: Overlay): boolean {
  if (!isSingle(change) || change.subject.endsWith('/')) return false
  const file = overlay.get(change.path)
  // a folder must not hide what a machine runs, nor rights that were given
  if (file === undefined || isPrivileged(file)) return false
  return change.kind !== 'added' || !isProgram(file)
}

/** Changes of one layer, kind and cause by the folder that stands for them; without a folder each stays alone. */
function groupBy(
  changes: readonly Change[],
  folderOf: (change: Change) => string | undefined,
): readonly (readonly Change[])[] {
  const groups = new Map<string, Change[]>()
  for (const change of changes) {
    const folder = folderOf(change)
    if (folder === undefined) continue
    const values = change.kind === 'mode' || change.kind === 'owner'
    const cause = values ? [change.expected, change.found] : [change.origin]
    const key = JSON.stringify([change.layer, change.kind, ...cause, change.evidence, folder])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [change])
    else group.push(change)
  }
  return [...groups.values()]
}

/** The outermost folder that holds nothing but what was added. */
function folderOfAdded(
  changes: readonly Change[],
  foldable: number,
  files: readonly FileOrigin[],
): (change: Change) => string | undefined {
  const others = new Set<string>()
  // a program that keeps its own line came with the folder all the same
  const added = changes.filter((change) => change.kind === 'added')
  const paths = new Set(added.map((change) => change.path))
  if (foldable >= FOLDER_FROM) {
    for (const { path } of files) {
      if (paths.has(path)) continue
      for (let at = parentOf(path); at !== '' && !others.has(at); at = parentOf(at)) others.add(at)
    }
  }
  return (change) => outermost(change.path, (at) => !others.has(at))
}

function outermost(path: string, fits: (folder: string) => boolean): string | undefined {
  let found: string | undefined
  for (let at = parentOf(path); at !== ''; at = parentOf(at)) if (fits(at)) found = at
  return found
}

function foldOf(group: readonly Change[]): Change {
  const [first] = group
  if (first === undefined) throw new TypeError('a group holds a change')
  const folder = commonFolder(group)
  const owners = new Set(group.map((change) => change.owner))
  const values = first.kind === 'mode' || first.kind === 'owner'
  return {
    ...first,
    subject: `${folder}/`,
    path: folder,
    owner: owners.size === 1 ? first.owner : '',
    expected: first.kind === 'deleted' ? `${group.length} files` : values ? first.expected : '',
    found: values ? first.found : first.kind === 'deleted' ? '' : `${group.length} files`,
    folded: group.map((change) => change.path).sort(byCodeUnit),
  }
}

function commonFolder(group: readonly Change[]): string {
  let common = parentOf(group[0]?.path ?? '').split('/')
  for (const { path } of group) {
    const parts = path.split('/')
    const end = common.findIndex((part, index) => part !== parts[index])
    if (end >= 0) common = common.slice(0, end)
  }
  return common.join('/')
}
