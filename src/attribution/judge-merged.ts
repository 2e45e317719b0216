// A layer that stands for several instructions: each file is held against all of them, from the last to the first.
// What a COPY should have brought is held against that COPY, unless a later RUN names it; what none of them placed
// may be of a RUN, unless it lies in a folder that a COPY made and no RUN writes to.
import { isWithin, parentOf } from '../core/index.ts'
import type { DeltaEntry, ViewFile } from '../inventory/index.ts'
import { generatedBy } from './generated.ts'
import { judgeContext } from './judge-context.ts'
import { intact, packageModified } from './judge-package.ts'
import { isDestined, judgeDownload, judgeRun, judgeStage, unexplained } from './judge-tracked.ts'
import { judgeUnaligned } from './judge-unaligned.ts'
import { bringsUntracked, isPlacedBy } from './placed-by.ts'
import { writtenAgain } from './rewritten.ts'
import type { Judgement, MergedScenes, Scene } from './scene.ts'
import { claimOn, explained, shared } from './scene.ts'

/** A judgement, and the scene of the instruction that explains it. */
export interface PlacedJudgement {
  readonly judgement: Judgement
  readonly scene: Scene
}

/** The strongest explanation of a file among the instructions of its layer. */
export function judgeMerged(
  entry: DeltaEntry,
  file: ViewFile,
  scene: Scene,
  merged: MergedScenes,
): PlacedJudgement {
  return (
    placed(entry, file, merged) ??
    ofPackage(entry, file, merged, scene) ??
    destined(entry, file, merged) ??
    ofFolder(entry, file, merged) ??
    free(entry, file, merged, scene) ?? { judgement: ofNobody(entry, file, scene), scene }
  )
}

/** True for work of which no text tells the files. */
export function isFree({ work }: Scene): boolean {
  return work.kind === 'run' || work.kind === 'untracked'
}

/** The RUN among these that names a file, or runs a program that writes it anew. */
export function laterWriter(path: string, later: readonly Scene[]): Scene | undefined {
  return later.find(({ work }) => work.named.names(path) || writtenAgain(path, work.named))
}

/** By the last instruction that puts a file at exactly this place; null when there is none, or a RUN came later. */
function placed(
  entry: DeltaEntry,
  file: ViewFile,
  { parts }: MergedScenes,
): PlacedJudgement | null {
  const later: Scene[] = []
  for (const part of [...parts].reverse()) {
    if (isFree(part)) {
      later.push(part)
      continue
    }
    if (!part.expected.has(file.path) && !isPlacedBy(file.path, part)) continue
    const judgement = judgeCopy(entry, file, part)
    if (judgement.changes.length === 0) return { judgement, scene: part }
    const writer = laterWriter(file.path, later)
    if (writer === undefined) {
      return { judgement: noted(judgement, later, 'names it'), scene: part }
    }
    const onlyRights = judgement.changes.every(({ kind }) => kind === 'mode' || kind === 'owner')
    if (onlyRights) return { judgement: { ...judgement, changes: [] }, scene: part }
    return { judgement: judgeFree(entry, file, writer), scene: writer }
  }
  return null
}

/** Says of the RUN steps in the same layer that they are no excuse. */
function noted(judgement: Judgement, writers: readonly Scene[], verb: string): Judgement {
  if (writers.length === 0) return judgement
  const add = (evidence: string) => shared(`${evidence}; no RUN in the same layer ${verb}`)
  const changes = judgement.changes.map((change) => ({
    ...change,
    evidence: add(change.evidence ?? ''),
  }))
  return { ...judgement, evidence: add(judgement.evidence), changes }
}

/** Where a RUN may have installed it, the package's own record is the judge. */
function ofPackage(
  entry: DeltaEntry,
  file: ViewFile,
  { runs, parts }: MergedScenes,
  scene: Scene,
): PlacedJudgement | null {
  const claim = claimOn(scene, file)
  if (claim === undefined) return null
  if (runs !== null) return { judgement: judgeRun(entry, file, runs), scene: runs }
  if (claim.state === 'intact') return { judgement: intact(claim), scene }
  if (claim.state !== 'modified' || claim.file.configuration) return null
  if (parts.some((part) => isDestined(file.path, part))) return null
  return { judgement: packageModified(file, scene, claim), scene }
}

/** By the last instruction that fills the folder it lies in. */
function destined(
  entry: DeltaEntry,
  file: ViewFile,
  { parts }: MergedScenes,
): PlacedJudgement | null {
  for (const part of [...parts].reverse()) {
    if (isFree(part) || !isDestined(file.path, part)) continue
    const judgement = judgeCopy(entry, file, part)
    if (judgement.changes.length === 0) return { judgement, scene: part }
  }
  return null
}

