// A package's own file that is not what the package's record says, and a set-id file that nobody asked for.
import type { ViewFile } from '../inventory/index.ts'
import type { JudgedClaim } from './ownership.ts'
import type { Judgement, Scene } from './scene.ts'
import { capabilityOf, contentOf, explained, octal, shared } from './scene.ts'

/** A file that equals the record of the package that claims it. */
export function intact(claim: JudgedClaim): Judgement {
  const { package: owner, file } = claim
  const evidence = `its ${file.algorithm} equals the ${owner.type} package’s own record`
  return explained('package', 'consistent', owner.purl, shared(evidence))
}

/** A file that a package lists without a digest. */
export function listed(claim: JudgedClaim): Judgement {
  const evidence = 'listed by the package, without a digest'
  return explained('package', 'claimed', claim.package.purl, evidence)
}

/** A package's file that differs from the package's own record, and nothing written down says why. */
export function packageModified(file: ViewFile, scene: Scene, claim: JudgedClaim): Judgement {
  const { digest } = claim.file
  const algorithm = claim.file.algorithm === '' ? 'sha256' : claim.file.algorithm
  const owner = claim.package.purl
  const found = file.kind === 'file' ? `${algorithm}:${file[algorithm]}` : contentOf(file)
  const evidence = `the package’s record has ${algorithm} ${digest}, the file has ${found}`
  return {
    ...explained('package-modified', 'consistent', owner, evidence),
    changes: [
      {
        kind: 'modified',
        subject: file.path,
        path: file.path,
        origin: 'package-modified',
        owner,
        expected: `${algorithm}:${digest}`,
        found,
        evidence,
        ...scene.place,
      },
    ],
  }
}

/** A set-id file that a step brought without naming it. */
export function newPrivilege(file: ViewFile, scene: Scene): Judgement {
  const evidence = 'a new set-id file that no package brings and no word of the step names'
  return {
    ...explained('unexplained', 'claimed', '', evidence),
    changes: [
      {
        kind: 'added',
        subject: file.path,
        path: file.path,
        origin: 'unexplained',
        found: rightsOf(file),
        evidence,
        ...scene.place,
      },
    ],
  }
}

/** Mode and capabilities, as people read them. */
export function rightsOf(file: ViewFile): string {
  const capability = capabilityOf(file)
  return `mode ${octal(file.mode)}${capability === '' ? '' : `, capabilities ${capability}`}`
}
