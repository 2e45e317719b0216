// Origins of files in layers that nobody wrote down, and the changes that they are.
import type { InstalledPackage } from '../core/index.ts'
import { isWithin, parentOf } from '../core/index.ts'
import type { DeltaEntry, ViewFile } from '../inventory/index.ts'
import { ACCOUNT_FILE, ACCOUNT_LINES } from './account-moves.ts'
import { accountFold, accountOf } from './accounts.ts'
import { isPackageDatabase, judgeArchive, judgeDatabase, packageFold } from './database.ts'
import { generatedBy } from './generated.ts'
import { packageModified } from './judge-package.ts'
import { folderOwner, hasMoved, isSystem, onlyTriggers, packageKey } from './package-delta.ts'
import { scriptOf } from './package-scripts.ts'
import type { Judgement, Scene } from './scene.ts'
import { claimOn, contentOf, explained, isPlain, isPrivileged, isProgram, shared } from './scene.ts'

/** Opens a fold for every package that the layer added, removed, changed or whose record it rewrote. */
export function openPackageFolds(scene: Scene): void {
  for (const [key, move] of scene.delta.moves) {
    const { kind, before, after } = move
    const item = after ?? before
    if (item === null || (kind === 'rewritten' && onlyTriggers(move) && scene.delta.system))
      continue
    const locked = lockedVersion(scene, item)
    const lock = locked === null ? '' : `; the lock file says ${locked}`
    const evidence = {
      added: `${item.type} package that no step asks for${lock}`,
      removed: `${item.type} package that no step removes${lock}`,
      changed: `${item.type} package of another version${lock}`,
      rewritten: 'its record was rewritten, its version did not change',
    }[kind]
    scene.changes.open(packageFold(scene, key), {
      kind:
        kind === 'added'
          ? 'package-added'
          : kind === 'removed'
            ? 'package-removed'
            : 'package-changed',
      subject: item.name,
      owner: item.purl,
      path: item.location,
      expected: before?.version ?? '',
      found: after?.version ?? '',
      evidence,
      ...scene.place,
    })
  }
}

function lockedVersion(scene: Scene, item: InstalledPackage): string | null {
  if (item.type !== 'npm') return null
  for (const tree of scene.after.installedTrees) {
    if (!isWithin(item.location, tree.root)) continue
    for (const entry of tree.entries) {
      if (entry.path === item.location) return entry.lockVersion
    }
  }
  return null
}

/** A file that an untracked step brought or changed. */
export function judgeUntracked(entry: DeltaEntry, scene: Scene): Judgement {
  const file = entry.after
  if (file === null) throw new TypeError('a deleted file has no origin')
  return (
    ofPackage(file, scene) ??
    (isPackageDatabase(file.path) ? judgeDatabase(file, scene) : judgeArchive(file, scene)) ??
    ofApplicationPackage(file, scene) ??
    ofAccount(entry, file, scene) ??
    ofTables(entry, file, scene) ??
    ofNobody(entry, file, scene)
  )
}

/** A file that a package claims. Files of packages that came in this step fold into them. */
function ofPackage(file: ViewFile, scene: Scene): Judgement | null {
  const claim = claimOn(scene, file)
  if (claim === undefined) return null
  const owner = claim.package
  const moved = hasMoved(scene.delta, owner)
  if (claim.state === 'modified') return packageModified(file, scene, claim)
  if (claim.state === 'intact') {
    if (moved) scene.changes.fold(packageFold(scene, packageKey(owner)), file.path)
    const evidence = shared(`its ${claim.file.algorithm} equals the ${owner.type} package’s record`)
    return explained('package', 'consistent', owner.purl, evidence)
  }
  if (!moved || !isSystem(owner) || claim.state !== 'unverified') return null
  if (isProgram(file) && !claim.file.configuration) return null
  scene.changes.fold(packageFold(scene, packageKey(owner)), file.path)
  return explained('package', 'claimed', owner.purl, 'listed by the package, without a digest')
}

/** Files of an npm or Python package that came in this step. What a machine runs keeps a line of its own. */
function ofApplicationPackage(file: ViewFile, scene: Scene): Judgement | null {
  if (isPrivileged(file) || file.flags.includes('elf')) return null
  const owner = movedOwner(file, scene)
  if (owner === undefined) return null
  scene.changes.fold(packageFold(scene, packageKey(owner)), file.path)
  const evidence = `lies in the folder of ${owner.name}, which no step brings`
  return explained('unexplained', 'claimed', owner.purl, shared(evidence))
}

function movedOwner(file: ViewFile, scene: Scene): InstalledPackage | undefined {
  const target = file.kind === 'symlink' ? scene.overlay.realPath(file.path) : undefined
  for (const path of target === undefined ? [file.path] : [file.path, target]) {
    const owner = folderOwner(scene.after, path)
    if (owner !== undefined && hasMoved(scene.delta, owner)) return owner
  }
  const tree = /^(.*node_modules)\/\.package-lock\.json$/.exec(file.path)?.[1]
  if (tree === undefined || !isPlain(file)) return undefined
  // npm's own record of the tree differs with the packages in it
  for (const { after, before } of scene.delta.moves.values()) {
    const item = after ?? before
    if (item !== null && item.type === 'npm' && isWithin(item.location, tree)) return item
  }
  return undefined
}

