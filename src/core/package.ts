// Packages as package databases record them, and as an image has them installed.

/** Package ecosystems, by the type of their purl. */
export type PackageType = 'deb' | 'apk' | 'npm' | 'pypi'

/** Digest algorithms that package records use for their files. */
export type ClaimAlgorithm = 'md5' | 'sha1' | 'sha256'

/** A path that a package says is its own. */
export interface ClaimedFile {
  /** Path from the image's root as recorded, not resolved through symlinks. */
  readonly path: string
  /** Hexadecimal digest; '' when the record has none (directories, symlinks, lists without digests). */
  readonly digest: string
  readonly algorithm: ClaimAlgorithm | ''
  /** A configuration file: people may change it, and the package manager keeps their change. */
  readonly configuration: boolean
  /** True when the record says it is a directory. */
  readonly directory: boolean
}

/**
 * A dependency as declared: any one of the alternatives satisfies it. `optional`: recommended; `install-if`: the
 * package comes of itself where all of these are there.
 */
export interface Dependency {
  readonly kind: 'depends' | 'pre-depends' | 'optional' | 'peer' | 'extra' | 'install-if'
  /** The text as declared. */
  readonly text: string
  /** Names that satisfy it, in order of preference. */
  readonly alternatives: readonly string[]
}

/** How a package stands in the image. */
export type PackageScope =
  | 'installed'
  | 'bundled'
  | 'declared'
  | 'application'
  | 'virtual'
  | 'residual'

/** A package of an image, assembled from all records that speak of it. */
export interface InstalledPackage {
  readonly type: PackageType
  /** Namespace of the purl: distribution id, npm scope; '' when none. */
  readonly namespace: string
  readonly name: string
  /** '' when the record has none. */
  readonly version: string
  readonly architecture: string
  readonly purl: string
  /** Source package (deb Source, apk origin); name equal to `name` when not recorded apart. */
  readonly sourceName: string
  readonly sourceVersion: string
  /** Licences as declared, one text each. */
  readonly licences: readonly string[]
  readonly maintainer: string
  readonly homepage: string
  readonly description: string
  /** State in the package manager's own words (`install ok installed`), '' where it has none. */
  readonly state: string
  readonly scope: PackageScope
  /** Asked for by name (apk world, apt extended_states, pip REQUESTED); null when nothing tells. */
  readonly requested: boolean | null
  readonly dependencies: readonly Dependency[]
  /** Purls of the packages in the image that satisfy them, sorted. */
  readonly resolved: readonly string[]
  readonly provides: readonly string[]
  /** Paths of the records it was read from, the deciding one first. */
  readonly evidence: readonly string[]
  /** The path of the package itself: its folder for npm and Python, '' for system packages. */
  readonly location: string
  /** Digest of the record's own text (hexadecimal sha256): a stanza that changed is a change. */
  readonly recordDigest: string
  readonly files: readonly ClaimedFile[]
}

/** A package as lists and SBOMs show it: how many files it claims, not which. */
export type ListedPackage = Omit<InstalledPackage, 'files'> & {
  readonly files: { readonly length: number }
}

/** The distribution, from os-release (freedesktop.org os-release(5)). */
export interface Distribution {
  readonly id: string
  readonly idLike: readonly string[]
  readonly versionId: string
  readonly codename: string
  readonly prettyName: string
  readonly path: string
}
