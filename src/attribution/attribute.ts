// The comparison: history aligned with the description, every file of every layer given an origin.
import type { ImageCatalog } from '../catalog/index.ts'
import type {
  BlobSighting,
  Change,
  ContextFile,
  ContextForm,
  Description,
  FileOrigin,
  ImageFacts,
  ImageSettings,
  InstalledPackage,
  OriginCount,
  Step,
  StepPackages,
} from '../core/index.ts'
import { cleanPath } from '../core/index.ts'
import {
  type LayerColumns,
  type LayerDelta,
  layersOfPackages,
  type Overlay,
} from '../inventory/index.ts'
import { accountMoves } from './account-moves.ts'
import { openAccountFolds } from './accounts.ts'
import { argumentChanges, type RecordedArgument } from './arguments.ts'
import type { ArtifactOf } from './artifact-answer.ts'
import type { Base } from './base.ts'
import { ChangeList } from './change-list.ts'
import { type CopyMapper, expectedFiles, realFolder, realPlace } from './context.ts'
import { recordedHash } from './dialect/index.ts'
import { foldFolders } from './fold.ts'
import { type HeldBase, type HeldImage, heldBase } from './held-base.ts'
import { judgeLayer, type Ledger } from './judge-layer.ts'
import { openPackageFolds } from './judge-untracked.ts'
import { isHashOf, type ReadBlob } from './legacy-hash.ts'
import { swappedModules } from './modules.ts'
import { countOrigins, originsOf } from './origins.ts'
import { Ownership } from './ownership.ts'
import { packageDelta } from './package-delta.ts'
import { Replay, type ResultsOf } from './replay.ts'
import { judgeRunPackages } from './run-packages.ts'
import { blobOf, type MergedScenes, type Scene } from './scene.ts'
import { settingChanges } from './settings.ts'
import { standing } from './settle.ts'
import { type FilesOfImage, StageSourceFinder } from './stage-sources.ts'
import { stepChanges } from './step-changes.ts'
import { formsFound } from './tracked-forms.ts'
import { type MembersOf, unpackedArchives } from './unpacked.ts'
import { joined, type Work, workOf } from './work.ts'

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
  /** An image that the lowest layer may hold, merged with all that was built on it; null when there is none. */
  readonly heldImage?: HeldImage | null
  /** Build arguments with a value that no tracked file gives; none when left out. */
  readonly arguments?: readonly RecordedArgument[]
  /** Where these blobs are tracked, in any commit of any ref. */
  readonly sightings: (blobs: readonly string[]) => Promise<ReadonlyMap<string, BlobSighting>>
  /** Files of known images, for `COPY --from`; none are compared when left out. */
  readonly filesOf?: FilesOfImage
  /** Members of tracked archives, for ADD; none are compared when left out. */
  readonly membersOf?: MembersOf
  /** What git writes to disk for a tracked file where that is not the blob itself; nothing else when left out. */
  readonly formsOf?: (file: ContextFile) => Promise<readonly ContextForm[]>
  /** What the user declared of files that no commit has; nothing when left out. */
  readonly artifactOf?: ArtifactOf
  /** Bytes of tracked blobs, to compare hashes that histories hold; none are compared when left out. */
  readonly readBlob?: ReadBlob
}

/** The outcome: the merged image, what is in it, where it comes from, and what nobody wrote down. */
export interface Attribution {
  readonly overlay: Overlay
  readonly catalog: ImageCatalog
  readonly ownership: Ownership
  readonly files: readonly FileOrigin[]
  readonly origins: readonly OriginCount[]
  readonly changes: readonly Change[]
  /** The base, where it was found within a merged layer; null when it was not looked for, or is not there. */
  readonly heldBase: Base | null
  /** What the RUN steps asked package managers for, held against what came. */
  readonly stepPackages: readonly StepPackages[]
  /** Layer that brought a package as it is now; null when that is not known. */
  readonly layerOf: (item: InstalledPackage) => number | null
}

/** Compares the image with its description. */
export async function attribute(input: AttributionInput): Promise<Attribution> {
  const replay = new Replay(input.resultsOf)
  const run = new Run(input, replay)
  for (const [layer] of input.facts.layers.entries()) await run.layer(layer)
  const catalog = replay.catalog()
  const files = originsOf(replay.overlay, run.ledger.origins, input.base ?? run.heldBase)
  const stands = standing(replay.overlay, catalog, run.brought)
  const changes = run.settle(catalog)
  return {
    overlay: replay.overlay,
    catalog,
    ownership: replay.ownership(),
    files,
    origins: countOrigins(files),
    changes: foldFolders(changes.all(stands), files, replay.overlay),
    heldBase: run.heldBase,
    stepPackages: run.stepPackages,
    layerOf: layersOfPackages(catalog, replay.overlay),
  }
}

