// Archive members as the entries that the layer reader makes of them, for tests of what comes after it.
import { cleanPath, type Entry, nameOf, parentOf } from '../../src/core/index.ts'
import { entry } from './columns.ts'
import { gitBlob, type Member, sha256 } from './image.ts'

const WHITEOUT = '.wh.'

/** The entries of these members; AUFS bookkeeping is left out. */
export function entriesOf(members: readonly Member[]): Entry[] {
  return members.flatMap((member) => {
    const { path, escapes } = cleanPath(member.name)
    const facts = { path, flags: escapes ? (['escapes-root'] as const) : [] }
    const marked = marker(path, facts)
    if (marked !== undefined) return marked
    return [entry({ ...facts, kind: kindOf(member), ...metadataOf(member), ...contentOf(member) })]
  })
}

function marker(path: string, facts: Pick<Entry, 'path' | 'flags'>): Entry[] | undefined {
  const name = nameOf(path)
  if (name === '.wh..wh..opq') return [entry({ ...facts, path: parentOf(path), kind: 'opaque' })]
  if (path.split('/').some((part) => part.startsWith('.wh..wh.')) || name === WHITEOUT) return []
  if (!name.startsWith(WHITEOUT)) return undefined
  const hidden = path.slice(0, path.length - name.length) + name.slice(WHITEOUT.length)
  return [entry({ ...facts, path: hidden, kind: 'whiteout' })]
}

function kindOf(member: Member): Entry['kind'] {
  const type = member.type ?? 'file'
  if (type === 'link') return 'hardlink'
  if (type === 'directory' || type === 'symlink' || type === 'fifo') return type
  return type === 'character-device' || type === 'block-device' ? type : 'file'
}

function metadataOf(member: Member): Partial<Entry> {
  const xattrs = Object.entries(member.pax ?? {}).map(([key, value]) => [
    key.replace('SCHILY.xattr.', ''),
    Buffer.from(value).toString('hex'),
  ])
  return {
    mode: member.mode ?? 0o644,
    uid: member.uid ?? 0,
    gid: member.gid ?? 0,
    mtime: (member.mtime?.getTime() ?? 0) / 1000,
    xattrs: Object.fromEntries(xattrs),
  }
}

function contentOf(member: Member): Partial<Entry> {
  if (member.type === 'symlink') return { target: member.linkname ?? '' }
  if (member.type === 'link') return { target: cleanPath(member.linkname ?? '').path }
  if (member.type === 'character-device' || member.type === 'block-device')
    return { target: `${member.devmajor}:${member.devminor}` }
  if (member.content === undefined) return {}
  const bytes = Buffer.from(member.content)
  return { size: bytes.length, sha256: sha256(bytes), gitBlob: gitBlob(bytes) }
}
