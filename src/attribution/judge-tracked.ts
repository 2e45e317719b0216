// Origins of files in layers whose step is written down: RUN, build stages, downloads, WORKDIR.
import { isWithin, joinPath, nameOf } from '../core/index.ts'
import type { DeltaEntry, ViewFile } from '../inventory/index.ts'
import { ACCOUNT_FILE } from './account-moves.ts'
import { isOfOtherPackage, isPackageDatabase } from './database.ts'
import { generatedBy } from './generated.ts'
import { intact, listed, newPrivilege, packageModified } from './judge-package.ts'
import { folderOwner, hasMoved } from './package-delta.ts'
import { scriptOf } from './package-scripts.ts'
import type { Judgement, Scene } from './scene.ts'
import { claimOn, contentOf, explained, isPrivileged, shared } from './scene.ts'
import { isUrl } from './work.ts'

/** A file that a RUN wrote. */
export function judgeRun(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  const { where } = scene.work
  const claim = claimOn(scene, file)
  if (claim?.state === 'intact') return intact(claim)
  const named = scene.work.named.names(file.path)
  if (claim?.state === 'modified') {
    const isKept = !claim.file.configuration || isLeftAlone(file.path, scene)
    if (isKept && !named) return packageModified(file, scene, claim)
    const why = named ? `${where} names it` : 'a configuration file, set in a tracked step'
    const evidence = shared(`differs from its package; ${why}`)
    return explained('run', 'claimed', claim.package.purl, evidence)
  }
  // a list without digests says nothing of rights; the package that came in this step may have brought them
  const brought = claim !== undefined && hasMoved(scene.delta, claim.package)
  if (isPrivileged(file) && !named && !brought) return newPrivilege(file, scene)
  if (claim?.state === 'unverified') return listed(claim)
  const inside = folderOwner(scene.after, file.path)
  if (inside !== undefined && hasMoved(scene.delta, inside)) {
    return explained('package', 'claimed', inside.purl, `lies in the folder of ${inside.name}`)
  }
  return writtenByRun(entry, file, scene)
}

/** Configuration that tools write which nobody tells where it is. */
const WRITTEN_BY_TOOLS = /^etc\/(locale\.gen|ca-certificates\.conf|shells|subuid|subgid)$/

/** True for a configuration file that a RUN has no word for, where it brings no package and its words tell all. */
function isLeftAlone(path: string, { work, delta }: Scene): boolean {
  const isTool = ACCOUNT_FILE.test(path) || WRITTEN_BY_TOOLS.test(path)
  return work.named.isExact && !delta.system && !isTool
}

/** A file of a package that a RUN took away without a word for it, where its words tell what it takes. */
export function isTakenSilently(file: ViewFile, scene: Scene): boolean {
  const { named } = scene.work
  if (!named.isExact || named.names(file.path) || named.movesAbove(file.path)) return false
  const claim = scene.ownershipBefore?.of(file.path, file)
  if (claim === undefined || claim.file.configuration || hasMoved(scene.delta, claim.package))
    return false
  return !isDiverted(file.path, scene)
}

/** True when a package of this step has dpkg keep another's file elsewhere (dpkg-divert). */
function isDiverted(path: string, { after, delta }: Scene): boolean {
  const owners = after.diversions
    .filter(({ original }) => original.replace(/^\/+/, '') === path)
    .map(({ owner }) => owner)
  return after.packages.some((item) => owners.includes(item.name) && hasMoved(delta, item))
}

function writtenByRun(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  const { where } = scene.work
  if (ACCOUNT_FILE.test(file.path)) {
    return explained('account', 'claimed', '', `accounts changed in the step of ${where}`)
  }
  const script = scriptOf(file, scene, false)
  if (script !== undefined) {
    const evidence = shared(`${script.writer}: ${script.reason}`)
    return explained('package-script', 'claimed', script.id, evidence)
  }
  if (isOfOtherPackage(file.path, scene) && !scene.work.named.names(file.path)) {
    const evidence = 'a record of a package that did not come in this step'
    return unexplained(file, scene, entry.before, evidence)
  }
  if (scene.delta.system && isPackageDatabase(file.path)) {
    return explained('package-script', 'claimed', '', 'the package manager’s own records')
  }
  const row = generatedBy(file, scene, entry.before)
  if (row !== undefined) {
    return explained('generated', 'claimed', row.id, shared(`${row.writer}: ${row.reason}`))
  }
  return explained('run', 'claimed', '', shared(`written in the step of ${where}`))
}

