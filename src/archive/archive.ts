// What is known of a package's own archive: the files it brings, with digests. The archive is the judge where a
// package's record in the image could have been rewritten together with its files.

/** A member of an archive. */
export interface ArchiveMember {
  readonly kind: 'file' | 'symlink' | 'directory' | 'other'
  /** Hexadecimal; '' for what is no file. */
  readonly sha256: string
  /** Target of a symlink; ''. */
  readonly target: string
  /** Permission bits, set-id bits included. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** An archive that was read. */
export interface PackageArchive {
  /** File or URL, for the reader. */
  readonly place: string
  readonly name: string
  readonly version: string
  /** '' where the format has none. */
  readonly architecture: string
  /** By path: from the image's root for a Debian package, from the package's folder for npm. */
  readonly members: ReadonlyMap<string, ArchiveMember>
  /** The package runs scripts when it is installed: what they make is in no archive. */
  readonly hasScripts: boolean
}

/** A package whose archive is wanted. */
export interface WantedArchive {
  readonly type: 'deb' | 'npm'
  /** With the scope, for npm. */
  readonly name: string
  readonly version: string
  readonly architecture: string
  readonly sourceName: string
}

/** The archive of a package, why it could not be read, or null where there is none. */
export type FoundArchive = PackageArchive | { readonly place: string; readonly reason: string }

/** A place that may hold archives. */
export interface ArchiveSource {
  find(wanted: WantedArchive): Promise<FoundArchive | null>
}
