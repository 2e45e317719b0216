// The comparison: history aligned with the description, every file of every layer given an origin.
import type { ImageCatalog } from '../catalog/index.ts'
import type {
  BlobSighting,
  Change,
  ContextFile,
  Description,
  FileOrigin,
  ImageFacts,
  ImageSettings,
  OriginCount,
  Step,
} from '../core/index.ts'
import { byCodeUnit } from '../core/index.ts'
import type { DeltaEntry, LayerColumns, LayerDelta, Overlay, ViewFile } from '../inventory/index.ts'
import { openAccountFolds } from './accounts.ts'
import type { Base } from './base.ts'
import { ChangeList } from './change-list.ts'
import { type CopyMapper, expectedFiles } from './context.ts'
import { foldFolders } from './fold.ts'
import {
  judgeContext,
  judgeDownload,
  judgeRun,
  judgeSettings,
  judgeStage,
} from './judge-tracked.ts'
import { judgeUnaligned } from './judge-unaligned.ts'
import {
  emptyFolders,
  judgeDeleted,
  judgeMetadata,
  judgeUntracked,
  openPackageFolds,
} from './judge-untracked.ts'
import type { Ownership } from './ownership.ts'
import { packageDelta } from './package-delta.ts'
import { Replay, type ResultsOf } from './replay.ts'
import type { Judgement, Scene } from './scene.ts'
import { blobOf, isPrivileged, isProgram, octal } from './scene.ts'
import { settingChanges } from './settings.ts'
import { type Work, workOf } from './work.ts'

/** What the comparison needs. Everything but `sightings` is at hand; that one asks git. */
export interface AttributionInput {
  readonly facts: ImageFacts
  /** The layer's block; null when it could not be read. */
  readonly block: (layer: number) => LayerColumns | null
  readonly resultsOf: ResultsOf
  readonly description: Description | null
  readonly steps: readonly Step[]
  readonly mapCopy: CopyMapper
  readonly base: Base | null
  readonly baseSettings: ImageSettings | null
  /** Where these blobs are tracked, in any commit of any ref. */
  readonly sightings: (blobs: readonly string[]) => Promise<ReadonlyMap<string, BlobSighting>>
}

/** The outcome: the merged image, what is in it, where it comes from, and what nobody wrote down. */
export interface Attribution {
  readonly overlay: Overlay
  readonly catalog: ImageCatalog
  readonly ownership: Ownership
  readonly files: readonly FileOrigin[]
  readonly origins: readonly OriginCount[]
  readonly changes: readonly Change[]
  /** Layer in which each package (by purl and location) was first seen as it is now. */
  readonly layerOfPackage: ReadonlyMap<string, number>
}

/** Compares the image with its description. */
export async function attribute(input: AttributionInput): Promise<Attribution> {
  const replay = new Replay(input.resultsOf)
  const run = new Run(input, replay)
  for (const [layer] of input.facts.layers.entries()) await run.layer(layer)
  run.settings()
  const files = run.files()
  return {
    overlay: replay.overlay,
    catalog: replay.catalog(),
    ownership: replay.ownership(),
    files,
    origins: countOrigins(files),
    changes: foldFolders(run.changes.all(), files, (path) => {
      const file = replay.overlay.get(path)
      return file !== undefined && (isProgram(file) || isPrivileged(file))
    }),
    layerOfPackage: run.layerOfPackage,
  }
}

class Run {
  readonly changes = new ChangeList()
  readonly layerOfPackage = new Map<string, number>()
  readonly #input: AttributionInput
  readonly #replay: Replay
  readonly #origins = new Map<string, FileOrigin>()
  readonly #dirty = new Set<string>()

  constructor(input: AttributionInput, replay: Replay) {
    this.#input = input
    this.#replay = replay
  }

