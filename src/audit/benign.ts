// What files are that every build writes differently, asked of one finished image: by what they are, not only by
// where they lie. Locks and differences between images share it.

import { isPlain, sourceOf } from '../attribution/index.ts'
import type { AccountLine, ImageCatalog } from '../catalog/index.ts'
import type { Overlay, ViewFile } from '../inventory/index.ts'

/** A merged image and its records. */
export interface FinishedImage {
  readonly overlay: Overlay
  readonly catalog: ImageCatalog
}

/** True for a `.pyc` whose head names the time and the size of the source that lies beside it (PEP 552). */
export function matchesItsSource(file: ViewFile, { overlay, catalog }: FinishedImage): boolean {
  const path = sourceOf(file.path)
  const head = catalog.bytecode.get(file.path)
  if (path === null || head === undefined || head.hashBased || !isPlain(file)) return false
  const source = overlay.resolve(path)
  if (source === undefined || source.kind !== 'file') return false
  return source.size % 0x1_0000_0000 === head.sourceSize && source.mtime === head.sourceMtime
}

/** The lines of one account file, without the day of the last password change; null when it was not read. */
export function accountText({ catalog }: FinishedImage, path: string): string | null {
  const lines = catalog.accounts.filter(({ file }) => file === path)
  return lines.length === 0 ? null : lines.map(lineText).join('\n')
}

function lineText({ name, stableDigest }: AccountLine): string {
  return `${name}\0${stableDigest}`
}

/** Written anew, with other bytes, by every build of the same packages; each must be plain where it counts. */
const PER_BUILD: readonly (readonly [RegExp, string])[] = [
  [/^var\/cache\/ldconfig\/aux-cache$/, 'ldconfig: inode numbers'],
  [/^(etc|var\/lib\/dbus)\/machine-id$/, 'systemd or dbus: a random number for each machine'],
  [/^(usr\/)?lib\/apk\/db\/scripts\.tar(\.gz)?$/, 'apk: the time of the run'],
  [/^etc\/ssh\/ssh_host_[a-z0-9]+_key(\.pub)?$/, 'openssh: keys made when it is installed'],
  [/^etc\/ssl\/(certs\/ssl-cert-snakeoil\.pem|private\/ssl-cert-snakeoil\.key)$/, 'ssl-cert: keys'],
  [/^etc\/ssl\/certs\/java\/cacerts$/, 'keytool: the time of each entry'],
  [/^var\/lib\/systemd\/(random-seed|catalog\/database)$/, 'systemd'],
  [/^var\/cache\/(fontconfig|man|debconf)\//, 'indexes with the times of files'],
  [/^var\/lib\/apt\/extended_states$/, 'apt: the order of its work'],
]

/** Who writes this file differently in every build, and why; '' when nobody does, or it is a program. */
export function perBuildWriter(file: ViewFile): string {
  if (!isPlain(file)) return ''
  return PER_BUILD.find(([pattern]) => pattern.test(file.path))?.[1] ?? ''
}

/** What package managers keep of all packages together: the packages themselves are compared one by one. */
const SHARED_RECORD =
  /^(var\/lib\/dpkg\/((status|available|diversions|statoverride)(-old)?|lock(-frontend)?|triggers\/[A-Za-z]+)|(usr\/)?lib\/apk\/db\/(installed|scripts\.tar(\.gz)?|triggers|lock)|var\/lib\/apt\/extended_states|etc\/apk\/world)$/

/** True for a plain file in which a package manager keeps what it knows of all packages. */
export function isSharedRecord(file: ViewFile): boolean {
  return SHARED_RECORD.test(file.path) && isPlain(file)
}

/** The package that a record of dpkg is about; undefined for any other file. */
export function recordOwner(path: string): string | undefined {
  return /^var\/lib\/dpkg\/info\/([^:]+?)(?::[^.]+)?\.[a-z0-9]+$/.exec(path)?.[1]
}
