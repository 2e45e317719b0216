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
  InstalledPackage,
  OriginCount,
  Step,
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
import type { Base } from './base.ts'
import { ChangeList } from './change-list.ts'
import { type CopyMapper, expectedFiles, realFolder, realPlace } from './context.ts'
import { recordedHash } from './dialect/index.ts'
import { foldFolders } from './fold.ts'
import { judgeLayer, type Ledger } from './judge-layer.ts'
import { openPackageFolds } from './judge-untracked.ts'
import { isHashOf, type ReadBlob } from './legacy-hash.ts'
import { swappedModules } from './modules.ts'
import { countOrigins, originsOf } from './origins.ts'
import { Ownership } from './ownership.ts'
import { packageDelta } from './package-delta.ts'
import { Replay, type ResultsOf } from './replay.ts'
import { blobOf, type Scene } from './scene.ts'
import { settingChanges } from './settings.ts'
import { standing } from './settle.ts'
import { stepChanges } from './step-changes.ts'
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
  /** Build arguments with a value that no tracked file gives; none when left out. */
  readonly arguments?: readonly RecordedArgument[]
  /** Where these blobs are tracked, in any commit of any ref. */
  readonly sightings: (blobs: readonly string[]) => Promise<ReadonlyMap<string, BlobSighting>>
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
  /** Layer that brought a package as it is now; null when that is not known. */
  readonly layerOf: (item: InstalledPackage) => number | null
}

/** Compares the image with its description. */
export async function attribute(input: AttributionInput): Promise<Attribution> {
  const replay = new Replay(input.resultsOf)
  const run = new Run(input, replay)
  for (const [layer] of input.facts.layers.entries()) await run.layer(layer)
  const catalog = replay.catalog()
  const files = originsOf(replay.overlay, run.ledger.origins, input.base)
  const stands = standing(replay.overlay, catalog, run.brought)
  const changes = run.settle(catalog)
  return {
    overlay: replay.overlay,
    catalog,
    ownership: replay.ownership(),
    files,
    origins: countOrigins(files),
    changes: foldFolders(changes.all(stands), files, replay.overlay),
    layerOf: layersOfPackages(catalog, replay.overlay),
  }
}

class Run {
  readonly ledger: Ledger = { origins: new Map(), dirty: new Set(), planted: new Set() }
  readonly brought = { packages: new Set<string>(), accounts: new Set<string>() }
  readonly #changes = new ChangeList()
  readonly #input: AttributionInput
  readonly #replay: Replay
  readonly #stepOf: ReadonlyMap<number, Step>
  readonly #volumes: ReadonlySet<string>

  constructor(input: AttributionInput, replay: Replay) {
    this.#input = input
    this.#replay = replay
    this.#stepOf = new Map(
      input.steps.flatMap((step) => (step.layer === null ? [] : [[step.layer, step] as const])),
    )
    const { volumes } = input.facts.settings
    this.#volumes = new Set(volumes.map((path) => cleanPath(path).path))
  }

  async layer(layer: number): Promise<void> {
    const block = this.#input.block(layer)
    if (block === null) return
    const isBase = layer < (this.#input.base?.layers ?? 0)
    // what is below belongs to the base or to nothing: its packages are assembled once, not layer by layer
    const before = isBase || layer === 0 ? null : this.#replay.catalog()
    const delta = this.#replay.apply(block, layer)
    if (isBase) return
    const scene = await this.#scene(layer, delta, before)
    if (scene.work.kind === 'untracked') {
      openPackageFolds(scene)
      openAccountFolds(scene)
      this.#noteBrought(scene)
    }
    judgeLayer(delta, scene, this.ledger)
  }

  async #scene(layer: number, delta: LayerDelta, before: ImageCatalog | null): Promise<Scene> {
    const { overlay } = this.#replay
    const { description, mapCopy } = this.#input
    const after = this.#replay.catalog()
    const step = this.#stepOf.get(layer) ?? null
    // a history that does not fit the layers tells of none of them
    const described = this.#stepOf.size > 0 ? description : null
    const work = workOf(step, described, (path) => realPlace(path, overlay))
    const { names } = this.#replay
    const expected =
      work.kind === 'context' && description !== null
        ? expectedFiles(work, description, overlay, mapCopy)
        : new Map<string, ContextFile>()
    return {
      layer,
      work,
      place: { layer, step: step?.position ?? null, line: step?.line ?? null },
      overlay,
      before,
      after,
      ownership: new Ownership(after, overlay, names),
      ownershipBefore: before === null ? null : new Ownership(before, overlay, names),
      delta: packageDelta(before, after),
      accounts: accountMoves(before, after),
      volumes: this.#volumes,
      previous: (path) => this.ledger.origins.get(path),
      changed: (path) => this.ledger.dirty.has(path),
      expected,
      destination: destinationOf(work, overlay),
      ...(await this.#contextEvidence(work, delta, expected)),
      changes: this.#changes,
    }
  }

  /** Where bytes that are not the tracked ones are tracked, and whether the build was given the tracked ones. */
  async #contextEvidence(
    work: Work,
    delta: LayerDelta,
    expected: ReadonlyMap<string, ContextFile>,
  ): Promise<Pick<Scene, 'sightings' | 'builtAsTracked'>> {
    const wanted = work.kind === 'context' ? otherBlobs(delta, expected) : []
    if (wanted.length === 0) return { sightings: new Map(), builtAsTracked: false }
    const { description, readBlob } = this.#input
    const { instruction, step } = work
    const hash = step === null ? null : recordedHash(step.createdBy)
    const sightings = await this.#input.sightings(wanted)
    if (hash === null || instruction === null || description === null || readBlob === undefined)
      return { sightings, builtAsTracked: false }
    const builtAsTracked = await isHashOf(hash, instruction, description.files, readBlob)
    return { sightings, builtAsTracked }
  }

  #noteBrought({ delta, accounts }: Scene): void {
    for (const [key, { kind }] of delta.moves) if (kind === 'added') this.brought.packages.add(key)
    for (const { name, kind } of accounts) if (kind === 'added') this.brought.accounts.add(name)
  }

  /** Adds what only the whole image tells. */
  settle(catalog: ImageCatalog): ChangeList {
    const { description, facts, baseSettings, steps } = this.#input
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

/** Where a COPY or ADD writes, with the links of the image followed; null for other work. */
function destinationOf({ instruction }: Work, overlay: Overlay): string | null {
  if (instruction?.copy == null) return null
  return realFolder(instruction.copy.destination.replace(/^\/+|\/+$/g, ''), overlay)
}
