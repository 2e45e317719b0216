// One image through the line, from its layers to its origins; what is done with the result is the caller's.
import type { Change, Description, ImageFacts, Unknown } from '../core/index.ts'
import type { OpenImage } from '../image/index.ts'
import { type Artifacts, artifactsFor, withoutDeclared } from './artifacts.ts'
import { baseCandidates, type GivenBase, takeInBase } from './base.ts'
import { baseContradictions, confirmed } from './base-claims.ts'
import { type Compared, compare } from './compare.ts'
import { type Found, findDescription } from './find.ts'
import { type Intake, intake } from './intake.ts'
import { WHOLE_HISTORY } from './judge-claims.ts'
import type { KnownBase } from './known-base.ts'
import { mappingFor } from './place.ts'
import type { Session } from './session.ts'
import { Stopwatch } from './stopwatch.ts'
import { archiveOf, trackedContent } from './tracked-content.ts'

/** An image whose layers are in the inventory, with all that it is to be compared with. */
export interface ReadyImage {
  readonly reference: string
  readonly facts: ImageFacts
  readonly notes: readonly string[]
  readonly taken: Intake
  readonly found: Found
  readonly candidates: readonly KnownBase[]
  /** The base that `--base` or assay.yaml names; null when neither does. */
  readonly given: GivenBase | null
  /** What assay.yaml says of files that a job makes before the build. */
  readonly artifacts: Artifacts
  readonly watch: Stopwatch
}

/** One image, compared: what reports and `explain` are made of. */
export interface ComparedImage extends ReadyImage {
  readonly compared: Compared
}

/** Reads what is not known of the image, and finds its description and its possible bases. */
export async function readyImage(image: OpenImage, session: Session): Promise<ReadyImage> {
  const { options, inventory } = session
  const { reference, notes } = image
  const watch = new Stopwatch()
  const taken = await intake(image, inventory, options.image, watch)
  const { facts } = taken
  watch.start('description')
  const given = session.base ?? (await mappedBase(facts, session))
  const { candidates, unknowns } = baseCandidates(facts, given, inventory)
  const told = await findDescription(facts, session, candidates)
  const artifacts = await artifactsFor(options.policy, told.description, told.repository)
  const found = { ...told, description: declared(told.description, artifacts) }
  watch.stop()
  const contradictions = baseContradictions(facts, found.bases, inventory)
  const all = [
    ...found.unknowns,
    ...unknowns,
    ...contradictions,
    ...artifacts.unknowns,
    ...taken.unknowns,
  ]
  const ready = { reference, facts, notes, taken, found: { ...found, unknowns: all }, watch }
  return { ...ready, candidates: confirmed(candidates, found.bases), artifacts, given }
}

/** The base that assay.yaml names for images of this name. */
async function mappedBase(facts: ImageFacts, session: Session): Promise<GivenBase | null> {
  const mapping = mappingFor(session, facts)
  if (mapping === null || mapping.base === null) return null
  const by = `${session.options.policy?.file ?? 'assay.yaml'}:${mapping.line}`
  return takeInBase(session.options, mapping.base, session.inventory, by)
}

function declared(description: Description | null, artifacts: Artifacts): Description | null {
  return description === null ? null : withoutDeclared(description, artifacts)
}

/** Compares an image that is ready. */
export async function compareImage(ready: ReadyImage, session: Session): Promise<ComparedImage> {
  const { facts, found, candidates, watch } = ready
  watch.start('attribute')
  const unread: Unknown[] = []
  const compared = await compare({
    facts,
    inventory: session.inventory,
    description: found.missing === '' ? found.description : null,
    missing: found.missing,
    candidates,
    givenBase: ready.given,
    bases: found.bases,
    claimedArguments: found.claimedArguments,
    searchedInVain: found.searchedInVain,
    unseen: found.unseen,
    named: found.named,
    unknowns: found.unknowns,
    artifactOf: ready.artifacts.artifactOf,
    ...trackedContent(found.repository, found.description?.revision.commit ?? '', unread),
    archiveOf: archiveOf(session.archives),
  })
  watch.stop()
  const unseen = unseenCommits(found, compared.attribution.changes)
  const unknowns = [...compared.unknowns, ...unread, ...unseen]
  return { ...ready, compared: { ...compared, unknowns } }
}

/** In a shallow clone a file that is not of this commit may still be tracked in another. */
function unseenCommits({ repository }: Found, changes: readonly Change[]): Unknown[] {
  const foreign = changes.filter(
    ({ origin }) => origin === 'context-modified' || origin === 'context-untracked',
  )
  if (repository?.isShallow !== true || foreign.length === 0) return []
  const reason = `${repository.name} is a shallow clone: other commits cannot be looked into; in CI, ${WHOLE_HISTORY} brings the whole history`
  return [{ subject: repository.name, place: '', reader: 'git', reason, weight: 'partial' }]
}
