// Mode, owner and extended attributes that a layer changed without changing the content.
import { isWithin } from '../core/index.ts'
import type { DeltaEntry, ViewFile } from '../inventory/index.ts'
import { metadataChanges } from './judge-context.ts'
import { isFree, laterWriter } from './judge-merged.ts'
import { rightsOf } from './judge-package.ts'
import { isDestined } from './judge-tracked.ts'
import { hasMoved } from './package-delta.ts'
import type { MergedScenes, Scene } from './scene.ts'
import { claimOn, isPrivileged, octal } from './scene.ts'

/** What the metadata of one path is, against what stood there before. */
export function judgeMetadata(entry: DeltaEntry, scene: Scene): void {
  const { after } = entry
  if (after === null || scene.work.kind === 'none') return
  if (scene.work.kind === 'run') {
    privilegeGained(entry, scene)
    return
  }
  if (scene.merged !== null) {
    judgeMergedMetadata(entry, after, scene, scene.merged)
    return
  }
  if (scene.work.kind === 'untracked') {
    tellMetadata(entry, scene, 'changed in a step that nobody wrote down')
    return
  }
  const expected = scene.expected.get(entry.path)
  if (expected !== undefined) {
    for (const seed of metadataChanges(after, scene, expected)) scene.changes.add(seed)
    return
  }
  // folders on the way to what is copied, and what a stage brings, are the instruction's own
  const { destination } = scene
  const isOnTheWay = destination !== null && isWithin(destination, entry.path)
  if (after.kind === 'directory' && (isOnTheWay || isDestined(entry.path, scene))) return
  if (scene.work.kind !== 'context' && isDestined(entry.path, scene)) privilegeGained(entry, scene)
  else tellMetadata(entry, scene, 'changed in the layer of a step that does not touch it')
}

/** By the COPY that brings the file, unless a later RUN names it; of other files a RUN may have set all but rights. */
function judgeMergedMetadata(
  entry: DeltaEntry,
  after: ViewFile,
  scene: Scene,
  { parts, runs }: MergedScenes,
): void {
  const index = parts.findLastIndex(({ expected }) => expected.has(entry.path))
  const part = parts[index]
  const expected = part?.expected.get(entry.path)
  if (part !== undefined && expected !== undefined) {
    const later = parts.slice(index + 1).filter(isFree)
    if (laterWriter(entry.path, later) !== undefined) return
    for (const seed of metadataChanges(after, part, expected)) scene.changes.add(seed)
  } else if (runs !== null) privilegeGained(entry, runs)
  else if (parts.some((each) => isFree(each) || isDestined(entry.path, each))) return
  else tellMetadata(entry, scene, 'changed in the layer of steps that do not touch it')
}

/** A set-id bit or a capability that a written step gave to a file without naming it. */
export function privilegeGained(entry: DeltaEntry, scene: Scene): void {
  const { before, after } = entry
  if (after === null || !isPrivileged(after) || scene.work.kind === 'none') return
  if (before?.kind === 'file' && rightsOf(before) === rightsOf(after)) return
  if (scene.work.named.names(entry.path)) return
  const claim = claimOn(scene, after)
  if (claim !== undefined && hasMoved(scene.delta, claim.package)) return
  scene.changes.add({
    kind: 'mode',
    subject: entry.path,
    path: entry.path,
    owner: claim?.package.purl ?? '',
    expected: before === null ? '' : rightsShown(before, after),
    found: rightsShown(after, before),
    evidence:
      scene.work.kind === 'untracked'
        ? 'a set-id bit or capability that nobody wrote down'
        : 'a set-id bit or capability that no word of the step names',
    ...scene.place,
  })
}

function rightsShown(file: ViewFile, other: ViewFile | null): string {
  const plain = JSON.stringify(file.xattrs) === JSON.stringify(other?.xattrs ?? file.xattrs)
  return plain ? octal(file.mode) : rightsOf(file)
}

function tellMetadata(entry: DeltaEntry, scene: Scene, evidence: string): void {
  const { before, after } = entry
  if (before === null || after === null) return
  const shared = {
    subject: entry.path,
    path: entry.path,
    owner: claimOn(scene, after)?.package.purl ?? scene.previous(entry.path)?.owner ?? '',
    evidence,
    ...scene.place,
  }
  if (before.mode !== after.mode) {
    const [expected, found] = [octal(before.mode), octal(after.mode)]
    scene.changes.add({ ...shared, kind: 'mode', expected, found })
  }
  if (before.uid !== after.uid || before.gid !== after.gid) {
    const expected = `${before.uid}:${before.gid}`
    scene.changes.add({ ...shared, kind: 'owner', expected, found: `${after.uid}:${after.gid}` })
  }
  const [had, has] = [attributes(before), attributes(after)]
  if (had !== has) {
    const [expected, found] = [`attributes ${had}`, `attributes ${has}`]
    scene.changes.add({ ...shared, kind: 'mode', expected, found })
  }
}

function attributes(file: ViewFile): string {
  return JSON.stringify(Object.fromEntries(Object.entries(file.xattrs).sort()))
}
