// What Red Hat's build system leaves inside an image: its Dockerfile at /root/buildinfo/Dockerfile-NAME-VERSION-RELEASE,
// a list of contents at /root/buildinfo/content_manifests, and labels (osbs.readthedocs.io, "Injected files").
import type { EmbeddedTrace } from '../../core/index.ts'
import { EMPTY_CLAIM, type ReadClaim } from './claim.ts'
import { isCommit, readRepository } from './repository.ts'

/** The claims of these files; the Dockerfiles of base images lie beside the image's own. */
export function claimsOfRedHat(
  traces: readonly EmbeddedTrace[],
  labels: Readonly<Record<string, string>>,
): ReadClaim[] {
  const files = traces.filter((trace) => trace.kind === 'red-hat-dockerfile')
  const own = ownDockerfile(files, labels)
  const source = traces.filter((trace) => trace.kind === 'red-hat-source').flatMap(sourceOf)
  const revision = labels['vcs-ref'] ?? ''
  const claims: ReadClaim[] = []
  if (own !== null) {
    claims.push({
      ...EMPTY_CLAIM,
      kind: 'red-hat',
      from: `/${own.path}`,
      revision: isCommit(revision) ? revision : '',
      dockerfileText: own.text,
    })
  }
  const [only, another] = source
  if (only !== undefined && another === undefined) claims.push(only)
  return claims
}

/** Its name ends in name, version and release of the image's labels; else it is the only one. */
function ownDockerfile(
  files: readonly EmbeddedTrace[],
  labels: Readonly<Record<string, string>>,
): EmbeddedTrace | null {
  const parts = ['name', 'version', 'release'].map((key) => labels[key] ?? '')
  const wanted = `Dockerfile-${parts.join('-').replaceAll('/', '-')}`
  const named = files.find(({ path }) => path.slice(path.lastIndexOf('/') + 1) === wanted)
  const [only, another] = files
  return named ?? (another === undefined ? (only ?? null) : null)
}

function sourceOf({ path, text }: EmbeddedTrace): ReadClaim[] {
  const { repository, revision } = readRepository(text)
  if (repository === '' || revision === '') return []
  return [{ ...EMPTY_CLAIM, kind: 'red-hat', from: `/${path}`, repository, revision }]
}