  async layer(layer: number): Promise<void> {
    const block = this.#input.block(layer)
    if (block === null) return
    const base = layer < (this.#input.base?.layers ?? 0)
    const before = layer === 0 || base ? null : this.#replay.catalog()
    const ownershipBefore = layer === 0 || base ? null : this.#replay.ownership()
    const delta = this.#replay.apply(block, layer)
    if (base) {
      this.#notePackages(layer)
      return
    }
    const step = this.#input.steps.find((each) => each.layer === layer) ?? null
    const work = workOf(step, this.#input.description)
    const scene = await this.#scene(layer, work, delta, before, ownershipBefore)
    if (work.kind === 'untracked') {
      openPackageFolds(scene)
      openAccountFolds(scene)
    }
    this.#judge(delta, scene)
    this.#notePackages(layer)
  }

  async #scene(
    layer: number,
    work: Work,
    delta: LayerDelta,
    before: ImageCatalog | null,
    ownershipBefore: Ownership | null,
  ): Promise<Scene> {
    const after = this.#replay.catalog()
    const overlay = this.#replay.overlay
    const moves = packageDelta(before, after)
    const expected =
      work.kind === 'context' && this.#input.description !== null
        ? expectedFiles(work, this.#input.description, overlay, this.#input.mapCopy)
        : new Map<string, ContextFile>()
    const sightings = await this.#sightings(work, delta, expected)
    return {
      layer,
      work,
      overlay,
      before,
      after,
      ownership: this.#replay.ownership(),
      ownershipBefore,
      delta: moves,
      around: { overlay, catalog: after, delta: moves, changed: (path) => this.#dirty.has(path) },
      previous: (path) => this.#origins.get(path),
      expected,
      sightings,
      changes: this.changes,
    }
  }

  async #sightings(
    work: Work,
    delta: LayerDelta,
    expected: ReadonlyMap<string, ContextFile>,
  ): Promise<ReadonlyMap<string, BlobSighting>> {
    if (work.kind !== 'context') return new Map()
    const wanted = new Set<string>()
    for (const { path, after, change } of delta) {
      if (after === null || (change !== 'added' && change !== 'content')) continue
      if (after.kind !== 'file' && after.kind !== 'symlink') continue
      const blob = blobOf(after)
      if (expected.get(path)?.blob !== blob) wanted.add(blob)
    }
    return wanted.size === 0 ? new Map() : this.#input.sightings([...wanted])
  }

  #judge(delta: LayerDelta, scene: Scene): void {
    const added: DeltaEntry[] = []
    for (const entry of inJudgingOrder(delta)) {
      if (entry.change === 'deleted') {
        if (scene.work.kind === 'untracked') judgeDeleted(entry, scene)
        this.#origins.delete(entry.path)
        continue
      }
      if (entry.change === 'added') added.push(entry)
      if (entry.change === 'metadata') this.#judgeMetadata(entry, scene)
      if (entry.change === 'added' || entry.change === 'content') this.#judgeContent(entry, scene)
    }
    if (scene.work.kind === 'untracked') this.#emptyFolders(added, scene)
    if (scene.work.kind === 'context') this.#missingFiles(scene)
  }

  #judgeContent(entry: DeltaEntry, scene: Scene): void {
    const file = entry.after
    if (file === null) return
    if (file.kind === 'directory') {
      if (scene.work.kind === 'untracked' && entry.before?.kind === 'directory') {
        judgeMetadata(entry, scene)
      }
      return
    }
    const judgement = judge(entry, file, scene)
    this.#origins.set(entry.path, originOf(file, judgement, scene))
    if (judgement.change !== null) {
      this.#dirty.add(entry.path)
      this.changes.add({ ...judgement.change, ...placeOf(scene) })
    } else if (scene.work.kind === 'untracked' && entry.before !== null) {
      this.#privilegeGained(entry, scene)
    }
  }

