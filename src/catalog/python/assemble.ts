// Python distributions of an image: metadata joined with the records beside it.
import {
  byCodeUnit,
  cleanPath,
  type Dependency,
  type InstalledPackage,
  isWithin,
  joinPath,
  nameOf,
  type Unknown,
} from '../../core/index.ts'
import type { ClaimList, PackageRow } from '../cataloger.ts'
import { type Evidence, nameSome, type RecordFile, rowsOfKind, tellUnknowns } from '../evidence.ts'
import { type BytecodeHead, claimedFiles, type EcosystemPart } from '../image-catalog.ts'
import { buildPurl } from '../purl.ts'
import { besideMetadata, type PythonPlace, pythonPlaceOf } from './place.ts'
import { excludesLinux, normalName } from './requirement.ts'

interface Draft {
  readonly row: PackageRow
  readonly record: RecordFile
  readonly place: PythonPlace
  readonly dependencies: readonly Dependency[]
  readonly installer: string
  readonly requested: boolean
  readonly purl: string
}

/** Joins all that Python installers recorded. */
export function assemblePython(evidence: Evidence): EcosystemPart {
  const unknowns: Unknown[] = []
  const drafts: Draft[] = []
  for (const record of evidence.of('python-metadata')) {
    tellUnknowns(unknowns, record, 'python-metadata', 'partial')
    const place = pythonPlaceOf(record.path)
    for (const row of rowsOfKind(record, 'package')) {
      if (isStandardLibrary(row, record.path)) continue
      drafts.push(draftOf(row, record, place, evidence))
    }
  }
  const distinctDrafts = dropTwins(drafts)
  const requested = requestedOf(distinctDrafts)
  const resolve = resolver(distinctDrafts)
  const packages = distinctDrafts.map((draft) => ({
    ...packageOf(draft, evidence, unknowns),
    requested: requested(draft),
    resolved: resolve(draft),
  }))
  return { packages, unknowns }
}

/** Python-2.7.egg-info describes the interpreter itself, and so do the modules it came with. */
function isStandardLibrary(row: PackageRow, path: string): boolean {
  return row.name === 'Python' || (row.name === 'wsgiref' && nameOf(path) === 'wsgiref.egg-info')
}

/** METADATA and PKG-INFO of one record folder are one distribution. */
function dropTwins(drafts: readonly Draft[]): Draft[] {
  const byLocation = new Map<string, Draft>()
  for (const draft of drafts) {
    if (!byLocation.has(draft.place.location)) byLocation.set(draft.place.location, draft)
  }
  return [...byLocation.values()]
}

function draftOf(
  row: PackageRow,
  record: RecordFile,
  place: PythonPlace,
  evidence: Evidence,
): Draft {
  const beside = (reader: string, name: string) =>
    place.records === '' ? undefined : evidence.at(reader, besideMetadata(place, name))
  const requires = [...rowsOfKind(beside('python-requires', 'requires.txt'), 'package')]
  const direct = propertiesOf(beside('python-direct-url', 'direct_url.json'))
  return {
    row,
    record,
    place,
    dependencies: [...row.dependencies, ...requires.flatMap((each) => each.dependencies)],
    installer: propertiesOf(beside('python-installer', 'INSTALLER')).get('installer') ?? '',
    requested: place.records !== '' && evidence.exists(besideMetadata(place, 'REQUESTED')),
    purl: purlOf(row, direct),
  }
}

function propertiesOf(file: RecordFile | undefined): Map<string, string> {
  return new Map([...rowsOfKind(file, 'property')].map((row) => [row.name, row.value]))
}

function purlOf(row: PackageRow, direct: ReadonlyMap<string, string>): string {
  const url = direct.get('url') ?? ''
  const vcs = direct.get('vcs') ?? ''
  const remote = /^https?:/i.test(url)
  const commit = direct.get('commit') ?? ''
  return buildPurl({
    type: 'pypi',
    namespace: '',
    name: row.name,
    version: row.version,
    qualifiers: {
      download_url: remote && vcs === '' ? url : '',
      vcs_url: vcs === '' || url.startsWith('file:') ? '' : `${vcs}+${url}@${commit}`,
    },
  })
}

/**
 * REQUESTED marks what was asked for (PEP 376). Its absence tells something only where the same
 * tool wrote it for others in the same folder: older tools never write it.
 */
