// What a layer did to the accounts: names whose lines in passwd, group, shadow and gshadow differ.
import type { AccountLine, ImageCatalog } from '../catalog/index.ts'
import { byCodeUnit } from '../core/index.ts'

/** An account of which a layer added, changed or removed lines. */
export interface AccountMove {
  readonly name: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** Files whose line differs, without folder. */
  readonly files: readonly string[]
  /** Home folder from the image's root; '' when it has none. */
  readonly home: string
}

/** The account files and the copies that tools keep of them. */
export const ACCOUNT_FILE = /^etc\/(passwd|group|shadow|gshadow|subuid|subgid)-?$/
/** Those whose lines the catalog reads. */
export const ACCOUNT_LINES = /^etc\/(passwd|group|shadow|gshadow)$/

/** Accounts whose lines differ between two states; the day of the last password change does not count. */
export function accountMoves(
  before: ImageCatalog | null,
  after: ImageCatalog,
): readonly AccountMove[] {
  if (before === after) return []
  const earlier = byLine(before?.accounts ?? [])
  const later = byLine(after.accounts)
  const names = new Map<string, { files: Set<string>; home: string }>()
  for (const key of new Set([...later.keys(), ...earlier.keys()])) {
    const [was, is] = [earlier.get(key) ?? [], later.get(key) ?? []]
    if (digests(was) === digests(is)) continue
    for (const line of [...was, ...is]) {
      const known = names.get(line.name) ?? { files: new Set<string>(), home: '' }
      known.files.add(line.file.replace(/^.*\//, ''))
      if (line.home !== '') known.home = line.home.replace(/^\/+|\/+$/g, '')
      names.set(line.name, known)
    }
  }
  const had = new Set((before?.accounts ?? []).map((line) => line.name))
  const has = new Set(after.accounts.map((line) => line.name))
  return [...names]
    .map(([name, { files, home }]) => ({
      name,
      kind: !had.has(name)
        ? ('added' as const)
        : has.has(name)
          ? ('changed' as const)
          : ('removed' as const),
      files: [...files].sort(byCodeUnit),
      home,
    }))
    .sort((a, b) => byCodeUnit(a.name, b.name))
}

/** All lines of a name in a file, in order: of two lines, programs read the first. */
function byLine(lines: readonly AccountLine[]): Map<string, AccountLine[]> {
  const found = new Map<string, AccountLine[]>()
  for (const line of lines) {
    const key = `${line.file}:${line.name}`
    const known = found.get(key)
    if (known === undefined) found.set(key, [line])
    else known.push(line)
  }
  return found
}

function digests(lines: readonly AccountLine[]): string {
  return lines.map((line) => line.stableDigest).join(' ')
}
