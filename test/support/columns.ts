// Layers for tests without tar: entries as the columns that the overlay reads.
import type { Entry } from '../../src/core/index.ts'
import { nameOf, parentOf } from '../../src/core/index.ts'
import type { LayerColumns } from '../../src/inventory/view.ts'

/** A whole entry from the few facts a test cares about. */
export function entry(facts: Partial<Entry> & Pick<Entry, 'path' | 'kind'>): Entry {
  return {
    mode: facts.kind === 'directory' ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    target: '',
    xattrs: {},
    flags: [],
    sha256: '',
    gitBlob: '',
    md5: '',
    sha1: '',
    ...facts,
  }
}

/** The columns of these entries, in this order. */
export function columns(entries: readonly Entry[]): LayerColumns {
  const directories = [...new Set(entries.map(({ path }) => parentOf(path)))]
  const places = new Map(directories.map((path, index) => [path, index]))
  const at = (index: number): Entry => {
    const found = entries[index]
    if (found === undefined) throw new RangeError(`no entry ${index}`)
    return found
  }
  return {
    count: entries.length,
    directories,
    directoryOf: Uint32Array.from(entries, ({ path }) => places.get(parentOf(path)) ?? 0),
    nameAt: (index) => nameOf(at(index).path),
    kindAt: (index) => at(index).kind,
    modeAt: (index) => at(index).mode,
    uidAt: (index) => at(index).uid,
    gidAt: (index) => at(index).gid,
    sizeAt: (index) => at(index).size,
    mtimeAt: (index) => at(index).mtime,
    targetAt: (index) => at(index).target,
    xattrsAt: (index) => at(index).xattrs,
    flagsAt: (index) => at(index).flags,
    sha256At: (index) => at(index).sha256,
    gitBlobAt: (index) => at(index).gitBlob,
    md5At: (index) => at(index).md5,
    sha1At: (index) => at(index).sha1,
  }
}
