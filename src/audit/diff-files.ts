// The merged trees of two images, path by path, with where each file comes from.

import { isPlain, isPrivileged, isSystem } from '../attribution/index.ts'
import type { BenignDiff, FileDiff, FileOrigin, Origin, PackageDiff } from '../core/index.ts'
import { byCodeUnit, shortPackage } from '../core/index.ts'
import type { ViewFile } from '../inventory/index.ts'
import { isSharedRecord, recordOwner } from './benign.ts'
import type { Compared } from './compare.ts'
import { type BenignScene, benignChange, benignExtra, isMadeAnew } from './diff-benign.ts'
import type { PackagePair } from './diff-packages.ts'
import { octal, ownerText } from './lock-files.ts'

/** What differs between two trees. */
export interface FileDifferences {
  readonly rows: readonly FileDiff[]
  readonly benign: readonly BenignDiff[]
  /** The packages with the number of paths that differ with them. */
  readonly packages: readonly PackageDiff[]
  readonly times: number
}

/** A path with what stands there in each image. */
interface Pair {
  readonly path: string
  readonly a: ViewFile | undefined
  readonly b: ViewFile | undefined
}

/** Compares two merged trees; files of packages that differ are counted with them. */
export function diffFiles(
  a: Compared,
  b: Compared,
  packages: readonly PackagePair[],
): FileDifferences {
  return new TreeDiff(a, b, packages).run()
}

class TreeDiff {
  readonly #a: Compared
  readonly #b: Compared
  readonly #originsA: ReadonlyMap<string, FileOrigin>
  readonly #originsB: ReadonlyMap<string, FileOrigin>
  readonly #pairs: readonly PackagePair[]
  readonly #byPurl = new Map<string, PackagePair>()
  readonly #counts = new Map<PackagePair, number>()
  readonly #rows: FileDiff[] = []
  readonly #benign: BenignDiff[] = []
  #times = 0

  constructor(a: Compared, b: Compared, packages: readonly PackagePair[]) {
    this.#a = a
    this.#b = b
    this.#pairs = packages
    this.#originsA = new Map(a.attribution.files.map((file) => [file.path, file]))
    this.#originsB = new Map(b.attribution.files.map((file) => [file.path, file]))
    for (const pair of packages)
      for (const item of [pair.before, pair.after])
        if (item !== null) this.#byPurl.set(item.purl, pair)
  }

  run(): FileDifferences {
    const differing = this.#differing()
    const scene = this.#scene(differing)
    const filled = foldersOf(differing)
    for (const pair of differing) this.#judge(pair, scene, filled)
    return {
      rows: this.#rows,
      benign: this.#benign,
      packages: this.#pairs.map((pair) => ({ ...pair.row, files: this.#counts.get(pair) ?? 0 })),
      times: this.#times,
    }
  }

  #differing(): readonly Pair[] {
    const { overlay } = this.#b.attribution
    const pairs: Pair[] = []
    for (const a of this.#a.attribution.overlay.files()) {
      const b = overlay.get(a.path)
      if (b === undefined || !isSame(a, b)) pairs.push({ path: a.path, a, b })
      else if (a.mtime !== b.mtime && a.kind !== 'directory') this.#times += 1
    }
    for (const b of overlay.files()) {
      if (this.#a.attribution.overlay.get(b.path) === undefined)
        pairs.push({ path: b.path, a: undefined, b })
    }
    return pairs.sort((x, y) => byCodeUnit(x.path, y.path))
  }

