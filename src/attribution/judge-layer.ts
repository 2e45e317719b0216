// All paths that one layer changed, judged by the work that made the layer.
import type { FileOrigin } from '../core/index.ts'
import { parentOf } from '../core/index.ts'
import type { DeltaEntry, LayerDelta, ViewFile } from '../inventory/index.ts'
import { judgeRunAccounts } from './judge-accounts.ts'
import { judgeContext } from './judge-context.ts'
import { isFree, judgeMerged, laterWriter, type PlacedJudgement } from './judge-merged.ts'
import { judgeMetadata, privilegeGained } from './judge-metadata.ts'
import {
  isDestined,
  isTakenSilently,
  judgeDownload,
  judgeRun,
  judgeSettings,
  judgeStage,
} from './judge-tracked.ts'
import { judgeUnaligned } from './judge-unaligned.ts'
import {
  judgeDeleted,
  judgeDeletedFolders,
  judgeEmptyFolders,
  judgeUntracked,
} from './judge-untracked.ts'
import type { Judgement, Scene } from './scene.ts'
import { contentOf } from './scene.ts'

/** What is known of the paths of an image, layer after layer. */
export interface Ledger {
  readonly origins: Map<string, FileOrigin>
  /** Paths that work changed which nobody wrote down. */
  readonly dirty: Set<string>
  /** Paths that such work brought. */
  readonly planted: Set<string>
}

/** Judges a layer. */
export function judgeLayer(delta: LayerDelta, scene: Scene, ledger: Ledger): void {
  const added: DeltaEntry[] = []
  const deleted: DeltaEntry[] = []
  for (const entry of inJudgingOrder(delta)) {
    const isFolder = (entry.after ?? entry.before)?.kind === 'directory'
    if (entry.change === 'deleted') {
      if (isFolder) deleted.push(entry)
      else takeAway(entry, scene, ledger)
      if (isFolder || scene.work.kind !== 'untracked') continue
      deleted.push(entry)
    } else if (entry.change === 'metadata') judgeMetadata(entry, scene)
    else if (entry.change !== 'touched') {
      if (entry.change === 'added' && scene.work.kind === 'untracked') added.push(entry)
      if (isFolder) judgeFolder(entry, scene)
      else judgeContent(entry, scene, ledger)
    }
  }
  if (scene.work.kind === 'untracked') {
    judgeEmptyFolders(added, scene)
    judgeDeletedFolders(deleted, scene)
  }
  const runs = scene.work.kind === 'run' ? scene : (scene.merged?.runs ?? null)
  if (runs !== null && scene.merged?.holdsBase !== true && !partsOf(scene).some(bringsAccounts)) {
    judgeRunAccounts(runs)
  }
  for (const [index, part] of partsOf(scene).entries()) {
    if (part.work.kind !== 'context') continue
    judgeMissing(delta, part, ledger, partsOf(scene).slice(index + 1))
    judgeMissingMembers(part, partsOf(scene).slice(index + 1))
  }
}

/** True for work that may put whole account files in their place. */
function bringsAccounts(scene: Scene): boolean {
  return scene.work.kind !== 'run' && isDestined('etc/passwd', scene)
}

/** The instructions of a layer, each with its own scene. */
function partsOf(scene: Scene): readonly Scene[] {
  return scene.merged?.parts ?? [scene]
}

/** Sources before what is compiled from them, so that a `.pyc` can be held against its source. */
function* inJudgingOrder(delta: LayerDelta): Generator<DeltaEntry> {
  const compiled: DeltaEntry[] = []
  for (const entry of delta) {
    if (entry.path.endsWith('.pyc')) compiled.push(entry)
    else yield entry
  }
  yield* compiled
}

function takeAway(entry: DeltaEntry, scene: Scene, ledger: Ledger): void {
  const { kind } = scene.work
  const planted = ledger.planted.delete(entry.path)
  const isOpen = kind === 'none' || partsOf(scene).some(({ work }) => work.kind === 'run')
  const tells = kind === 'untracked' || (!isOpen && !isReplaced(entry, scene))
  if (tells && !planted) judgeDeleted(entry, scene)
  const runs = kind === 'run' ? scene : (scene.merged?.runs ?? null)
  if (runs !== null && isOpen && !isReplaced(entry, scene) && entry.before !== null) {
    if (isTakenSilently(entry.before, runs)) judgeDeleted(entry, runs)
  }
  ledger.origins.delete(entry.path)
  ledger.dirty.delete(entry.path)
}

/** True when an instruction put something in the place of a folder above, or of the path. */
function isReplaced(entry: DeltaEntry, scene: Scene): boolean {
  if (partsOf(scene).some((part) => isDestined(entry.path, part))) return true
  for (let at = parentOf(entry.path); at !== ''; at = parentOf(at)) {
    const above = scene.overlay.get(at)
    if (above !== undefined) return above.kind !== 'directory'
  }
  return false
}

