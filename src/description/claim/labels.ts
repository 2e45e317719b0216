// Labels and annotations that name source and revision: OCI image-spec (annotations.md), label-schema.org, buildx
// (docs.docker.com/build/building/variables, BUILDX_GIT_LABELS), OpenShift, Azure Pipelines, buildpacks.
import { type BaseClaim, isDigest } from '../../core/index.ts'
import { EMPTY_CLAIM, type ReadClaim } from './claim.ts'
import { fieldAt, parseJson, textAt } from './json.ts'
import { plainFolder, readRepository, shortRevision } from './repository.ts'

/** Labels of one system that belong together. */
interface System {
  readonly revision: readonly string[]
  readonly source: readonly string[]
  /** Path of the Dockerfile from the repository's root. */
  readonly dockerfile: readonly string[]
  readonly context: readonly string[]
}

const SYSTEMS: readonly System[] = [
  {
    revision: ['org.opencontainers.image.revision'],
    source: ['org.opencontainers.image.source'],
    dockerfile: ['com.docker.image.source.entrypoint'],
    context: [],
  },
  {
    revision: ['org.label-schema.vcs-ref'],
    source: ['org.label-schema.vcs-url'],
    dockerfile: ['org.label-schema.docker.dockerfile'],
    context: [],
  },
  { revision: ['vcs-ref'], source: ['vcs-url'], dockerfile: [], context: [] },
  {
    revision: ['io.openshift.build.commit.id', 'io.openshift.build.commit.ref'],
    source: ['io.openshift.build.source-location'],
    dockerfile: [],
    context: ['io.openshift.build.source-context-dir'],
  },
  {
    revision: [
      'com.azure.dev.image.build.sourceversion',
      'com.azure.dev.image.build.sourcebranchname',
    ],
    source: ['com.azure.dev.image.build.repository.uri'],
    dockerfile: [],
    context: [],
  },
]

/** Where texts by key stand. */
export type LabelPlace = 'label' | 'annotation'

/** The claims that labels or annotations make; `inherited` tells those that came with the base. */
export function claimsOfLabels(
  texts: Readonly<Record<string, string>>,
  place: LabelPlace,
  inherited: (key: string, value: string) => boolean,
): ReadClaim[] {
  const own = ownTexts(texts, inherited)
  const claims = SYSTEMS.flatMap((system) => {
    const claim = claimOfSystem(system, own, place)
    return claim === null ? [] : [claim]
  })
  const project = own.get('io.buildpacks.project.metadata')
  return project === undefined ? claims : [...claims, ...claimsOfProject(project, place)]
}

const LONGEST = 8192

function ownTexts(
  texts: Readonly<Record<string, string>>,
  inherited: (key: string, value: string) => boolean,
): ReadonlyMap<string, string> {
  const own = Object.entries(texts).filter(
    ([key, value]) => value.trim() !== '' && value.length <= LONGEST && !inherited(key, value),
  )
  return new Map(own.map(([key, value]) => [key, value.trim()]))
}

function claimOfSystem(
  system: System,
  texts: ReadonlyMap<string, string>,
  place: LabelPlace,
): ReadClaim | null {
  const find = (names: readonly string[]) => names.find((name) => texts.has(name))
  const revisionKey = find(system.revision)
  const sourceKey = find(system.source)
  const key = revisionKey ?? sourceKey
  if (key === undefined) return null
  const textOf = (name: string | undefined) => (name === undefined ? '' : (texts.get(name) ?? ''))
  const source = readRepository(textOf(sourceKey))
  const dockerfile = textOf(find(system.dockerfile))
  return {
    ...EMPTY_CLAIM,
    kind: place,
    from: `${place} ${key}`,
    repository: source.repository,
    revision: textOf(revisionKey) || shortRevision(source.revision),
    // Labels keep its path from the root, and nothing of the context.
    dockerfile: plainFolder(dockerfile),
    context: plainFolder(textOf(find(system.context)) || source.context),
    refused: source.refused,
  }
}

/** Buildpacks: `{source: {type: "git", version: {commit}, metadata: {repository}}}`. */
function claimsOfProject(text: string, place: LabelPlace): ReadClaim[] {
  const source = fieldAt(parseJson(text), 'source')
  const revision = textAt(source, 'version', 'commit')
  const named = readRepository(textAt(source, 'metadata', 'repository'))
  if (revision === '' && named.repository === '') return []
  const from = `${place} io.buildpacks.project.metadata`
  const { repository, refused } = named
  return [{ ...EMPTY_CLAIM, kind: place, from, repository, revision, refused }]
}

const BASE_NAME = 'org.opencontainers.image.base.name'
const BASE_DIGEST = 'org.opencontainers.image.base.digest'

/** What `image.base.*` says of the base; null when it says nothing, or what it says is the base's own. */
export function baseClaimOfLabels(
  texts: Readonly<Record<string, string>>,
  place: LabelPlace,
  inherited: (key: string, value: string) => boolean,
): BaseClaim | null {
  const own = ownTexts(texts, inherited)
  const written = own.get(BASE_NAME) ?? ''
  const [name = '', pinned = ''] = written.split('@', 2)
  const reference = /^[\w][\w.:/-]*$/.test(name) && name.length <= 512 ? name : ''
  const digest = [own.get(BASE_DIGEST), pinned].find(isDigest) ?? null
  if (reference === '' && digest === null) return null
  const from = `${place} ${digest === null || !own.has(BASE_DIGEST) ? BASE_NAME : BASE_DIGEST}`
  return { from, reference, digest, direct: true, trust: 'unverified' }
}
