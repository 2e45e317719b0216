// Which repository an image is compared with, and where in it its description lies: what the user named, else
// what claims lead to among the repositories at hand, else what a search finds.
import { resolve } from 'node:path'
import {
  claimSource,
  type FoundBy,
  type ImageFacts,
  type Sureness,
  type Unknown,
} from '../core/index.ts'
import {
  isCommit,
  openRepository,
  plainUrl,
  type ReadClaim,
  type Repository,
  readRevision,
  remoteUrls,
} from '../description/index.ts'
import { type ImageMapping, mappingOf } from '../policy/index.ts'
import type { RepositoryMatch } from './repositories.ts'
import { type SearchAnswer, type SearchRequest, searchDescription } from './search.ts'
import type { FindMeans, Session } from './session.ts'

/** A session with what descriptions are found with. */
export type FindSession = Session & FindMeans

/** Where a description is looked for. */
export interface Place {
  readonly repository: Repository
  readonly by: FoundBy
  readonly how: string
  /** Null when nothing named one yet. */
  readonly revision: string | null
  readonly dockerfile: string | null
  readonly context: string | null
  readonly target: string | null
  readonly arguments: Readonly<Record<string, string>>
  /** The claim that led here; null. */
  readonly claim: ReadClaim | null
}

/** A place, or why there is none. */
export interface Located {
  readonly place: Place | null
  /** Sentences on what was looked for in vain, the surest first. */
  readonly missing: readonly string[]
  /** Repositories that were searched whole, and none of them explains the image. */
  readonly searchedInVain: readonly string[]
  readonly unknowns: readonly Unknown[]
}

/** What an image is looked for with. */
export interface LocateRequest {
  readonly facts: ImageFacts
  readonly claims: readonly ReadClaim[]
  readonly search: SearchRequest
}

const NOWHERE: Located = { place: null, missing: [], searchedInVain: [], unknowns: [] }

/** Finds the place. */
export async function locate(session: FindSession, request: LocateRequest): Promise<Located> {
  const mapping = mappingFor(session, request.facts)
  if (session.source !== null) return { ...NOWHERE, place: namedPlace(session, mapping) }
  if (mapping !== null) return mappedPlace(session, mapping)
  const claimed = await claimedPlace(session, request.claims)
  if (claimed.place !== null) return claimed
  return searchedPlace(session, request.search, claimed)
}

/** The entry of assay.yaml that is about the image; null when there is none. */
export function mappingFor(
  { options }: Pick<Session, 'options'>,
  facts: ImageFacts,
): ImageMapping | null {
  const { policy } = options
  return policy === null ? null : mappingOf(policy, facts.names, facts.platform)
}

const ANYWHERE = { dockerfile: null, context: null, target: null, arguments: {}, claim: null }

function namedPlace({ source, options }: Session, mapping: ImageMapping | null): Place | null {
  if (source === null) return null
  const { repository, revision, context } = source
  const path = mapping?.repository.path ?? ''
  const mapped = path !== '' && resolve(path) === resolve(repository.name) ? mapping : null
  return {
    ...ANYWHERE,
    repository,
    by: { step: 'command-line', sureness: 'given' },
    how: 'named by --source',
    revision,
    ...(mapped === null ? {} : mappedDetails(mapped)),
    context: options.description.context ?? context ?? mapped?.context ?? null,
  }
}

function mappedDetails(mapping: ImageMapping) {
  const { dockerfile, context, target } = mapping
  return { dockerfile, context, target, arguments: mapping.arguments }
}

async function mappedPlace(session: FindSession, mapping: ImageMapping): Promise<Located> {
  const { name, path } = mapping.repository
  const from = `${session.options.policy?.file ?? 'assay.yaml'}:${mapping.line}`
  // A path that the user wrote down must lead somewhere; a URL has to be at hand.
  const repository = path === '' ? await byUrl(session, name) : await openOnce(session, path)
  if (repository === null) {
    const missing = `${from} names ${name}, which is not at hand: clone it, and pass --repositories`
    return { ...NOWHERE, missing: [missing], unknowns: session.repositories.unknowns }
  }
  const place: Place = {
    ...ANYWHERE,
    ...mappedDetails(mapping),
    repository,
    by: { step: 'mapping', sureness: 'given' },
    how: `named by ${from}`,
    revision: mapping.revision,
  }
  return { ...NOWHERE, place }
}

async function openOnce(session: FindSession, path: string): Promise<Repository> {
  const opened = await session.repositories.open(path)
  // Opening again says why it cannot be.
  return opened ?? openRepository(path)
}

async function byUrl(session: FindSession, url: string): Promise<Repository | null> {
  const [match] = session.repositories.byUrl(url).filter(({ by }) => by !== 'folder-name')
  return match === undefined ? null : session.repositories.open(match.path)
}

/** Sureness of what a claim says. */
export function surenessOf({ trust }: Pick<ReadClaim, 'trust'>): Sureness {
  return trust === 'unverified' ? 'claimed' : trust
}

/** Commits that are looked for in every repository: each costs a question to each. */
const MAX_COMMITS = 4

