// From an image in the inventory and a repository to steps, base, origins and verdict.
import {
  type ArchiveOf,
  type ArtifactOf,
  type Attribution,
  align,
  attribute,
  type Base,
  baseReference,
  chainInstructions,
  chooseBase,
  decide,
  type Ground,
  groundOf,
  groundOfHistory,
  guessBase,
  type HeldImage,
  isBuiltFrom,
  type MembersOf,
  makerNames,
  makerNotes,
  movingInputs,
  otherBuilder,
  otherBuilderReason,
  type ReadBlob,
  type ReadEntry,
  type RecordedArgument,
  readHistory,
  recordedArguments,
  unaligned,
  undecided,
  type Verified,
  verifyPackages,
} from '../attribution/index.ts'
import type {
  BaseClaim,
  BlobSighting,
  ContextFile,
  ContextForm,
  Description,
  ImageFacts,
  ImageSettings,
  MakerNote,
  PackageRequest,
  Reason,
  Step,
  Unknown,
  Verdict,
  Verification,
} from '../core/index.ts'
import { byCodeUnit, NO_SETTINGS } from '../core/index.ts'
import {
  mapCopy,
  packageRequests,
  parseCommands,
  parseDockerfile,
  reachableStages,
} from '../description/index.ts'
import type { Inventory } from '../inventory/index.ts'
import { nameBase } from './base-claims.ts'
import { blockOf } from './block.ts'
import { judgeArguments } from './builds.ts'
import { withClaimed } from './claimed-arguments.ts'
import { filesOfImages } from './image-files.ts'
import type { KnownBase } from './known-base.ts'

/** The image that the user named as the base. */
export interface GivenImage {
  readonly reference: string
  /** What names it: `--base`, `assay.yaml:12`. */
  readonly by: string
  readonly facts: ImageFacts
}

/** What is compared. */
export interface Comparison {
  readonly facts: ImageFacts
  readonly inventory: Inventory
  readonly description: Description | null
  /** Why there is no description, for the reader; '' when there is one. */
  readonly missing: string
  readonly candidates: readonly KnownBase[]
  /** Build arguments that provenance names. */
  readonly claimedArguments?: Readonly<Record<string, string>>
  /** The image that `--base` names; null when it names none. */
  readonly givenBase: GivenImage | null
  /** Something names a description, at hand or not. */
  readonly named: boolean
  /** Names a commit that a shallow clone lacks, while HEAD was taken instead; ''. */
  readonly unseen: string
  /** What claims say of the base. */
  readonly bases: readonly BaseClaim[]
  /** Repositories that were searched whole, and none of them explains the image. */
  readonly searchedInVain: readonly string[]
  readonly unknowns: readonly Unknown[]
  readonly sightings: (blobs: readonly string[]) => Promise<ReadonlyMap<string, BlobSighting>>
  /** What git writes to disk for a tracked file where that is not the blob itself. */
  readonly formsOf: (file: ContextFile) => Promise<readonly ContextForm[]>
  /** What assay.yaml says of files that no commit has. */
  readonly artifactOf: ArtifactOf
  /** Members of tracked archives. */
  readonly membersOf: MembersOf
  /** Bytes of tracked blobs; null when they are not at hand. */
  readonly readBlob: ReadBlob
  /** Archives that packages are held against; null for none. */
  readonly archiveOf: ArchiveOf | null
}

/** What the comparison found. */
export interface Compared {
  /** The description with the build arguments that the history shows. */
  readonly description: Description | null
  readonly steps: readonly Step[]
  readonly base: Base | null
  /** Verdict of the base's own audit; null without one. */
  readonly baseVerdict: Verdict | null
  readonly attribution: Attribution
  /** How packages stand to their archives; null when they were not held against any. */
  readonly verification: Verification | null
  readonly verdict: Verdict
  readonly reasons: readonly Reason[]
  readonly makers: readonly string[]
  /** Makers whose images no Dockerfile describes, bottom to top. */
  readonly makerNotes: readonly MakerNote[]
  readonly unknowns: readonly Unknown[]
}

