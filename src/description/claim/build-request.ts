// What BuildKit was asked to build: the arguments of its Dockerfile frontend (moby/buildkit,
// docs/attestations/slsa-definitions.md; docs/reference/buildinfo of v0.10), which both forms of provenance and
// the older build information share.
import type { ReadClaim } from './claim.ts'
import { plainFolder, readRepository, seenFrom, shortRevision } from './repository.ts'

/** The parts of a claim that a request gives. */
export type RequestClaim = Pick<
  ReadClaim,
  | 'repository'
  | 'revision'
  | 'dockerfile'
  | 'context'
  | 'target'
  | 'arguments'
  | 'dockerfileText'
  | 'refused'
>

/** A request, and what the attestation says beside it. */
export interface BuildRequest {
  readonly args: ReadonlyMap<string, string>
  /** Git address of the context; '' for a local one. */
  readonly uri: string
  /** Commit of that address; ''. */
  readonly commit: string
  /** Path of the Dockerfile; ''. */
  readonly path: string
  /** What buildx saw of the work tree: unproven even by BuildKit's own word. */
  readonly vcs: ReadonlyMap<string, string>
}

const ARGUMENT = 'build-arg:'

/** The claim that a request amounts to. */
export function claimOfRequest({ args, uri, commit, path, vcs }: BuildRequest): RequestClaim {
  const shared = {
    target: args.get('target') ?? '',
    arguments: Object.fromEntries(
      [...args].flatMap(([name, value]): [string, string][] =>
        name.startsWith(ARGUMENT) ? [[name.slice(ARGUMENT.length), value]] : [],
      ),
    ),
    dockerfileText: null,
  }
  const file = path || (args.get('filename') ?? '')
  const address = uri || (args.get('context') ?? '')
  const remote = readRepository(/^(?:local:|input:|docker-image:)/.test(address) ? '' : address)
  if (remote.repository !== '') {
    return {
      ...shared,
      repository: remote.repository,
      revision: commit || shortRevision(remote.revision),
      context: plainFolder(remote.context),
      dockerfile: file,
      refused: '',
    }
  }
  const seen = seenByBuildx(vcs, args)
  const source = readRepository(seen.source)
  const context = plainFolder(seen.context)
  // The folder of the Dockerfile is from the repository's root, its name from that folder.
  const named =
    seen.folder === '' ? '' : seenFrom(context, `${seen.folder}/${file || 'Dockerfile'}`)
  return {
    ...shared,
    repository: source.repository,
    revision: shortRevision(seen.revision),
    context,
    dockerfile: named || file,
    refused: source.refused || remote.refused,
  }
}

function seenByBuildx(vcs: ReadonlyMap<string, string>, args: ReadonlyMap<string, string>) {
  const of = (name: string) => vcs.get(name) ?? args.get(`vcs:${name}`) ?? ''
  return {
    source: of('source'),
    revision: of('revision'),
    context: of('localdir:context'),
    folder: of('localdir:dockerfile'),
  }
}