/** The packages of the image below a layer. */
interface Below {
  readonly catalog: ImageCatalog
  readonly ownership: Ownership
}

function belowOf({ replay }: HeldBase): Below {
  return { catalog: replay.catalog(), ownership: replay.ownership() }
}

class Run {
  readonly ledger: Ledger = { origins: new Map(), dirty: new Set(), planted: new Set() }
  readonly stepPackages: StepPackages[] = []
  readonly brought = { packages: new Set<string>(), accounts: new Set<string>() }
  readonly #changes = new ChangeList()
  #held: HeldBase | null = null
  readonly #input: AttributionInput
  readonly #replay: Replay
  /** Steps by the layer that holds what they did. */
  readonly #stepsOf: ReadonlyMap<number, readonly Step[]>
  readonly #volumes: ReadonlySet<string>
  readonly #sources: StageSourceFinder

  constructor(input: AttributionInput, replay: Replay) {
    this.#input = input
    this.#replay = replay
    this.#stepsOf = byLayer(input.steps)
    this.#sources = new StageSourceFinder(input.description, input.filesOf ?? (() => null))
    const { volumes } = input.facts.settings
    this.#volumes = new Set(volumes.map((path) => cleanPath(path).path))
  }

  async layer(layer: number): Promise<void> {
    const block = this.#input.block(layer)
    if (block === null) return
    const isBase = layer < (this.#input.base?.layers ?? 0)
    // what is below belongs to the base or to nothing: its packages are assembled once, not layer by layer
    const before = isBase || layer === 0 ? null : this.#replay.catalog()
    const applied = this.#replay.apply(block, layer)
    if (isBase) return
    const held = layer === 0 ? this.#findHeld(applied) : null
    const delta = held?.delta ?? applied
    const scene = await this.#scene(
      layer,
      delta,
      held === null ? this.#below(before) : belowOf(held),
    )
    if (scene.work.kind === 'untracked') {
      openPackageFolds(scene)
      openAccountFolds(scene)
      this.#noteBrought(scene)
    }
    judgeLayer(delta, scene, this.ledger)
    const { description, readBlob } = this.#input
    this.stepPackages.push(...(await judgeRunPackages(scene, description, readBlob)))
  }

  /** The base that was merged into the lowest layer with all that was built on it. */
  get heldBase(): Base | null {
    return this.#held?.base ?? null
  }

  #findHeld(delta: LayerDelta): HeldBase | null {
    const { heldImage, resultsOf, base } = this.#input
    const isMerged = (this.#stepsOf.get(0) ?? []).some(({ alignment }) => alignment === 'merged')
    if (heldImage == null || base !== null || !isMerged) return null
    this.#held = heldBase(heldImage, delta, this.#replay.overlay, resultsOf)
    for (const origin of this.#held?.kept ?? []) this.ledger.origins.set(origin.path, origin)
    return this.#held
  }

  #below(catalog: ImageCatalog | null): Below | null {
    const { overlay, names } = this.#replay
    return catalog === null ? null : { catalog, ownership: new Ownership(catalog, overlay, names) }
  }

