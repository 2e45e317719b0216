// An image archive in a tar file. Links are followed inside the archive only: older engines store a layer
// that equals another as `<id>/layer.tar -> ../<other>/layer.tar`.
import {
  type ByteRange,
  cleanPath,
  joinPath,
  nameOf,
  parentOf,
  sourceError,
} from '../../core/index.ts'
import { closeQuietly, readRange, type Store, tooLong } from './store.ts'
import { indexTar, type TarFile, type TarIndex, type TarMember } from './tar-index.ts'

/** What a Linux kernel follows before it gives up (ELOOP). */
const LINK_LIMIT = 40

/**
 * The members of an open tar file, which the store closes.
 * @throws AssayError `source` when it is no tar or a damaged one.
 */
export function tarStore(file: TarFile, memberLimit: number): Store {
  const index = indexTar(file, memberLimit)
  function range(path: string): ByteRange | null {
    const member = findMember(index, path)
    if (member?.kind === 'sparse')
      throw sourceError(`${path} is stored as a sparse file, which image archives do not use`, {
        where: file.where,
      })
    if (member?.kind !== 'file') return null
    return { fd: file.fd, offset: member.offset, length: member.length }
  }
  return {
    where: file.where,
    top: topOf(index),
    suspicion: suspicionOf(index, memberLimit),
    size: (path) => range(path)?.length ?? null,
    read(path, limit) {
      const found = range(path)
      if (found === null) return null
      if (found.length > limit) throw tooLong(path, found.length, limit, file.where)
      return readRange(found, file.where)
    },
    range,
    close: () => closeQuietly(file.fd),
  }
}

function topOf({ members }: TarIndex): ReadonlySet<string> {
  const top = new Set<string>()
  for (const path of members.keys()) top.add(path.split('/', 1)[0] ?? path)
  return top
}

function suspicionOf({ complete, ended }: TarIndex, limit: number): string {
  if (!complete) return `it has more than ${limit} members, and only so many were looked at`
  return ended ? '' : 'it has no end mark, so it may be cut off'
}

/** The member at a path, all links followed; null when there is none or a link leads nowhere. */
function findMember(index: TarIndex, path: string): TarMember | null {
  let wanted = inside(path)
  for (let links = 0; links <= LINK_LIMIT && wanted !== null; links += 1) {
    const member = index.members.get(wanted)
    if (member === undefined) wanted = throughLinkedFolder(index, wanted)
    else if (member.kind === 'symlink') wanted = targetOf(wanted, member.target)
    else if (member.kind === 'hardlink') wanted = inside(member.target)
    else return member
  }
  return null
}

/** The path with its lowest linked folder replaced; null when none of its folders is a link. */
function throughLinkedFolder(index: TarIndex, path: string): string | null {
  let rest = nameOf(path)
  for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) {
    const member = index.members.get(folder)
    if (member?.kind === 'symlink') {
      const target = targetOf(folder, member.target)
      return target === null ? null : joinPath(target, rest)
    }
    rest = joinPath(nameOf(folder), rest)
  }
  return null
}

function targetOf(link: string, target: string): string | null {
  return inside(target.startsWith('/') ? target : `${parentOf(link)}/${target}`)
}

function inside(path: string): string | null {
  const clean = cleanPath(path)
  return clean.escapes ? null : clean.path
}
