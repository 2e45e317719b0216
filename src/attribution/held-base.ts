// A base image that was squashed together with all that was built on it: its layers are gone, its files are not.
// The one layer is then held against the base's own tree, as if it had been laid on top of it.
import type { Digest, FileOrigin, ImageSettings } from '../core/index.ts'
import { byCodeUnit } from '../core/index.ts'
import type { DeltaEntry, LayerColumns, LayerDelta, Overlay, ViewFile } from '../inventory/index.ts'
import type { Base } from './base.ts'
import { Replay, type ResultsOf } from './replay.ts'

/** An image whose files a merged layer may hold. */
export interface HeldImage {
  readonly reference: string
  /** What names it; `--base` when left out. */
  readonly by?: string
  readonly config: Digest
  readonly settings: ImageSettings
  /** Its layers, bottom to top. */
  readonly blocks: readonly LayerColumns[]
}

/** The base as it stood below the merged layer. */
export interface HeldBase {
  readonly base: Base
  readonly settings: ImageSettings
  readonly replay: Replay
  /** Files that are as the base has them. */
  readonly kept: readonly FileOrigin[]
  /** What the merged layer changed of it. */
  readonly delta: LayerDelta
}

/** Of the base's files, as many must be in the layer as they are: an upgrade replaces many. */
const LEAST_SHARE = 0.5

/** The merged layer against the base; null when too little of the base is in it. */
export function heldBase(
  image: HeldImage,
  delta: LayerDelta,
  overlay: Overlay,
  resultsOf: ResultsOf,
): HeldBase | null {
  const replay = new Replay(resultsOf)
  for (const [layer, block] of image.blocks.entries()) replay.apply(block, layer)
  const entries = [...against(delta, replay.overlay), ...gone(replay.overlay, overlay)]
  const same = entries.filter(({ change, after }) => change === 'touched' && isLeaf(after)).length
  const all = [...replay.overlay.files()].filter(isLeaf).length
  if (all === 0 || same / all < LEAST_SHARE) return null
  entries.sort((a, b) => byCodeUnit(a.path, b.path))
  const kept = entries.flatMap((entry) => keptOf(entry, image.reference))
  return {
    kept,
    base: {
      reference: image.reference,
      config: image.config,
      layers: 0,
      entries: 0,
      how: `given by ${image.by ?? '--base'}; ${same} of its ${all} files are in the layer into which all was merged`,
      strength: 'consistent',
    },
    settings: image.settings,
    replay,
    delta: Object.assign(entries, { size: entries.length }),
  }
}

function keptOf({ path, change, after }: DeltaEntry, owner: string): readonly FileOrigin[] {
  if (after === null || !isLeaf(after) || (change !== 'touched' && change !== 'metadata')) return []
  const { kind, size } = after
  const evidence = `equals the file of ${owner}, which was merged into this layer`
  const place = { path, kind, size, layer: 0, step: null, owner, evidence }
  return [{ ...place, origin: 'base', strength: 'consistent' }]
}

function isLeaf(file: ViewFile | null): boolean {
  return file !== null && file.kind !== 'directory'
}

function* against(delta: LayerDelta, base: Overlay): Generator<DeltaEntry> {
  for (const { path, after } of delta) {
    if (after === null) continue
    const before = base.get(path) ?? null
    yield { path, before, after, change: changeOf(before, after) }
  }
}

function* gone(base: Overlay, overlay: Overlay): Generator<DeltaEntry> {
  for (const before of base.files()) {
    const { path } = before
    if (overlay.get(path) === undefined) yield { path, before, after: null, change: 'deleted' }
  }
}

function changeOf(before: ViewFile | null, after: ViewFile): DeltaEntry['change'] {
  if (before === null) return 'added'
  if (contentOf(before) !== contentOf(after)) return 'content'
  return rightsOf(before) === rightsOf(after) ? 'touched' : 'metadata'
}

function contentOf({ kind, sha256, target }: ViewFile): string {
  return JSON.stringify(kind === 'directory' ? [kind] : [kind, sha256, target])
}

function rightsOf({ mode, uid, gid, xattrs }: ViewFile): string {
  return JSON.stringify([mode, uid, gid, Object.entries(xattrs).sort()])
}