function requestedOf(drafts: readonly Draft[]): (draft: Draft) => boolean | null {
  const writers = new Set<string>()
  const key = (draft: Draft) => `${draft.installer}\0${draft.place.site}`
  for (const draft of drafts) if (draft.requested) writers.add(key(draft))
  return (draft) => {
    if (draft.requested) return true
    return draft.installer !== '' && writers.has(key(draft)) ? false : null
  }
}

function packageOf(draft: Draft, evidence: Evidence, unknowns: Unknown[]): InstalledPackage {
  const { row, record, place } = draft
  const files = filesOf(place, evidence, unknowns)
  return {
    type: 'pypi',
    namespace: '',
    name: row.name,
    version: row.version,
    architecture: '',
    purl: draft.purl,
    sourceName: row.name,
    sourceVersion: row.version,
    licences: row.licences,
    maintainer: row.maintainer,
    homepage: row.homepage,
    description: row.description,
    state: '',
    scope: place.bundled ? 'bundled' : 'installed',
    requested: null,
    dependencies: draft.dependencies,
    resolved: [],
    provides: row.provides,
    evidence: [record.path, ...files.evidence],
    location: place.location,
    recordDigest: record.sha256,
    files: claimedFiles(files.lists, new Set()),
  }
}

function filesOf(
  place: PythonPlace,
  evidence: Evidence,
  unknowns: Unknown[],
): { lists: ClaimList[]; evidence: string[] } {
  if (place.records === '') return { lists: [], evidence: [] }
  const sources = [
    { reader: 'python-record', name: 'RECORD', from: place.site },
    { reader: 'python-installed-files', name: 'installed-files.txt', from: place.records },
  ]
  const lists: ClaimList[] = []
  const paths: string[] = []
  for (const { reader, name, from } of sources) {
    const file = evidence.at(reader, besideMetadata(place, name))
    if (file === undefined) continue
    tellUnknowns(unknowns, file, reader, 'partial')
    paths.push(file.path)
    for (const { files } of rowsOfKind(file, 'files')) {
      const absolute = files.paths.map((path) => resolveFrom(from, path))
      lists.push({ ...files, paths: absolute })
    }
  }
  return { lists, evidence: paths }
}

function resolveFrom(folder: string, path: string): string {
  return cleanPath(path.startsWith('/') ? path : joinPath(folder, path)).path
}

/** By name in the same folder of modules, else in another that the system's interpreter sees. */
function resolver(drafts: readonly Draft[]): (draft: Draft) => string[] {
  const bySite = new Map<string, Map<string, string>>()
  const system = new Map<string, string>()
  for (const { row, place, purl } of drafts) {
    const name = normalName(row.name)
    const site = bySite.get(place.site) ?? new Map<string, string>()
    site.set(name, purl)
    bySite.set(place.site, site)
    if (isSystem(place) && !system.has(name)) system.set(name, purl)
  }
  return ({ dependencies, place }) => {
    const found = new Set<string>()
    for (const { kind, text, alternatives } of dependencies) {
      if (kind === 'extra' || (kind === 'optional' && excludesLinux(text))) continue
      for (const name of alternatives) {
        const beyond = isSystem(place) ? system.get(name) : undefined
        const purl = bySite.get(place.site)?.get(name) ?? beyond
        if (purl !== undefined) found.add(purl)
      }
    }
    return [...found].sort(byCodeUnit)
  }
}

function isSystem(place: PythonPlace): boolean {
  return !place.bundled && isWithin(place.site, 'usr')
}

/** What each compiled Python file of an image says of its source, by path. */
export function assembleBytecode(
  evidence: Evidence,
  unknowns: Unknown[],
): Map<string, BytecodeHead> {
  const heads = new Map<string, BytecodeHead>()
  const broken: string[] = []
  for (const file of evidence.of('python-bytecode')) {
    for (const { kind: _kind, ...head } of rowsOfKind(file, 'bytecode')) heads.set(file.path, head)
    if (!heads.has(file.path)) broken.push(file.path)
  }
  if (broken.length > 0) {
    unknowns.push({
      subject: broken[0] ?? '',
      place: '',
      reader: 'python-bytecode',
      reason: `compiled Python files whose head cannot be read: ${nameSome(broken)}`,
      weight: 'partial',
    })
  }
  return heads
}
