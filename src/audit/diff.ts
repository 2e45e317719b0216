// `assay diff`: reads two images, or an image and a lock, and compares them in the order of the tests: digest,
// diff_ids, entries of layers, merged trees, packages, files.
import { createHash } from 'node:crypto'
import type {
  DiffLevel,
  DiffSide,
  DiffTest,
  FileDiff,
  ImageDiff,
  ImageFacts,
  Lock,
  PackageDiff,
  SettingDiff,
} from '../core/index.ts'
import {
  type AssayError,
  byCodeUnit,
  platformText,
  sourceError,
  usageError,
} from '../core/index.ts'
import { blockOf } from './block.ts'
import { type ComparedImage, compareImage, readyImage } from './compare-image.ts'
import { diffFiles } from './diff-files.ts'
import { diffHistory } from './diff-history.ts'
import { diffLocks } from './diff-lock.ts'
import { diffPackages } from './diff-packages.ts'
import { keepImage } from './keep.ts'
import { isLockFile, readLockFile } from './lock.ts'
import { lockOf } from './lock-items.ts'
import { isBuildLabel, isDockerOnly, isLostInCopy, namedSettings } from './lock-settings.ts'
import type { CompareOptions } from './options.ts'
import { eachImage, type Session } from './session.ts'

/** An image as far as a difference needs it. */
interface DiffImage {
  readonly one: ComparedImage
  /** A digest of each layer's entries without times and order; null for a layer that could not be read. */
  readonly canonical: readonly (string | null)[]
}

/** The difference, and what stood in the way. */
export interface DiffOutcome {
  readonly diff: ImageDiff
  readonly errors: readonly AssayError[]
}

/**
 * Compares two images; either may be a lock.
 * @throws AssayError when one of them cannot be read at all, or is an archive of several images.
 */
export async function diffImages(a: CompareOptions, b: CompareOptions): Promise<DiffOutcome> {
  const errors: AssayError[] = []
  const locks = [a, b].map(({ image }) => lockAt(image.reference))
  const [lockA, lockB] = locks
  if (lockA == null && lockB == null) {
    const first = await readImage(a, errors)
    const second = await readImage(b, errors)
    return { diff: compareTwo(first, second), errors }
  }
  const left = lockA ?? lockOf((await readImage(a, errors)).one).lock
  const right = lockB ?? lockOf((await readImage(b, errors)).one).lock
  const sides = [sideOfLock(a, left, lockA != null), sideOfLock(b, right, lockB != null)] as const
  return { diff: diffLocks(sides, left, right), errors }
}

function lockAt(reference: string): Lock | null {
  return isLockFile(reference) ? readLockFile(reference).lock : null
}

async function readImage(options: CompareOptions, errors: AssayError[]): Promise<DiffImage> {
  const images: DiffImage[] = []
  const failed = await eachImage(options, async (image, session) => {
    if (images.length > 0) throw severalImages(options.image.reference)
    const ready = await readyImage(image, session)
    errors.push(...ready.taken.errors, ...ready.found.errors)
    const one = await compareImage(ready, session)
    keepImage(session.inventory, one.taken, one.compared.attribution)
    images.push({ one, canonical: canonicalLayers(ready.facts, session) })
  })
  const [error] = failed
  if (error !== undefined) throw error
  const [first] = images
  if (first === undefined) {
    throw sourceError('it holds no image', { where: options.image.reference })
  }
  return first
}

function severalImages(where: string): AssayError {
  return usageError('it holds several images', {
    where,
    hint: '--image-a NAME and --image-b NAME take one of them',
  })
}

/** Times, order and repeated entries do not count; the last entry of a path does. */
function canonicalLayers(facts: ImageFacts, { inventory }: Session): (string | null)[] {
  return facts.layers.map((_layer, index) => {
    const block = blockOf(inventory, facts, index)
    if (block === null) return null
    const rows = new Map<string, string>()
    for (const entry of block.entries()) {
      const { path, kind, mode, uid, gid, target, xattrs, sha256 } = entry
      const rights = kind === 'symlink' ? 0 : mode
      rows.set(path, JSON.stringify([path, kind, rights, uid, gid, target, xattrs, sha256]))
    }
    const hash = createHash('sha256')
    for (const path of [...rows.keys()].sort(byCodeUnit)) hash.update(`${rows.get(path)}\n`)
    return hash.digest('hex')
  })
}

