// Revisions that package managers leave inside an image: `gitHead` in package.json (npm), direct_url.json (PEP 610).
// They name the commit of one component: its repository may be the image's, or a library's.
import type { EmbeddedTrace } from '../../core/index.ts'
import { EMPTY_CLAIM, type ReadClaim } from './claim.ts'
import { isCommit, readRepository } from './repository.ts'

/** Traces of one image that are told; hundreds of libraries say nothing of the image. */
const MOST = 20

/** The claims of these traces. */
export function claimsOfTraces(traces: readonly EmbeddedTrace[]): ReadClaim[] {
  return traces
    .filter(({ kind, commit }) => (kind === 'npm' || kind === 'pip') && isCommit(commit))
    .slice(0, MOST)
    .map(({ kind, path, repository, commit }) => {
      const named = readRepository(repository)
      return {
        ...EMPTY_CLAIM,
        kind: 'in-image',
        from: kind === 'npm' ? `gitHead of /${path}` : `/${path}`,
        repository: named.repository,
        revision: commit,
        refused: named.refused,
      }
    })
}
