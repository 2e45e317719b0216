// Origins of files in layers that nobody wrote down, and the changes that they are.
import type { InstalledPackage } from '../core/index.ts'
import { isWithin, parentOf } from '../core/index.ts'
import type { DeltaEntry, ViewFile } from '../inventory/index.ts'
import { homesOf } from './accounts.ts'
import { generatedBy, isPackageDatabase, scriptOf } from './generated.ts'
import { ACCOUNT_FILE, packageModified } from './judge-tracked.ts'
import { isSystem, packageKey } from './package-delta.ts'
import type { Judgement, Scene } from './scene.ts'
import { claimOn, contentOf, explained, folderOwner, isProgram } from './scene.ts'

/** Key of the fold of a package that moved. */
export function packageFold(scene: Scene, item: InstalledPackage): string {
  return `${scene.layer}:package:${packageKey(item)}`
}

/** Opens a fold for every package that the layer added, removed, changed or whose record it rewrote. */
export function openPackageFolds(scene: Scene): void {
  for (const { kind, before, after } of scene.delta.moves.values()) {
    const item = after ?? before
    if (item === null) continue
    const shared = { subject: item.name, owner: item.purl, layer: scene.layer, path: item.location }
    const locked = lockedVersion(scene, item)
    const lock = locked === null ? '' : `; the lock file says ${locked}`
    if (kind === 'added') {
      scene.changes.open(packageFold(scene, item), {
        ...shared,
        kind: 'package-added',
        found: item.version,
        evidence: `${item.type} package that no step asks for${lock}`,
      })
    } else if (kind === 'removed') {
      scene.changes.open(packageFold(scene, item), {
        ...shared,
        kind: 'package-removed',
        expected: item.version,
        evidence: `${item.type} package that no step removes${lock}`,
      })
    } else if (kind === 'changed') {
      scene.changes.open(packageFold(scene, item), {
        ...shared,
        kind: 'package-changed',
        expected: before?.version ?? '',
        found: item.version,
        evidence: `${item.type} package of another version${lock}`,
      })
    } else if (!onlyTriggers(before, after)) {
      scene.changes.open(packageFold(scene, item), {
        ...shared,
        kind: 'package-changed',
        expected: before?.version ?? '',
        found: item.version,
        evidence: 'its record was rewritten, its version did not change',
      })
    }
  }
}

/** A record whose state alone moved (`triggers-pending`) belongs to the package that pulled the trigger. */
function onlyTriggers(before: InstalledPackage | null, after: InstalledPackage | null): boolean {
  return before !== null && after !== null && before.state !== after.state
}

function lockedVersion(scene: Scene, item: InstalledPackage): string | null {
  for (const tree of scene.after.installedTrees) {
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
    ofSystemPackage(file, scene) ??
    ofDatabase(file, scene) ??
    ofApplicationPackage(file, scene) ??
    ofAccount(file, scene) ??
    ofScript(file, scene) ??
    ofTable(file, scene) ??
    ofNobody(entry, file, scene)
  )
}

function ofSystemPackage(file: ViewFile, scene: Scene): Judgement | null {
  const claim = claimOn(scene, file)
  if (claim === undefined || !isSystem(claim.package)) return ofRecordedPackage(file, scene)
  const moved = scene.delta.moves.get(packageKey(claim.package))
  const known = moved !== undefined && moved.kind !== 'rewritten'
  if (claim.state === 'modified')
    return packageModified(file, scene, claim.package.purl, claim.file)
  if (claim.state === 'intact') {
    if (known) scene.changes.fold(packageFold(scene, claim.package), file.path)
    return explained('package', 'consistent', claim.package.purl, 'equals the package’s own record')
  }
  if (!known || claim.state !== 'unverified') return null
  if (isProgram(file) && !claim.file.configuration) return null
  scene.changes.fold(packageFold(scene, claim.package), file.path)
  return explained(
    'package',
    'claimed',
    claim.package.purl,
    'listed by the package, without a digest',
  )
}

