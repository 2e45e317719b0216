// Origins of files in layers whose step is written down: RUN, build stages, downloads, WORKDIR.
import { isWithin } from '../core/index.ts'
import type { DeltaEntry, ViewFile } from '../inventory/index.ts'
import { ACCOUNT_FILE } from './account-moves.ts'
import { isPackageDatabase } from './database.ts'
import { generatedBy } from './generated.ts'
import { intact, listed, newPrivilege, packageModified } from './judge-package.ts'
import { folderOwner, hasMoved } from './package-delta.ts'
import { scriptOf } from './package-scripts.ts'
import type { Judgement, Scene } from './scene.ts'
import { claimOn, contentOf, explained, isPrivileged, shared } from './scene.ts'

/** A file that a RUN wrote. */
export function judgeRun(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  const line = scene.work.instruction?.line ?? 0
  const claim = claimOn(scene, file)
  if (claim?.state === 'intact') return intact(claim)
  const named = scene.work.named.names(file.path)
  if (claim?.state === 'modified') {
    if (!claim.file.configuration && !named) return packageModified(file, scene, claim)
    const why = named ? `line ${line} names it` : 'a configuration file, set in a tracked step'
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
  return writtenByRun(entry, file, scene, line)
}

function writtenByRun(entry: DeltaEntry, file: ViewFile, scene: Scene, line: number): Judgement {
  if (ACCOUNT_FILE.test(file.path)) {
    return explained('account', 'claimed', '', `accounts changed in the step of line ${line}`)
  }
  const script = scriptOf(file, scene, false)
  if (script !== undefined) {
    const evidence = shared(`${script.writer}: ${script.reason}`)
    return explained('package-script', 'claimed', script.id, evidence)
  }
  if (scene.delta.system && isPackageDatabase(file.path)) {
    return explained('package-script', 'claimed', '', 'the package manager’s own records')
  }
  const row = generatedBy(file, scene, entry.before)
  if (row !== undefined) {
    return explained('generated', 'claimed', row.id, shared(`${row.writer}: ${row.reason}`))
  }
  return explained('run', 'claimed', '', shared(`written in the step of line ${line}`))
}

/** A file that came out of a build stage or another image. */
export function judgeStage(file: ViewFile, scene: Scene): Judgement {
  const line = scene.work.instruction?.line ?? 0
  if (!isDestined(file.path, scene)) return outside(file, scene)
  const claim = claimOn(scene, file)
  if (claim?.state === 'intact') return intact(claim)
  if (isPrivileged(file) && claim === undefined && !scene.work.named.namesLike(file.path)) {
    return newPrivilege(file, scene)
  }
  const from = scene.work.instruction?.copy?.from
  const name = from?.kind === 'image' ? `image ${from.reference}` : `stage ${from?.stage ?? '?'}`
  return explained('stage', 'claimed', '', shared(`copied from ${name} by line ${line}`))
}

/** A file that ADD fetched. */
export function judgeDownload(file: ViewFile, scene: Scene): Judgement {
  if (!isDestined(file.path, scene)) return outside(file, scene)
  const line = scene.work.instruction?.line ?? 0
  return explained('run', 'claimed', '', shared(`downloaded by line ${line}`))
}

/** True for a path that the instruction of the layer may write to. */
export function isDestined(path: string, { destination }: Scene): boolean {
  return destination !== null && isWithin(path, destination)
}

/** A file in the layer of an instruction that copies elsewhere. */
export function outside(file: ViewFile, scene: Scene): Judgement {
  const line = scene.work.instruction?.line ?? 0
  const evidence = `line ${line} copies to /${scene.destination ?? ''} and not here`
  return unexplained(file, scene, evidence)
}

/** A file in the layer of an instruction that only makes folders. */
export function judgeSettings(file: ViewFile, scene: Scene): Judgement {
  const evidence = `line ${scene.work.instruction?.line ?? 0} makes a folder and no files`
  return unexplained(file, scene, evidence)
}

function unexplained(file: ViewFile, scene: Scene, evidence: string): Judgement {
  return {
    ...explained('unexplained', 'proved', '', evidence),
    changes: [
      {
        kind: scene.previous(file.path) === undefined ? 'added' : 'modified',
        subject: file.path,
        path: file.path,
        origin: 'unexplained',
        found: contentOf(file),
        evidence,
        ...scene.place,
      },
    ],
  }
}
