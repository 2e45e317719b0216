// SLSA provenance 1 (slsa.dev/spec/v1.0/provenance), as BuildKit fills it, as GitHub and GitLab do, as others do.
import { type BuildRequest, claimOfRequest } from './build-request.ts'
import { type ClaimPlace, EMPTY_CLAIM, type ReadClaim } from './claim.ts'
import { dockerfileIn } from './dockerfile-text.ts'
import { fieldAt, textAt, textsAt } from './json.ts'
import { commitOf, materialsAt, sourceAmong } from './material.ts'
import { readRepository, shortRevision } from './repository.ts'

/** Predicate types of this version, the candidates before it included. */
export const SLSA_1 = /^https:\/\/slsa\.dev\/provenance\/v1(?:\.\d+)?(?:-rc\d+)?$/

/** BuildKit's build type, whatever branch of its documentation it names. */
const BUILDKIT = /^https:\/\/github\.com\/moby\/buildkit\/[\w./-]*slsa-definitions\.md$/

/** The claim in a predicate. */
export function claimOfSlsa1(predicate: unknown, place: ClaimPlace): ReadClaim {
  const definition = fieldAt(predicate, 'buildDefinition')
  const parameters = fieldAt(definition, 'externalParameters')
  const materials = materialsAt(definition, 'resolvedDependencies')
  const base = { ...EMPTY_CLAIM, ...place, kind: 'provenance' as const, materials }
  const source = fieldAt(parameters, 'configSource')
  if (!BUILDKIT.test(textAt(definition, 'buildType'))) return otherBuild(base, parameters)
  const metadata = fieldAt(predicate, 'runDetails', 'metadata', 'buildkit_metadata')
  const asked = textsAt(parameters, 'request', 'args')
  const request: BuildRequest = {
    // Newer versions keep the outermost of nested requests apart.
    args: asked.size > 0 ? asked : textsAt(parameters, 'request', 'root', 'request', 'args'),
    uri: textAt(source, 'uri'),
    commit: commitOf(Object.fromEntries(textsAt(source, 'digest'))),
    path: textAt(source, 'path'),
    vcs: textsAt(metadata, 'vcs'),
  }
  const dockerfileText = dockerfileIn(metadata, request.path)
  return { ...base, ...claimOfRequest(request), dockerfileText }
}

/** Other builders list the source among the dependencies; some name it in their parameters as well. */
function otherBuild(base: ReadClaim, parameters: unknown): ReadClaim {
  const found = sourceAmong(base.materials)
  if (found !== null) return { ...base, repository: found.repository, revision: found.revision }
  const texts = [
    textAt(parameters, 'workflow', 'repository'),
    textAt(parameters, 'source', 'uri'),
    textAt(parameters, 'source'),
    textAt(parameters, 'repository'),
  ]
  const named = readRepository(texts.find((text) => text !== '') ?? '')
  const revision =
    commitOf(Object.fromEntries(textsAt(parameters, 'source', 'digest'))) ||
    named.revision ||
    textAt(parameters, 'workflow', 'ref')
  return {
    ...base,
    repository: named.repository,
    revision: named.repository === '' ? '' : shortRevision(revision),
    refused: named.refused,
  }
}