/** A file that came out of a build stage or another image. */
export function judgeStage(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  const line = scene.work.instruction?.line ?? 0
  if (!isDestined(file.path, scene)) return outside(file, scene, entry.before)
  const claim = claimOn(scene, file)
  if (claim?.state === 'intact') return intact(claim)
  if (isPrivileged(file) && claim === undefined && !scene.work.named.namesLike(file.path)) {
    return newPrivilege(file, scene)
  }
  const from = scene.work.instruction?.copy?.from
  const name = from?.kind === 'image' ? `image ${from.reference}` : `stage ${from?.stage ?? '?'}`
  const { tracked, image } = scene.sources
  const isContent = file.kind === 'file' && file.size > 0
  const path = isContent ? tracked.get(file.gitBlob) : undefined
  if (path !== undefined)
    return explained('stage', 'proved', path, `equals the tracked ${path}; copied by line ${line}`)
  const same = isContent ? image?.files.get(file.sha256) : undefined
  if (same !== undefined)
    return explained('stage', 'proved', '', `equals /${same} of ${name}, copied by line ${line}`)
  if (isContent && image?.certain === true)
    return unexplained(
      file,
      scene,
      entry.before,
      `${name} has no such file, and line ${line} copies from it`,
    )
  return explained('stage', 'claimed', '', shared(`copied from ${name} by line ${line}`))
}

/** A file that ADD fetched. */
export function judgeDownload(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  return fetched(file, scene) ?? outside(file, scene, entry.before)
}

/** A file at a place that a fetched source of the instruction fills; null elsewhere. */
export function fetched(file: ViewFile, scene: Scene): Judgement | null {
  const { destination } = scene
  const remote = (scene.work.instruction?.copy?.sources ?? []).filter(isUrl)
  const isPlace = remote.some((source) => {
    if (!/^https?:/i.test(source) || /\.git(#|$)/i.test(source)) return isDestined(file.path, scene)
    const name = nameOf(source.replace(/[?#].*$/, ''))
    return file.path === destination || file.path === joinPath(destination ?? '', name)
  })
  if (!isPlace) return null
  const line = scene.work.instruction?.line ?? 0
  const checksum = scene.work.instruction?.copy?.checksum ?? ''
  const isFile = file.kind === 'file' && remote.length === 1 && checksum.startsWith('sha256:')
  if (!isFile) return explained('run', 'claimed', '', shared(`downloaded by line ${line}`))
  if (checksum === `sha256:${file.sha256}`)
    return explained('run', 'proved', '', `has the checksum that line ${line} asks for`)
  const evidence = `line ${line} asks for the checksum ${checksum}`
  return {
    ...explained('context-modified', 'proved', '', evidence),
    changes: [
      {
        kind: 'modified',
        subject: file.path,
        path: file.path,
        origin: 'context-modified',
        owner: '',
        expected: checksum,
        found: contentOf(file),
        evidence,
        ...scene.place,
      },
    ],
  }
}

/** True for a path that the instruction of the layer may write to. */
export function isDestined(path: string, { destination }: Scene): boolean {
  return destination !== null && isWithin(path, destination)
}

/** A file in the layer of an instruction that copies elsewhere. */
export function outside(file: ViewFile, scene: Scene, earlier: ViewFile | null): Judgement {
  const line = scene.work.instruction?.line ?? 0
  const evidence = `line ${line} copies to /${scene.destination ?? ''} and not here`
  return unexplained(file, scene, earlier, evidence)
}

/** A file in the layer of an instruction that only makes folders. */
export function judgeSettings(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  const evidence = `line ${scene.work.instruction?.line ?? 0} makes a folder and no files`
  return unexplained(file, scene, entry.before, evidence)
}

/** A file that no instruction of the layer accounts for. */
export function unexplained(
  file: ViewFile,
  scene: Scene,
  earlier: ViewFile | null,
  evidence: string,
): Judgement {
  const owner = claimOn(scene, file)?.package.purl ?? scene.previous(file.path)?.owner ?? ''
  return {
    ...explained('unexplained', 'proved', owner, evidence),
    changes: [
      {
        kind: earlier === null ? 'added' : 'modified',
        subject: file.path,
        path: file.path,
        origin: 'unexplained',
        owner,
        expected: contentOf(earlier),
        found: contentOf(file),
        evidence,
        ...scene.place,
      },
    ],
  }
}
