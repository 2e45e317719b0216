// New files in a new folder are one change: what a person did was to put a folder there.
import type { Change, FileOrigin } from '../core/index.ts'
import { byCodeUnit, parentOf } from '../core/index.ts'

/** Fewer files than this stay lines of their own. */
const FOLDER_FROM = 4

/**
 * Folds added files that share a folder in which the image has nothing else.
 * Programs keep a line of their own: a folder must not hide one.
 */
export function foldFolders(
  changes: readonly Change[],
  files: readonly FileOrigin[],
  isProgram: (path: string) => boolean,
): readonly Change[] {
  const added = changes.filter((change) => isFoldable(change) && !isProgram(change.path))
  if (added.length < FOLDER_FROM) return changes
  const others = new Set<string>()
  const paths = new Set(added.map((change) => change.path))
  for (const { path } of files)
    if (!paths.has(path)) for (const folder of folders(path)) others.add(folder)
  const groups = new Map<string, Change[]>()
  for (const change of added) {
    const folder = folders(change.path).findLast((each) => !others.has(each))
    if (folder === undefined) continue
    const key = `${change.layer}:${change.origin}:${folder}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [change])
    else group.push(change)
  }
  const gone = new Set<Change>()
  const folded: Change[] = []
  for (const [key, group] of groups) {
    const [first] = group
    if (first === undefined || group.length < FOLDER_FROM) continue
    const folder = key.slice(key.indexOf(':', key.indexOf(':') + 1) + 1)
    for (const change of group) gone.add(change)
    folded.push({
      ...first,
      subject: `${folder}/`,
      path: folder,
      found: `${group.length} files`,
      folded: group.map((change) => change.path).sort(byCodeUnit),
    })
  }
  if (folded.length === 0) return changes
  const rest = changes.filter((change) => !gone.has(change))
  const at = rest.findIndex((change) => change.kind === 'added')
  const place = at < 0 ? rest.length : at
  return [
    ...rest.slice(0, place),
    ...folded.sort((a, b) => byCodeUnit(a.subject, b.subject)),
    ...rest.slice(place),
  ]
}

function isFoldable(change: Change): boolean {
  return (
    change.kind === 'added' &&
    change.path !== '' &&
    change.folded.length === 0 &&
    !change.subject.endsWith('/')
  )
}

/** Folders of a path, innermost first. */
function folders(path: string): string[] {
  const found: string[] = []
  for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) found.push(folder)
  return found
}
