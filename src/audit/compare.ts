// From an image in the inventory and a repository to steps, base, origins and verdict.
import {
  type Attribution,
  align,
  attribute,
  type Base,
  type BaseCandidate,
  baseReference,
  builderOf,
  chainInstructions,
  chooseBase,
  decide,
  type Ground,
  groundOf,
  groundOfHistory,
  guessBase,
  movingInputs,
  type ReadBlob,
  type ReadEntry,
  type RecordedArgument,
  readEntry,
  recordedArguments,
  recordedInstructions,
  unaligned,
} from '../attribution/index.ts'
import type {
  BlobSighting,
  Description,
  ImageFacts,
  ImageSettings,
  PackageRequest,
  Reason,
  Step,
  Unknown,
  Verdict,
} from '../core/index.ts'
import { NO_SETTINGS } from '../core/index.ts'
import {
  mapCopy,
  packageRequests,
  parseCommands,
  parseDockerfile,
  reachableStages,
} from '../description/index.ts'
import type { Inventory } from '../inventory/index.ts'
import { blockOf } from './block.ts'

/** A candidate for the base, with what its settings and verdict are. */
export interface KnownBase extends BaseCandidate {
  readonly settings: ImageSettings | null
  readonly verdict: Verdict | null
}

/** What is compared. */
export interface Comparison {
  readonly facts: ImageFacts
  readonly inventory: Inventory
  readonly description: Description | null
  /** Why there is no description, for the reader; '' when there is one. */
  readonly missing: string
  readonly candidates: readonly KnownBase[]
  readonly unknowns: readonly Unknown[]
  readonly sightings: (blobs: readonly string[]) => Promise<ReadonlyMap<string, BlobSighting>>
  /** Bytes of tracked blobs; null when they are not at hand. */
  readonly readBlob: ReadBlob
}

/** What the comparison found. */
export interface Compared {
  /** The description with the build arguments that the history shows. */
  readonly description: Description | null
  readonly steps: readonly Step[]
  readonly base: Base | null
  readonly attribution: Attribution
  readonly verdict: Verdict
  readonly reasons: readonly Reason[]
  readonly makers: readonly string[]
  readonly unknowns: readonly Unknown[]
}

/** Compares an image with its description. */
export async function compare(input: Comparison): Promise<Compared> {
  const entries = readEntries(input.facts, input.description)
  const { description, untracked, steps, base } = aligned(input, entries)
  const attribution = await attribute({
    facts: input.facts,
    block: (layer) => blockOf(input.inventory, input.facts, layer),
    resultsOf: (contents) => input.inventory.catalogResults(contents),
    description,
    steps,
    mapCopy,
    base,
    baseSettings: settingsOf(base, input.candidates),
    arguments: untracked,
    sightings: input.sightings,
    readBlob: input.readBlob,
  })
  const unknowns = [
    ...input.facts.unknowns,
    ...input.unknowns,
    ...attribution.catalog.unknowns,
    ...attribution.overlay.notes,
  ]
  const { verdict, reasons } = decide({
    unknowns,
    described: description !== null,
    missing: input.missing,
    steps,
    changes: attribution.changes,
    origins: attribution.origins,
    base,
    baseReference: baseReference(description),
    baseVerdict:
      input.candidates.find((candidate) => candidate.config === base?.config)?.verdict ?? null,
    untrackedArguments: untracked.map(({ name }) => name),
    ...inputsOf(description),
  })
  const makers = [
    ...new Set(
      steps.map((step) => step.maker).filter((maker) => maker !== '' && maker !== 'unknown'),
    ),
  ]
  return {
    description,
    steps,
    base,
    attribution,
    verdict,
    reasons,
    makers,
    unknowns,
  }
}

/** The description as this image was built from it, and how its history stands to it. */
function aligned(input: Comparison, entries: readonly ReadEntry[]) {
  const { facts, candidates } = input
  const first = parsedFor(input.description, facts, {}, null)
  const untracked: readonly RecordedArgument[] =
    first === null ? [] : recordedArguments(entries, chainInstructions(first))
  const values = Object.fromEntries(untracked.map(({ name, found }) => [name, found]))
  const ungrounded = parsedFor(first, facts, values, null)
  const dialect = builderOf(entries.map((read) => read.step))
  const known = chooseBase(candidates, entries, ungrounded, dialect)
  const draft = stepsOf(entries, ungrounded, known)
  const ground = groundFor(entries, draft, settingsOf(known, candidates))
  const description = parsedFor(ungrounded, facts, values, ground)
  const steps = stepsOf(entries, description, known)
  return { description, untracked, steps, base: known ?? guessed(facts, steps, description) }
}

/** History entries with their layers; a history that does not fit the layers is mapped to none. */
function readEntries(facts: ImageFacts, description: Description | null): readonly ReadEntry[] {
  const shells = shellsOf(description)
  const filled = facts.history.filter((entry) => !entry.emptyLayer).length
  const fits = filled === facts.layers.length
  let layer = 0
  return facts.history.map((entry, index) => {
    const own = fits && !entry.emptyLayer ? layer++ : null
    return { entry, index, layer: own, step: readEntry(entry, { shells }) }
  })
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
  return { ...description, dockerfile, commands, requests: packageRequests(commands) }
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
  const dialect = builderOf(entries.map((read) => read.step))
  const instructions = recordedInstructions(chainInstructions(description), dialect)
  return align({ entries, instructions, baseEntries: base?.entries ?? null })
}

function guessed(
  facts: ImageFacts,
  steps: readonly Step[],
  description: Description | null,
): Base | null {
  const leading = steps.filter((step) => step.alignment === 'base')
  const layers = leading.filter((step) => step.layer !== null).length
  return description === null ? null : guessBase(facts, leading.length, layers, description)
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
