// Folds of the accounts that a layer touched, and what belongs to such an account.
import { isWithin } from '../core/index.ts'
import type { AccountMove } from './account-moves.ts'
import type { Scene } from './scene.ts'

/** Opens a fold for every account that the layer touched. */
export function openAccountFolds(scene: Scene): void {
  for (const { name, kind, files } of scene.accounts) {
    scene.changes.open(accountFold(scene, name), {
      kind: 'account',
      subject: name,
      found: kind,
      evidence: `${kind} in ${files.join(', ')}`,
      ...scene.place,
    })
  }
}

/** Key of the fold of an account that the layer touched. */
export function accountFold(scene: Scene, name: string): string {
  return `${scene.layer}:account:${name}`
}

/** The account that the layer touched whose home or mailbox the path lies in. */
export function accountOf(scene: Scene, path: string): AccountMove | undefined {
  return scene.accounts.find(
    ({ name, home }) =>
      (home !== '' && isWithin(path, home)) ||
      path === `var/mail/${name}` ||
      path === `var/spool/mail/${name}`,
  )
}
