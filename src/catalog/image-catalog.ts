// What the catalogers' rows amount to in one image: the result of assembling.
import type {
  ClaimedFile,
  Distribution,
  EmbeddedTrace,
  InstalledPackage,
  Unknown,
} from '../core/index.ts'
import type { ClaimList } from './cataloger.ts'
import type { Diversion, PathFilter } from './dpkg/placement.ts'
import type { TypedRequest } from './shell-history/index.ts'

/** One line of an account file. */
export interface AccountLine {
  /** `etc/passwd`, `etc/group`, `etc/shadow`, `etc/gshadow`. */
  readonly file: string
  readonly name: string
  readonly id: string
  readonly home: string
  readonly shell: string
  readonly digest: string
  /** The same without the day of the last password change. */
  readonly stableDigest: string
}

/** What the head of a compiled Python file says of its source. */
export interface BytecodeHead {
  readonly hashBased: boolean
  /** Seconds since 1970 and size of the source, modulo 2^32; -1 where the head has none. */
  readonly sourceMtime: number
  readonly sourceSize: number
  /** Hexadecimal SipHash of the source when hash-based, else ''. */
  readonly sourceHash: string
}

/** One folder of an npm tree beside what the lock files say of it. */
export interface TreeEntry {
  /** Folder from the image's root. */
  readonly path: string
  readonly name: string
  /** Version in the installed manifest; null when the folder holds none. */
  readonly installedVersion: string | null
  /** Version in package-lock.json or npm-shrinkwrap.json; null when that file does not name the folder. */
  readonly lockVersion: string | null
  /** Version in node_modules/.package-lock.json, which npm writes after an install; null likewise. */
  readonly recordedVersion: string | null
  readonly integrity: string
  /**
   * `missing`: the lock wants it; `omitted`: the lock has it, but an install may leave it out;
   * `added`: in neither lock; `swapped`: another name or version than the lock's.
   */
  readonly state: 'same' | 'swapped' | 'added' | 'missing' | 'omitted'
}

/** An npm tree that has a lock file. */
export interface InstalledTree {
  /** Folder that holds `node_modules`. */
  readonly root: string
  /** Paths of the lock files; '' where there is none. */
  readonly lock: string
  readonly hiddenLock: string
  readonly entries: readonly TreeEntry[]
}

/** Everything the records in an image say. */
export interface ImageCatalog {
  readonly distribution: Distribution | null
  /** By type, namespace, name, version, architecture, location. */
  readonly packages: readonly InstalledPackage[]
  /** What dpkg was told to leave out, in the order it reads it: the last match decides (`isExcluded`). */
  readonly exclusions: readonly PathFilter[]
  readonly diversions: readonly Diversion[]
  readonly accounts: readonly AccountLine[]
  readonly bytecode: ReadonlyMap<string, BytecodeHead>
  /** What people asked package managers for by hand, as shell histories show it. */
  readonly typed: readonly TypedRequest[]
  /** Files that name a commit, or are the image's Dockerfile. */
  readonly traces: readonly EmbeddedTrace[]
  readonly installedTrees: readonly InstalledTree[]
  /** The package manager of the system, when its database is in the image. */
  readonly systemDatabase: 'dpkg' | 'apk' | null
  readonly unknowns: readonly Unknown[]
}

/** What one ecosystem adds to the catalog of an image. */
export interface EcosystemPart {
  readonly packages: readonly InstalledPackage[]
  readonly unknowns: readonly Unknown[]
}

const ALGORITHMS: ReadonlyMap<number, ClaimedFile['algorithm']> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
])

/** The algorithm that gives digests of this length. */
export function algorithmOf(digest: string): ClaimedFile['algorithm'] {
  return ALGORITHMS.get(digest.length) ?? ''
}

/** Claim lists as claimed files; a path claimed twice keeps its first digest. */
export function claimedFiles(
  lists: readonly ClaimList[],
  configuration: ReadonlySet<string>,
): ClaimedFile[] {
  const claims = new Map<string, { -readonly [Key in keyof ClaimedFile]: ClaimedFile[Key] }>()
  const claim = (path: string, digest: string, directory: boolean) => {
    const known = claims.get(path)
    if (known === undefined) {
      const algorithm = algorithmOf(digest)
      claims.set(path, {
        path,
        digest,
        algorithm,
        configuration: configuration.has(path),
        directory,
      })
    } else if (known.digest === '' && digest !== '') {
      known.digest = digest
      known.algorithm = algorithmOf(digest)
    }
  }
  for (const { directories } of lists) for (const path of directories) claim(path, '', true)
  for (const { paths, digests } of lists)
    for (const [index, path] of paths.entries()) claim(path, digests[index] ?? '', false)
  return [...claims.values()]
}