/** Compares an image with its description. */
export async function compare(input: Comparison): Promise<Compared> {
  const entries = readEntries(input.facts, input.description)
  const found = aligned(input, entries)
  const { description, untracked, given, steps } = found
  const named = nameBase(found.base, input.bases, input.candidates)
  const attributed = await attribute({
    facts: input.facts,
    block: (layer) => blockOf(input.inventory, input.facts, layer),
    resultsOf: (contents) => input.inventory.catalogResults(contents),
    description,
    steps,
    mapCopy,
    base: named,
    baseSettings: settingsOf(named, input.candidates),
    heldImage: named === null ? heldImageOf(input) : null,
    arguments: untracked,
    sightings: input.sightings,
    readBlob: input.readBlob,
    formsOf: input.formsOf,
    membersOf: input.membersOf,
    filesOf: filesOfImages(input.inventory, input.facts.config),
    artifactOf: input.artifactOf,
  })
  const base = named ?? attributed.heldBase
  const baseVerdict =
    input.candidates.find(({ config }) => config === base?.config)?.verdict ?? null
  const { attribution, verification } = await verified(attributed, input.archiveOf)
  const unknowns = [
    ...input.facts.unknowns,
    ...input.unknowns.filter(({ place }) => place !== '--base' || attributed.heldBase === null),
    ...undecided({ facts: input.facts, entries, description, steps, base }),
    ...attribution.catalog.unknowns,
    ...attribution.overlay.notes,
  ]
  const { verdict, reasons } = decide({
    unknowns,
    described: description !== null,
    missing: found.missing,
    builtByOther: found.builtByOther,
    steps,
    changes: attribution.changes,
    origins: attribution.origins,
    base,
    baseReference: baseReference(description),
    baseVerdict,
    searchedInVain: input.searchedInVain,
    unseenCommit: input.unseen,
    named: input.named,
    untrackedArguments: untracked.map(({ name }) => name),
    givenArguments: given,
    artifactJobs: artifactJobs(attribution),
    ...inputsOf(description),
  })
  return {
    description,
    steps,
    base,
    baseVerdict,
    attribution,
    verification,
    verdict,
    reasons,
    makers: makerNames(steps, found.notes),
    makerNotes: found.notes,
    unknowns,
  }
}

async function verified(
  attribution: Attribution,
  archiveOf: ArchiveOf | null,
): Promise<Omit<Verified, 'verification'> & Pick<Compared, 'verification'>> {
  return archiveOf === null
    ? { attribution, verification: null }
    : verifyPackages(attribution, archiveOf)
}

function artifactJobs({ files }: Attribution): readonly string[] {
  const jobs = files.filter(({ origin }) => origin === 'artifact').map(({ owner }) => owner)
  return [...new Set(jobs)].sort(byCodeUnit)
}

/** What is aligned: the files are not looked at. */
export type Alignable = Pick<
  Comparison,
  'facts' | 'candidates' | 'description' | 'missing' | 'claimedArguments'
> &
  Partial<Pick<Comparison, 'givenBase'>>

/** How the history of an image stands to a description: what a search ranks descriptions by. */
export function alignedSteps(input: Alignable): Pick<Compared, 'description' | 'steps' | 'base'> {
  return aligned(input, readEntries(input.facts, input.description))
}

/** Values that the history shows, and those that provenance names besides. */
function argumentsOf(
  { facts, claimedArguments = {} }: Alignable,
  description: Description,
  entries: readonly ReadEntry[],
): readonly RecordedArgument[] {
  const instructions = chainInstructions(description)
  const recorded = recordedArguments(entries, instructions, facts.settings)
  return withClaimed(recorded, claimedArguments, description)
}

/** The description as this image was built from it, and how its history stands to it. */
function aligned(input: Alignable, entries: readonly ReadEntry[]) {
  const { facts, candidates } = input
  const first = parsedFor(input.description, facts, {}, null)
  const recorded = first === null ? [] : argumentsOf(input, first, entries)
  const values = Object.fromEntries(recorded.map(({ name, found }) => [name, found]))
  const ungrounded = parsedFor(first, facts, values, null)
  const known = chooseBase(candidates, entries, ungrounded)
  const draft = stepsOf(entries, ungrounded, known)
  const swallowed = known === null && draft.some(isWithBase) ? input.givenBase : null
  const settings = settingsOf(known, candidates) ?? swallowed?.facts.settings ?? null
  const ground = groundFor(entries, draft, settings)
  const description = parsedFor(ungrounded, facts, values, ground)
  const steps = stepsOf(entries, description, known)
  const notes = makerNotes(steps, facts)
  const below = { entries: known?.entries ?? 0, settings: settingsOf(known, candidates) }
  const other = isBuiltFrom(steps)
    ? null
    : otherBuilder(notes, steps, { ...below, described: description !== null })
  if (other === null) {
    const base = known ?? guessed(facts, steps, description)
    const told = { notes, missing: input.missing, builtByOther: false }
    return { description, ...judgeArguments(recorded, description), steps, base, ...told }
  }
  // what built it follows no Dockerfile: one that is named describes its base at most
  const alone = unaligned(entries, below.entries)
  const missing = otherBuilderReason(other, alone, nameOf(description))
  const told = { notes: makerNotes(alone, facts), missing, builtByOther: true }
  const none = { untracked: [], given: [] }
  return { description: null, ...none, steps: alone, base: known, ...told }
}