async function claimedPlace(session: FindSession, claims: readonly ReadClaim[]): Promise<Located> {
  const missing: string[] = []
  const asked = new Set<string>()
  let half: Place | null = null
  for (const claim of claims) {
    if (claim.repository === '' && claim.revision === '') continue
    const matches = session.repositories.byUrl(claim.repository)
    if (matches.length === 0 && isCommit(claim.revision) && asked.size < MAX_COMMITS) {
      if (!asked.has(claim.revision)) {
        asked.add(claim.revision)
        matches.push(...(await session.repositories.byCommit(claim.revision)))
      }
    }
    if (matches.length === 0) missing.push(notAtHand(claim))
    for (const match of matches) {
      const place = await placeAt(session, claim, match)
      if (place === null) missing.push(withoutCommit(claim, match))
      else if (place.revision !== null) return { ...NOWHERE, place }
      else if (match.by !== 'folder-name') half ??= place
    }
  }
  // Of the repository alone somebody is sure enough; the revision is to be found in it.
  return { ...NOWHERE, place: half, missing }
}

const MATCHES: Readonly<Record<RepositoryMatch['by'], string>> = {
  remote: 'of which this is a clone',
  path: 'which is this one',
  'folder-name': 'and this has its name and the commit',
  commit: 'which it holds',
}

/** The place in one repository; null when the claim's revision is not in it. */
async function placeAt(
  session: FindSession,
  claim: ReadClaim,
  { path, by }: RepositoryMatch,
): Promise<Place | null> {
  const repository = await session.repositories.open(path)
  if (repository === null) return null
  const fact = await readRevision(repository, claim.from, claim.revision)
  if (claim.revision !== '' && fact.commit === '') return null
  const address =
    claim.repository === '' ? `commit ${claim.revision.slice(0, 12)}` : claim.repository
  return {
    ...ANYWHERE,
    repository,
    by: { step: claim.kind, sureness: surenessOf(claim) },
    how: `${claimSource(claim)} names ${address}, ${MATCHES[by]}`,
    revision: fact.commit === '' ? null : fact.commit,
    dockerfile: claim.dockerfile || null,
    context: claim.context || null,
    target: claim.target || null,
    claim,
  }
}

/** What a claim says, in a sentence that goes on. */
export function saying(claim: ReadClaim): string {
  const { repository, revision } = claim
  const commit = isCommit(revision) ? `commit ${revision.slice(0, 12)}` : revision
  const what = [repository, commit].filter((part) => part !== '').join(' at ')
  return `${claimSource(claim)} names ${what}`
}

function notAtHand(claim: ReadClaim): string {
  return claim.repository === ''
    ? `${saying(claim)}, and no repository at hand has it; pass the right one with --source or --repositories`
    : `${saying(claim)}, which is not at hand; clone it and pass --source or --repositories`
}

function withoutCommit(claim: ReadClaim, { path }: RepositoryMatch): string {
  return `${saying(claim)}, which ${path} does not have; fetch it there`
}

/** True when a claim may be about this repository: it names none, or one of its remotes, or nobody can tell. */
export function belongsTo(claim: ReadClaim, repository: Repository): boolean {
  const wanted = plainUrl(claim.repository)
  if (wanted === '' || repository.kind === 'bundle') return true
  const known = remoteUrls(repository.place.gitDir).map(plainUrl)
  const urls = known.filter((url) => url !== '' && !url.startsWith('/') && !url.startsWith('.'))
  return urls.length === 0 || urls.includes(wanted)
}

async function searchedPlace(
  session: FindSession,
  request: SearchRequest,
  claimed: Located,
): Promise<Located> {
  const { repositories } = session
  if (repositories.listed.length === 0) return claimed
  const answer = await searchDescription(repositories, request)
  const { best } = answer
  const repository = best === null ? null : await repositories.open(best.repository)
  if (best === null || repository === null) {
    // What a claim names and is not at hand may well be its description.
    const whole = answer.excluded && claimed.missing.length === 0
    return {
      ...claimed,
      missing: [...claimed.missing, inVain(answer)],
      searchedInVain: whole ? repositories.paths : [],
      unknowns: answer.unsearched,
    }
  }
  const place: Place = {
    ...ANYWHERE,
    repository,
    by: { step: 'search', sureness: 'searched' },
    how: searchedHow(answer),
    revision: best.commit,
    dockerfile: best.dockerfileInContext,
    context: best.context || null,
    target: best.target,
  }
  return { ...claimed, place, unknowns: answer.unsearched }
}

function inVain({ searched, closest, unsearched }: SearchAnswer): string {
  const those = `${searched} ${searched === 1 ? 'repository was' : 'repositories were'} searched`
  const others = unsearched.length === 0 ? '' : `; ${unsearched.length} could not be searched whole`
  if (closest === null) return `${those}, and none explains it${others}`
  const { dockerfile, repository, commit, steps, files } = closest
  const fit = `${steps.matched} of ${steps.of} steps, ${files.proved} of ${files.of} files`
  return `${those}, and none explains it well enough; closest is ${dockerfile} of ${repository} at ${commit.slice(0, 12)} (${fit})${others}`
}

function searchedHow({ best, equalCount, searched }: SearchAnswer): string {
  if (best === null) return ''
  const { steps, files, commits } = best
  const proof = `${steps.matched} of ${steps.of} steps and ${files.proved} of ${files.of} files fit`
  const more = commits.count > 1 ? `; ${commits.count} commits explain it equally well` : ''
  const others =
    equalCount > 0
      ? `; ${equalCount} other ${equalCount === 1 ? 'description explains' : 'descriptions explain'} it equally well`
      : ''
  return `found by searching ${searched} ${searched === 1 ? 'repository' : 'repositories'}: ${proof}${more}${others}`
}
