// A seeded stand-in for the entries of a big image: names, folder sizes, modes and sizes as in Debian and npm trees.

const WORDS =
  'lib core util index test main node data base http stream config parser render cache table query type model view form list item error debug locale en de fr zone info doc man share python perl unicode icon font theme'.split(
    ' ',
  )
const ENDINGS = [
  '.js',
  '.js',
  '.d.ts',
  '.json',
  '.py',
  '.h',
  '.so.1',
  '.md',
  '.gz',
  '',
  '.png',
  '.conf',
]

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function random(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Entries in archive order: each folder before what lies in it. About one in eleven is a folder. */
export function makeEntries(count, seed) {
  const next = random(seed)
  const pick = (list) => list[Math.floor(next() * list.length)]
  const hex = (digits) => {
    let text = ''
    while (text.length < digits)
      text += Math.floor(next() * 2 ** 32)
        .toString(16)
        .padStart(8, '0')
    return text.slice(0, digits)
  }
  const entries = []
  const plain = {
    uid: 0,
    gid: 0,
    target: '',
    xattrs: {},
    flags: [],
    sha256: '',
    gitBlob: '',
    md5: '',
    sha1: '',
  }
  const folder = (path, depth) => {
    if (entries.length >= count) return
    entries.push({ ...plain, path, kind: 'directory', mode: 0o755, size: 0, mtime: 1.7e9 })
    const files = Math.floor(-Math.log(1 - next()) * 10)
    for (let at = 0; at < files && entries.length < count; at += 1) {
      const name = `${path}/${pick(WORDS)}-${pick(WORDS)}${at}${pick(ENDINGS)}`
      if (next() < 0.03) {
        entries.push({
          ...plain,
          path: name,
          kind: 'symlink',
          mode: 0o777,
          size: 0,
          mtime: 1.7e9,
          target: `../${pick(WORDS)}.so`,
        })
        continue
      }
      const size = Math.floor(Math.exp(next() * 11))
      const mode = next() < 0.1 ? 0o755 : 0o644
      const mtime = 1.6e9 + Math.floor(next() * 1e8)
      const md5 = next() < 0.5 ? hex(32) : ''
      entries.push({
        ...plain,
        path: name,
        kind: 'file',
        mode,
        size,
        mtime,
        sha256: hex(64),
        gitBlob: hex(40),
        md5,
      })
    }
    if (depth > 7) return
    const folders = Math.floor(next() * (depth < 2 ? 14 : 2.4))
    for (let at = 0; at < folders; at += 1) folder(`${path}/${pick(WORDS)}${at}`, depth + 1)
  }
  for (let top = 0; entries.length < count; top += 1) folder(`usr/${pick(WORDS)}${top}`, 1)
  return entries
}
