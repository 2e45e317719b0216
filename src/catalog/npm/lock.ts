// package-lock.json, npm-shrinkwrap.json and npm's own record of an installed tree,
// node_modules/.package-lock.json (docs.npmjs.com/cli/configuring-npm/package-lock-json).
import { type Cataloger, type CatalogRow, type LockedPackage, unknownRow } from '../cataloger.ts'
import { asObject, asText, type JsonObject, parseJson } from '../json.ts'

const LOCK_BYTES = 32 << 20
const MAX_DEPTH = 64
const MAX_PACKAGES = 200_000

/** Reads npm's lock files. */
export const npmLock: Cataloger = {
  id: 'npm-lock',
  version: 1,
  ecosystem: 'npm',
  describes: 'what npm locked, and what it recorded after an install',
  files: [
    { glob: '**/package-lock.json', maxBytes: LOCK_BYTES },
    { glob: '**/npm-shrinkwrap.json', maxBytes: LOCK_BYTES },
    { glob: '**/node_modules/.package-lock.json', maxBytes: LOCK_BYTES },
  ],
  *parse(_path, bytes): Generator<CatalogRow> {
    const { value, problem } = parseJson(bytes)
    const lock = asObject(value)
    if (lock === null) {
      yield unknownRow(problem ?? 'the lock file holds no object')
      return
    }
    const packages: LockedPackage[] = []
    const modern = asObject(lock.get('packages'))
    if (modern !== null) readModern(modern, packages)
    else readOld(lock, '', packages, 0)
    if (packages.length > MAX_PACKAGES) yield unknownRow(`more than ${MAX_PACKAGES} packages`)
    const lockVersion = lock.get('lockfileVersion')
    yield {
      kind: 'lock',
      lockVersion: typeof lockVersion === 'number' ? lockVersion : 0,
      packages: packages.slice(0, MAX_PACKAGES),
    }
  },
}

/** Version 2 and 3: a flat table by folder. */
function readModern(table: JsonObject, packages: LockedPackage[]): void {
  for (const [path, value] of table) {
    const entry = asObject(value)
    // '' is the application itself; folders outside node_modules are its workspaces.
    if (entry === null || !/(^|\/)node_modules\//.test(path)) continue
    packages.push(lockedPackage(path, entry))
  }
}

function lockedPackage(path: string, entry: JsonObject): LockedPackage {
  return {
    path,
    // Written only when the folder's name is an alias.
    name: asText(entry.get('name')) || path.slice(path.lastIndexOf('node_modules/') + 13),
    version: asText(entry.get('version')),
    integrity: asText(entry.get('integrity')),
    link: entry.get('link') === true,
    omittable: ['dev', 'optional', 'devOptional', 'peer'].some((flag) => entry.get(flag) === true),
  }
}

/** Version 1: `dependencies`, nested as the folders are. */
function readOld(node: JsonObject, folder: string, packages: LockedPackage[], depth: number): void {
  if (depth > MAX_DEPTH) return
  for (const [key, value] of asObject(node.get('dependencies')) ?? []) {
    const entry = asObject(value)
    if (entry === null || packages.length > MAX_PACKAGES) continue
    const path = `${folder}node_modules/${key}`
    const locked = lockedPackage(path, entry)
    const alias = /^npm:(.+)@([^@]+)$/.exec(locked.version)
    if (alias !== null) packages.push({ ...locked, name: alias[1] ?? '', version: alias[2] ?? '' })
    // An address instead of a version: which version it gave, this format does not say.
    else packages.push(/[:/]/.test(locked.version) ? { ...locked, version: '' } : locked)
    readOld(entry, `${path}/`, packages, depth + 1)
  }
}
