// Origins of files in an image nobody gave a description of: packages prove themselves, the rest is open.
import type { DeltaEntry, ViewFile } from '../inventory/index.ts'
import { ACCOUNT_FILE } from './account-moves.ts'
import { isPackageDatabase } from './database.ts'
import { generatedBy } from './generated.ts'
import { intact, listed, packageModified } from './judge-package.ts'
import { folderOwner } from './package-delta.ts'
import { scriptOf } from './package-scripts.ts'
import type { Judgement, Scene } from './scene.ts'
import { claimOn, explained, shared } from './scene.ts'

/** A file of a layer whose step is compared with nothing. */
export function judgeUnaligned(entry: DeltaEntry, file: ViewFile, scene: Scene): Judgement {
  const claim = claimOn(scene, file)
  if (claim?.state === 'intact') return intact(claim)
  if (claim?.state === 'modified') {
    if (!claim.file.configuration) return packageModified(file, scene, claim)
    const evidence = 'a configuration file that differs from its package'
    return explained('package', 'claimed', claim.package.purl, evidence)
  }
  if (claim !== undefined) return listed(claim)
  const inside = folderOwner(scene.after, file.path)
  if (inside !== undefined) {
    return explained('package', 'claimed', inside.purl, `lies in the folder of ${inside.name}`)
  }
  const row = generatedBy(file, scene, entry.before) ?? scriptOf(file, scene, false)
  if (row !== undefined)
    return explained('generated', 'guessed', row.id, shared(`${row.writer}: ${row.reason}`))
  if (ACCOUNT_FILE.test(file.path)) return explained('account', 'guessed', '', 'an account file')
  if (scene.after.systemDatabase !== null && isPackageDatabase(file.path)) {
    return explained('package-script', 'guessed', '', 'the package manager’s own records')
  }
  const evidence = 'no package claims it, and no description was given'
  return explained('unexplained', 'guessed', '', evidence)
}
