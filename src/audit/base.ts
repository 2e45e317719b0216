// Images that could be the base of another: the one that was named, and those the inventory knows.
import { isPrefix } from '../attribution/index.ts'
import type { Digest, ImageFacts, ImageSettings, Unknown } from '../core/index.ts'
import { usageError } from '../core/index.ts'
import { openImages, parseConfig } from '../image/index.ts'
import type { Inventory } from '../inventory/index.ts'
import { catalogImage } from './catalog-image.ts'
import { intake } from './intake.ts'
import type { KnownBase } from './known-base.ts'
import type { CompareOptions } from './options.ts'
import { isRewritten } from './rewritten-base.ts'
import { Stopwatch } from './stopwatch.ts'

/** The image that `--base` or assay.yaml names. */
export interface GivenBase {
  readonly reference: string
  /** What names it: `--base`, `assay.yaml:12`. */
  readonly by: string
  readonly facts: ImageFacts
}

/** Brings the base image that was named into the inventory; `by` is what names it. */
export async function takeInBase(
  { image }: CompareOptions,
  base: string,
  inventory: Inventory,
  by = '--base',
): Promise<GivenBase> {
  if (base === '-') throw usageError(`${by} cannot be read from standard input`)
  const archive = await openImages({
    reference: base,
    stdin: null,
    platform: image.platform,
    name: null,
  })
  try {
    const [first, second] = archive.images
    const [error] = archive.errors
    if (first === undefined) throw error ?? usageError('it holds no image', { where: base })
    if (second !== undefined) {
      throw usageError(`${by} names an archive of several images`, {
        where: base,
        hint: 'save the base image alone',
      })
    }
    const request = { ...image, reference: base, stdin: null, name: null }
    const taken = await intake(first, inventory, request, new Stopwatch())
    const { facts } = first
    const unread = taken.errors[0]
    if (unread !== undefined) throw unread
    const { catalog, layerOf } = catalogImage(inventory, facts)
    inventory.putImage(facts, catalog, layerOf)
    return { reference: facts.names[0] ?? base, by, facts }
  } finally {
    archive.close()
  }
}

/** What an image can be built on, and what is wrong with the base that was named. */
export interface Candidates {
  readonly candidates: readonly KnownBase[]
  readonly unknowns: readonly Unknown[]
}

/** The named base, and every image of the inventory whose layers are the first of this one. */
export function baseCandidates(
  facts: ImageFacts,
  given: GivenBase | null,
  inventory: Inventory,
): Candidates {
  const diffIds = facts.layers.map((layer) => layer.diffId)
  const candidates: KnownBase[] = []
  const unknowns: Unknown[] = []
  if (given !== null) {
    if (isPrefix(diffIdsOf(given.facts), diffIds)) candidates.push(givenCandidate(given))
    else if (isRewritten(given.facts, facts, inventory))
      candidates.push({ ...givenCandidate(given), rewritten: true })
    else unknowns.push(noBase(given, facts.config))
  }
  for (const known of inventory.baseCandidates(diffIds)) {
    const other = candidates.find((candidate) => candidate.config === known.config)
    // Nobody described it: that says nothing of the image built on it.
    const verdict = known.verdict === 'unknown' ? null : known.verdict
    if (other !== undefined) {
      candidates.splice(candidates.indexOf(other), 1, { ...other, verdict })
      continue
    }
    const { history, settings } = parseConfig(Buffer.from(known.configText), {
      name: `the config ${known.config}`,
      where: inventory.file,
    })
    candidates.push({
      reference: known.names[0] ?? '',
      config: known.config,
      layers: known.layers,
      entries: history.length,
      source: 'known',
      settings,
      verdict,
      manifest: known.manifest,
    })
  }
  return { candidates, unknowns }
}

function givenCandidate({ reference, by, facts }: GivenBase): KnownBase {
  return {
    reference,
    by,
    config: facts.config,
    layers: facts.layers.length,
    entries: facts.history.length,
    source: 'given',
    settings: facts.settings,
    verdict: null,
    manifest: facts.manifest,
  }
}

function diffIdsOf(facts: ImageFacts): readonly Digest[] {
  return facts.layers.map((layer) => layer.diffId)
}

function noBase(given: GivenBase, config: Digest): Unknown {
  const reason = `${given.reference} was given as the base, but its layers are not the first ones of this image`
  return { subject: config, place: given.by, reader: 'base', reason, weight: 'partial' }
}

/** Labels of images that this one may be built on: a label that is among them may be the base's. */
export function inheritedLabels(
  candidates: readonly { readonly settings: ImageSettings | null }[],
) {
  const inherited = new Map<string, Set<string>>()
  for (const { settings } of candidates) {
    for (const [key, value] of Object.entries(settings?.labels ?? {})) {
      inherited.set(key, (inherited.get(key) ?? new Set()).add(value))
    }
  }
  return (key: string, value: string): boolean => inherited.get(key)?.has(value) === true
}
