// What a cataloger is, and the rows it gives. Rows are facts of a file's content alone: they hold
// no path of the file they came from, so the same content is read once, wherever it lies.
// They are plain JSON; assemble.ts joins them with paths and the distribution, image by image.
import type { Dependency, WantPattern } from '../core/index.ts'

/**
 * Paths and digests a record claims. `paths` and `digests` run in parallel; a digest is hexadecimal,
 * its length tells the algorithm (32 md5, 40 sha1, 64 sha256), '' means that the record has none.
 */
export interface ClaimList {
  readonly paths: readonly string[]
  readonly digests: readonly string[]
  /** Paths the record calls directories. */
  readonly directories: readonly string[]
}

/** A package as its record describes it. */
export interface PackageRow {
  readonly kind: 'package'
  readonly name: string
  /** '' when the record has none. */
  readonly version: string
  readonly architecture: string
  /** '' when the record does not name a source apart. */
  readonly sourceName: string
  readonly sourceVersion: string
  readonly licences: readonly string[]
  readonly maintainer: string
  readonly homepage: string
  readonly description: string
  readonly state: string
  readonly dependencies: readonly Dependency[]
  readonly provides: readonly string[]
  readonly files: ClaimList
  /** Paths among `files` that are configuration. */
  readonly configuration: readonly string[]
  /** Hexadecimal sha256 of the record's own text; '' when the record is the whole file. */
  readonly recordDigest: string
  /** What only this ecosystem records, by lower-case name. */
  readonly facts: Readonly<Record<string, string>>
}

/** Files claimed by a list that lies beside the package's record. */
export interface FileListRow {
  readonly kind: 'files'
  readonly files: ClaimList
}

/** What the package manager was told to leave out of the image, in the order it was told. */
export interface ExclusionRow {
  readonly kind: 'exclusion'
  readonly pattern: string
  readonly include: boolean
}

/** A file that lies elsewhere than its package says (dpkg-divert(1)). */
export interface DiversionRow {
  readonly kind: 'diversion'
  readonly original: string
  readonly target: string
  /** Package whose own file keeps the original place; '' for a local diversion. */
  readonly owner: string
}

/** Whether a package was asked for by name. */
export interface RequestRow {
  readonly kind: 'request'
  readonly name: string
  /** '' when the list does not tell. */
  readonly architecture: string
  readonly requested: boolean
}

/** Licences that a licence file declares. */
export interface LicenceRow {
  readonly kind: 'licence'
  readonly names: readonly string[]
}

/** A named value: a field of os-release, a marker file. */
export interface PropertyRow {
  readonly kind: 'property'
  readonly name: string
  readonly value: string
}

/** What a lock file says of one installed folder. */
export interface LockedPackage {
  /** Folder from the lock's root: `node_modules/a/node_modules/b`; '' for the root itself. */
  readonly path: string
  readonly name: string
  readonly version: string
  readonly integrity: string
  /** A link to a folder of the application (workspace): nothing is installed there. */
  readonly link: boolean
  /** An install may leave it out: development, optional, peer. */
  readonly omittable: boolean
}

/** A lock file of an application. */
export interface LockRow {
  readonly kind: 'lock'
  readonly lockVersion: number
  readonly packages: readonly LockedPackage[]
}

/** One line of an account file: its name and digests, never its text. */
export interface AccountRow {
  readonly kind: 'account'
  readonly name: string
  /** Numeric user or group id; '' in shadow files. */
  readonly id: string
  /** Home folder and shell, in passwd only. */
  readonly home: string
  readonly shell: string
  /** Hexadecimal sha256 of the line. */
  readonly digest: string
  /** The same with the day of the last password change left out, in shadow; else equal to `digest`. */
  readonly stableDigest: string
}

/** The head of a compiled Python file (PEP 552). */
export interface BytecodeRow {
  readonly kind: 'bytecode'
  readonly hashBased: boolean
  /** Seconds since 1970 and size of the source, modulo 2^32; -1 where the head has none. */
  readonly sourceMtime: number
  readonly sourceSize: number
  /** Hexadecimal SipHash of the source when hash-based, else ''. */
  readonly sourceHash: string
}

/** Something that was recognised and could not be read. */
export interface UnknownRow {
  readonly kind: 'unknown'
  readonly reason: string
  /** The place in the file: a line, a record; '' when it is the whole. */
  readonly place: string
  /** Present when the rest of the file was not read at all. */
  readonly cut?: true
}

/** A fact that a cataloger read from a file. */
export type CatalogRow =
  | PackageRow
  | FileListRow
  | ExclusionRow
  | DiversionRow
  | RequestRow
  | LicenceRow
  | PropertyRow
  | LockRow
  | AccountRow
  | BytecodeRow
  | UnknownRow

/** Reads one kind of file. Adding one: docs/adding-a-cataloger.md. */
export interface Cataloger {
  /** Permanent, kebab-case. */
  readonly id: string
  /** Raised whenever `parse` gives other rows for the same bytes: known contents are then read again. */
  readonly version: number
  readonly ecosystem: string
  /** What it reads, in a few words. */
  readonly describes: string
  readonly files: readonly WantPattern[]
  /** True for files whose bytes hold secrets: they are never kept, only their rows. */
  readonly secret?: true
  /**
   * The facts in one file. Bytes are hostile. The path is for formats that need it to tell what they
   * are; rows must not hold it.
   */
  parse(path: string, bytes: Uint8Array): Iterable<CatalogRow>
}

/** The row for something that could not be read. */
export function unknownRow(reason: string, place = ''): UnknownRow {
  return { kind: 'unknown', reason, place }
}

/** The row for a file whose rest, or whole, was not read. */
export function cutRow(reason: string): UnknownRow {
  return { kind: 'unknown', reason, place: '', cut: true }
}

/** More paths than any real record has. */
export const MAX_CLAIMS = 500_000

/** The row for a record that claims too many paths. */
export function tooManyClaims(): UnknownRow {
  return cutRow(`more than ${MAX_CLAIMS} paths; the rest was not read`)
}

/** A claim list without entries. */
export const NO_CLAIMS: ClaimList = { paths: [], digests: [], directories: [] }

/** A package row with every field empty, to be spread under the known ones. */
export const EMPTY_PACKAGE: PackageRow = {
  kind: 'package',
  name: '',
  version: '',
  architecture: '',
  sourceName: '',
  sourceVersion: '',
  licences: [],
  maintainer: '',
  homepage: '',
  description: '',
  state: '',
  dependencies: [],
  provides: [],
  files: NO_CLAIMS,
  configuration: [],
  recordDigest: '',
  facts: {},
}
