// What became of each claim, once it is known what the image is compared with; and what contradicts what.
import type { Description, JudgedClaim, RevisionFact, Unknown } from '../core/index.ts'
import { isCommit, type ReadClaim, type Repository, readRevision } from '../description/index.ts'
import { belongsTo, type Place, saying } from './place.ts'

/** A claim with where its revision stands in the repository; null when it was not looked up. */
export interface PlacedClaim {
  readonly claim: ReadClaim
  readonly belongs: boolean
  readonly fact: RevisionFact | null
}

/** Looks up the revisions that claims name, in the repository that they are about. */
export async function placeClaims(
  claims: readonly ReadClaim[],
  repository: Repository,
): Promise<readonly PlacedClaim[]> {
  const placed: PlacedClaim[] = []
  for (const claim of claims) {
    const named = belongsTo(claim, repository)
    // A commit that is here is here, whatever address its clone came from.
    const asked = claim.revision !== '' && (named || isCommit(claim.revision))
    const fact = asked ? await readRevision(repository, claim.from, claim.revision) : null
    const belongs = named || (fact !== null && fact.commit !== '')
    placed.push({ claim, belongs, fact: belongs ? fact : null })
  }
  return placed
}

/** Revisions that rules hear of: those that name the image's own commit, in the order of belief. */
export function revisionFacts(placed: readonly PlacedClaim[]): RevisionFact[] {
  return placed.flatMap(({ claim, fact }) =>
    fact === null || claim.kind === 'in-image' || claim.kind === 'red-hat' ? [] : [fact],
  )
}

/** The same where no repository is at hand: whether there is such a commit, nobody can tell. */
export function unplacedRevisions(claims: readonly ReadClaim[]): RevisionFact[] {
  return claims
    .filter(({ kind, revision }) => revision !== '' && kind !== 'in-image' && kind !== 'red-hat')
    .map(({ from, revision }) => ({
      ...{ from, text: revision, commit: '', state: 'undecided' },
      dirty: revision.endsWith('-dirty'),
    }))
}

/** What the claims are held against. */
export interface Judging {
  readonly place: Place
  readonly description: Description
  /** The claim whose revision was taken; null. */
  readonly pinned: ReadClaim | null
}

/** The claims of an image whose description was found. */
export function judgeClaims(placed: readonly PlacedClaim[], judging: Judging): JudgedClaim[] {
  return placed.map((one) => ({ ...shown(one.claim), ...outcomeOf(one, judging) }))
}

/** The claims of an image whose description was not found. */
export function unplacedClaims(claims: readonly ReadClaim[]): JudgedClaim[] {
  return claims.map((claim) => {
    if (claim.refused !== '') return { ...shown(claim), outcome: 'refused', note: claim.refused }
    const silent = claim.repository === '' && claim.revision === ''
    const text = claim.dockerfileText === null ? '' : 'it holds the text of the Dockerfile'
    return { ...shown(claim), outcome: silent ? 'incomplete' : 'not-at-hand', note: text }
  })
}

function shown({
  kind,
  from,
  repository,
  revision,
  dockerfile,
  context,
  target,
  trust,
}: ReadClaim) {
  return { kind, from, repository, revision, dockerfile, context, target, trust }
}

type Outcome = Pick<JudgedClaim, 'outcome' | 'note'>

function outcomeOf({ claim, belongs, fact }: PlacedClaim, judging: Judging): Outcome {
  const { place, description, pinned } = judging
  const { repository } = place
  if (claim.refused !== '') return { outcome: 'refused', note: claim.refused }
  if (claim === place.claim || claim === pinned) return { outcome: 'used', note: '' }
  if (!belongs) return { outcome: 'contradicts', note: `it is not about ${repository.name}` }
  if (fact === null) {
    return { outcome: claim.repository === '' ? 'incomplete' : 'agrees', note: '' }
  }
  if (fact.commit === description.revision.commit) return { outcome: 'agrees', note: '' }
  if (fact.commit !== '') {
    return { outcome: 'contradicts', note: `it is commit ${fact.commit.slice(0, 12)}` }
  }
  if (fact.state === 'invalid')
    return { outcome: 'refused', note: 'it is no commit, branch or tag' }
  if (claim.kind === 'in-image')
    return { outcome: 'not-needed', note: 'a commit of something else' }
  const shallow = fact.state === 'undecided' ? '; it is a shallow clone' : ''
  return { outcome: 'missing', note: `${repository.name} does not have it${shallow}` }
}

/** The line of CI configuration that gives a checkout its whole history. */
export const WHOLE_HISTORY = '`fetch-depth: 0` (actions/checkout) or `GIT_DEPTH: 0` (GitLab)'

/** What claims leave undecided: contradictions among them, and what a shallow clone does not tell. */
export function openQuestions(
  placed: readonly PlacedClaim[],
  { place, description, pinned }: Judging,
): Unknown[] {
  const { repository } = place
  const row = (where: string, reason: string): Unknown => {
    return { subject: repository.name, place: where, reader: 'claims', reason, weight: 'partial' }
  }
  const rows: Unknown[] = []
  const { commit } = description.revision
  for (const { claim, belongs, fact } of placed) {
    if (fact?.state === 'undecided') rows.push(row(claim.from, undecided(fact)))
    // The user's own word needs no excuse; a component may be of any repository.
    if (place.revision !== null && place.by.sureness === 'given' && pinned === null) continue
    if (claim.kind === 'in-image' || claim === place.claim || claim === pinned) continue
    const other = fact !== null && fact.commit !== '' && fact.commit !== commit
    const elsewhere = !belongs && (claim.revision !== '' || place.by.sureness !== 'given')
    if (other || elsewhere) {
      const compared = `it is compared with ${commit.slice(0, 12)} of ${repository.name}`
      rows.push(row(claim.from, `claims contradict each other: ${saying(claim)}; ${compared}`))
    }
  }
  if (description.revision.state === 'undecided' && rows.length === 0) {
    rows.push(row(description.revision.text, undecided(description.revision)))
  }
  return rows
}

function undecided({ text, commit }: RevisionFact): string {
  const name = isCommit(text) ? text.slice(0, 12) : text
  const what =
    commit === ''
      ? `whether the commit ${name} exists`
      : `whether a branch or tag leads to ${name === 'HEAD' ? commit.slice(0, 12) : name}`
  return `${what} cannot be told from a shallow clone; in CI, ${WHOLE_HISTORY} brings the whole history`
}
