// Debian packages of an image: dpkg's records joined with the lists beside them.
// A package is name and architecture, never the name alone: libc6:amd64 and libc6:i386 coexist.
import {
  byCodeUnit,
  type Distribution,
  type InstalledPackage,
  nameOf,
  type PackageScope,
  type Unknown,
} from '../../core/index.ts'
import type { PackageRow } from '../cataloger.ts'
import { type Evidence, nameSome, type RecordFile, rowsOfKind, tellUnknowns } from '../evidence.ts'
import { claimedFiles, type EcosystemPart } from '../image-catalog.ts'
import { buildPurl, distroOf } from '../purl.ts'
import { distinct } from '../text.ts'
import { relationNames } from './control.ts'
import type { Diversion, PathFilter } from './placement.ts'
import { requestedPackages } from './requested.ts'

const INFO = 'var/lib/dpkg/info'
const STATUS = 'var/lib/dpkg/status'
const STATUS_FOLDER = 'var/lib/dpkg/status.d'

/** What dpkg's records say of an image. */
export interface DpkgPart extends EcosystemPart {
  readonly exclusions: readonly PathFilter[]
  readonly diversions: readonly Diversion[]
  /** A database is there, whatever it holds. */
  readonly present: boolean
}

/** A package on its way from its record to the image. */
interface DpkgDraft {
  readonly row: PackageRow
  readonly scope: PackageScope
  readonly record: RecordFile
  readonly purl: string
}

/** Joins all that dpkg and apt recorded. */
export function assembleDpkg(evidence: Evidence, distribution: Distribution | null): DpkgPart {
  const unknowns: Unknown[] = []
  const { drafts, present } = readDrafts(evidence, distribution, unknowns)
  const lists = new ListFinder(evidence, unknowns)
  const requested = requestedPackages(
    evidence,
    drafts.map((draft) => draft.row),
  )
  const resolve = resolver(drafts)
  const packages = drafts.map((draft) => ({
    ...packageOf(draft, distribution, lists),
    requested: requested(draft.row),
    resolved: resolve(draft),
  }))
  lists.report()
  return {
    packages,
    unknowns,
    present,
    exclusions: readExclusions(evidence, unknowns),
    diversions: readDiversions(evidence, unknowns),
  }
}

function readDrafts(
  evidence: Evidence,
  distribution: Distribution | null,
  unknowns: Unknown[],
): { drafts: DpkgDraft[]; present: boolean } {
  const drafts = new Map<string, DpkgDraft>()
  let present = false
  for (const record of evidence.of('dpkg-status')) {
    present = true
    tellUnknowns(unknowns, record, 'dpkg-status', 'partial', 'fatal')
    for (const row of rowsOfKind(record, 'package')) {
      const complain = (reason: string) =>
        unknowns.push(unknown(record.path, `${row.name}:${row.architecture}`, reason))
      const scope = scopeOf(row, record, complain)
      if (scope === null) continue
      const key = `${row.name}:${row.architecture}`
      if (drafts.has(key)) complain('the package has two records; the later one holds')
      if (row.version === '') complain('the record has no version')
      drafts.set(key, { row, scope, record, purl: purlOf(row, distribution) })
    }
  }
  return { drafts: [...drafts.values()], present }
}

function unknown(subject: string, place: string, reason: string): Unknown {
  return { subject, place, reader: 'dpkg-status', reason, weight: 'partial' }
}

const PRESENT: ReadonlySet<string> = new Set([
  'installed',
  'triggers-pending',
  'triggers-awaited',
  'unpacked',
  'half-configured',
  'half-installed',
])

/**
 * Only the third word tells what is on disk; the first is what somebody wants to happen next
 * (`deinstall ok installed` is installed). Null: nothing of the package is there.
 */
function scopeOf(
  row: PackageRow,
  record: RecordFile,
  complain: (reason: string) => void,
): PackageScope | null {
  const state = row.state.split(' ')[2] ?? ''
  if (PRESENT.has(state)) return 'installed'
  if (state === 'config-files') return 'residual'
  if (state === 'not-installed') return null
  if (row.state === '' && record.path.startsWith(`${STATUS_FOLDER}/`)) return 'installed'
  complain(`the record's status is ${JSON.stringify(row.state.slice(0, 60))}`)
  // dpkg takes a missing status for "not installed"; an odd one is more likely damage.
  return row.state === '' ? null : 'installed'
}

/** The package URL of a Debian package. */
function purlOf(row: PackageRow, distribution: Distribution | null): string {
  const source = sourceOf(row)
  const versionTold = source.version !== row.version
  const upstream = versionTold ? `${source.name}@${source.version}` : source.name
  return buildPurl({
    type: 'deb',
    // Without os-release the format's home is the best guess, and what other tools write.
    namespace: distribution?.id ?? 'debian',
    name: row.name,
    version: row.version,
    qualifiers: {
      arch: row.architecture,
      distro: distroOf(distribution),
      upstream: versionTold || source.name !== row.name ? upstream : '',
    },
  })
}

/** Source package: a record without `Source`, or without its version, means the binary's own. */
function sourceOf(row: PackageRow): { name: string; version: string } {
  return {
    name: row.sourceName || row.name,
    // +bN marks a rebuild of the binary: the source has no such version.
    version: row.sourceVersion || row.version.replace(/\+b\d+$/, ''),
  }
}

