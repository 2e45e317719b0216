// Finds the tracked description of an image: what it says of itself, where that leads, the revision there.
import {
  type AssayError,
  type BaseClaim,
  type Description,
  type FoundBy,
  type ImageFacts,
  type JudgedAttestation,
  type JudgedClaim,
  type RevisionFact,
  sourceError,
  type Unknown,
} from '../core/index.ts'
import { loadDescription, type ReadClaim, type Repository } from '../description/index.ts'
import type { Inventory } from '../inventory/index.ts'
import { inheritedLabels } from './base.ts'
import { buildNames, buildWords } from './builds.ts'
import { loadInContext } from './context-choice.ts'
import { checkDockerfile } from './dockerfile-proof.ts'
import { type FoundClaims, imageClaims } from './image-claims.ts'
import { tracesOf } from './image-traces.ts'
import {
  judgeClaims,
  openQuestions,
  type PlacedClaim,
  placeClaims,
  revisionFacts,
  unplacedClaims,
  unplacedRevisions,
  WHOLE_HISTORY,
} from './judge-claims.ts'
import type { KnownBase } from './known-base.ts'
import { type FindSession, type Located, locate, type Place, surenessOf } from './place.ts'
import { type SearchRequest, searchCommit } from './search.ts'
import type { Session } from './session.ts'

/** A description, or why there is none to compare with. */
export interface Found {
  /** As it was loaded: its Dockerfile may be missing or broken. */
  readonly description: Description | null
  /** The repository it was loaded from; null without one. The session closes it. */
  readonly repository: Repository | null
  /** How it was found; '' when it was not. */
  readonly how: string
  /** What led to it; null when nothing did. */
  readonly by: (FoundBy & { readonly revision: FoundBy }) | null
  /** Why the image cannot be compared with it, for the reader; '' when it can. */
  readonly missing: string
  /** Repositories that were searched whole, and none of them explains the image. */
  readonly searchedInVain: readonly string[]
  /** Names a commit that a shallow clone lacks, while HEAD was taken instead: then drift cannot be told; ''. */
  readonly unseen: string
  /** Something names a description, at hand or not: then it is not shown that none exists. */
  readonly named: boolean
  /** Errors that leave the description out; each decides the exit status. */
  readonly errors: readonly AssayError[]
  readonly revisions: readonly RevisionFact[]
  readonly claims: readonly JudgedClaim[]
  readonly bases: readonly BaseClaim[]
  /** Build arguments that the provenance names by which the description was found. */
  readonly claimedArguments: Readonly<Record<string, string>>
  readonly attestations: readonly JudgedAttestation[]
  readonly unknowns: readonly Unknown[]
}

/** Finds the description, and loads it from a repository at hand. */
export async function findDescription(
  facts: ImageFacts,
  given: Session,
  candidates: readonly KnownBase[],
): Promise<Found> {
  const session: FindSession = { ...given, ...(await given.means()) }
  const claims = readAll(facts, session, candidates)
  const search = searchFor(facts, session, candidates)
  const located = await locate(session, { facts, claims: claims.descriptions, search })
  const { place } = located
  if (place === null) return notFound(claims, located)
  const placed = await placeClaims(claims.descriptions, place.repository)
  const pin = await pinRevision(place, placed, search)
  const description = await load(pin.place, pin.revision, session, facts.names)
  const judging = { place, description, pinned: pin.claim }
  const proof = await checkDockerfile(placed, place.repository, description)
  const errors = unreadable(description)
  const revisions = revisionFacts(placed)
  if (place.by.step === 'command-line' && place.revision !== null) {
    revisions.unshift({ ...description.revision, from: '--source' })
  }
  return {
    description,
    repository: place.repository,
    how: `${place.how}${pin.how === '' ? `, at ${description.revision.text}` : pin.how}${buildWords(description)}`,
    by: { ...place.by, revision: pin.by },
    missing: errors[0]?.message ?? absence(description),
    unseen: unseen(pin, placed),
    named: true,
    searchedInVain: [],
    errors,
    revisions,
    claims: judgeClaims(placed, judging).map((row, index) => {
      const said = proof.notes.get(index)
      return said === undefined
        ? row
        : { ...row, note: row.note === '' ? said : `${row.note}; ${said}` }
    }),
    bases: claims.bases,
    claimedArguments: (pin.place.claim ?? pin.claim)?.arguments ?? {},
    attestations: claims.attestations,
    unknowns: [
      ...claims.unknowns,
      ...located.unknowns,
      ...openQuestions(placed, judging),
      ...proof.unknowns,
      ...description.unknowns,
    ],
  }
}

function readAll(
  facts: ImageFacts,
  { trust, inventory, source }: FindSession,
  candidates: readonly KnownBase[],
): FoundClaims {
  const inherited = inheritedLabels(candidates)
  const first = imageClaims(facts, { trust, inherited, traces: [] })
  const traces = tracesOf(facts, inventory, {
    claims: first.descriptions,
    candidates,
    named: source !== null,
  })
  return traces.length === 0 ? first : imageClaims(facts, { trust, inherited, traces })
}

function searchFor(
  facts: ImageFacts,
  { options, inventory }: { readonly options: Session['options']; readonly inventory: Inventory },
  candidates: readonly KnownBase[],
): SearchRequest {
  const { target, arguments: values } = options.description
  return {
    ...{ facts, inventory, candidates, target },
    arguments: values,
    progress: options.image.progress,
  }
}

