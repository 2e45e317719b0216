// Origins of files in layers whose step is written down: RUN, COPY and ADD, build stages, WORKDIR.
import type { ViewFile } from '../inventory/index.ts'
import { generatedBy, isPackageDatabase, scriptOf } from './generated.ts'
import type { Judgement, Scene } from './scene.ts'
import {
  blobIdOf,
  blobOf,
  claimOn,
  contentOf,
  explained,
  folderOwner,
  isPrivileged,
  octal,
} from './scene.ts'
import { isUrl, namesPath } from './work.ts'

/** A file that a RUN wrote. */
export function judgeRun(file: ViewFile, scene: Scene): Judgement {
  const line = scene.work.instruction?.line ?? 0
  const claim = claimOn(scene, file)
  if (claim?.state === 'intact') {
    return explained(
      'package',
      'consistent',
      claim.package.purl,
      intactEvidence(claim.package.type, claim.file.algorithm),
    )
  }
  if (claim?.state === 'unverified') {
    return explained(
      'package',
      'claimed',
      claim.package.purl,
      'listed by the package, without a digest',
    )
  }
  if (claim?.state === 'modified') {
    const named = namesPath(scene.work.words, file.path)
    if (claim.file.configuration || named) {
      const why = named ? `line ${line} names it` : 'a configuration file, set in a tracked step'
      return explained('run', 'claimed', claim.package.purl, `differs from its package; ${why}`)
    }
    return packageModified(file, scene, claim.package.purl, claim.file)
  }
  const inside = folderOwner(scene.after, file.path)
  if (inside !== undefined && !isPrivileged(file)) {
    return explained('package', 'claimed', inside.purl, `lies in the folder of ${inside.name}`)
  }
  if (isPrivileged(file) && !namesPath(scene.work.words, file.path))
    return newPrivilege(file, scene)
  return writtenByRun(file, scene)
}

function writtenByRun(file: ViewFile, scene: Scene): Judgement {
  const line = scene.work.instruction?.line ?? 0
  if (ACCOUNT_FILE.test(file.path)) {
    return explained('account', 'claimed', '', `accounts changed in the step of line ${line}`)
  }
  const script = scriptOf(file, scene.around)
  if (script !== undefined) {
    return explained('package-script', 'claimed', script.id, `${script.writer}: ${script.reason}`)
  }
  if (scene.delta.system && isPackageDatabase(file.path)) {
    return explained('package-script', 'claimed', '', 'the package manager’s own records')
  }
  const row = generatedBy(file, scene.around)
  if (row !== undefined)
    return explained('generated', 'claimed', row.id, `${row.writer}: ${row.reason}`)
  return explained('run', 'claimed', '', `written in the step of line ${line}`)
}

/** The account files and the copies that tools keep of them. */
export const ACCOUNT_FILE = /^etc\/(passwd|group|shadow|gshadow|subuid|subgid)-?$/

function intactEvidence(type: string, algorithm: string): string {
  return `its ${algorithm} equals the ${type} package’s own record`
}

function newPrivilege(file: ViewFile, scene: Scene): Judgement {
  const evidence = 'a new set-id file that no package brings and no word of the step names'
  return {
    ...explained('unexplained', 'claimed', '', evidence),
    change: {
      kind: 'added',
      subject: file.path,
      path: file.path,
      origin: 'unexplained',
      found: `mode ${octal(file.mode)}`,
      evidence,
      layer: scene.layer,
    },
  }
}

/** A package's file that differs from the package's own record, and nothing written down says why. */
export function packageModified(
  file: ViewFile,
  scene: Scene,
  owner: string,
  claimed: { readonly algorithm: string; readonly digest: string },
): Judgement {
  const algorithm = claimed.algorithm === '' ? 'sha256' : claimed.algorithm
  const found =
    file.kind === 'file' ? file[algorithm as 'md5' | 'sha1' | 'sha256'] : contentOf(file)
  const evidence = `the package’s record has ${algorithm} ${claimed.digest}, the file has ${found}`
  return {
    ...explained('package-modified', 'consistent', owner, evidence),
    change: {
      kind: 'modified',
      subject: file.path,
      path: file.path,
      origin: 'package-modified',
      owner,
      expected: `${algorithm}:${claimed.digest}`,
      found: file.kind === 'file' ? `${algorithm}:${found}` : found,
      evidence,
      layer: scene.layer,
    },
  }
}

/** A file that came out of a build stage or another image. */
export function judgeStage(file: ViewFile, scene: Scene): Judgement {
  const claim = claimOn(scene, file)
  if (claim?.state === 'intact') {
    return explained(
      'package',
      'consistent',
      claim.package.purl,
      intactEvidence(claim.package.type, claim.file.algorithm),
    )
  }
  const from = scene.work.instruction?.copy?.from
  const name = from?.kind === 'image' ? `image ${from.reference}` : `stage ${from?.stage ?? '?'}`
  return explained(
    'stage',
    'claimed',
    '',
    `copied from ${name} by line ${scene.work.instruction?.line ?? 0}`,
  )
}

/** A file that ADD fetched. */
export function judgeDownload(_file: ViewFile, scene: Scene): Judgement {
  return explained('run', 'claimed', '', `downloaded by line ${scene.work.instruction?.line ?? 0}`)
}

/** A file in the layer of an instruction that only makes folders. */
export function judgeSettings(file: ViewFile, scene: Scene): Judgement {
  const evidence = `line ${scene.work.instruction?.line ?? 0} makes a folder and no files`
  return {
    ...explained('unexplained', 'claimed', '', evidence),
    change: addedOrModified(file, scene, 'unexplained', '', evidence),
  }
}