/** A folder in the place of something else, or with other rights. */
function judgeFolder(entry: DeltaEntry, scene: Scene): void {
  const { before, after } = entry
  if (before === null || after === null || scene.work.kind !== 'untracked') return
  if (before.kind === 'directory') {
    judgeMetadata(entry, scene)
    return
  }
  scene.changes.add({
    kind: 'modified',
    subject: entry.path,
    path: entry.path,
    origin: 'unexplained',
    expected: contentOf(before),
    found: 'directory',
    evidence: 'changed in a step that nobody wrote down',
    ...scene.place,
  })
}

function judgeContent(entry: DeltaEntry, scene: Scene, ledger: Ledger): void {
  const file = entry.after
  if (file === null) return
  const { judgement, scene: place } = judge(entry, file, scene)
  ledger.origins.set(entry.path, originOf(file, judgement, place))
  for (const seed of judgement.changes) scene.changes.add(seed)
  if (judgement.changes.length > 0) ledger.dirty.add(entry.path)
  else ledger.dirty.delete(entry.path)
  if (scene.work.kind === 'untracked' && entry.before === null) ledger.planted.add(entry.path)
  else if (scene.work.kind !== 'untracked') ledger.planted.delete(entry.path)
  const told = judgement.changes.some(({ kind }) => kind === 'added' || kind === 'mode')
  const checks = place.work.kind === 'untracked' || place.work.kind === 'run'
  if (checks && !told && entry.before?.kind === 'file') privilegeGained(entry, place)
}

function judge(entry: DeltaEntry, file: ViewFile, scene: Scene): PlacedJudgement {
  if (scene.merged !== null) return judgeMerged(entry, file, scene, scene.merged)
  return { judgement: judgeAlone(entry, file, scene), scene }
}

function judgeAlone(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  switch (scene.work.kind) {
    case 'run':
      return judgeRun(entry, file, scene)
    case 'context':
      return judgeContext(file, scene, entry.before)
    case 'stage':
      return judgeStage(entry, file, scene)
    case 'download':
      return judgeDownload(entry, file, scene)
    case 'settings':
      return judgeSettings(entry, file, scene)
    case 'untracked':
      return judgeUntracked(entry, scene)
    case 'merged':
    case 'none':
      return judgeUnaligned(entry, file, scene)
  }
}

function originOf(file: ViewFile, judgement: Judgement, scene: Scene): FileOrigin {
  const { step } = scene.work
  // a step that was not built as it is written is a guess, and so is what it claims
  const guess = step?.alignment === 'changed' && judgement.strength === 'claimed'
  return {
    path: file.path,
    kind: file.kind,
    size: file.size,
    origin: judgement.origin,
    strength: guess ? 'guessed' : judgement.strength,
    layer: scene.layer,
    step: step?.position ?? null,
    owner: judgement.owner,
    evidence: judgement.evidence,
  }
}

/**
 * Files that the instruction should have brought and that are not there, or still as they were before; `later`: what
 * came after it in the same layer.
 */
function judgeMissing(
  delta: LayerDelta,
  scene: Scene,
  ledger: Ledger,
  later: readonly Scene[],
): void {
  const judged = new Set<string>()
  for (const { path, change } of delta) {
    if (change === 'added' || change === 'content') judged.add(path)
  }
  for (const [path, expected] of scene.expected) {
    if (expected.kind === 'submodule' || judged.has(path) || isOverwritten(path, later)) continue
    const file = scene.overlay.get(path)
    const isArchive = scene.work.instruction?.keyword === 'ADD'
    if (file !== undefined && file.kind !== 'directory') {
      const judgement = judgeContext(file, scene, file)
      const isDrift = judgement.changes.some(({ origin }) => origin !== 'context')
      if (!isDrift || isArchive) continue
      ledger.origins.set(path, originOf(file, judgement, scene))
      for (const seed of judgement.changes) scene.changes.add(seed)
    } else if (file === undefined && !isArchive && expected.exportIgnored !== true) {
      scene.changes.add({
        kind: 'deleted',
        subject: path,
        path,
        origin: 'context',
        owner: expected.path,
        expected: `git blob ${expected.blob}`,
        evidence: `line ${scene.work.instruction?.line ?? 0} should have brought ${expected.path}; it is not in the image`,
        ...scene.place,
      })
    }
  }
}

/** Members of archives that the instruction should have unpacked and that are not there. */
function judgeMissingMembers(scene: Scene, later: readonly Scene[]): void {
  for (const { archive, members } of scene.archives) {
    for (const [path, member] of members) {
      const isThing = member.kind === 'file' || member.kind === 'symlink'
      if (!isThing || scene.overlay.get(path) !== undefined || isOverwritten(path, later)) continue
      scene.changes.add({
        kind: 'deleted',
        subject: path,
        path,
        origin: 'context',
        owner: archive.path,
        expected: member.kind === 'file' ? `sha256:${member.sha256}` : `link to ${member.target}`,
        evidence: `the tracked archive ${archive.path} holds it; it is not in the image`,
        ...scene.place,
      })
    }
  }
}

/** True when a later step of the same layer puts something in its place, or may take it away. */
function isOverwritten(path: string, later: readonly Scene[]): boolean {
  if (later.some(({ expected }) => expected.has(path))) return true
  const free = later.filter(isFree)
  if (laterWriter(path, free) !== undefined) return true
  return free.some(({ work }) => work.kind === 'untracked' || work.named.movesAbove(path))
}
