// An image that was compared with its description, as a lock: equal images and descriptions give equal locks.
import { createHash } from 'node:crypto'
import { baseReference, isPresent, isSystem } from '../attribution/index.ts'
import type { Change, InstalledPackage, Lock, LockItem } from '../core/index.ts'
import {
  byCodeUnit,
  joinedValues,
  lockKey,
  parentOf,
  platformText,
  splitValues,
} from '../core/index.ts'
import { hideArguments } from '../report/index.ts'
import type { ComparedImage } from './compare-image.ts'
import { describedItems, digestOfAll } from './lock-description.ts'
import { isPassing, lockedFiles, octal, ownerText } from './lock-files.ts'
import { isBuildLabel, keptValue, namedSettings } from './lock-settings.ts'

/** The lock of an image, and what stands behind its items. */
export interface LockedImage {
  readonly lock: Lock
  /** The package that an item is about, by the item's key. */
  readonly packages: ReadonlyMap<string, InstalledPackage>
  /** Instructions whose steps wrote the files of an item, by its key; null: a step without an instruction. */
  readonly writers: ReadonlyMap<string, ReadonlySet<number | null>>
  /** The change that an item is about, by the item's key. */
  readonly changes: ReadonlyMap<string, Change>
}

/** Makes the lock of an image. */
export function lockOf(one: ComparedImage): LockedImage {
  const { compared, facts } = one
  const files = lockedFiles(compared)
  const packages = packageItems(one, files.ofPackage)
  const changes = changeItems(compared.attribution.changes)
  const platform = platformText(facts.platform)
  const items = [
    ...(compared.description === null ? [] : describedItems(compared.description)),
    { kind: 'platform' as const, names: [], values: [platform] },
    ...baseItem(one),
    ...packages.items,
    ...settingItems(one),
    ...accountItems(one),
    ...folderItems(one),
    ...files.items,
    ...changes.items,
  ]
  return {
    lock: { items: merged(items) },
    packages: packages.behind,
    writers: files.writers,
    changes: changes.behind,
  }
}

/** Items of one name become one, with the values of all. */
function merged(items: readonly LockItem[]): readonly LockItem[] {
  const byKey = new Map<string, LockItem>()
  for (const item of items) {
    const key = lockKey(item)
    const known = byKey.get(key)
    byKey.set(key, known === undefined ? item : both(known, item))
  }
  return [...byKey.values()].sort((a, b) => byCodeUnit(lockKey(a), lockKey(b)))
}

function both(a: LockItem, b: LockItem): LockItem {
  const values = a.values.map((value, index) =>
    joinedValues([...splitValues(value), b.values[index] ?? '']),
  )
  return { ...a, values }
}

/** The layers of the base by OCI's chain id (image-spec, config.md): it needs no other image to be at hand. */
function baseItem({ compared, facts }: ComparedImage): LockItem[] {
  const { base, description } = compared
  const reference = baseReference(description) ?? base?.reference ?? ''
  if (base === null || (reference === '' && base.layers === 0)) return []
  const layers = facts.layers.slice(0, base.layers).map(({ diffId }) => diffId)
  const chain = layers.reduce(
    (below, diffId) =>
      below === ''
        ? diffId
        : `sha256:${createHash('sha256').update(`${below} ${diffId}`).digest('hex')}`,
    '',
  )
  return [{ kind: 'base', names: [], values: [reference || '-', chain || '-'] }]
}

function packageItems(
  { compared }: ComparedImage,
  ofPackage: ReadonlyMap<string, readonly string[]>,
): { readonly items: LockItem[]; readonly behind: Map<string, InstalledPackage> } {
  const { catalog, layerOf } = compared.attribution
  const layers = compared.base?.layers ?? 0
  const items: LockItem[] = []
  const behind = new Map<string, InstalledPackage>()
  for (const item of catalog.packages.filter(isPresent)) {
    const layer = layerOf(item)
    const rows = [...(ofPackage.get(item.purl) ?? [])]
    // The stanza of a system package says how it is configured, and what it needs.
    if (isSystem(item)) rows.push(`record ${item.recordDigest}`)
    const locked: LockItem = {
      kind: 'package',
      names: [item.type, fullName(item), placeOf(item)],
      values: [
        item.version === '' ? '-' : item.version,
        layer !== null && layer < layers ? 'base' : 'own',
        digestOfAll(rows),
      ],
    }
    items.push(locked)
    behind.set(lockKey(locked), item)
  }
  return { items, behind }
}