  #judgeMetadata(entry: DeltaEntry, scene: Scene): void {
    if (scene.work.kind === 'untracked') judgeMetadata(entry, scene)
    else this.#privilegeGained(entry, scene)
  }

  /** A set-id bit that a tracked step gave to a file without naming it. */
  #privilegeGained(entry: DeltaEntry, scene: Scene): void {
    const { before, after } = entry
    if (after === null || !isPrivileged(after) || isPrivileged(before)) return
    if (scene.work.kind === 'none' || scene.work.words.some((word) => word.includes(entry.path)))
      return
    if (scene.ownership.of(entry.path, after) !== undefined && scene.delta.system) return
    this.changes.add({
      kind: 'mode',
      subject: entry.path,
      path: entry.path,
      expected: before === null ? '' : octal(before.mode),
      found: octal(after.mode),
      evidence: 'a set-id bit that no word of the step names',
      ...placeOf(scene),
    })
  }

  #emptyFolders(added: readonly DeltaEntry[], scene: Scene): void {
    for (const path of emptyFolders(added)) {
      if (scene.ownership.of(path, scene.overlay.get(path)) !== undefined) continue
      if (/^(proc|sys|dev|run|tmp|var\/tmp)(\/|$)/.test(path)) continue
      if ([...homes(scene)].includes(path)) continue
      this.changes.add({
        kind: 'added',
        subject: `${path}/`,
        path,
        origin: 'unexplained',
        found: 'empty folder',
        evidence: 'no package, tracked file or step accounts for it',
        ...placeOf(scene),
      })
    }
  }

  #missingFiles(scene: Scene): void {
    for (const [path, file] of scene.expected) {
      if (file.kind === 'submodule' || scene.overlay.get(path) !== undefined) continue
      if (scene.work.instruction?.keyword === 'ADD') continue
      this.changes.add({
        kind: 'deleted',
        subject: path,
        path,
        origin: 'context',
        owner: file.path,
        expected: `git blob ${file.blob}`,
        evidence: `line ${scene.work.instruction?.line ?? 0} should have brought ${file.path}; it is not in the image`,
        ...placeOf(scene),
      })
    }
  }

  settings(): void {
    const { description, facts, baseSettings, steps } = this.#input
    if (description === null) return
    const untracked = steps.some((step) => step.alignment === 'untracked')
    const input = { image: facts.settings, base: baseSettings, description, untracked }
    for (const seed of settingChanges(input)) this.changes.add(seed)
    for (const step of steps) {
      if (!['untracked', 'missing', 'changed'].includes(step.alignment)) continue
      this.changes.add({
        kind: 'step',
        subject:
          step.history === null ? step.text : step.createdBy || step.comment || '(no command)',
        layer: step.layer,
        step: step.position,
        line: step.line,
        owner: step.author,
        expected: step.history === null || step.alignment === 'changed' ? step.text : '',
        found: step.createdBy,
        evidence:
          step.comment === '' || step.maker === 'buildkit'
            ? step.reason
            : `${step.reason}; message: ${step.comment}`,
      })
    }
  }

  #notePackages(layer: number): void {
    const packages = this.#replay.catalog().packages
    for (const item of packages) {
      const key = `${item.purl} ${item.location}`
      if (!this.layerOfPackage.has(key)) this.layerOfPackage.set(key, layer)
    }
  }

  /** The origin of every file of the merged image, in order of path. */
  files(): readonly FileOrigin[] {
    const base = this.#input.base
    const files: FileOrigin[] = []
    for (const file of this.#replay.overlay.files()) {
      if (file.kind === 'directory') continue
      const known = this.#origins.get(file.path)
      if (known !== undefined) files.push(known)
      else files.push(baseOrigin(file, base))
    }
    return files
  }
}

function homes(scene: Scene): Iterable<string> {
  return scene.after.accounts.map((line) => line.home.replace(/^\/+|\/+$/g, ''))
}

/** Sources before what is compiled from them, so that a `.pyc` can be held against its source. */
function inJudgingOrder(delta: LayerDelta): Iterable<DeltaEntry> {
  const last: DeltaEntry[] = []
  const first: DeltaEntry[] = []
  for (const entry of delta) (entry.path.endsWith('.pyc') ? last : first).push(entry)
  return [...first, ...last]
}

function judge(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  switch (scene.work.kind) {
    case 'run':
      return judgeRun(file, scene)
    case 'context':
      return judgeContext(file, scene)
    case 'stage':
      return judgeStage(file, scene)
    case 'download':
      return judgeDownload(file, scene)
    case 'settings':
      return judgeSettings(file, scene)
    case 'untracked':
      return judgeUntracked(entry, scene)
    case 'none':
      return judgeUnaligned(file, scene)
  }
}

function placeOf(scene: Scene) {
  const { step } = scene.work
  return { layer: scene.layer, step: step?.position ?? null, line: step?.line ?? null }
}

function originOf(file: ViewFile, judgement: Judgement, scene: Scene): FileOrigin {
  return {
    path: file.path,
    kind: file.kind,
    size: file.size,
    origin: judgement.origin,
    strength: judgement.strength,
    layer: scene.layer,
    step: scene.work.step?.position ?? null,
    owner: judgement.owner,
    evidence: judgement.evidence,
  }
}

function baseOrigin(file: ViewFile, base: Base | null): FileOrigin {
  return {
    path: file.path,
    kind: file.kind,
    size: file.size,
    origin: base === null ? 'unexplained' : 'base',
    strength: base?.strength ?? 'guessed',
    layer: file.contentLayer,
    step: null,
    owner: base?.reference ?? '',
    evidence:
      base === null
        ? 'nothing is known of the layer it lies in'
        : `its layer belongs to the base image (${base.how})`,
  }
}

function countOrigins(files: readonly FileOrigin[]): readonly OriginCount[] {
  const counts = new Map<
    string,
    { origin: FileOrigin['origin']; strength: FileOrigin['strength']; files: number; bytes: number }
  >()
  for (const { origin, strength, size } of files) {
    const key = `${origin} ${strength}`
    const count = counts.get(key) ?? { origin, strength, files: 0, bytes: 0 }
    count.files += 1
    count.bytes += size
    counts.set(key, count)
  }
  return [...counts].sort(([a], [b]) => byCodeUnit(a, b)).map(([, count]) => count)
}