  async #scene(layer: number, delta: LayerDelta, below: Below | null): Promise<Scene> {
    const { overlay, names } = this.#replay
    const before = below?.catalog ?? null
    const after = this.#replay.catalog()
    const steps = this.#stepsOf.get(layer) ?? []
    // a history that does not fit the layers tells of none of them
    const described = this.#stepsOf.size > 0 ? this.#input.description : null
    const work = workOf(steps, described, (path) => realPlace(path, overlay))
    const bare = {
      layer,
      overlay,
      before,
      after,
      ownership: new Ownership(after, overlay, names),
      ownershipBefore: below?.ownership ?? null,
      delta: packageDelta(before, after),
      accounts: accountMoves(before, after),
      volumes: this.#volumes,
      sources: this.#sources.of(work.instruction),
      previous: (path: string) => this.ledger.origins.get(path),
      changed: (path: string) => this.ledger.dirty.has(path),
      artifactOf: this.#input.artifactOf ?? null,
      changes: this.#changes,
    }
    const scene = { ...bare, ...(await this.#ofWork(work, layer, delta)), merged: null }
    if (work.kind !== 'merged') return scene
    const parts: Scene[] = []
    for (const part of work.parts) {
      parts.push({ ...bare, ...(await this.#ofWork(part, layer, delta)), merged: null })
    }
    return { ...scene, merged: this.#merged(scene, parts, delta) }
  }

  #merged(scene: Scene, parts: readonly Scene[], delta: LayerDelta): MergedScenes {
    const runs = joined(parts.map(({ work }) => work).filter(({ kind }) => kind === 'run'))
    const newFolders = new Set<string>()
    for (const { path, change, after } of delta) {
      if (change === 'added' && after?.kind === 'directory') newFolders.add(path)
    }
    return {
      parts,
      runs: runs === null ? null : { ...scene, work: runs, place: placeOf(scene.layer, runs) },
      newFolders,
      holdsBase: scene.layer === 0 && this.#input.base === null && this.#held === null,
    }
  }

  /** What a scene has of the work behind it. */
  async #ofWork(work: Work, layer: number, delta: LayerDelta) {
    const { overlay } = this.#replay
    const { description, mapCopy } = this.#input
    const expected =
      work.kind === 'context' && description !== null
        ? expectedFiles(work, description, overlay, mapCopy)
        : new Map<string, ContextFile>()
    return {
      work,
      place: placeOf(layer, work),
      expected,
      destination: destinationOf(work, overlay),
      archives: await unpackedArchives(work.instruction, expected, overlay, this.#input.membersOf),
      ...(await this.#contextEvidence(work, delta, expected)),
    }
  }

  /** Where bytes that are not the tracked ones are tracked, and whether the build was given the tracked ones. */
  async #contextEvidence(
    work: Work,
    delta: LayerDelta,
    expected: ReadonlyMap<string, ContextFile>,
  ): Promise<Pick<Scene, 'sightings' | 'forms' | 'builtAsTracked'>> {
    const wanted = work.kind === 'context' ? otherBlobs(delta, expected) : []
    if (wanted.length === 0)
      return { sightings: new Map(), forms: new Map(), builtAsTracked: false }
    const { description, readBlob } = this.#input
    const { instruction, step } = work
    const hash = step === null ? null : recordedHash(step.createdBy)
    const sightings = await this.#input.sightings(wanted)
    const forms = await formsFound(delta, expected, this.#input.formsOf)
    if (hash === null || instruction === null || description === null || readBlob === undefined)
      return { sightings, forms, builtAsTracked: false }
    const builtAsTracked = await isHashOf(hash, instruction, description.files, readBlob)
    return { sightings, forms, builtAsTracked }
  }

  #noteBrought({ delta, accounts }: Scene): void {
    for (const [key, { kind }] of delta.moves) if (kind === 'added') this.brought.packages.add(key)
    for (const { name, kind } of accounts) if (kind === 'added') this.brought.accounts.add(name)
  }

  /** Adds what only the whole image tells. */
  settle(catalog: ImageCatalog): ChangeList {
    const { description, facts, steps } = this.#input
    const baseSettings = this.#held?.settings ?? this.#input.baseSettings
    if (description === null) return this.#changes
    const untracked = steps.some((step) => step.alignment === 'untracked')
    const settings = { image: facts.settings, base: baseSettings, description, untracked }
    const told = new Set(this.#changes.all().map((change) => change.path))
    const swapped = swappedModules(catalog, (path) => this.ledger.origins.get(path), told)
    const named = argumentChanges(this.#input.arguments ?? [])
    for (const seed of [...settingChanges(settings), ...named, ...stepChanges(steps), ...swapped]) {
      this.#changes.add(seed)
    }
    return this.#changes
  }
}

function byLayer(steps: readonly Step[]): ReadonlyMap<number, readonly Step[]> {
  const found = new Map<number, Step[]>()
  for (const step of steps) {
    if (step.layer === null) continue
    found.set(step.layer, [...(found.get(step.layer) ?? []), step])
  }
  return found
}

/** Blobs that a layer brought and that are not what is expected at their places, sorted. */
function otherBlobs(
  delta: LayerDelta,
  expected: ReadonlyMap<string, ContextFile>,
): readonly string[] {
  const found = new Set<string>()
  for (const { path, after, change } of delta) {
    if (after === null || (change !== 'added' && change !== 'content')) continue
    if (after.kind !== 'file' && after.kind !== 'symlink') continue
    const blob = blobOf(after)
    if (blob !== '' && expected.get(path)?.blob !== blob) found.add(blob)
  }
  return [...found].sort()
}

/** Layer, step and line of some work; no line where it may be one of several. */
function placeOf(layer: number, { step, instruction }: Work): Scene['place'] {
  return { layer, step: step?.position ?? null, line: instruction?.line ?? null }
}

/** Where a COPY or ADD writes, with the links of the image followed; null for other work. */
function destinationOf({ instruction }: Work, overlay: Overlay): string | null {
  if (instruction?.copy == null) return null
  return realFolder(instruction.copy.destination.replace(/^\/+|\/+$/g, ''), overlay)
}