/** A file that COPY or ADD brought from the build context. */
export function judgeContext(file: ViewFile, scene: Scene): Judgement {
  const expected = scene.expected.get(file.path)
  const blob = blobOf(file)
  if (expected?.blob === blob) {
    return withMode(
      file,
      scene,
      explained('context', 'proved', expected.path, `equals the tracked blob ${blob.slice(0, 12)}`),
    )
  }
  const heredoc = fromHeredoc(scene, blob)
  if (heredoc !== null) return heredoc
  const archive = unpackedFrom(scene)
  if (archive !== null && expected === undefined) {
    return explained(
      'context',
      'claimed',
      archive,
      `unpacked from ${archive}; its members are not compared`,
    )
  }
  const claim = claimOn(scene, file)
  const sighting = scene.sightings.get(blob)
  if (
    expected === undefined &&
    sighting !== undefined &&
    scene.work.instruction !== null &&
    file.size > 0
  ) {
    return otherCommit(file, scene, sighting.path, sighting)
  }
  if (expected !== undefined) {
    if (sighting?.path.endsWith(expected.path)) {
      return otherCommit(file, scene, expected.path, sighting)
    }
    return contextModified(file, scene, expected.path, expected.blob)
  }
  if (claim?.state === 'intact') {
    return explained(
      'package',
      'consistent',
      claim.package.purl,
      intactEvidence(claim.package.type, claim.file.algorithm),
    )
  }
  const evidence = 'neither its path nor its bytes are tracked in any commit'
  return {
    ...explained('context-untracked', 'proved', '', evidence),
    change: addedOrModified(file, scene, 'context-untracked', '', evidence),
  }
}

/** A heredoc's body is the content, unless variables in it are expanded: then only its place is known. */
function fromHeredoc(scene: Scene, blob: string): Judgement | null {
  const line = scene.work.instruction?.line ?? 0
  for (const { body, expands } of scene.work.instruction?.heredocs ?? []) {
    const texts = [body, `${body}\n`]
    if (texts.some((text) => blobIdOf(text) === blob)) {
      return explained('context', 'proved', '', `equals the heredoc of line ${line}`)
    }
    if (expands && body.includes('$')) {
      return explained('run', 'claimed', '', `a heredoc of line ${line} with variables in it`)
    }
  }
  return null
}

/** The tracked archive that ADD unpacks, when there is one among its sources. */
function unpackedFrom(scene: Scene): string | null {
  const instruction = scene.work.instruction
  if (instruction?.keyword !== 'ADD') return null
  const archive = [...scene.expected.values()].find(({ path }) =>
    /\.(tar|tar\.(gz|bz2|xz|zst)|tgz|tbz2|txz)$/i.test(path),
  )
  return archive?.path ?? null
}

function withMode(file: ViewFile, scene: Scene, judgement: Judgement): Judgement {
  const expected = scene.expected.get(file.path)
  const copy = scene.work.instruction?.copy
  if (file.kind !== 'file' || expected === undefined || copy == null) return judgement
  const written = /^[0-7]{3,4}$/.test(copy.chmod) ? Number.parseInt(copy.chmod, 8) : null
  const fits =
    written === null
      ? copy.chmod !== '' ||
        (((file.mode & 0o100) !== 0) === expected.executable && (file.mode & 0o7000) === 0)
      : file.mode === written
  if (fits) return judgement
  const wanted = written === null ? (expected.executable ? '0755' : '0644') : octal(written)
  return {
    ...judgement,
    change: {
      kind: 'mode',
      subject: file.path,
      path: file.path,
      origin: 'context',
      owner: expected.path,
      expected: wanted,
      found: octal(file.mode),
      evidence: 'the tracked file has another mode',
      layer: scene.layer,
    },
  }
}

function otherCommit(
  file: ViewFile,
  scene: Scene,
  tracked: string,
  sighting: { readonly commit: string; readonly date: string; readonly path: string },
): Judgement {
  const evidence = `equals ${sighting.path} of commit ${sighting.commit.slice(0, 12)} (${sighting.date})`
  return {
    ...explained('context-other-commit', 'proved', tracked, evidence),
    change: addedOrModified(file, scene, 'context-other-commit', tracked, evidence),
  }
}

function contextModified(file: ViewFile, scene: Scene, tracked: string, blob: string): Judgement {
  const evidence = `${tracked} is tracked as blob ${blob.slice(0, 12)}; these bytes are in no commit`
  return {
    ...explained('context-modified', 'proved', tracked, evidence),
    change: {
      ...addedOrModified(file, scene, 'context-modified', tracked, evidence),
      kind: 'modified',
      expected: `git blob ${blob}`,
      found: `git blob ${blobOf(file)}`,
    },
  }
}

function addedOrModified(
  file: ViewFile,
  scene: Scene,
  origin: 'unexplained' | 'context-untracked' | 'context-other-commit' | 'context-modified',
  owner: string,
  evidence: string,
) {
  const earlier = scene.previous(file.path)
  return {
    kind:
      earlier === undefined && origin !== 'context-other-commit'
        ? ('added' as const)
        : ('modified' as const),
    subject: file.path,
    path: file.path,
    origin,
    owner,
    found: contentOf(file),
    evidence,
    layer: scene.layer,
  }
}

/** True when a source of the instruction is fetched, so that its target cannot be looked up in git. */
export function fetchesSome(scene: Scene): boolean {
  return scene.work.instruction?.copy?.sources.some(isUrl) ?? false
}
