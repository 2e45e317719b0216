// Which packages of an image need which, by the records of one ecosystem: dependencies, what they recommend, what
// provides a name, what comes of itself beside others (deb-control(5), apk-package(5), npm and pip by their trees).
import type { InstalledPackage, PackageType } from '../core/index.ts'
import { parentOf } from '../core/index.ts'
import { normalName } from './listed-names.ts'
import { isPresent } from './package-delta.ts'

/** The packages of one ecosystem in an image. */
export class PackageGraph {
  readonly present: readonly InstalledPackage[]
  readonly #type: PackageType
  readonly #byName = new Map<string, InstalledPackage[]>()
  readonly #byPurl = new Map<string, InstalledPackage[]>()
  readonly #byFolder = new Map<string, InstalledPackage>()
  /** What lies in the folder of a package, one step down. */
  readonly #inside = new Map<InstalledPackage, InstalledPackage[]>()

  constructor(packages: readonly InstalledPackage[], type: PackageType) {
    this.#type = type
    this.present = packages.filter((item) => item.type === type && isPresent(item))
    for (const item of this.present) {
      push(this.#byName, nameIn(item), item)
      if (type === 'deb') push(this.#byName, `${item.name}:${item.architecture}`, item)
      for (const name of item.provides) push(this.#byName, providedName(name, type), item)
      push(this.#byPurl, item.purl, item)
      if (item.location !== '' && type === 'npm') this.#byFolder.set(item.location, item)
    }
    for (const item of this.#byFolder.values()) {
      const owner = this.#ownerOf(item)
      if (owner !== undefined) push(this.#inside, owner, item)
    }
  }

  /** What goes by a name, itself or by what it provides; `*` and `?` stand for any characters. */
  named(name: string): readonly InstalledPackage[] {
    const found = this.#byName.get(name)
    if (found !== undefined) return found
    // apt takes `name:arch` for a foreign one, and drops what is the system's own
    const bare =
      this.#type === 'deb' ? this.#byName.get(name.replace(/:[a-z0-9-]+$/, '')) : undefined
    if (bare !== undefined) return bare
    if (!/[*?]/.test(name)) return []
    return this.present.filter((item) => matches(item.name, name))
  }

  /** All that these need, themselves included, and what comes of itself beside them; `recommended`: that as well. */
  needed(roots: Iterable<InstalledPackage>, recommended: boolean): ReadonlySet<InstalledPackage> {
    const found = new Set<InstalledPackage>()
    const left = [...roots]
    for (;;) {
      for (let item = left.pop(); item !== undefined; item = left.pop()) {
        if (found.has(item)) continue
        found.add(item)
        for (const other of this.#neededBy(item, recommended)) left.push(other)
      }
      const following = this.#following(found)
      if (following.length === 0) return found
      for (const other of following) left.push(other)
    }
  }

  #neededBy(item: InstalledPackage, recommended: boolean): InstalledPackage[] {
    if (this.#type === 'npm') {
      const resolved = item.resolved.flatMap((purl) => this.#byPurl.get(purl) ?? [])
      return [...resolved, ...(this.#inside.get(item) ?? [])]
    }
    return item.dependencies
      .filter(({ kind }) => kind !== 'install-if' && (recommended || kind !== 'optional'))
      .flatMap(({ alternatives }) => alternatives)
      .flatMap((name) => this.#byName.get(this.#type === 'pypi' ? normalName(name) : name) ?? [])
  }

  /** apk: packages that come where all that they name is there. */
  #following(found: ReadonlySet<InstalledPackage>): InstalledPackage[] {
    if (this.#type !== 'apk') return []
    return this.present.filter((item) => {
      if (found.has(item)) return false
      const beside = item.dependencies.filter(({ kind }) => kind === 'install-if')
      return (
        beside.length > 0 &&
        beside.every(({ alternatives }) => alternatives.some((name) => this.#byName.has(name)))
      )
    })
  }

  #ownerOf({ location }: InstalledPackage): InstalledPackage | undefined {
    for (let at = parentOf(location); at !== ''; at = parentOf(at)) {
      const owner = this.#byFolder.get(at)
      if (owner !== undefined) return owner
    }
    return undefined
  }
}

function nameIn({ type, namespace, name }: InstalledPackage): string {
  if (type === 'npm' && namespace !== '') return `${namespace}/${name}`
  return type === 'pypi' ? normalName(name) : name
}

/** `name (= 1)`, `so:libz.so.1=1.3`, `name=1`. */
function providedName(text: string, type: PackageType): string {
  return type === 'deb' ? text.replace(/[\s(:].*$/, '') : text.replace(/[<>=~].*$/, '').trim()
}

function push<Key>(map: Map<Key, InstalledPackage[]>, key: Key, item: InstalledPackage): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [item])
  else known.push(item)
}

/** A shell pattern of `*` and `?`, without going back more than to the last star. */
function matches(text: string, pattern: string): boolean {
  let at = 0
  let star = -1
  let resume = 0
  let to = 0
  while (at < text.length) {
    const wanted = pattern[to]
    if (wanted === '*') {
      star = to
      resume = at
      to += 1
    } else if (wanted === '?' || wanted === text[at]) {
      at += 1
      to += 1
    } else if (star >= 0) {
      resume += 1
      at = resume
      to = star + 1
    } else return false
  }
  while (pattern[to] === '*') to += 1
  return to === pattern.length
}
