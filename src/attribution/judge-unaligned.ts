// Origins of files in an image nobody gave a description of: packages prove themselves, the rest is open.
import type { ViewFile } from '../inventory/index.ts'
import { generatedBy, isPackageDatabase, scriptOf } from './generated.ts'
import { ACCOUNT_FILE, packageModified } from './judge-tracked.ts'
import type { Judgement, Scene } from './scene.ts'
import { claimOn, explained, folderOwner } from './scene.ts'

/** A file of a layer whose step is compared with nothing. */
export function judgeUnaligned(file: ViewFile, scene: Scene): Judgement {
  const claim = claimOn(scene, file)
  if (claim?.state === 'intact') {
    return explained('package', 'consistent', claim.package.purl, 'equals the package’s own record')
  }
  if (claim?.state === 'modified' && !claim.file.configuration) {
    return packageModified(file, scene, claim.package.purl, claim.file)
  }
  if (claim !== undefined) {
    return explained('package', 'claimed', claim.package.purl, 'listed by the package')
  }
  const inside = folderOwner(scene.after, file.path)
  if (inside !== undefined) {
    return explained('package', 'claimed', inside.purl, `lies in the folder of ${inside.name}`)
  }
  const row = generatedBy(file, scene.around) ?? scriptOf(file, scene.around)
  if (row !== undefined)
    return explained('generated', 'guessed', row.id, `${row.writer}: ${row.reason}`)
  if (ACCOUNT_FILE.test(file.path)) return explained('account', 'guessed', '', 'an account file')
  if (scene.after.systemDatabase !== null && isPackageDatabase(file.path)) {
    return explained('package-script', 'guessed', '', 'the package manager’s own records')
  }
  return explained(
    'unexplained',
    'guessed',
    '',
    'no package claims it, and no description was given',
  )
}
