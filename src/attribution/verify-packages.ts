// Files of packages held against the packages' own archives: a file that was changed together with the record in the
// image is found, and one that is equal is proved by something from outside the image.

import { isExcluded } from '../catalog/index.ts'
import type { Change, FileOrigin, InstalledPackage, Verification } from '../core/index.ts'
import { byCodeUnit, joinPath } from '../core/index.ts'
import type { Overlay, ViewFile } from '../inventory/index.ts'
import type { Attribution } from './attribute.ts'
import { realPlace } from './context.ts'
import { countOrigins } from './origins.ts'
import type { JudgedClaim } from './ownership.ts'
import { contentOf } from './scene.ts'

/** A package's archive, as far as it matters here (src/archive has more). */
export interface KnownArchive {
  readonly place: string
  readonly members: ReadonlyMap<
    string,
    {
      readonly kind: 'file' | 'symlink' | 'directory' | 'other'
      readonly sha256: string
      readonly target: string
    }
  >
  readonly hasScripts: boolean
}

/** The archive of a package; why it could not be read; null where there is none. */
export type ArchiveOf = (
  item: InstalledPackage,
) => Promise<KnownArchive | { readonly place: string; readonly reason: string } | null>

/** An attribution with what the archives add. */
export interface Verified {
  readonly attribution: Attribution
  readonly verification: Verification
}

/** Holds every Debian and npm package against its archive. */
export async function verifyPackages(
  attribution: Attribution,
  archiveOf: ArchiveOf,
): Promise<Verified> {
  const check = new Check(attribution)
  const equal: string[] = []
  const differing: string[] = []
  const absent: string[] = []
  const unreadable: { place: string; reason: string }[] = []
  for (const item of attribution.catalog.packages) {
    if (!isVerifiable(item)) continue
    const archive = await archiveOf(item)
    if (archive === null) absent.push(item.purl)
    else if ('reason' in archive) unreadable.push(archive)
    else if (check.package(item, archive)) equal.push(item.purl)
    else differing.push(item.purl)
  }
  const sorted = (purls: readonly string[]) => [...new Set(purls)].sort(byCodeUnit)
  return {
    attribution: check.result(),
    verification: {
      equal: equal.length,
      differing: sorted(differing),
      absent: sorted(absent),
      unreadable,
    },
  }
}

function isVerifiable({ type, scope, version }: InstalledPackage): boolean {
  if (version === '') return false
  return (type === 'deb' && scope === 'installed') || (type === 'npm' && scope === 'installed')
}

class Check {
  readonly #attribution: Attribution
  readonly #overlay: Overlay
  readonly #claims = new Map<string, JudgedClaim[]>()
  readonly #told: Set<string>
  readonly #proved = new Map<string, string>()
  readonly #changes: Change[] = []
  readonly #filesBelow: ReadonlyMap<string, readonly string[]>
  readonly #steps: ReadonlyMap<string, FileOrigin>

  constructor(attribution: Attribution) {
    this.#attribution = attribution
    this.#overlay = attribution.overlay
    this.#told = new Set(attribution.changes.flatMap(({ path, folded }) => [path, ...folded]))
    this.#steps = new Map(attribution.files.map((file) => [file.path, file]))
    for (const claim of attribution.ownership.all(attribution.overlay)) {
      const key = keyOf(claim.package)
      const own = this.#claims.get(key)
      if (own === undefined) this.#claims.set(key, [claim])
      else own.push(claim)
    }
    this.#filesBelow = filesByModule(attribution)
  }

  /** True when all files of the package that are in the image are those of the archive. */
  package(item: InstalledPackage, archive: KnownArchive): boolean {
    const before = this.#changes.length
    if (item.type === 'npm') this.#npm(item, archive)
    else this.#deb(item, archive)
    return this.#changes.length === before
  }