/** Claims of Python records: they carry digests, but their packages move with their folder. */
function ofRecordedPackage(file: ViewFile, scene: Scene): Judgement | null {
  const claim = claimOn(scene, file)
  if (claim === undefined) return null
  if (claim.state === 'modified')
    return packageModified(file, scene, claim.package.purl, claim.file)
  if (claim.state !== 'intact') return null
  scene.changes.fold(packageFold(scene, claim.package), file.path)
  return explained('package', 'consistent', claim.package.purl, 'equals the package’s own record')
}

/** The package manager's own files: excused only for packages that moved, and for state that is not theirs. */
function ofDatabase(file: ViewFile, scene: Scene): Judgement | null {
  if (!isPackageDatabase(file.path)) return null
  const name = /^var\/lib\/dpkg\/info\/([^:/]+?)(?::[^./]+)?\.[a-z0-9]+$/.exec(file.path)?.[1]
  if (name !== undefined) return ofPackageRecord(file, scene, name)
  const whole = /^(var\/lib\/dpkg\/status|(usr\/)?lib\/apk\/db\/installed)$/.test(file.path)
  const moved = scene.delta.moves.size > 0
  if (!whole && !scene.delta.system) return null
  for (const { before, after } of scene.delta.moves.values()) {
    const item = after ?? before
    if (item !== null && isSystem(item)) scene.changes.fold(packageFold(scene, item), file.path)
  }
  const evidence = moved
    ? 'the records that differ belong to the packages named'
    : 'every record in it is as before'
  return explained('generated', 'consistent', '', evidence)
}

function ofPackageRecord(file: ViewFile, scene: Scene, name: string): Judgement | null {
  for (const { kind, before, after } of scene.delta.moves.values()) {
    const item = after ?? before
    if (item === null || item.name !== name || item.type !== 'deb' || kind === 'rewritten') continue
    scene.changes.fold(packageFold(scene, item), file.path)
    return explained('package', 'claimed', item.purl, 'record of a package that moved in this step')
  }
  return null
}

function ofApplicationPackage(file: ViewFile, scene: Scene): Judgement | null {
  for (const { kind, before, after } of scene.delta.moves.values()) {
    const item = after ?? before
    if (item === null || isSystem(item) || kind === 'rewritten') continue
    const lock = /^(.*node_modules)\/\.package-lock\.json$/.exec(file.path)?.[1]
    const within =
      isWithin(file.path, item.location) && folderOwner(scene.after, file.path) === item
    if (!within && !(lock !== undefined && item.type === 'npm' && isWithin(item.location, lock)))
      continue
    scene.changes.fold(packageFold(scene, item), file.path)
    return explained(
      'unexplained',
      'claimed',
      item.purl,
      `lies in the folder of ${item.name}, which no step brings`,
    )
  }
  return null
}

function ofAccount(file: ViewFile, scene: Scene): Judgement | null {
  const homes = homesOf(scene)
  if (ACCOUNT_FILE.test(file.path)) {
    const names = [...homes.keys()]
    for (const name of names) scene.changes.fold(`${scene.layer}:account:${name}`, file.path)
    const evidence =
      names.length > 0
        ? 'the lines that differ belong to the accounts named'
        : 'no line of it names another account'
    return explained('account', 'consistent', '', evidence)
  }
  for (const [name, home] of homes) {
    if (home === '' || !isWithin(file.path, home)) continue
    const skeleton = scene.overlay.resolve(`etc/skel${file.path.slice(home.length)}`)
    if (skeleton?.sha256 !== file.sha256 || file.kind !== 'file' || isProgram(file)) continue
    scene.changes.fold(`${scene.layer}:account:${name}`, file.path)
    return explained('account', 'consistent', '', `a copy of /${skeleton.path}`)
  }
  return null
}

