// The lists beside dpkg's packages, var/lib/dpkg/info: `.list` (every path, no kinds), `.md5sums`
// (regular files that are no configuration; format of md5sum(1)), `.conffiles` (deb-conffiles(5)).
import { cleanPath } from '../../core/index.ts'
import {
  type Cataloger,
  type CatalogRow,
  MAX_CLAIMS,
  tooManyClaims,
  unknownRow,
} from '../cataloger.ts'
import { decodeText, linesOf } from '../text.ts'

const LIST_BYTES = 32 << 20

/** Reads the paths of a package. */
export const dpkgList: Cataloger = {
  id: 'dpkg-list',
  version: 1,
  ecosystem: 'deb',
  describes: 'paths of a package installed by dpkg',
  files: [{ glob: 'var/lib/dpkg/info/*.list', maxBytes: LIST_BYTES }],
  parse: (_path, bytes) => listRows(bytes),
}

function* listRows(bytes: Uint8Array): Generator<CatalogRow> {
  const paths: string[] = []
  const parents = new Set<string>()
  let lastParent = ''
  for (const line of linesOf(decodeText(bytes))) {
    const path = pathOf(line)
    if (path === '') continue
    if (paths.length >= MAX_CLAIMS) {
      yield tooManyClaims()
      break
    }
    paths.push(path)
    const slash = path.lastIndexOf('/')
    // Neighbours mostly share their folder: comparing is cheaper than one more set entry.
    if (slash === lastParent.length && path.startsWith(lastParent)) continue
    lastParent = slash < 0 ? '' : path.slice(0, slash)
    parents.add(lastParent)
  }
  // The list tells no kinds, but what another path lies in is a directory.
  const directories = paths.filter((path) => parents.has(path))
  yield { kind: 'files', files: { paths, digests: [], directories } }
}

/** Reads the digests of a package's files. */
export const dpkgDigests: Cataloger = {
  id: 'dpkg-md5sums',
  version: 1,
  ecosystem: 'deb',
  describes: 'digests of a package installed by dpkg',
  files: [
    { glob: 'var/lib/dpkg/info/*.md5sums', maxBytes: LIST_BYTES },
    { glob: 'var/lib/dpkg/status.d/*.md5sums', maxBytes: LIST_BYTES },
  ],
  *parse(_path, bytes) {
    const paths: string[] = []
    const digests: string[] = []
    let number = 0
    let broken = 0
    for (const line of linesOf(decodeText(bytes))) {
      number += 1
      if (paths.length >= MAX_CLAIMS) {
        yield tooManyClaims()
        break
      }
      const entry = digestLine(line)
      if (entry !== null) {
        paths.push(entry.path)
        digests.push(entry.digest)
      } else if (line.trim() !== '' && broken++ === 0) {
        yield unknownRow('a line that is no digest and path', `line ${number}`)
      }
    }
    if (broken > 1) yield unknownRow(`${broken} lines that are no digest and path`)
    yield { kind: 'files', files: { paths, digests, directories: [] } }
  },
}

const DIGEST = /^[0-9a-f]{32}$/

function digestLine(line: string): { path: string; digest: string } | null {
  // md5sum(1) begins a line with a backslash when it escaped the name.
  const escaped = line.startsWith('\\')
  const start = escaped ? 1 : 0
  const digest = line.slice(start, start + 32)
  if (!DIGEST.test(digest) || line.charCodeAt(start + 32) !== 32) return null
  const raw = line.slice(start + 34)
  const path = pathOf(escaped ? unescapeName(raw) : raw)
  return path === '' ? null : { path, digest }
}

function unescapeName(name: string): string {
  return name.replace(/\\([\\nr])/g, (_, code: string) =>
    code === 'n' ? '\n' : code === 'r' ? '\r' : '\\',
  )
}

/** Reads which files of a package are configuration. */
export const dpkgConffiles: Cataloger = {
  id: 'dpkg-conffiles',
  version: 1,
  ecosystem: 'deb',
  describes: 'configuration files of a package installed by dpkg',
  files: [{ glob: 'var/lib/dpkg/info/*.conffiles', maxBytes: 1 << 20 }],
  *parse(_path, bytes) {
    const paths: string[] = []
    for (const line of linesOf(decodeText(bytes))) {
      const text = line.trim()
      // Other lines begin with a flag: `remove-on-upgrade /etc/x` is no longer the package's.
      if (text.startsWith('/')) paths.push(pathOf(text))
    }
    yield { kind: 'files', files: { paths, digests: [], directories: [] } }
  },
}

function pathOf(raw: string): string {
  const path = raw.charCodeAt(0) === 47 ? raw.slice(1) : raw
  // Nearly all paths are clean: three plain searches spare them the parser.
  const clean = path.charCodeAt(0) !== 46 && !path.includes('/.') && !path.includes('//')
  return clean && !path.endsWith('/') && path.charCodeAt(0) !== 47 ? path : cleanPath(path).path
}