  #deb(item: InstalledPackage, archive: KnownArchive): void {
    const claimed = new Set<string>()
    for (const { file, path, state } of this.#claims.get(keyOf(item)) ?? []) {
      claimed.add(file.path)
      if (file.directory || state === 'missing' || state === 'excluded') continue
      const found = this.#overlay.get(path)
      const member = archive.members.get(file.path)
      if (found === undefined || found.kind === 'directory') continue
      // a folder that became a link: a merged /usr, /var/run
      if (member?.kind === 'directory' && found.kind === 'symlink') continue
      if (member === undefined) this.#differs(item, found, archive, 'which does not hold it')
      else if (isEqual(found, member)) this.#proved.set(path, archive.place)
      // people may change a configuration file, and dpkg keeps what they wrote
      else if (!file.configuration) this.#differs(item, found, archive, 'which has another')
    }
    this.#unrecorded(item, archive, claimed)
  }

  /** Members that the record does not claim: a record can be shortened to hide a file. */
  #unrecorded(item: InstalledPackage, archive: KnownArchive, claimed: ReadonlySet<string>): void {
    const { exclusions } = this.#attribution.catalog
    for (const [path, member] of archive.members) {
      if (claimed.has(path) || member.kind === 'directory' || member.kind === 'other') continue
      const place = realPlace(path, this.#overlay)
      const found = this.#overlay.get(place)
      if (found !== undefined && isEqual(found, member)) this.#proved.set(place, archive.place)
      else if (found !== undefined) this.#differs(item, found, archive, 'which has another')
      else if (!isExcluded(exclusions, path)) {
        const evidence = `${archive.place} holds it; the record in the image does not claim it`
        this.#change(item, { kind: 'deleted', path: place, found: '', evidence })
      }
    }
  }

  #npm(item: InstalledPackage, archive: KnownArchive): void {
    const brought = new Set<string>()
    for (const [inside, member] of archive.members) {
      if (member.kind !== 'file') continue
      const path = joinPath(item.location, inside)
      brought.add(path)
      const found = this.#overlay.get(path)
      if (found === undefined) continue
      if (isEqual(found, member)) this.#proved.set(path, archive.place)
      // npm before version 7 wrote fields of its own into it
      else if (inside !== 'package.json') this.#differs(item, found, archive, 'which has another')
    }
    if (archive.hasScripts) return
    for (const path of this.#filesBelow.get(item.location) ?? []) {
      const found = this.#overlay.get(path)
      if (found !== undefined && !brought.has(path))
        this.#differs(item, found, archive, 'which does not hold it')
    }
  }

  #differs(item: InstalledPackage, found: ViewFile, archive: KnownArchive, how: string): void {
    const evidence = `compared with ${archive.place}, ${how}`
    const kind = how === 'which has another' ? 'modified' : 'added'
    this.#change(item, { kind, path: found.path, found: contentOf(found), evidence })
  }

  #change(
    item: InstalledPackage,
    { kind, path, found, evidence }: Pick<Change, 'kind' | 'path' | 'found' | 'evidence'>,
  ): void {
    const origin = this.#steps.get(path)
    this.#changes.push({
      kind,
      subject: path,
      path,
      origin: 'package-modified',
      layer: origin?.layer ?? null,
      step: origin?.step ?? null,
      line: null,
      owner: item.purl,
      expected: '',
      found,
      evidence,
      folded: [],
    })
  }

  result(): Attribution {
    const differing = new Map(this.#changes.map((change) => [change.path, change]))
    const files = this.#attribution.files.map((file): FileOrigin => {
      const change = differing.get(file.path)
      if (change !== undefined)
        return {
          ...file,
          origin: 'package-modified',
          strength: 'proved',
          owner: change.owner,
          evidence: change.evidence,
        }
      const place = this.#proved.get(file.path)
      if (place === undefined || file.origin !== 'package') return file
      return { ...file, strength: 'proved', evidence: `equals the file in ${place}` }
    })
    const news = this.#changes.filter(({ path }) => !this.#told.has(path))
    return {
      ...this.#attribution,
      files,
      origins: countOrigins(files),
      changes: [...this.#attribution.changes, ...news],
    }
  }
}

function keyOf({ purl, location }: InstalledPackage): string {
  return `${purl} ${location}`
}

function isEqual(
  found: ViewFile,
  member: { readonly kind: string; readonly sha256: string; readonly target: string },
): boolean {
  if (found.kind !== member.kind) return false
  return found.kind === 'symlink'
    ? found.target === member.target
    : found.sha256 === member.sha256 && found.sha256 !== ''
}

/** Files by the npm package that they lie in: the innermost one. */
function filesByModule({ catalog, files }: Attribution): ReadonlyMap<string, readonly string[]> {
  const locations = new Set(
    catalog.packages.filter(({ type }) => type === 'npm').map(({ location }) => location),
  )
  const below = new Map<string, string[]>()
  if (locations.size === 0) return below
  for (const { path, kind } of files) {
    if (kind !== 'file') continue
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at)
      // what lies in a folder of modules belongs to those
      if (folder.endsWith('/node_modules') || folder === 'node_modules') break
      if (!locations.has(folder)) continue
      const own = below.get(folder)
      if (own === undefined) below.set(folder, [path])
      else own.push(path)
      break
    }
  }
  return below
}