function compareTwo(first: DiffImage, second: DiffImage): ImageDiff {
  const [a, b] = [first.one, second.one]
  const sides = { a: sideOf(a), b: sideOf(b) }
  const layers = layersOf(first, second)
  const unknown = [...a.compared.unknowns, ...b.compared.unknowns]
  if (a.facts.config === b.facts.config) {
    const nothing = { packages: [], files: [], settings: [], history: [], benign: [], times: 0 }
    return { ...sides, level: 'identical', decidedBy: 'digest', layers, ...nothing, unknown }
  }
  const packages = diffPackages(a.compared, b.compared)
  const files = diffFiles(a.compared, b.compared, packages)
  const settings = diffSettings(a.facts, b.facts)
  const history = diffHistory(a.facts, b.facts)
  const benign = [...files.benign, ...settings.benign, ...history.benign]
  const found = { packages: files.packages, files: files.rows, settings: settings.rows }
  const unchanged = layers.different === 0 && a.facts.layers.length === b.facts.layers.length
  const decided = decide(found, {
    sameLayers: unchanged && layers.normalised === 0,
    sameEntries: unchanged,
    sameTree: files.benign.length === 0,
  })
  const { times } = files
  return { ...sides, ...decided, layers, ...found, history: history.rows, benign, times, unknown }
}

interface Found {
  readonly packages: readonly PackageDiff[]
  readonly files: readonly FileDiff[]
  readonly settings: readonly SettingDiff[]
}

interface Trees {
  readonly sameLayers: boolean
  readonly sameEntries: boolean
  readonly sameTree: boolean
}

function decide(
  { packages, files, settings }: Found,
  { sameLayers, sameEntries, sameTree }: Trees,
): { readonly level: DiffLevel; readonly decidedBy: DiffTest } {
  if (packages.length > 0) return { level: 'drifted', decidedBy: 'packages' }
  if (files.some(({ drift }) => drift)) return { level: 'drifted', decidedBy: 'file-class' }
  if (settings.length > 0) return { level: 'drifted', decidedBy: 'settings' }
  if (files.length > 0) return { level: 'equivalent', decidedBy: 'file-class' }
  if (sameLayers) return { level: 'normalised', decidedBy: 'diff-id' }
  if (sameEntries) return { level: 'normalised', decidedBy: 'canonical-tree' }
  return { level: 'normalised', decidedBy: sameTree ? 'merged-tree' : 'file-class' }
}

function layersOf(a: DiffImage, b: DiffImage): NonNullable<ImageDiff['layers']> {
  const [left, right] = [a.one.facts.layers, b.one.facts.layers]
  const counts = { same: 0, normalised: 0, different: 0 }
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [diffId, other] = [left[index]?.diffId, right[index]?.diffId]
    const canonical = a.canonical[index] ?? null
    if (diffId !== undefined && diffId === other) counts.same += 1
    else if (canonical !== null && canonical === (b.canonical[index] ?? null)) {
      counts.normalised += 1
    } else counts.different += 1
  }
  return counts
}

function diffSettings(
  a: ImageFacts,
  b: ImageFacts,
): { readonly rows: SettingDiff[]; readonly benign: ImageDiff['benign'] } {
  const [left, right] = [namedSettings(a.settings), namedSettings(b.settings)]
  const rows: SettingDiff[] = []
  const benign: { subject: string; reason: string }[] = []
  const [platform, other] = [platformText(a.platform), platformText(b.platform)]
  if (platform !== other) rows.push({ name: 'platform', from: platform, to: other })
  for (const name of [...new Set([...left.keys(), ...right.keys()])].sort(byCodeUnit)) {
    const [from, to] = [left.get(name), right.get(name)]
    if (from === to) continue
    if (isBuildLabel(name)) benign.push({ subject: name, reason: 'a label that each build sets' })
    else if (isDockerOnly(name) && isLost(name, [from, to], a, b))
      benign.push({ subject: name, reason: 'only Docker’s own format has a place for it' })
    else rows.push({ name, from: from ?? '', to: to ?? '' })
  }
  return { rows, benign }
}

function isLost(
  name: string,
  [from, to]: readonly [string | undefined, string | undefined],
  a: ImageFacts,
  b: ImageFacts,
): boolean {
  if (from === undefined) return isLostInCopy(name, a.layers, b.layers)
  return to === undefined && isLostInCopy(name, b.layers, a.layers)
}

function sideOf({ reference, facts }: ComparedImage): DiffSide {
  return {
    kind: 'image',
    reference,
    config: facts.config,
    manifest: facts.manifest,
    platform: platformText(facts.platform),
    created: facts.created,
    layers: facts.layers.length,
  }
}

function sideOfLock({ image }: CompareOptions, lock: Lock, isLock: boolean): DiffSide {
  const platform = lock.items.find(({ kind }) => kind === 'platform')?.values[0] ?? ''
  return {
    kind: isLock ? 'lock' : 'image',
    reference: image.reference,
    config: null,
    manifest: null,
    platform,
    created: '',
    layers: 0,
  }
}
