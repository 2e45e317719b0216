// Which Debian packages somebody asked for by name. apt marks only what it pulled in by itself
// (`Auto-Installed: 1`); the packages a bootstrap tool put there bear no mark either.
import type { PackageRow } from '../cataloger.ts'
import { type Evidence, rowsOfKind } from '../evidence.ts'

const BASE_PRIORITIES: ReadonlySet<string> = new Set(['required', 'important', 'standard'])

/**
 * Tells whether a package was asked for: false when apt pulled it in, true when apt says so or when
 * nothing else explains it, null when nothing tells. Without a mark, a package of the base system
 * or one that another needs may have come from the bootstrap.
 */
export function requestedPackages(
  evidence: Evidence,
  rows: readonly PackageRow[],
): (row: PackageRow) => boolean | null {
  const marks = new Map<string, boolean>()
  let known = false
  for (const file of evidence.of('apt-extended-states')) {
    known = true
    for (const { name, architecture, requested } of rowsOfKind(file, 'request')) {
      marks.set(`${name}:${architecture}`, requested)
      // Packages for all architectures are recorded under the native one.
      marks.set(`${name}:all`, requested)
    }
  }
  if (!known) return () => null
  const needed = new Set<string>()
  for (const { name: own, dependencies } of rows) {
    for (const { alternatives } of dependencies) {
      for (const name of alternatives) if (name !== own) needed.add(name)
    }
  }
  return (row) => {
    const mark = marks.get(`${row.name}:${row.architecture}`)
    if (mark !== undefined) return mark
    const base =
      BASE_PRIORITIES.has(row.facts['priority'] ?? '') || row.facts['essential'] === 'yes'
    return base || needed.has(row.name) ? null : true
  }
}