  #scene(differing: readonly Pair[]): BenignScene {
    const [a, b] = [this.#a.attribution, this.#b.attribution]
    return {
      a,
      b,
      sameLibraries: !differing.some(({ path }) => /\.so(\.[0-9.]+)?$/.test(path)),
      sameRecords: recordsOf(this.#a) === recordsOf(this.#b),
    }
  }

  #judge({ path, a, b }: Pair, scene: BenignScene, filled: ReadonlySet<string>): void {
    const file = b ?? a
    if (file === undefined) return
    // a folder that came or went with what is in it is told by that
    if (file.kind === 'directory' && (a === undefined || b === undefined) && filled.has(path))
      return
    const pair = this.#packageOf(path, a, b)
    if (pair !== undefined) {
      this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + 1)
      return
    }
    const benign =
      a !== undefined && b !== undefined ? benignChange(a, b, scene) : benignExtra(file)
    if (benign !== '') this.#benign.push({ subject: `/${path}`, reason: benign })
    else this.#add(path, a, b)
  }

  /** The package that differs and brings the difference along. */
  #packageOf(path: string, a?: ViewFile, b?: ViewFile): PackagePair | undefined {
    if (this.#pairs.length === 0) return undefined
    // records have no modes: a new right to run as another is the file's own difference
    if (a !== undefined && isPrivileged(b ?? null) && !isPrivileged(a)) return undefined
    for (const [compared, file] of [
      [this.#b, b],
      [this.#a, a],
    ] as const) {
      if (file === undefined) continue
      const { ownership } = compared.attribution
      const claim = ownership.of(path, file)
      const state = claim?.state
      const pair = claim === undefined ? undefined : this.#byPurl.get(claim.package.purl)
      if (pair !== undefined && (state === 'intact' || state === 'unverified')) return pair
      const origin = (compared === this.#b ? this.#originsB : this.#originsA).get(path)
      const inside = origin?.origin === 'package' ? this.#byPurl.get(origin.owner) : undefined
      if (inside !== undefined) return inside
    }
    return this.#recordOf(path, a, b)
  }

  /** The package manager's own record of a package that differs, or of all packages. */
  #recordOf(path: string, a?: ViewFile, b?: ViewFile): PackagePair | undefined {
    const system = this.#pairs.filter(({ before, after }) => {
      const item = after ?? before
      return item !== null && isSystem(item)
    })
    const about = recordOwner(path)
    if (about !== undefined) return system.find(({ row }) => row.name === about)
    const isRecord = [a, b].every((file) => file === undefined || isSharedRecord(file))
    return isRecord ? system[0] : undefined
  }

  #add(path: string, a: ViewFile | undefined, b: ViewFile | undefined): void {
    const told = this.#originsB.get(path) ?? this.#originsA.get(path)
    const described = this.#a.description !== null || this.#b.description !== null
    const file = b ?? a
    const origin = originOf(file, told, described)
    const change = changeOf(a, b)
    const owner = OWNED.has(origin) && told !== undefined ? shortPackage(told.owner) : ''
    const from = a === undefined ? '' : valueText(a, change)
    const to = b === undefined ? '' : valueText(b, change)
    const drift = !(change === 'content' && isMade(a, b, origin))
    this.#rows.push({ change, path: `/${path}`, origin, owner, from, to, drift })
  }
}

function foldersOf(pairs: readonly Pair[]): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const { path } of pairs) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      folders.add(path.slice(0, at))
  }
  return folders
}

function recordsOf({ attribution }: Compared): string {
  return attribution.catalog.packages
    .filter(isSystem)
    .map(({ purl, state, recordDigest }) => `${purl} ${state} ${recordDigest}`)
    .sort(byCodeUnit)
    .join('\n')
}

/** Equal in all but the time; the mode of a link is that of the file system it was made on. */
function isSame(a: ViewFile, b: ViewFile): boolean {
  if (a.kind !== b.kind || a.uid !== b.uid || a.gid !== b.gid) return false
  if (a.kind !== 'symlink' && a.mode !== b.mode) return false
  return sameContent(a, b) && sameAttributes(a, b)
}

function sameContent(a: ViewFile, b: ViewFile): boolean {
  return a.kind === 'file' ? a.sha256 !== '' && a.sha256 === b.sha256 : a.target === b.target
}

function sameAttributes(a: ViewFile, b: ViewFile): boolean {
  const text = ({ xattrs }: ViewFile) => JSON.stringify(Object.entries(xattrs).sort())
  return text(a) === text(b)
}

function changeOf(a: ViewFile | undefined, b: ViewFile | undefined): FileDiff['change'] {
  if (a === undefined) return 'added'
  if (b === undefined) return 'removed'
  if (a.kind !== b.kind) return 'kind'
  if (!sameContent(a, b)) return 'content'
  return a.uid !== b.uid || a.gid !== b.gid ? 'owner' : 'mode'
}

/** Mode and owner are shown with the content: a set-id bit must not hide behind other bytes. */
function valueText(file: ViewFile, change: FileDiff['change']): string {
  const capability = file.xattrs['security.capability'] ?? ''
  const rights = `${octal(file.mode)}${capability === '' ? '' : ' with capabilities'}`
  if (change === 'owner') return ownerText(file)
  if (change === 'mode') return rights
  if (file.kind === 'file') return `${rights} sha256:${file.sha256}`
  return file.kind === 'symlink' ? `link to ${file.target}` : `${file.kind} ${rights}`
}

function originOf(
  file: ViewFile | undefined,
  told: FileOrigin | undefined,
  described: boolean,
): FileDiff['origin'] {
  if (file?.kind === 'directory') return 'folder'
  if (told === undefined) return 'unowned'
  const known = told.origin === 'package' || told.origin === 'package-modified'
  return described || known ? told.origin : 'unowned'
}

/** Origins whose owner is a package or a tracked path. */
const OWNED: ReadonlySet<string> = new Set([
  ...['package', 'package-modified', 'context', 'context-modified', 'context-other-commit'],
])
const MADE: ReadonlySet<Origin | string> = new Set(['run', 'stage', 'artifact'])

/** Bytes of a plain file that a tracked step makes, or that the scripts of packages make of chance and time. */
function isMade(a: ViewFile | undefined, b: ViewFile | undefined, origin: string): boolean {
  if (a === undefined || b === undefined || !isPlain(a) || !isPlain(b)) return false
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.path.endsWith('.pyc'))
    return false
  return MADE.has(origin) || isMadeAnew(a, b)
}