function nameOf(description: Description | null): string {
  if (description === null) return ''
  const { dockerfilePath, repository, revision } = description
  return `${dockerfilePath} at ${revision.commit.slice(0, 12)} of ${repository}`
}

/** History entries with their layers; a history that does not fit the layers is mapped to none. */
export function readEntries(
  facts: ImageFacts,
  description: Description | null,
): readonly ReadEntry[] {
  const shells = shellsOf(description)
  return readHistory(facts.history, facts.layers.length, { shells })
}

function shellsOf(description: Description | null): readonly string[] {
  const used =
    description?.dockerfile.instructions.map((instruction) => instruction.shell.join(' ')) ?? []
  const shells = new Set([
    ...used,
    '/bin/sh -c',
    '/bin/bash -c',
    '/bin/ash -c',
    '/bin/bash -o pipefail -c',
    '/bin/ash -eo pipefail -c',
  ])
  shells.delete('')
  return [...shells].sort((a, b) => b.length - a.length)
}

/**
 * The description, its Dockerfile parsed again for the platform of the image, with these values of build
 * arguments, and on what its base gives.
 */
function parsedFor(
  description: Description | null,
  { platform }: ImageFacts,
  values: Readonly<Record<string, string>>,
  ground: Ground | null,
): Description | null {
  if (description === null || description.dockerfileState === 'missing') return description
  const dockerfile = parseDockerfile(description.dockerfileText, {
    arguments: { ...description.arguments, ...values },
    target: targetName(description),
    platform,
    base: ground,
  })
  const commands = parseCommands(dockerfile)
  const requests = packageRequests(commands, { dockerfile, files: description.files })
  return { ...description, dockerfile, commands, requests }
}

/** True for a step of a merged layer that has nothing below it: the base is in it too. */
function isWithBase({ alignment, layer }: Step): boolean {
  return alignment === 'merged' && layer === 0
}

/** What the base gives the description: its settings, or what the entries before the first instruction tell. */
function groundFor(
  entries: readonly ReadEntry[],
  steps: readonly Step[],
  settings: ImageSettings | null,
): Ground {
  if (settings !== null) return groundOf(settings)
  const leading = new Set(
    steps.filter(({ alignment }) => alignment === 'base').map(({ history }) => history),
  )
  return groundOfHistory(entries.filter(({ index }) => leading.has(index)))
}

function targetName(description: Description): string | null {
  const { stages, target } = description.dockerfile
  return target === stages.length - 1 ? null : stages[target]?.name || String(target)
}

function stepsOf(
  entries: readonly ReadEntry[],
  description: Description | null,
  base: Base | null,
): readonly Step[] {
  if (description === null) return unaligned(entries, base?.entries ?? 0)
  const instructions = chainInstructions(description)
  // an image that FROM does not name may have a child between
  const openTriggers = base?.strength === 'consistent'
  return align({ entries, instructions, baseEntries: base?.entries ?? null, openTriggers })
}

function guessed(
  facts: ImageFacts,
  steps: readonly Step[],
  description: Description | null,
): Base | null {
  const leading = steps.filter((step) => step.alignment === 'base')
  const layers = leading.filter(
    ({ history }) => facts.history[history ?? -1]?.emptyLayer === false,
  ).length
  return description === null ? null : guessBase(facts, leading.length, layers, description)
}

/** The named base with its layers, for an image that may have swallowed it. */
function heldImageOf({ givenBase, inventory }: Comparison): HeldImage | null {
  if (givenBase === null) return null
  const { reference, by, facts } = givenBase
  const blocks = facts.layers.map((_, layer) => blockOf(inventory, facts, layer))
  const read = blocks.filter((block) => block !== null)
  if (read.length < blocks.length) return null
  return { reference, by, config: facts.config, settings: facts.settings, blocks: read }
}

function settingsOf(base: Base | null, candidates: readonly KnownBase[]): ImageSettings | null {
  if (base === null) return null
  if (base.reference === 'scratch' && base.config === null) return NO_SETTINGS
  return candidates.find((candidate) => candidate.config === base.config)?.settings ?? null
}

/** What the stages that reach the target ask package managers for, and take in besides. */
function inputsOf(description: Description | null): {
  readonly requests: readonly PackageRequest[]
  readonly movingInputs: readonly string[]
} {
  if (description === null) return { requests: [], movingInputs: [] }
  const { stages, instructions, target } = description.dockerfile
  const reached = reachableStages(stages, instructions, target)
  const requests = description.requests.filter((request) => {
    const stage = instructions[request.instruction]?.stage
    return stage !== undefined && reached.has(stage)
  })
  return { requests, movingInputs: movingInputs(description, reached) }
}
