// TEMPORARY stand-in until src/layer exists: entries as JSON.
import { type Entry, nameOf, parentOf } from '../core/index.ts'
import { damaged, parseJson } from './pack.ts'
import type { LayerColumns } from './view.ts'

export function decodeBlock(bytes: Uint8Array): LayerColumns {
  const entries = parseJson(Buffer.from(bytes).toString('utf8'), 'block') as Entry[]
  const directories = [...new Set(entries.map(({ path }) => parentOf(path)))]
  const index = new Map(directories.map((d, i) => [d, i]))
  const at = (i: number): Entry => {
    const found = entries[i]
    if (found === undefined) throw damaged('block')
    return found
  }
  return {
    count: entries.length,
    directories,
    directoryOf: Uint32Array.from(entries, ({ path }) => index.get(parentOf(path)) ?? 0),
    nameAt: (i) => nameOf(at(i).path),
    kindAt: (i) => at(i).kind,
    modeAt: (i) => at(i).mode,
    uidAt: (i) => at(i).uid,
    gidAt: (i) => at(i).gid,
    sizeAt: (i) => at(i).size,
    mtimeAt: (i) => at(i).mtime,
    targetAt: (i) => at(i).target,
    xattrsAt: (i) => at(i).xattrs,
    flagsAt: (i) => at(i).flags,
    sha256At: (i) => at(i).sha256,
    gitBlobAt: (i) => at(i).gitBlob,
    md5At: (i) => at(i).md5,
    sha1At: (i) => at(i).sha1,
  }
}