/** Account files whose differing lines are all named, and what belongs to the accounts that were touched. */
function ofAccount(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement | null {
  if (ACCOUNT_FILE.test(file.path)) return ofAccountFile(entry, file, scene)
  const account = accountOf(scene, file.path)
  if (account === undefined || account.kind !== 'added' || !isPlain(file)) return null
  const mailbox = /^var\/(spool\/)?mail\//.test(file.path)
  const skeleton = scene.overlay.resolve(`etc/skel${file.path.slice(account.home.length)}`)
  if (mailbox ? file.size > 0 : skeleton?.sha256 !== file.sha256) return null
  scene.changes.fold(accountFold(scene, account.name), file.path)
  const evidence = mailbox ? 'an empty mailbox' : `a copy of /${skeleton?.path}`
  return explained('account', 'consistent', '', evidence)
}

function ofAccountFile(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement | null {
  if (!isPlain(file)) return null
  const lines = ACCOUNT_LINES.test(file.path)
  const name = file.path.slice('etc/'.length)
  const touched = scene.accounts.filter(({ files }) => !lines || files.includes(name))
  // of the others nothing tells which lines differ
  if (!lines && touched.length === 0) return null
  if (lines && entry.before?.kind !== 'file' && touched.length === 0) return null
  for (const account of touched) scene.changes.fold(accountFold(scene, account.name), file.path)
  if (!lines) return explained('account', 'claimed', '', 'written whenever an account is added')
  const evidence =
    touched.length > 0
      ? 'the lines that differ belong to the accounts named'
      : 'every line in it is as before, but for the day of the last password change'
  return explained('account', 'consistent', '', evidence)
}

function ofTables(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement | null {
  if (isProgram(file) || isPrivileged(file)) return null
  const script = scriptOf(file, scene, true)
  if (script !== undefined) {
    return explained('package-script', 'claimed', script.id, `${script.writer}: ${script.reason}`)
  }
  const row = generatedBy(file, scene, entry.before)
  if (row === undefined) return null
  return explained('generated', 'claimed', row.id, `${row.writer}: ${row.reason}`)
}

function ofNobody(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  const owner = ownerBefore(entry, scene)
  const evidence =
    owner === ''
      ? 'no package, tracked file or step accounts for it'
      : 'changed in a step that nobody wrote down'
  return {
    ...explained('unexplained', 'proved', owner, evidence),
    changes: [
      {
        kind: entry.before === null ? 'added' : 'modified',
        subject: file.path,
        path: file.path,
        origin: 'unexplained',
        owner,
        expected: contentOf(entry.before),
        found: contentOf(file),
        evidence,
        ...scene.place,
      },
    ],
  }
}

function ownerBefore(entry: DeltaEntry, scene: Scene): string {
  const earlier = scene.previous(entry.path)
  if (earlier !== undefined && earlier.owner !== '') return earlier.owner
  return folderOwner(scene.after, entry.path)?.purl ?? ''
}

/** A file that a step took away which does not say so. */
export function judgeDeleted(entry: DeltaEntry, scene: Scene): void {
  const file = entry.before
  if (file === null || file.kind === 'directory') return
  const owner = removedOwner(file, scene)
  if (owner !== undefined && hasMoved(scene.delta, owner)) {
    if (scene.changes.fold(packageFold(scene, packageKey(owner)), entry.path)) return
  }
  if (isPackageDatabase(entry.path) && judgeDatabase(file, scene) !== null) return
  if (generatedBy(file, scene, file) !== undefined) return
  // tools write these copies beside the files that they change
  if (ACCOUNT_FILE.test(entry.path) && entry.path.endsWith('-')) return
  scene.changes.add({
    kind: 'deleted',
    subject: entry.path,
    path: entry.path,
    owner: owner?.purl ?? scene.previous(entry.path)?.owner ?? '',
    expected: contentOf(file),
    evidence:
      scene.work.kind === 'untracked'
        ? 'taken away in a step that nobody wrote down'
        : 'taken away in the layer of a step that does not say so',
    ...scene.place,
  })
}

function removedOwner(file: ViewFile, scene: Scene): InstalledPackage | undefined {
  const claim = scene.ownershipBefore?.of(file.path, file)
  return claim?.package ?? folderOwner(scene.before, file.path)
}

/** Folders where nobody misses an empty one. */
const VOLATILE = /^(dev|proc|run|sys|tmp|var\/(cache|lib\/apt|run|tmp))(\/|$)/

/** Folders that were empty and are gone. */
export function judgeDeletedFolders(deleted: readonly DeltaEntry[], scene: Scene): void {
  const parents = new Set(deleted.map((entry) => parentOf(entry.path)))
  for (const { path, before } of deleted) {
    if (before?.kind !== 'directory' || parents.has(path) || VOLATILE.test(path)) continue
    const owner = removedOwner(before, scene)
    if (owner !== undefined && hasMoved(scene.delta, owner)) continue
    scene.changes.add({
      kind: 'deleted',
      subject: `${path}/`,
      path,
      owner: owner?.purl ?? '',
      expected: 'empty folder',
      evidence: 'taken away in a step that nobody wrote down',
      ...scene.place,
    })
  }
}

/** New folders that hold nothing new: they are changes of their own. */
export function judgeEmptyFolders(added: readonly DeltaEntry[], scene: Scene): void {
  const parents = new Set(added.map((entry) => parentOf(entry.path)))
  const homes = new Set(scene.after.accounts.map((line) => line.home.replace(/^\/+|\/+$/g, '')))
  for (const { path, after } of added) {
    if (after?.kind !== 'directory' || parents.has(path) || VOLATILE.test(path)) continue
    if (homes.has(path) || scene.volumes.has(path)) continue
    if (scene.ownership.of(path, after) !== undefined) continue
    scene.changes.add({
      kind: 'added',
      subject: `${path}/`,
      path,
      origin: 'unexplained',
      found: 'empty folder',
      evidence: 'no package, tracked file or step accounts for it',
      ...scene.place,
    })
  }
}