function ofScript(file: ViewFile, scene: Scene): Judgement | null {
  if (isProgram(file)) return null
  const row = scriptOf(file, scene.around)
  return row === undefined
    ? null
    : explained('package-script', 'claimed', row.id, `${row.writer}: ${row.reason}`)
}

function ofTable(file: ViewFile, scene: Scene): Judgement | null {
  const row = generatedBy(file, scene.around)
  return row === undefined
    ? null
    : explained('generated', 'consistent', row.id, `${row.writer}: ${row.reason}`)
}

function ofNobody(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  const owner = ownerBefore(entry, scene)
  const evidence =
    owner === ''
      ? 'no package, tracked file or step accounts for it'
      : 'changed in a step that nobody wrote down'
  const kind = entry.before === null ? 'added' : 'modified'
  return {
    ...explained('unexplained', 'proved', owner, evidence),
    change: {
      kind,
      subject: file.path,
      path: file.path,
      origin: 'unexplained',
      owner,
      expected: contentOf(entry.before),
      found: contentOf(file),
      evidence,
      layer: scene.layer,
    },
  }
}

function ownerBefore(entry: DeltaEntry, scene: Scene): string {
  const earlier = scene.previous(entry.path)
  if (earlier !== undefined && earlier.owner !== '') return earlier.owner
  return folderOwner(scene.after, entry.path)?.purl ?? ''
}

/** A file that an untracked step took away. */
export function judgeDeleted(entry: DeltaEntry, scene: Scene): void {
  const file = entry.before
  if (file === null || file.kind === 'directory') return
  const claim = scene.ownershipBefore?.of(entry.path, file)
  const owner = claim?.package ?? folderOwner(scene.before, entry.path)
  if (owner !== undefined) {
    const moved = scene.delta.moves.get(packageKey(owner))
    if (moved !== undefined && scene.changes.fold(packageFold(scene, owner), entry.path)) return
  }
  if (ofDatabase(file, scene) !== null || generatedBy(file, scene.around) !== undefined) return
  if (ACCOUNT_FILE.test(entry.path) && entry.path.endsWith('-')) return
  scene.changes.add({
    kind: 'deleted',
    subject: entry.path,
    path: entry.path,
    owner: owner?.purl ?? scene.previous(entry.path)?.owner ?? '',
    expected: contentOf(file),
    evidence: 'taken away in a step that nobody wrote down',
    layer: scene.layer,
  })
}

/** Mode and owner, changed by an untracked step. */
export function judgeMetadata(entry: DeltaEntry, scene: Scene): void {
  const { before, after } = entry
  if (before === null || after === null) return
  const shared = {
    subject: entry.path,
    path: entry.path,
    owner: claimOn(scene, after)?.package.purl ?? scene.previous(entry.path)?.owner ?? '',
    layer: scene.layer,
    evidence: 'changed in a step that nobody wrote down',
  }
  if (before.mode !== after.mode) {
    const octal = (mode: number) => mode.toString(8).padStart(4, '0')
    scene.changes.add({
      ...shared,
      kind: 'mode',
      expected: octal(before.mode),
      found: octal(after.mode),
    })
  }
  if (before.uid !== after.uid || before.gid !== after.gid) {
    const expected = `${before.uid}:${before.gid}`
    scene.changes.add({ ...shared, kind: 'owner', expected, found: `${after.uid}:${after.gid}` })
  }
  const capabilities = (file: ViewFile) => JSON.stringify(file.xattrs)
  if (capabilities(before) !== capabilities(after)) {
    scene.changes.add({
      ...shared,
      kind: 'mode',
      expected: `attributes ${capabilities(before)}`,
      found: `attributes ${capabilities(after)}`,
    })
  }
}

/** New folders that hold nothing new: they are changes of their own. */
export function emptyFolders(added: readonly DeltaEntry[]): readonly string[] {
  const parents = new Set(added.map((entry) => parentOf(entry.path)))
  return added
    .filter((entry) => entry.after?.kind === 'directory' && !parents.has(entry.path))
    .map((entry) => entry.path)
}