/** A foreign file in a folder that a COPY fills, where no RUN is told to write and none is run. */
function ofFolder(
  entry: DeltaEntry,
  file: ViewFile,
  { parts, newFolders }: MergedScenes,
): PlacedJudgement | null {
  const writers = parts.filter(isFree)
  if (writers.some(({ work }) => work.kind === 'untracked' || work.named.names(file.path)))
    return null
  for (const part of [...parts].reverse()) {
    if (part.work.kind !== 'context' || !isDestined(file.path, part)) continue
    const made = outermost(file.path, part, newFolders)
    const isKept =
      made === null
        ? isFilled(file.path, part) && writers.every(({ work }) => work.named.isPlain)
        : !writers.some(({ work }) => work.named.mayWrite(file.path, made))
    if (!isKept || isSkeleton(file.path, part)) continue
    if (generatedBy(file, part, entry.before) !== undefined) continue
    const judgement = judgeContext(file, part, entry.before)
    return { judgement: noted(judgement, writers, 'writes here'), scene: part }
  }
  return null
}

/** Folders that package managers leave to others. */
const OWN = /^(usr\/local|opt|srv|home|root|app)\//

/** True when the instruction brought a file to the very folder of this one, which was there before. */
function isFilled(path: string, { expected }: Scene): boolean {
  if (!OWN.test(path)) return false
  const folder = parentOf(path)
  for (const tracked of expected.keys()) if (parentOf(tracked) === folder) return true
  return false
}

/** Folders of the file system standard, where many put files: whoever makes one first does not own it. */
const SHARED =
  /^(bin|boot|dev|etc|home|lib|lib64|media|mnt|opt|root|run|sbin|srv|tmp|usr|var|usr\/local|(usr|usr\/local)\/(bin|etc|games|include|lib|lib64|libexec|sbin|share|src)|var\/(cache|lib|log|opt|spool|tmp))$/

/** The outermost new folder above the path that the instruction brought files to; null when there is none. */
function outermost(path: string, part: Scene, newFolders: ReadonlySet<string>): string | null {
  const destination = part.destination ?? ''
  let found: string | null = null
  for (let at = parentOf(path); at !== '' && isWithin(at, destination); at = parentOf(at)) {
    if (newFolders.has(at) && !SHARED.test(at)) found = at
  }
  if (found === null || bringsUntracked(part)) return found
  for (const tracked of part.expected.keys()) if (isWithin(tracked, found)) return found
  return null
}

/** Tools that add an account copy /etc/skel to its home. */
function isSkeleton(path: string, { accounts, overlay }: Scene): boolean {
  return accounts.some(
    ({ home }) =>
      home !== '' &&
      isWithin(path, home) &&
      overlay.resolve(`etc/skel${path.slice(home.length)}`) !== undefined,
  )
}

/** By any RUN of the layer; where the base lies in it as well, by either. */
function free(
  entry: DeltaEntry,
  file: ViewFile,
  { parts, runs, holdsBase }: MergedScenes,
  scene: Scene,
): PlacedJudgement | null {
  const writers = parts.filter(isFree)
  const naming = writers.find(({ work }) => work.named.names(file.path))
  if (holdsBase && naming === undefined) return { judgement: ofBase(entry, file, scene), scene }
  const writer = naming ?? runs ?? writers.at(-1)
  if (writer === undefined) return null
  const judgement = judgeFree(entry, file, writer)
  // a step that nobody wrote down may have done all that a written one could
  const isOpen = writers.some(({ work }) => work.kind === 'untracked')
  const strength = isOpen && judgement.strength === 'claimed' ? 'guessed' : judgement.strength
  return { judgement: { ...judgement, strength }, scene: writer }
}

function ofBase(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  const judgement = judgeUnaligned(entry, file, scene)
  if (judgement.origin !== 'unexplained') return judgement
  const evidence =
    'its layer holds the base image and all steps together: nothing tells whose it is'
  return explained('base', 'guessed', '', evidence)
}

function judgeFree(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  if (scene.work.kind === 'run') return judgeRun(entry, file, scene)
  if (scene.work.step?.alignment === 'base') {
    const why =
      'its layer also holds steps that stand before the first line that fits: they may be of the base'
    return explained('base', 'guessed', '', why)
  }
  const evidence = 'its layer holds the work of a step that nobody wrote down'
  return explained('unexplained', 'guessed', '', evidence)
}

function judgeCopy(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  if (scene.work.kind === 'stage') return judgeStage(entry, file, scene)
  if (scene.work.kind === 'download') return judgeDownload(entry, file, scene)
  return judgeContext(file, scene, entry.before)
}

function ofNobody(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  const evidence = 'several steps made its layer, and none of them puts a file here'
  return unexplained(file, scene, entry.before, evidence)
}