function packageOf(
  { row, scope, record, purl }: DpkgDraft,
  distribution: Distribution | null,
  lists: ListFinder,
): InstalledPackage {
  const source = sourceOf(row)
  const beside = lists.of(row, record, scope)
  const configuration = new Set([...row.configuration, ...beside.configuration])
  return {
    type: 'deb',
    namespace: (distribution?.id ?? 'debian').toLowerCase(),
    name: row.name,
    version: row.version,
    architecture: row.architecture,
    purl,
    sourceName: source.name,
    sourceVersion: source.version,
    licences: distinct([...row.licences, ...beside.licences]),
    maintainer: row.maintainer,
    homepage: row.homepage,
    description: row.description,
    state: row.state,
    scope,
    requested: null,
    dependencies: row.dependencies,
    resolved: [],
    provides: row.provides,
    evidence: [record.path, ...beside.evidence],
    location: '',
    recordDigest: row.recordDigest,
    files: claimedFiles([...beside.lists, row.files], configuration),
  }
}

/** Finds the lists of a package, and names those that are missing or left over. */
class ListFinder {
  readonly #evidence: Evidence
  readonly #unknowns: Unknown[]
  readonly #used = new Set<string>()
  readonly #without: string[] = []

  constructor(evidence: Evidence, unknowns: Unknown[]) {
    this.#evidence = evidence
    this.#unknowns = unknowns
  }

  of(row: PackageRow, record: RecordFile, scope: PackageScope) {
    const bases = [`${INFO}/${row.name}:${row.architecture}`, `${INFO}/${row.name}`]
    if (record.path !== STATUS) bases.push(`${STATUS_FOLDER}/${row.name}`, record.path)
    const find = (reader: string, extension: string) => this.#find(reader, bases, extension)
    const list = find('dpkg-list', 'list')
    const digests = find('dpkg-md5sums', 'md5sums')
    const conffiles = find('dpkg-conffiles', 'conffiles')
    const copyright = this.#evidence.at('dpkg-copyright', `usr/share/doc/${row.name}/copyright`)
    if (list === undefined && digests === undefined && scope === 'installed') {
      this.#without.push(row.name)
    }
    const claims = [list, digests, conffiles]
    return {
      lists: claims.flatMap((file) => [...rowsOfKind(file, 'files')].map((each) => each.files)),
      configuration: [...rowsOfKind(conffiles, 'files')].flatMap((each) => each.files.paths),
      licences: [...rowsOfKind(copyright, 'licence')].flatMap((each) => each.names),
      evidence: [...claims, copyright].flatMap((file) => (file === undefined ? [] : [file.path])),
    }
  }

  #find(reader: string, bases: readonly string[], extension: string): RecordFile | undefined {
    for (const base of bases) {
      const file = this.#evidence.at(reader, `${base}.${extension}`)
      if (file === undefined) continue
      tellUnknowns(this.#unknowns, file, reader, 'partial')
      this.#used.add(file.path)
      return file
    }
    return undefined
  }

  report(): void {
    this.#tell('var/lib/dpkg/info', this.#without, 'packages without a list of their files')
    const left = [...this.#evidence.of('dpkg-list')]
      .filter((file) => !this.#used.has(file.path))
      .map((file) => nameOf(file.path).slice(0, -'.list'.length))
    this.#tell('var/lib/dpkg/info', left, 'lists of files whose package has no record')
  }

  #tell(subject: string, names: readonly string[], what: string): void {
    if (names.length === 0) return
    this.#unknowns.push(unknown(subject, '', `${what}: ${nameSome(names)}`))
  }
}

/** Which installed package satisfies a dependency: the first installed alternative, itself or by `Provides`. */
function resolver(drafts: readonly DpkgDraft[]): (draft: DpkgDraft) => string[] {
  const byName = new Map<string, DpkgDraft[]>()
  const providers = new Map<string, DpkgDraft[]>()
  for (const draft of drafts) {
    if (draft.scope !== 'installed') continue
    add(byName, draft.row.name, draft)
    for (const item of draft.row.provides) {
      for (const name of relationNames(item)) add(providers, name, draft)
    }
  }
  return ({ row, scope }) => {
    const found = new Set<string>()
    if (scope !== 'installed') return []
    for (const { alternatives, kind } of row.dependencies) {
      if (kind === 'optional') continue
      for (const name of alternatives) {
        const candidates = byName.get(name) ?? providers.get(name)
        if (candidates === undefined) continue
        const own = candidates.find((each) => each.row.architecture === row.architecture)
        const chosen = own ?? candidates[0]
        if (chosen !== undefined) found.add(chosen.purl)
        break
      }
    }
    return [...found].sort(byCodeUnit)
  }
}

function add(index: Map<string, DpkgDraft[]>, name: string, draft: DpkgDraft): void {
  const known = index.get(name)
  if (known === undefined) index.set(name, [draft])
  else known.push(draft)
}

/** dpkg reads dpkg.cfg.d in order of name, then dpkg.cfg; names with a dot are skipped (dpkg.cfg(5)). */
function readExclusions(evidence: Evidence, unknowns: Unknown[]): PathFilter[] {
  const files = [...evidence.of('dpkg-filters')]
  const main = files.filter((file) => file.path === 'etc/dpkg/dpkg.cfg')
  const folder = files.filter(
    (file) => !main.includes(file) && /^[A-Za-z0-9_-]+$/.test(nameOf(file.path)),
  )
  return [...folder, ...main].flatMap((file) => {
    tellUnknowns(unknowns, file, 'dpkg-filters', 'partial')
    return [...rowsOfKind(file, 'exclusion')].map(({ pattern, include }) => ({ pattern, include }))
  })
}

function readDiversions(evidence: Evidence, unknowns: Unknown[]): Diversion[] {
  return [...evidence.of('dpkg-diversions')].flatMap((file) => {
    tellUnknowns(unknowns, file, 'dpkg-diversions', 'partial')
    return [...rowsOfKind(file, 'diversion')].map(({ original, target, owner }) => ({
      original,
      target,
      owner,
    }))
  })
}
