// apk packages of an image: the database joined with `world`, the list of what was asked for.
import {
  byCodeUnit,
  type Distribution,
  type InstalledPackage,
  type PackageScope,
  type Unknown,
} from '../../core/index.ts'
import type { PackageRow } from '../cataloger.ts'
import { type Evidence, type RecordFile, rowsOfKind, tellUnknowns } from '../evidence.ts'
import { claimedFiles, type EcosystemPart } from '../image-catalog.ts'
import { buildPurl, distroOf } from '../purl.ts'
import { atomName } from './installed.ts'

const WORLD = 'etc/apk/world'

/** What apk's records say of an image. */
export interface ApkPart extends EcosystemPart {
  /** A database is there, whatever it holds. */
  readonly present: boolean
}

interface Draft {
  readonly row: PackageRow
  readonly record: RecordFile
  readonly purl: string
}

/** Joins all that apk recorded. */
export function assembleApk(evidence: Evidence, distribution: Distribution | null): ApkPart {
  const unknowns: Unknown[] = []
  const drafts = new Map<string, Draft>()
  let present = false
  for (const record of evidence.of('apk-installed')) {
    present = true
    tellUnknowns(unknowns, record, 'apk-installed', 'partial', 'fatal')
    for (const row of rowsOfKind(record, 'package')) {
      if (drafts.has(row.name)) {
        unknowns.push({
          subject: record.path,
          place: row.name,
          reader: 'apk-installed',
          reason: 'the package has two records; the later one holds',
          weight: 'partial',
        })
      }
      drafts.set(row.name, { row, record, purl: purlOf(row, distribution) })
    }
  }
  const world = readWorld(evidence)
  const resolve = resolver([...drafts.values()])
  const packages = [...drafts.values()].map((draft) =>
    packageOf(draft, distribution, world, resolve(draft.row)),
  )
  return { packages, unknowns, present }
}

/** The names in `world`; null when there is no such file. */
function readWorld(evidence: Evidence): { path: string; names: ReadonlySet<string> } | null {
  const file = evidence.at('apk-world', WORLD)
  if (file === undefined && !evidence.exists(WORLD)) return null
  const names = new Set([...rowsOfKind(file, 'request')].map((row) => row.name))
  return { path: file?.path ?? WORLD, names }
}

function purlOf(row: PackageRow, distribution: Distribution | null): string {
  return buildPurl({
    type: 'apk',
    namespace: distribution?.id ?? 'alpine',
    name: row.name,
    version: row.version,
    qualifiers: {
      arch: row.architecture,
      distro: distroOf(distribution),
      upstream: row.sourceName === row.name ? '' : row.sourceName,
    },
  })
}

function packageOf(
  { row, record, purl }: Draft,
  distribution: Distribution | null,
  world: { path: string; names: ReadonlySet<string> } | null,
  resolved: string[],
): InstalledPackage {
  const requested = world?.names.has(row.name) ?? null
  return {
    type: 'apk',
    namespace: (distribution?.id ?? 'alpine').toLowerCase(),
    name: row.name,
    version: row.version,
    architecture: row.architecture,
    purl,
    sourceName: row.sourceName || row.name,
    sourceVersion: row.version,
    licences: row.licences,
    maintainer: row.maintainer,
    homepage: row.homepage,
    description: row.description,
    state: '',
    scope: scopeOf(row),
    requested,
    dependencies: row.dependencies,
    resolved,
    provides: row.provides,
    evidence: requested === true && world !== null ? [record.path, world.path] : [record.path],
    location: '',
    recordDigest: row.recordDigest,
    files: claimedFiles([row.files], new Set(row.configuration)),
  }
}

/** `apk add --virtual NAME` records a package that holds nothing and whose version is the time. */
function scopeOf(row: PackageRow): PackageScope {
  const named = row.name.startsWith('.') || row.description === 'virtual meta package'
  return named && row.files.paths.length === 0 ? 'virtual' : 'installed'
}

function resolver(drafts: readonly Draft[]): (row: PackageRow) => string[] {
  const byName = new Map(drafts.map((draft) => [draft.row.name, draft.purl]))
  const providers = new Map<string, string>()
  for (const { row, purl } of drafts) {
    for (const provision of row.provides) {
      const name = atomName(provision)
      if (!providers.has(name)) providers.set(name, purl)
    }
  }
  return (row) => {
    const found = new Set<string>()
    for (const { alternatives, kind } of row.dependencies) {
      // these do not make it come to others, but it to them
      if (kind === 'install-if') continue
      for (const name of alternatives) {
        const purl = byName.get(name) ?? providers.get(name)
        if (purl !== undefined) found.add(purl)
      }
    }
    return [...found].sort(byCodeUnit)
  }
}
