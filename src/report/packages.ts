// The packages of an image as a table, a list of purls, JSON or CSV.
import type { ListedPackage } from '../core/index.ts'
import { isListed } from './bom-graph.ts'
import { safeJson } from './json.ts'
import { groupRows, keyed } from './order.ts'
import { showCount } from './quantity.ts'
import { renderRows } from './query.ts'

/** A simple format for a list of packages. */
export type PackageFormat = 'table' | 'purls' | 'json' | 'csv'

/** Packages in a simple format; declared, virtual and removed ones are left out but in JSON. */
export function renderPackages(packages: readonly ListedPackage[], format: PackageFormat): string {
  const ordered = keyed(packages, (entry) => [
    entry.type,
    entry.namespace,
    entry.name,
    entry.version,
    entry.architecture,
    entry.location,
  ])
  if (format === 'json') return `${safeJson(ordered.map(packageObject), 2)}\n`
  const listed = ordered.filter(isListed)
  if (format === 'purls') {
    const purls = new Set(
      listed.map(({ purl }) => purl.replace(/[\u0000-\u0020\u007f-\u{10ffff}]/gu, encoded)),
    )
    purls.delete('')
    return [...purls].map((purl) => `${purl}\n`).join('')
  }
  const rows = listed.map((entry) => [
    entry.name,
    entry.version,
    entry.type,
    entry.architecture,
    entry.scope,
    entry.requested === null ? '' : entry.requested ? 'yes' : 'no',
    entry.licences.join(', '),
    entry.location,
  ])
  const columns = ['name', 'version', 'type', 'arch', 'scope', 'requested', 'licences', 'location']
  const text = renderRows(columns, rows, format)
  return format === 'csv' ? text : `${text}\n${summaryOf(listed)}\n`
}

function encoded(character: string): string {
  return encodeURIComponent(/^[\ud800-\udfff]$/u.test(character) ? '\ufffd' : character)
}

function summaryOf(packages: readonly ListedPackage[]): string {
  if (packages.length === 0) return 'no packages'
  return [...groupRows(packages, (entry) => entry.type)]
    .map(([type, group]) => `${showCount(group.length)} ${type}`)
    .join(', ')
}

function packageObject(entry: ListedPackage) {
  return {
    purl: entry.purl,
    type: entry.type,
    namespace: entry.namespace,
    name: entry.name,
    version: entry.version,
    architecture: entry.architecture,
    scope: entry.scope,
    state: entry.state,
    requested: entry.requested,
    source: { name: entry.sourceName, version: entry.sourceVersion },
    licences: [...entry.licences],
    maintainer: entry.maintainer,
    homepage: entry.homepage,
    location: entry.location,
    evidence: [...entry.evidence],
    dependencies: [...entry.resolved],
    files: entry.files.length,
  }
}
