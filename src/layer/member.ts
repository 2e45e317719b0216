// A tar member as an entry: clean path, kind, deletion markers (OCI image-spec, layer.md, "Whiteouts"; AUFS markers
// as engines treat them), extended attributes that matter.
import {
  cleanPath,
  type Entry,
  type EntryFlag,
  type EntryKind,
  joinPath,
  nameOf,
  type PaxRecord,
  parentOf,
  sourceError,
} from '../core/index.ts'
import { TIME_LIMIT } from './block-writer.ts'
import { NO_DIGESTS } from './content-hash.ts'
import type { TarMember } from './tar-reader.ts'

/** An entry whose content is not read yet, or why the member gives none. */
export type MemberFacts = Entry | { readonly skipped: string } | null

const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'
const AUFS = '.wh..wh.'
const NO_XATTRS: Entry['xattrs'] = Object.freeze({})
const NO_FLAGS: readonly EntryFlag[] = Object.freeze([])

const KINDS: Readonly<Record<string, EntryKind>> = {
  '0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
}

/** The facts of a member; null for what engines keep out of the tree without a word. */
export function factsOf(member: TarMember): MemberFacts {
  const { path, escapes } = cleanPath(member.name)
  const flags = flagsOf(member, escapes)
  const marker = markerOf(path)
  if (marker === 'left out') return null
  if (marker === 'nameless') return { skipped: 'it is a whiteout without a name' }
  const kind = marker?.kind ?? KINDS[member.type]
  if (kind === undefined)
    return { skipped: `it is of type ${JSON.stringify(member.type)}, which engines refuse` }
  const { mode, uid, gid, mtime } = member
  if (!Number.isSafeInteger(uid) || !Number.isSafeInteger(gid))
    throw sourceError('a member has an owner that no system has')
  return {
    path: marker?.path ?? path,
    kind,
    mode: mode & 0o7777,
    uid,
    gid,
    size: kind === 'file' ? (member.sparse?.size ?? member.size) : 0,
    mtime: Math.max(-TIME_LIMIT, Math.min(TIME_LIMIT, mtime)),
    target: targetOf(kind, member),
    xattrs: member.xattrs.length === 0 ? NO_XATTRS : xattrsOf(member.xattrs),
    flags,
    ...NO_DIGESTS,
  }
}

function flagsOf(member: TarMember, escapes: boolean): readonly EntryFlag[] {
  const absolute = member.name.startsWith('/')
  if (!escapes && !absolute && member.sparse === null) return NO_FLAGS
  const flags: EntryFlag[] = []
  if (escapes) flags.push('escapes-root')
  if (absolute) flags.push('absolute-name')
  if (member.sparse !== null) flags.push('sparse')
  return flags
}

type Marker =
  | { readonly kind: 'whiteout' | 'opaque'; readonly path: string }
  | 'left out'
  | 'nameless'
  | null

// Engines look at the name alone, whatever kind of member has it.
function markerOf(path: string): Marker {
  if (!path.includes(WHITEOUT)) return null
  if (path.startsWith(AUFS) && path !== OPAQUE) return 'left out'
  const name = nameOf(path)
  if (!name.startsWith(WHITEOUT)) return null
  const parent = parentOf(path)
  if (name === OPAQUE) return { kind: 'opaque', path: parent }
  const hidden = name.slice(WHITEOUT.length)
  if (hidden === '' || hidden === '.' || hidden === '..') return 'nameless'
  return { kind: 'whiteout', path: joinPath(parent, hidden) }
}

function targetOf(kind: EntryKind, member: TarMember): string {
  if (kind === 'symlink') return member.link
  if (kind === 'hardlink') return cleanPath(member.link).path
  if (kind === 'character-device' || kind === 'block-device')
    return `${member.deviceMajor}:${member.deviceMinor}`
  return ''
}

const SCHILY = 'SCHILY.xattr.'
const LIBARCHIVE = 'LIBARCHIVE.xattr.'

// The kernel's labels of the machine that packed the layer (security.selinux) and those of macOS say nothing of it.
function matters(name: string): boolean {
  return /^(security\.capability$|system\.posix_acl_|user\.|trusted\.overlay\.)/.test(name)
}

function xattrsOf(records: readonly PaxRecord[]): Entry['xattrs'] {
  const found = new Map<string, string>()
  for (const { key, value } of records) {
    if (!key.startsWith(LIBARCHIVE)) continue
    const name = unescaped(key.slice(LIBARCHIVE.length))
    if (matters(name))
      found.set(name, Buffer.from(value.toString('latin1'), 'base64').toString('hex'))
  }
  for (const { key, value } of records) {
    if (!key.startsWith(SCHILY)) continue
    const name = key.slice(SCHILY.length)
    if (matters(name)) found.set(name, value.toString('hex'))
  }
  const names = [...found.keys()].sort()
  return Object.fromEntries(names.map((name) => [name, found.get(name) ?? '']))
}

function unescaped(name: string): string {
  return name.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}
