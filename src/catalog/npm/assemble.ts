// npm packages of an image: manifests at the places that make them packages, their lock files,
// and the edges that Node's lookup rule gives (nodejs.org/api/modules.html, node_modules folders).
import {
  byCodeUnit,
  type InstalledPackage,
  isWithin,
  joinPath,
  nameOf,
  type PackageScope,
  parentOf,
  type Unknown,
} from '../../core/index.ts'
import type { PackageRow } from '../cataloger.ts'
import { type Evidence, type RecordFile, rowsOfKind, tellUnknowns } from '../evidence.ts'
import type { EcosystemPart, InstalledTree } from '../image-catalog.ts'
import { buildPurl } from '../purl.ts'
import { placeOf } from './place.ts'
import { compareTrees, type InstalledFolder, locksByRoot } from './trees.ts'

/** What npm's records say of an image. */
export interface NpmPart extends EcosystemPart {
  readonly installedTrees: readonly InstalledTree[]
}

interface Draft {
  readonly row: PackageRow
  readonly record: RecordFile
  readonly folder: string
  /** Folder that holds the outermost node_modules; null for what is not installed there. */
  readonly root: string | null
  readonly scope: PackageScope
  readonly name: string
  readonly version: string
  readonly purl: string
}

/** Joins manifests, places and locks. */
export function assembleNpm(evidence: Evidence): NpmPart {
  const unknowns: Unknown[] = []
  const locks = locksByRoot(evidence)
  for (const file of evidence.of('npm-lock')) tellUnknowns(unknowns, file, 'npm-lock', 'partial')
  const drafts = readDrafts(evidence, locks, unknowns)
  const resolve = resolver(evidence, drafts)
  const packages = drafts.map((draft) => packageOf(draft, resolve(draft)))
  const installed = drafts.flatMap((draft): InstalledFolder[] =>
    // What the manifest itself says: a name or version borrowed from the lock compares as equal.
    draft.root === null
      ? []
      : [
          {
            folder: draft.folder,
            root: draft.root,
            name: draft.row.name,
            version: draft.row.version,
          },
        ],
  )
  return { packages, unknowns, installedTrees: compareTrees(locks, installed) }
}

function readDrafts(
  evidence: Evidence,
  locks: ReturnType<typeof locksByRoot>,
  unknowns: Unknown[],
): Draft[] {
  const drafts: Draft[] = []
  const roots = new Set(locks.keys())
  const files = [...evidence.of('npm-manifest')]
  for (const { path } of files) {
    const place = placeOf(path)
    if (place.kind === 'package') roots.add(place.root)
  }
  for (const record of files) {
    const place = placeOf(record.path)
    if (place.kind === 'content') continue
    const application = place.kind === 'outside'
    // Debian keeps its own packages in usr/share/nodejs; dpkg records them.
    const debian = application && isWithin(place.folder, 'usr/share/nodejs')
    if (debian || (application && !roots.has(place.folder))) continue
    const [row] = rowsOfKind(record, 'package')
    // A broken manifest below a package's own folders is a fixture, not a lost package.
    if (place.kind !== 'bundled') tellUnknowns(unknowns, record, 'npm-manifest', 'partial')
    if (row === undefined) continue
    const draft = draftOf(row, record, place, locks)
    if (draft !== null) drafts.push(draft)
    else if (place.kind === 'package') {
      unknowns.push({
        subject: record.path,
        place: '',
        reader: 'npm-manifest',
        reason: 'the manifest of an installed package has no name or no version',
        weight: 'partial',
      })
    }
  }
  return drafts
}

function draftOf(
  row: PackageRow,
  record: RecordFile,
  place: Exclude<ReturnType<typeof placeOf>, { kind: 'content' }>,
  locks: ReturnType<typeof locksByRoot>,
): Draft | null {
  const root = place.kind === 'package' ? place.root : null
  const lock = root === null ? undefined : locks.get(root)
  const locked =
    lock?.hidden?.packages.get(place.folder) ?? lock?.tracked?.packages.get(place.folder)
  const name = row.name || locked?.name || (place.kind === 'outside' ? nameOf(place.folder) : '')
  const version = row.version || locked?.version || ''
  // Entry points of dual packages have a manifest without a version, sometimes with a name.
  if (name === '' || (version === '' && place.kind !== 'outside')) return null
  const scopes = { package: 'installed', bundled: 'bundled', outside: 'application' } as const
  return {
    row,
    record,
    folder: place.folder,
    root,
    scope: scopes[place.kind],
    name,
    version,
    purl: purlOf(name, version),
  }
}

function purlOf(name: string, version: string): string {
  const { namespace, bare } = splitName(name)
  return buildPurl({ type: 'npm', namespace, name: bare, version, qualifiers: {} })
}

function splitName(name: string): { namespace: string; bare: string } {
  const slash = name.indexOf('/')
  if (!name.startsWith('@') || slash < 0) return { namespace: '', bare: name }
  return { namespace: name.slice(0, slash), bare: name.slice(slash + 1) }
}

function packageOf(draft: Draft, resolved: string[]): InstalledPackage {
  const { row, record, name, version } = draft
  const { namespace, bare } = splitName(name)
  return {
    type: 'npm',
    namespace,
    name: bare,
    version,
    architecture: '',
    purl: draft.purl,
    sourceName: bare,
    sourceVersion: version,
    licences: row.licences,
    maintainer: row.maintainer,
    homepage: row.homepage,
    description: row.description,
    state: '',
    scope: draft.scope,
    requested: null,
    dependencies: row.dependencies,
    resolved,
    provides: [],
    evidence: [record.path],
    location: draft.folder,
    recordDigest: record.sha256,
    // npm records no files: the folder is the claim.
    files: [],
  }
}

/** A package is looked up in the node_modules folders from its own one upward; links are followed last. */
function resolver(evidence: Evidence, drafts: readonly Draft[]): (draft: Draft) => string[] {
  const byFolder = new Map<string, Draft>()
  for (const draft of drafts) {
    if (draft.scope !== 'application') byFolder.set(draft.folder, draft)
  }
  return ({ row, folder }) => {
    const found = new Set<string>()
    const ladder = ladderOf(folder)
    for (const { alternatives, kind } of row.dependencies) {
      for (const name of alternatives) {
        const plain = ladder.map((each) => byFolder.get(`${each}${name}`))
        const target = plain.find((each) => each !== undefined) ?? linked(ladder, name, kind)
        if (target !== undefined) found.add(target.purl)
      }
    }
    return [...found].sort(byCodeUnit)
  }

  function linked(ladder: readonly string[], name: string, kind: string): Draft | undefined {
    // What is often absent is not worth a walk through the links of the image.
    if (kind === 'optional' || name.includes('..')) return undefined
    for (const each of ladder) {
      const real = evidence.lookup.realPath(`${each}${name}`)
      const draft = real === undefined ? undefined : byFolder.get(real)
      if (draft !== undefined) return draft
    }
    return undefined
  }
}

/** Deeper than any real tree; a path of thousands of parts must not cost their square. */
const MAX_LADDER = 64

/** The node_modules folders that Node searches from a folder, innermost first, each with its slash. */
function ladderOf(folder: string): string[] {
  const ladder: string[] = []
  let at = folder
  while (ladder.length < MAX_LADDER) {
    if (nameOf(at) !== 'node_modules') ladder.push(`${joinPath(at, 'node_modules')}/`)
    if (at === '') break
    at = parentOf(at)
  }
  return ladder
}