function notFound(claims: FoundClaims, located: Located): Found {
  const [first] = located.missing
  return {
    description: null,
    repository: null,
    how: '',
    by: null,
    missing: first === undefined ? NOT_NAMED : [...new Set(located.missing)].slice(0, 3).join('. '),
    unseen: '',
    named: located.missing.length > 0,
    searchedInVain: located.searchedInVain,
    errors: [],
    revisions: unplacedRevisions(claims.descriptions),
    claims: unplacedClaims(claims.descriptions),
    bases: claims.bases,
    claimedArguments: {},
    attestations: claims.attestations,
    unknowns: [...claims.unknowns, ...located.unknowns],
  }
}

const NOT_NAMED = 'nobody named its description; --source REPO[#REVISION] does'

interface Pin {
  readonly place: Place
  /** Null for HEAD, and the work tree with it. */
  readonly revision: string | null
  readonly by: FoundBy
  /** How the sentence goes on; '' for "at HEAD". */
  readonly how: string
  readonly claim: ReadClaim | null
}

const HEAD: FoundBy = { step: 'head', sureness: 'guessed' }

/** The revision: the one that led here, else the first that a claim names and the repository has, else the best. */
async function pinRevision(
  place: Place,
  placed: readonly PlacedClaim[],
  search: SearchRequest,
): Promise<Pin> {
  const { repository, revision } = place
  if (revision !== null) {
    const found = place.claim !== null || place.by.step === 'search'
    const how = `, at ${found ? revision.slice(0, 12) : revision}`
    return { place, revision, by: place.by, how, claim: null }
  }
  const named = placed.find(({ claim, fact }) => fact?.commit && claim.kind !== 'in-image')
  if (named?.fact != null) {
    const { claim, fact } = named
    const head = await repository.resolve('HEAD')
    return {
      place: detailed(place, claim),
      // At HEAD the work tree counts as well: what is not committed is part of the answer.
      revision: fact.commit === head?.commit ? null : fact.commit,
      by: { step: claim.kind, sureness: surenessOf(claim) },
      how: `, at the commit that ${claim.from} names`,
      claim,
    }
  }
  const { dockerfile, context } = place
  const best = await searchCommit(repository.name, { dockerfile, context }, search)
  if (best === null) return { place, revision: null, by: HEAD, how: lost(placed), claim: null }
  const { steps, files } = best
  const proof = `${steps.matched} of ${steps.of} steps, ${files.proved} of ${files.of} files`
  const by: FoundBy = { step: 'search', sureness: 'searched' }
  const how = `, at ${best.commit.slice(0, 12)}, which explains the image best (${proof})`
  return { place, revision: best.commit, by, how, claim: null }
}

/** The details that a claim gives besides: where nobody said otherwise. */
function detailed(place: Place, claim: ReadClaim): Place {
  const said = place.dockerfile !== null || place.context !== null
  return {
    ...place,
    claim,
    dockerfile: place.dockerfile ?? (said ? null : claim.dockerfile || null),
    context: place.context ?? (said ? null : claim.context || null),
    target: place.target ?? (claim.target || null),
  }
}

/**
 * A commit that the image names and a shallow clone lacks: the image is compared with HEAD, and where it differs from
 * that, nobody can tell whether it has drifted. '' when that is not so.
 */
function unseen({ by, place }: Pin, placed: readonly PlacedClaim[]): string {
  const gone = placed.find(
    ({ claim, fact }) =>
      claim.kind !== 'in-image' && fact?.state === 'undecided' && fact.commit === '',
  )
  if (by !== HEAD || gone?.fact == null || !place.repository.isShallow) return ''
  const { from, text } = gone.fact
  return `${from} names ${text.slice(0, 12)}, which ${place.repository.name} lacks: it is a shallow clone; in CI, ${WHOLE_HISTORY} brings the whole history`
}

/** What was named and is not there is said beside what is taken instead. */
function lost(placed: readonly PlacedClaim[]): string {
  const gone = placed.find(
    ({ claim, fact }) =>
      claim.kind !== 'in-image' && (fact?.state === 'missing' || fact?.state === 'undecided'),
  )
  return gone === undefined ? '' : `, at HEAD: it lacks the commit that ${gone.claim.from} names`
}

async function load(
  place: Place,
  revision: string | null,
  { options }: Session,
  names: readonly string[],
): Promise<Description> {
  const request = options.description
  const dockerfile = request.dockerfile ?? place.dockerfile
  const given = request.context ?? place.context
  const loadWith = (context: string | null, path: string | null) =>
    loadDescription(place.repository, {
      revision,
      dockerfile: path,
      context,
      target: request.target ?? place.target,
      arguments: { ...place.arguments, ...request.arguments },
      names,
    })
  // Only labels name a Dockerfile from the root and say nothing of the context.
  const open = given === null && request.dockerfile === null && place.claim !== null
  const labelled = place.claim?.kind === 'label' || place.claim?.kind === 'annotation'
  return open && labelled && dockerfile !== null
    ? loadInContext(dockerfile, loadWith)
    : loadWith(given, dockerfile)
}

function absence(description: Description): string {
  const { dockerfilePath, dockerfileState, revision, repository, build } = description
  if (dockerfileState !== 'missing') return ''
  const others = build.others.length === 0 ? '' : `, but ${buildNames(build.others)}`
  return `${repository} has no ${dockerfilePath} at ${revision.text}${others}; --dockerfile names another`
}

function unreadable({ dockerfile, dockerfilePath, repository }: Description): AssayError[] {
  const [first] = dockerfile.errors
  if (first === undefined) return []
  const more = dockerfile.errors.length - 1
  const rest = more > 0 ? ` (and ${more} more)` : ''
  const where = `${repository}: ${dockerfilePath}:${first.line}`
  return [sourceError(`the Dockerfile does not parse: ${first.message}${rest}`, { where })]
}
