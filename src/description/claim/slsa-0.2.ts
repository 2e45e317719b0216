// SLSA provenance 0.2 (slsa.dev/spec/v0.2/provenance), as BuildKit fills it and as other builders do.
import { type BuildRequest, claimOfRequest } from './build-request.ts'
import { type ClaimPlace, EMPTY_CLAIM, type ReadClaim } from './claim.ts'
import { dockerfileIn } from './dockerfile-text.ts'
import { fieldAt, textAt, textsAt } from './json.ts'
import { commitOf, materialsAt, sourceAmong } from './material.ts'
import { readRepository, shortRevision } from './repository.ts'

/** Predicate type of this version. */
export const SLSA_0_2 = 'https://slsa.dev/provenance/v0.2'

const BUILDKIT = 'https://mobyproject.org/buildkit@v1'
const METADATA = 'https://mobyproject.org/buildkit@v1#metadata'

/** The claim in a predicate. */
export function claimOfSlsa02(predicate: unknown, place: ClaimPlace): ReadClaim {
  const source = fieldAt(predicate, 'invocation', 'configSource')
  const materials = materialsAt(predicate, 'materials')
  const base = { ...EMPTY_CLAIM, ...place, kind: 'provenance' as const, materials }
  const uri = textAt(source, 'uri')
  const commit = commitOf(Object.fromEntries(textsAt(source, 'digest')))
  if (textAt(predicate, 'buildType') !== BUILDKIT) {
    const named = readRepository(uri)
    const found = named.repository === '' ? sourceAmong(materials) : named
    const revision = (named.repository === '' ? '' : commit) || (found?.revision ?? '')
    return {
      ...base,
      repository: found?.repository ?? '',
      revision: shortRevision(revision),
      refused: found === null ? named.refused : '',
    }
  }
  const metadata = fieldAt(predicate, 'metadata', METADATA)
  const request: BuildRequest = {
    args: textsAt(predicate, 'invocation', 'parameters', 'args'),
    uri,
    commit,
    path: textAt(source, 'entryPoint'),
    vcs: textsAt(metadata, 'vcs'),
  }
  const dockerfileText = dockerfileIn(metadata, request.path)
  return { ...base, ...claimOfRequest(request), dockerfileText }
}