/** The name with its npm scope. */
export function fullName({ type, namespace, name }: InstalledPackage): string {
  return type === 'npm' && namespace !== '' ? `${namespace}/${name}` : name
}

/** What tells apart two packages of one name: the architecture, or the folder they lie in. */
export function placeOf(item: InstalledPackage): string {
  if (isSystem(item)) return item.architecture === '' ? '-' : item.architecture
  // the folder of a Python distribution has its version in its name
  const folder = item.type === 'pypi' ? parentOf(item.location) : item.location
  return folder === '' ? '-' : `/${folder}`
}

function settingItems({ compared, facts }: ComparedImage): LockItem[] {
  const { description, attribution } = compared
  const secrets = [
    ...Object.values(description?.arguments ?? {}),
    ...attribution.changes.filter(({ kind }) => kind === 'argument').map(({ found }) => found),
  ]
  return [...namedSettings(facts.settings)]
    .filter(([name]) => !isBuildLabel(name))
    .map(([name, value]) => ({
      kind: 'setting',
      names: [name],
      values: [keptValue(name, value, secrets)],
    }))
}

function accountItems({ compared }: ComparedImage): LockItem[] {
  const byName = new Map<string, { readonly files: Set<string>; readonly rows: string[] }>()
  for (const { name, file, stableDigest } of compared.attribution.catalog.accounts) {
    const known = byName.get(name) ?? { files: new Set<string>(), rows: [] }
    known.files.add(file.replace(/^.*\//, ''))
    known.rows.push(`${file} ${known.rows.length} ${stableDigest}`)
    byName.set(name, known)
  }
  return [...byName].map(([name, { files, rows }]) => ({
    kind: 'account',
    names: [name],
    values: [[...files].sort(byCodeUnit).join(','), digestOfAll(rows)],
  }))
}

const USUAL_MODE = 0o755
/** apt makes them with its own rights whenever they are not there. */
const OF_APT = /^var\/(lib\/apt\/lists|cache\/apt)(\/|$)/

/** Folders that are not simply root's and 0755: who may write into them is a right like any other. */
function folderItems({ compared }: ComparedImage): LockItem[] {
  const items: LockItem[] = []
  for (const file of compared.attribution.overlay.files()) {
    if (file.kind !== 'directory' || OF_APT.test(file.path) || isPassing(file.path)) continue
    const owner = ownerText(file)
    if (file.mode === USUAL_MODE && owner === '0:0') continue
    items.push({ kind: 'folder', names: [`/${file.path}`], values: [octal(file.mode), owner] })
  }
  return items
}

function changeItems(changes: readonly Change[]): {
  readonly items: LockItem[]
  readonly behind: Map<string, Change>
} {
  const items: LockItem[] = []
  const behind = new Map<string, Change>()
  const counts = new Map<string, number>()
  for (const change of changes) {
    const { kind, subject, path, folded, found } = change
    // values of build arguments may be secrets, and short ones are guessed from a digest
    const told = kind === 'argument' ? '' : found
    const name = path === '' ? hideArguments(subject) : `/${path}`
    const count = (counts.get(`${kind} ${name}`) ?? 0) + 1
    counts.set(`${kind} ${name}`, count)
    const item: LockItem = {
      kind: 'change',
      names: [kind, count === 1 ? name : `${name} (${count})`],
      values: [digestOfAll([told, ...folded])],
    }
    items.push(item)
    behind.set(lockKey(item), change)
  }
  return { items, behind }
}
