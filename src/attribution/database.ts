// The package managers' own files: which of their differences the packages of a step account for.
import type { ImageCatalog } from '../catalog/index.ts'
import { isWithin } from '../core/index.ts'
import type { ViewFile } from '../inventory/index.ts'
import { hasMoved, isPresent, isSystem, packageKey } from './package-delta.ts'
import { explained, isPlain, type Judgement, type Scene } from './scene.ts'

/** Every record is digested: a record that differs is a change of its own. */
const RECORDS = /^(var\/lib\/dpkg\/status|(usr\/)?lib\/apk\/db\/installed)$/
/** What of a package is recorded apart: lists, digests, maintainer scripts. */
const OF_PACKAGE = /^var\/lib\/dpkg\/info\/([^:/]+?)(?::([^./]+))?\.[a-z0-9]+$/
/** Marks of what was asked for. */
const MARKS = /^(var\/lib\/apt\/extended_states|etc\/apk\/world)$/
/** Files of all packages together, which nothing digests by package. */
const SHARED =
  /^(usr\/)?lib\/apk\/db\/(scripts\.tar(\.gz)?|triggers)$|^var\/lib\/dpkg\/(triggers|updates|parts)\/[^/]+$/

/** True for the folders that package managers keep their own records in. */
export function isPackageDatabase(path: string): boolean {
  return (
    ['var/lib/dpkg', 'lib/apk/db', 'usr/lib/apk/db'].some((folder) => isWithin(path, folder)) ||
    MARKS.test(path)
  )
}

/** A database file that an untracked step changed; null when the packages of the step do not account for it. */
export function judgeDatabase(file: ViewFile, scene: Scene): Judgement | null {
  const own = OF_PACKAGE.exec(file.path)
  if (own !== null) return ofMovedPackage(file, scene, own[1] ?? '', own[2] ?? '')
  if (!isPlain(file)) return null
  if (RECORDS.test(file.path)) {
    foldIntoMoved(file, scene)
    const evidence =
      scene.delta.moves.size > 0
        ? 'the records that differ belong to the packages named'
        : 'every record in it is as before'
    return explained('generated', 'consistent', '', evidence)
  }
  if (!scene.delta.system) return null
  if (MARKS.test(file.path) ? !marksFit(scene) : !isDiversions(file, scene)) {
    if (!SHARED.test(file.path)) return null
    foldIntoMoved(file, scene)
    return explained('generated', 'claimed', '', 'written whenever a package is installed')
  }
  foldIntoMoved(file, scene)
  return explained('generated', 'consistent', '', 'what differs in it is of the packages named')
}

/** Key of the fold of a package that moved in the layer. */
export function packageFold(scene: Scene, key: string): string {
  return `${scene.layer}:package:${key}`
}

function foldIntoMoved(file: ViewFile, scene: Scene): void {
  for (const [key, { before, after }] of scene.delta.moves) {
    const item = after ?? before
    if (item !== null && isSystem(item)) scene.changes.fold(packageFold(scene, key), file.path)
  }
}

function ofMovedPackage(
  file: ViewFile,
  scene: Scene,
  name: string,
  architecture: string,
): Judgement | null {
  for (const [key, { kind, before, after }] of scene.delta.moves) {
    const item = after ?? before
    if (item === null || item.type !== 'deb' || item.name !== name || kind === 'rewritten') continue
    if (architecture !== '' && architecture !== item.architecture) continue
    scene.changes.fold(packageFold(scene, key), file.path)
    return explained('package', 'claimed', item.purl, 'record of a package that moved in this step')
  }
  return null
}

const SCRIPTS =
  /\.(config|conffiles|md5sums|postinst|postrm|preinst|prerm|shlibs|symbols|templates|triggers)$/

/** True for what dpkg keeps apart of a package that is there and did not move: only that package's own move writes it. */
export function isOfOtherPackage(path: string, { delta, after }: Scene): boolean {
  const [, name] = OF_PACKAGE.exec(path) ?? []
  if (name === undefined || !SCRIPTS.test(path)) return false
  const same = after.packages.filter((item) => item.type === 'deb' && item.name === name)
  return same.some(isPresent) && !same.some((item) => hasMoved(delta, item))
}

/** What apt keeps of a download: `NAME_VERSION_ARCHITECTURE.deb`, a colon as `%3a` (apt, pkgcache). */
const ARCHIVE = /^var\/cache\/apt\/archives\/([^/_]+)_([^/_]+)_([^/_]+)\.deb$/

/** The downloaded archive of a package that came in this step; null for any other file. */
export function judgeArchive(file: ViewFile, scene: Scene): Judgement | null {
  const [, name, version, architecture] = ARCHIVE.exec(file.path) ?? []
  if (name === undefined || !isPlain(file)) return null
  for (const [key, { kind, after }] of scene.delta.moves) {
    if (after === null || after.type !== 'deb' || kind === 'rewritten') continue
    if (after.name !== name || after.architecture !== architecture) continue
    if (after.version.replaceAll(':', '%3a') !== version) continue
    scene.changes.fold(packageFold(scene, key), file.path)
    const evidence = 'called as the archive of a package that moved in this step'
    return explained('package', 'claimed', after.purl, evidence)
  }
  return null
}

/** dpkg's diversions, when those that differ were made by packages of this step. */
function isDiversions(file: ViewFile, { before, after, delta }: Scene): boolean {
  if (file.path !== 'var/lib/dpkg/diversions') return false
  const moved = new Set<string>()
  for (const move of delta.moves.values()) moved.add((move.after ?? move.before)?.name ?? '')
  const was = new Set((before?.diversions ?? []).map((each) => JSON.stringify(each)))
  return after.diversions.every((each) => was.has(JSON.stringify(each)) || moved.has(each.owner))
}

/** True when only packages of this step changed their mark. */
function marksFit({ before, after, delta }: Scene): boolean {
  const was = marks(before)
  return after.packages.every(
    (item) =>
      !isSystem(item) ||
      !isPresent(item) ||
      hasMoved(delta, item) ||
      was.get(packageKey(item)) === item.requested,
  )
}

function marks(catalog: ImageCatalog | null): ReadonlyMap<string, boolean | null> {
  const system = (catalog?.packages ?? []).filter(isSystem)
  return new Map(system.map((item) => [packageKey(item), item.requested]))
}
