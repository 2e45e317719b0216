// Why a package is in an image: the chain of dependencies from one that was asked for by name.
import { byCodeUnit, type InstalledPackage, type PackageRequest } from '../core/index.ts'

/** From the package that was asked for down to this one, both included. */
export interface RequestChain {
  readonly chain: readonly InstalledPackage[]
  /** The description's request for the first of the chain; null when there is none. */
  readonly request: PackageRequest | null
}

/** Package managers whose requests bring packages of a type. */
export const MANAGERS: Readonly<Record<InstalledPackage['type'], readonly string[]>> = {
  deb: ['apt', 'dpkg'],
  apk: ['apk'],
  npm: ['npm', 'yarn', 'pnpm', 'bun'],
  pypi: ['pip', 'uv', 'pipx', 'poetry'],
}

/** The shortest chain; one that the description asks for goes before one that only the image's records name. */
export function requestChain(
  wanted: InstalledPackage,
  packages: readonly InstalledPackage[],
  requests: readonly PackageRequest[],
): RequestChain {
  const asked = (item: InstalledPackage): PackageRequest | null =>
    requests.find(
      (request) =>
        request.action === 'install' &&
        MANAGERS[item.type].includes(request.manager) &&
        sameName(item, request.name),
    ) ?? null
  const paths = chainsFrom(wanted, packages)
  for (const chain of paths) {
    const first = chain[0]
    const request = first === undefined ? null : asked(first)
    if (request !== null) return { chain, request }
  }
  const recorded = paths.find((chain) => chain[0]?.requested === true)
  return { chain: recorded ?? [wanted], request: null }
}

/** Every chain that ends in the package, shortest first, each beginning in another package. */
function chainsFrom(
  wanted: InstalledPackage,
  packages: readonly InstalledPackage[],
): InstalledPackage[][] {
  const dependents = new Map<string, InstalledPackage[]>()
  for (const item of [...packages].sort((a, b) => byCodeUnit(a.purl, b.purl))) {
    for (const purl of item.resolved) {
      const known = dependents.get(purl)
      if (known === undefined) dependents.set(purl, [item])
      else known.push(item)
    }
  }
  const seen = new Set([wanted.purl])
  const chains: InstalledPackage[][] = [[wanted]]
  // The list grows while it is walked: breadth first, so that shorter chains come first.
  for (const chain of chains) {
    const first = chain[0]
    for (const dependent of dependents.get(first?.purl ?? '') ?? []) {
      if (seen.has(dependent.purl)) continue
      seen.add(dependent.purl)
      chains.push([dependent, ...chain])
    }
  }
  return chains
}

function sameName(item: InstalledPackage, name: string): boolean {
  if (item.type === 'npm') {
    return name === (item.namespace === '' ? item.name : `${item.namespace}/${item.name}`)
  }
  if (item.type === 'pypi') return normalName(name) === normalName(item.name)
  return name === item.name || name === `${item.name}:${item.architecture}`
}

/** PEP 503: names of Python packages are equal without case and kind of separator. */
function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}
