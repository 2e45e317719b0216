// Finds the tracked description of an image, and the commits that the image and the user name.
import {
  type AssayError,
  type Description,
  type ImageFacts,
  type RevisionFact,
  sourceError,
  type Unknown,
} from '../core/index.ts'
import { loadDescription, readRevision } from '../description/index.ts'
import { inheritedLabels } from './base.ts'
import type { KnownBase } from './compare.ts'
import type { DescriptionRequest } from './options.ts'
import type { OpenSource } from './session.ts'

/** A description, or why there is none to compare with. */
export interface Found {
  /** As it was loaded: its Dockerfile may be missing or broken. */
  readonly description: Description | null
  /** How it was found; '' when it was not. */
  readonly how: string
  /** Why the image cannot be compared with it, for the reader; '' when it can. */
  readonly missing: string
  /** Errors that leave the description out; each decides the exit status. */
  readonly errors: readonly AssayError[]
  readonly revisions: readonly RevisionFact[]
  readonly unknowns: readonly Unknown[]
}

/** Labels that name the commit an image was built from, the surest first (evidence.md, 1.3). */
export const REVISION_LABELS: readonly string[] = [
  'org.opencontainers.image.revision',
  'org.label-schema.vcs-ref',
  'vcs-ref',
  'io.openshift.build.commit.id',
  'com.azure.dev.image.build.sourceversion',
]

/** Loads the description from the repository at hand. */
export async function findDescription(
  facts: ImageFacts,
  source: OpenSource | null,
  request: DescriptionRequest,
  candidates: readonly KnownBase[],
): Promise<Found> {
  if (source === null) return NOT_NAMED
  const { repository } = source
  const revisions: RevisionFact[] = []
  for (const { from, text } of namedRevisions(facts, candidates)) {
    revisions.push(await readRevision(repository, from, text))
  }
  const labelled = revisions.find((fact) => fact.commit !== '')
  const head = source.revision === null ? await repository.resolve('HEAD') : null
  // At HEAD the work tree counts as well: what is not committed is part of the answer.
  const named = labelled?.commit === head?.commit ? null : (labelled?.commit ?? null)
  const revision = source.revision ?? named
  const description = await loadDescription(repository, {
    revision,
    dockerfile: request.dockerfile,
    context: request.context ?? source.context,
    target: request.target,
    arguments: request.arguments,
  })
  const how =
    source.revision !== null
      ? `named by --source, at ${source.revision}`
      : labelled !== undefined
        ? `named by --source, at the commit that ${labelled.from} names`
        : `named by --source, at ${description.revision.text}`
  if (source.revision !== null) revisions.unshift({ ...description.revision, from: '--source' })
  const errors = unreadable(description)
  const missing = errors[0] === undefined ? absence(description) : `${errors[0].message}`
  return { description, how, missing, errors, revisions, unknowns: description.unknowns }
}

function absence({ dockerfilePath, dockerfileState, revision, repository }: Description): string {
  if (dockerfileState !== 'missing') return ''
  return `${repository} has no ${dockerfilePath} at ${revision.text}; --dockerfile names another`
}

function unreadable({ dockerfile, dockerfilePath, repository }: Description): AssayError[] {
  const [first] = dockerfile.errors
  if (first === undefined) return []
  const more = dockerfile.errors.length - 1
  const rest = more > 0 ? ` (and ${more} more)` : ''
  const where = `${repository}: ${dockerfilePath}:${first.line}`
  return [sourceError(`the Dockerfile does not parse: ${first.message}${rest}`, { where })]
}

const NOT_NAMED: Found = {
  description: null,
  how: '',
  missing: 'nobody named its description; --source REPO[#REVISION] does',
  errors: [],
  revisions: [],
  unknowns: [],
}

function namedRevisions(
  facts: ImageFacts,
  candidates: readonly KnownBase[],
): { readonly from: string; readonly text: string }[] {
  const inherited = inheritedLabels(candidates)
  const named: { from: string; text: string }[] = []
  for (const key of REVISION_LABELS) {
    const label = facts.settings.labels[key] ?? ''
    if (label !== '' && !inherited(key, label)) named.push({ from: `label ${key}`, text: label })
    const annotation = facts.annotations[key] ?? ''
    if (annotation !== '') named.push({ from: `annotation ${key}`, text: annotation })
  }
  return named
}
