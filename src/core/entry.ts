// One member of a layer, as a fact. Layer members are the unit everything else is derived from.

/** What a layer entry is. `whiteout` and `opaque` are deletions (OCI image-spec, layer.md). */
export type EntryKind =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'hardlink'
  | 'character-device'
  | 'block-device'
  | 'fifo'
  | 'whiteout'
  | 'opaque'

/** All kinds, in the order of their codes in a layer block. Append only. */
export const ENTRY_KINDS: readonly EntryKind[] = [
  'file',
  'directory',
  'symlink',
  'hardlink',
  'character-device',
  'block-device',
  'fifo',
  'whiteout',
  'opaque',
]

/**
 * A fact about an entry. `escapes-root` and `absolute-name` are kept and reported, never followed.
 * `elf` and `script` tell from the first bytes that a file is a program.
 */
export type EntryFlag =
  | 'escapes-root'
  | 'absolute-name'
  | 'sparse'
  | 'over-limit'
  | 'elf'
  | 'script'

/** All flags, in the order of their bits in a layer block. Append only. */
export const ENTRY_FLAGS: readonly EntryFlag[] = [
  'escapes-root',
  'absolute-name',
  'sparse',
  'over-limit',
  'elf',
  'script',
]

/** Says which files of a layer somebody wants the bytes of. Plain data: it crosses threads. */
export interface WantPattern {
  /** picomatch glob over the cleaned path. */
  readonly glob: string
  /** Files larger than this are named as unknown instead of read. Bytes. */
  readonly maxBytes: number
  /** Only the first bytes are wanted: how many. */
  readonly head?: number
}

/** One entry of a layer, in archive order. */
export interface Entry {
  /** Cleaned path as the archive names it; parents may be symlinks. For a whiteout the path it deletes; for an opaque marker its directory. */
  readonly path: string
  readonly kind: EntryKind
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes of content; 0 for all but files. */
  readonly size: number
  /** Seconds since 1970, UTC, whole. */
  readonly mtime: number
  /** Raw target of a symlink; cleaned root-relative target of a hardlink; `major:minor` of a device; else ''. */
  readonly target: string
  /** Extended attributes that matter (`security.capability`, ACLs, user.*), name to hexadecimal value. */
  readonly xattrs: Readonly<Record<string, string>>
  readonly flags: readonly EntryFlag[]
  /** For files: hexadecimal digests of the content. `md5` and `sha1` only where the layer was read with them. */
  readonly sha256: string
  readonly gitBlob: string
  readonly md5: string
  readonly sha1: string
}

/** A file whose bytes a cataloger wants, as the layer reader gives it. */
export interface WantedFile {
  readonly path: string
  readonly sha256: string
  readonly bytes: Uint8Array
}

/** Something recognised that could not be read or was not looked at. */
export interface Unknown {
  /** The thing it lies in: a layer's diff_id, an image's config digest, a path, a repository. */
  readonly subject: string
  /** The place in it: a path, an entry, a line; '' when it is the whole. */
  readonly place: string
  /** Which reader met it: `layer`, `image`, a cataloger's id, `git`, … */
  readonly reader: string
  readonly reason: string
  /** `fatal`: without it the verdict is unknown (a layer, the system's package database). */
  readonly weight: 'fatal' | 'partial'
}
