// Whether the database of the system's own package manager is in the image and can be read.
// Without it nothing can be said of most files: that is a fatal unknown, never an empty list.
import type { Distribution, Unknown } from '../core/index.ts'
import type { ApkPart } from './apk/assemble.ts'
import type { DpkgPart } from './dpkg/assemble.ts'
import type { Evidence } from './evidence.ts'

type Database = 'dpkg' | 'apk'

const FAMILIES: ReadonlyMap<string, Database> = new Map([
  ['debian', 'dpkg'],
  ['ubuntu', 'dpkg'],
  ['alpine', 'apk'],
  ['wolfi', 'apk'],
  ['chainguard', 'apk'],
  ['postmarketos', 'apk'],
])

/** Databases that this version recognises and does not read. */
const FOREIGN: readonly (readonly [path: string, name: string])[] = [
  ['var/lib/rpm/rpmdb.sqlite', 'rpm'],
  ['var/lib/rpm/Packages.db', 'rpm'],
  ['var/lib/rpm/Packages', 'rpm'],
  ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'rpm'],
  ['usr/lib/sysimage/rpm/Packages.db', 'rpm'],
  ['usr/share/rpm/rpmdb.sqlite', 'rpm'],
  ['var/lib/pacman/local', 'pacman'],
  ['var/db/pkg', 'portage'],
  ['usr/lib/opkg/status', 'opkg'],
  ['nix/var/nix/db/db.sqlite', 'nix'],
  ['var/lib/chisel/manifest.wall', 'chisel'],
]

/** The system's package manager, and what is missing of its database. */
export function systemDatabase(
  evidence: Evidence,
  distribution: Distribution | null,
  parts: { readonly dpkg: DpkgPart; readonly apk: ApkPart },
): { database: Database | null; unknowns: Unknown[] } {
  const expected = expectedDatabase(distribution)
  const readable = (name: Database) => parts[name].packages.length > 0
  const order: readonly Database[] = expected === 'apk' ? ['apk', 'dpkg'] : ['dpkg', 'apk']
  const database = order.find(readable) ?? null
  const unknowns: Unknown[] = []
  const foreign = FOREIGN.filter(([path]) => evidence.exists(path))
  for (const [path, name] of foreign) {
    const reason = `the package database of ${name} is not read by this version`
    unknowns.push(fatal(path, reason, database === null))
  }
  if (expected !== null && !readable(expected) && foreign.length === 0) {
    const what = parts[expected].present
      ? `the package database of ${distribution?.id} holds no package`
      : `the package database of ${distribution?.id} is not in the image`
    unknowns.push(fatal(DATABASE_PATHS[expected], what, true))
  } else if (expected === null && foreign.length === 0) {
    for (const name of order) {
      if (!parts[name].present || readable(name)) continue
      unknowns.push(
        fatal(DATABASE_PATHS[name], `the database of ${name} holds no package`, database === null),
      )
    }
  }
  return { database, unknowns }
}

const DATABASE_PATHS: Readonly<Record<Database, string>> = {
  dpkg: 'var/lib/dpkg/status',
  apk: 'lib/apk/db/installed',
}

function fatal(subject: string, reason: string, isFatal: boolean): Unknown {
  return { subject, place: '', reader: 'catalog', reason, weight: isFatal ? 'fatal' : 'partial' }
}

function expectedDatabase(distribution: Distribution | null): Database | null {
  for (const id of distribution === null ? [] : [distribution.id, ...distribution.idLike]) {
    const database = FAMILIES.get(id)
    if (database !== undefined) return database
  }
  return null
}
