// An image without a description beside what the inventory knows: what a new description needs.
import { outline } from '../attribution/index.ts'
import type { ImageFacts, Outline, PackageDifference, Relative } from '../core/index.ts'
import { byCodeUnit, shortPackage } from '../core/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { Compared } from './compare.ts'
import type { KnownBase } from './known-base.ts'

/** Names listed of a difference; more are counted. */
const MAX_NAMES = 50

/** Gathers the outline of an image that nobody described. */
export function outlineOf(
  facts: ImageFacts,
  compared: Compared,
  candidates: readonly KnownBase[],
  inventory: Inventory,
): Outline {
  const { attribution, base } = compared
  const { catalog, files, layerOf } = attribution
  const known = candidates.find(({ config }) => config !== null && config === base?.config)
  const purls = catalog.packages.map(({ purl }) => purl)
  const relative = relativeOf(facts, purls, inventory)
  const baseSettings = known?.settings ?? null
  return outline({ facts, base, baseSettings, catalog, files, layerOf, relative })
}

/** The outline of an earlier audit, its relative looked for among the images that are known now. */
export function renewed(
  outline: Outline | null,
  facts: ImageFacts,
  inventory: Inventory,
): Outline | null {
  if (outline === null) return null
  return { ...outline, relative: relativeOf(facts, inventory.purlsOf(facts.config), inventory) }
}

function relativeOf(
  facts: ImageFacts,
  all: readonly string[],
  inventory: Inventory,
): Relative | null {
  const purls = [...new Set(all)].filter((purl) => purl !== '')
  const diffIds = facts.layers.map(({ diffId }) => diffId)
  const nearest = inventory.nearest({ config: facts.config, diffIds, purls })
  if (nearest === null) return null
  const { purls: others, ...found } = nearest
  return { ...found, packages: packageDifference(others, purls) }
}

/** What packages `after` has that `before` has not, and the other way round. */
export function packageDifference(
  before: readonly string[],
  after: readonly string[],
): PackageDifference {
  const [old, now] = [new Set(before), new Set(after)]
  const gone = byName(before.filter((purl) => !now.has(purl)))
  const come = byName(after.filter((purl) => !old.has(purl)))
  const added: string[] = []
  const removed: string[] = []
  const changed: string[] = []
  for (const [name, purls] of come) {
    const others = gone.get(name)
    const [was, is] = [others?.[0], purls[0]]
    if (others?.length !== 1 || purls.length !== 1 || was === undefined || is === undefined)
      added.push(...purls.map(shortPackage))
    else {
      gone.delete(name)
      changed.push(`${shortPackage(was)} → ${versionOf(is)}`)
    }
  }
  for (const purls of gone.values()) removed.push(...purls.map(shortPackage))
  const counts = { added: added.length, removed: removed.length, changed: changed.length }
  const [first, second, third] = [added, removed, changed].map((names) =>
    names.sort(byCodeUnit).slice(0, MAX_NAMES),
  )
  return { added: first ?? [], removed: second ?? [], changed: third ?? [], counts }
}

function byName(purls: readonly string[]): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const purl of purls) {
    const name = purl.replace(/[?#].*$/s, '').replace(/@[^@/]*$/, '')
    const own = names.get(name) ?? []
    names.set(name, own)
    own.push(purl)
  }
  return names
}

function versionOf(purl: string): string {
  const short = shortPackage(purl)
  return short.slice(short.lastIndexOf(' ') + 1)
}
