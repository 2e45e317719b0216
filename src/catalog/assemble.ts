// Joins the rows of all catalogers into what an image holds. Each ecosystem assembles its own part;
// here they meet, and only here could one part speak of another.
import { byCodeUnit, type InstalledPackage, type Unknown } from '../core/index.ts'
import { assembleAccounts } from './account/index.ts'
import { assembleApk } from './apk/index.ts'
import { assembleDpkg } from './dpkg/index.ts'
import { boundUnknowns, Evidence, type FoundFile, type PathLookup } from './evidence.ts'
import type { ImageCatalog } from './image-catalog.ts'
import { assembleNpm } from './npm/index.ts'
import { assembleDistribution } from './os/index.ts'
import { assembleBytecode, assemblePython } from './python/index.ts'
import type { Runner } from './run.ts'
import { assembleShellHistory } from './shell-history/index.ts'
import { systemDatabase } from './system.ts'
import { assembleTraces } from './trace/index.ts'

/** The catalog of an image, from the record files in its merged view. The order of files is of no matter. */
export function assembleWith(
  runner: Runner,
  found: readonly FoundFile[],
  lookup: PathLookup,
): ImageCatalog {
  const evidence = new Evidence(found, lookup, runner)
  const unknowns: Unknown[] = []
  const distribution = assembleDistribution(evidence, unknowns)
  const dpkg = assembleDpkg(evidence, distribution)
  const apk = assembleApk(evidence, distribution)
  const npm = assembleNpm(evidence)
  const python = assemblePython(evidence)
  const system = systemDatabase(evidence, distribution, { dpkg, apk })
  const bytecode = assembleBytecode(evidence, unknowns)
  const traces = assembleTraces(evidence, unknowns)
  const told = [system, dpkg, apk, npm, python].flatMap((part) => part.unknowns)
  // A Python or npm package that is a deb's or apk's own content is listed twice, once by each
  // record. Linking the two belongs here, where both parts are known.
  const packages = [dpkg, apk, npm, python].flatMap((part) => part.packages)
  return {
    distribution,
    packages: packages.sort(byIdentity),
    exclusions: dpkg.exclusions,
    diversions: dpkg.diversions,
    accounts: assembleAccounts(evidence),
    bytecode,
    typed: assembleShellHistory(evidence),
    traces,
    installedTrees: npm.installedTrees,
    systemDatabase: system.database,
    unknowns: boundUnknowns(told.concat(unknowns).sort(byPlace)).sort(byPlace),
  }
}

function byIdentity(a: InstalledPackage, b: InstalledPackage): number {
  return (
    byCodeUnit(a.type, b.type) ||
    byCodeUnit(a.namespace, b.namespace) ||
    byCodeUnit(a.name, b.name) ||
    byCodeUnit(a.version, b.version) ||
    byCodeUnit(a.architecture, b.architecture) ||
    byCodeUnit(a.location, b.location) ||
    byCodeUnit(a.evidence[0] ?? '', b.evidence[0] ?? '')
  )
}

function byPlace(a: Unknown, b: Unknown): number {
  return (
    byCodeUnit(a.subject, b.subject) ||
    byCodeUnit(a.place, b.place) ||
    byCodeUnit(a.reader, b.reader) ||
    byCodeUnit(a.reason, b.reason)
  )
}
