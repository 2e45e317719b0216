// References between the components of an SBOM: stable, unique, and the same whatever the order
// in which packages were read.
import { byCodeUnit, isWithin, type ListedPackage, parentOf } from '../core/index.ts'
import { groupRows, keyed } from './order.ts'

/** A package with its reference in the SBOM. */
export interface Referenced {
  readonly ref: string
  readonly entry: ListedPackage
}

/** What depends on what, by reference. */
export interface BomGraph {
  /** References a component depends on, sorted. */
  readonly edges: ReadonlyMap<string, readonly string[]>
  /** Components whose declared dependencies were all found in the image. */
  readonly complete: readonly string[]
  readonly incomplete: readonly string[]
}

/** Scopes that an SBOM lists: what is in the image, not what is only declared, virtual or removed. */
export function isListed(entry: ListedPackage): boolean {
  return (
    entry.name !== '' &&
    (entry.scope === 'installed' || entry.scope === 'bundled' || entry.scope === 'application')
  )
}

/** Listed packages with references: the purl, and `#location` only where a purl occurs twice. Exact doubles are one. */
export function referPackages(
  packages: readonly ListedPackage[],
  taken: readonly string[],
): Referenced[] {
  const listed = keyed(packages.filter(isListed), (entry) => [
    baseRef(entry),
    entry.location,
    recordOf(entry),
  ])
  const used = new Set(taken)
  const referenced: Referenced[] = []
  for (const [base, doubled] of groupRows(listed, baseRef)) {
    const group = withoutDoubles(doubled)
    for (const entry of group) {
      const place = entry.location === '' ? (entry.evidence[0] ?? '') : entry.location
      const ref = unused(group.length === 1 ? base : `${base}#${place}`, used)
      used.add(ref)
      referenced.push({ ref, entry })
    }
  }
  return referenced
}

/** Everything an SBOM tells of a package: what differs in nothing else may stand in any order. */
function recordOf(entry: ListedPackage): string {
  return JSON.stringify({ ...entry, files: entry.files.length })
}

function baseRef(entry: ListedPackage): string {
  if (entry.purl !== '') return entry.purl
  return `assay:${entry.type}/${entry.namespace}/${entry.name}@${entry.version}`
}

function withoutDoubles(group: readonly ListedPackage[]): ListedPackage[] {
  const seen = new Set<string>()
  return group.filter((entry) => {
    const record = recordOf(entry)
    if (seen.has(record)) return false
    seen.add(record)
    return true
  })
}

function unused(ref: string, used: ReadonlySet<string>): string {
  if (!used.has(ref)) return ref
  let number = 2
  while (used.has(`${ref}~${number}`)) number += 1
  return `${ref}~${number}`
}

/** The graph of the packages; the root reaches every one of them through the system or by itself. */
export function graphOf(
  root: string,
  system: string | null,
  packages: readonly Referenced[],
): BomGraph {
  const byPurl = groupRows(packages, ({ entry }) => entry.purl)
  const edges = new Map<string, readonly string[]>()
  const complete: string[] = []
  const incomplete: string[] = []
  for (const { ref, entry } of packages) {
    const targets = entry.resolved.flatMap((purl) => nearest(entry, byPurl.get(purl) ?? []))
    edges.set(ref, sortedUnique(targets.map((target) => target.ref).filter((to) => to !== ref)))
    if (isSatisfied(entry, targets)) complete.push(ref)
    else incomplete.push(ref)
  }
  if (system !== null) {
    const owned = packages.filter(({ entry }) => isSystem(entry)).map(({ ref }) => ref)
    edges.set(system, sortedUnique(owned))
  }
  edges.set(root, rootEdges(system, packages, edges))
  return {
    edges,
    complete: complete.toSorted(byCodeUnit),
    incomplete: incomplete.toSorted(byCodeUnit),
  }
}

function isSystem(entry: ListedPackage): boolean {
  return entry.type === 'deb' || entry.type === 'apk'
}

/** Of several copies of a package the one in the nearest enclosing folder, as Node.js finds them. */
function nearest(from: ListedPackage, candidates: readonly Referenced[]): readonly Referenced[] {
  if (candidates.length < 2) return candidates
  const enclosing = candidates.filter(({ entry }) =>
    isWithin(from.location, hostOf(entry.location)),
  )
  const ranked = keyed(enclosing.length > 0 ? enclosing : candidates, ({ ref, entry }) => [
    -entry.location.length,
    ref,
  ])
  return ranked.slice(0, 1)
}

/** The folder whose content sees the package: that which holds its node_modules or site-packages. */
function hostOf(location: string): string {
  const at = location.lastIndexOf('node_modules/')
  return at < 0 ? parentOf(location) : location.slice(0, at).replace(/\/$/, '')
}

/** True when each required dependency is met by one of the targets. */
function isSatisfied(entry: ListedPackage, targets: readonly Referenced[]): boolean {
  const names = new Set(
    targets.flatMap((target) => [target.entry.name, ...target.entry.provides].map(bareName)),
  )
  for (const own of [entry.name, ...entry.provides]) names.add(bareName(own))
  return entry.dependencies
    .filter(({ kind }) => kind === 'depends' || kind === 'pre-depends')
    .every(({ alternatives }) => alternatives.some((name) => names.has(bareName(name))))
}

function bareName(text: string): string {
  return text
    .replace(/[\s(=<>~:].*$/s, '')
    .toLowerCase()
    .replaceAll(/[-_.]+/g, '-')
}

function rootEdges(
  system: string | null,
  packages: readonly Referenced[],
  edges: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const direct = new Set<string>()
  const reached = new Set<string>()
  const reach = (start: string): void => {
    direct.add(start)
    const open = [start]
    for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
      if (reached.has(ref)) continue
      reached.add(ref)
      open.push(...(edges.get(ref) ?? []))
    }
  }
  if (system !== null) reach(system)
  const wanted = new Set([...edges.values()].flat())
  for (const { ref } of packages) if (!wanted.has(ref)) reach(ref)
  // What is left hangs in circles only.
  for (const { ref } of packages) if (!reached.has(ref)) reach(ref)
  return [...direct].toSorted(byCodeUnit)
}

function sortedUnique(refs: readonly string[]): string[] {
  return [...new Set(refs)].toSorted(byCodeUnit)
}
