// Accounts whose lines a RUN changed without a word for them, where its words tell all that it writes.
import type { AccountLine } from '../catalog/index.ts'
import type { AccountMove } from './account-moves.ts'
import type { Scene } from './scene.ts'

/** Lines that say who somebody is; those of groups change with every member. */
const IDENTITY = new Set(['passwd', 'shadow'])
/** The package that keeps the accounts of a Debian system. */
const KEEPER = 'deb:base-passwd:'

/** Names each account that the RUN steps of a layer had no word for; packages may add accounts, and change none. */
export function judgeRunAccounts(scene: Scene): void {
  const { work, delta } = scene
  if (!work.named.isExact) return
  if ([...delta.moves.keys()].some((key) => key.startsWith(KEEPER))) return
  for (const move of scene.accounts) {
    const mayBePackage = move.kind === 'added' || !move.files.some((file) => IDENTITY.has(file))
    if ((delta.system && mayBePackage) || isTold(move, scene)) continue
    scene.changes.add({
      kind: 'account',
      subject: move.name,
      found: move.kind,
      evidence: `${move.kind} in ${move.files.join(', ')}; no word of a step names it`,
      ...scene.place,
    })
  }
}

/** True for an account that a word names, by name or number, or whose file a word rewrites. */
function isTold({ name, files }: AccountMove, { work, before, after }: Scene): boolean {
  const { named } = work
  if (named.mentions(name) || files.some((file) => named.mayRewrite(`etc/${file}`))) return true
  const lines: readonly AccountLine[] = [...(before?.accounts ?? []), ...after.accounts]
  return lines.some((line) => line.name === name && line.id !== '' && named.mentions(line.id))
}
