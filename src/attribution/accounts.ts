// What a layer did to the accounts: names whose lines in passwd, group, shadow and gshadow differ.
import type { AccountLine, ImageCatalog } from '../catalog/index.ts'
import { byCodeUnit } from '../core/index.ts'
import type { Scene } from './scene.ts'

/** An account of which a layer added, changed or removed lines. */
export interface AccountMove {
  readonly name: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** Files whose line differs, without folder. */
  readonly files: readonly string[]
  /** Home folder from the image's root; '' when it has none. */
  readonly home: string
}

/** Accounts whose lines differ between two states; the day of the last password change does not count. */
export function accountMoves(
  before: ImageCatalog | null,
  after: ImageCatalog,
): readonly AccountMove[] {
  const earlier = byLine(before?.accounts ?? [])
  const later = byLine(after.accounts)
  const names = new Map<string, { files: Set<string>; home: string }>()
  const note = (line: AccountLine) => {
    const known = names.get(line.name) ?? { files: new Set<string>(), home: '' }
    known.files.add(line.file.replace(/^.*\//, ''))
    if (line.home !== '') known.home = line.home.replace(/^\/+|\/+$/g, '')
    names.set(line.name, known)
  }
  for (const [key, line] of later) {
    if (earlier.get(key)?.stableDigest !== line.stableDigest) note(line)
  }
  for (const [key, line] of earlier) if (!later.has(key)) note(line)
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

function byLine(lines: readonly AccountLine[]): Map<string, AccountLine> {
  return new Map(lines.map((line) => [`${line.file}:${line.name}`, line]))
}

/** Opens a fold for every account that the layer touched. */
export function openAccountFolds(scene: Scene): void {
  for (const { name, kind, files } of accountMoves(scene.before, scene.after)) {
    scene.changes.open(`${scene.layer}:account:${name}`, {
      kind: 'account',
      subject: name,
      layer: scene.layer,
      found: kind,
      evidence: `${kind} in ${files.join(', ')}`,
    })
  }
}

const cache = new WeakMap<Scene, ReadonlyMap<string, string>>()

/** Home folders of the accounts that the layer touched, by name. */
export function homesOf(scene: Scene): ReadonlyMap<string, string> {
  let homes = cache.get(scene)
  if (homes === undefined) {
    const moves = accountMoves(scene.before, scene.after)
    homes = new Map(moves.map(({ name, home }) => [name, home]))
    cache.set(scene, homes)
  }
  return homes
}
