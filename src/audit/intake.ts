// Brings an image into the inventory: layers that are not known are read, their files catalogued, all stored.
import { createHash } from 'node:crypto'
import { CATALOGERS, catalogFile, keepsEvidence, wantPatterns } from '../catalog/index.ts'
import type { AuditedLayer, ByteRange, Digest, ImageFacts, Unknown } from '../core/index.ts'
import { AssayError, isDigest, messageOf } from '../core/index.ts'
import type { OpenImage } from '../image/index.ts'
import type { CatalogedFile, Inventory, StoredLayer } from '../inventory/index.ts'
import {
  DEFAULT_LAYER_LIMITS,
  type LayerFacts,
  type LayerRequest,
  readLayers,
  sniffDigests,
} from '../layer/index.ts'
import type { ImageRequest } from './options.ts'
import type { Stopwatch } from './stopwatch.ts'
import { VERSION } from './version.ts'

/** What became of an image's layers. */
export interface Intake {
  /** The image's facts; a layer that the archive lacks and the inventory has is no longer unknown. */
  readonly facts: ImageFacts
  readonly layers: readonly AuditedLayer[]
  /** What is stored of each layer, by diff_id; a layer that could not be read is absent. */
  readonly records: ReadonlyMap<Digest, StoredLayer>
  readonly unknowns: readonly Unknown[]
  /** Errors that leave a layer out; each decides the exit status. */
  readonly errors: readonly AssayError[]
}

/** Reads what is not known yet, and stores it. */
export async function intake(
  image: OpenImage,
  inventory: Inventory,
  request: ImageRequest,
  watch: Stopwatch,
): Promise<Intake> {
  watch.start('read')
  const digests = await digestsOf(image, inventory)
  const records = new Map<Digest, StoredLayer>()
  for (const { diffId } of image.facts.layers) {
    const record = inventory.storedLayer(diffId)
    if (record !== null && serves(record, digests)) records.set(diffId, record)
  }
  const unknowns: Unknown[] = []
  const errors: AssayError[] = []
  const requests = requestsFor(image, records, { verify: request.verify, digests, inventory })
  const read = new Set<Digest>()
  for await (const outcome of readLayers(requests, { threads: threadsFor(requests, request) })) {
    const asked = requests[outcome.index]
    if (asked === undefined) continue
    if ('error' in outcome) {
      errors.push(inArchive(outcome.error, request.reference))
      unknowns.push(unreadable(asked.diffId, outcome.error))
      continue
    }
    store(outcome.facts, inventory, watch)
    const record = inventory.storedLayer(asked.diffId)
    if (record !== null) records.set(asked.diffId, record)
    read.add(asked.diffId)
    request.progress(`read ${read.size} of ${requests.length} layers`)
    watch.start('read')
  }
  watch.stop()
  for (const record of records.values()) unknowns.push(...record.unknowns)
  const layers = image.facts.layers.map((layer, position) => ({
    position,
    diffId: layer.diffId,
    blob: layer.blob,
    mediaType: layer.mediaType,
    size: records.get(layer.diffId)?.size ?? null,
    entries: records.get(layer.diffId)?.entries ?? null,
    state: stateOf(layer.diffId, records, read),
  }))
  const left = image.facts.unknowns.filter(({ subject }) => !isKnown(subject, records))
  return { facts: { ...image.facts, unknowns: left }, layers, records, unknowns, errors }
}

function isKnown(subject: string, records: ReadonlyMap<Digest, unknown>): boolean {
  return isDigest(subject) && records.has(subject)
}

/** Names what an image's contents depend on: its layers, as they were read. */
export function readersOf({ records }: Intake): string {
  const layers = [...records].map(([diffId, { wants }]) => [diffId, wants]).sort()
  return createHash('sha256')
    .update(JSON.stringify([VERSION, layers]))
    .digest('hex')
}

/** Names what readers of layers were asked for: a layer that was read for less is read again. */
const WANTS = createHash('sha256')
  .update(JSON.stringify([wantPatterns(), CATALOGERS.map(({ id, version }) => [id, version])]))
  .digest('hex')

function stateOf(
  diffId: Digest,
  records: ReadonlyMap<Digest, unknown>,
  read: ReadonlySet<Digest>,
): AuditedLayer['state'] {
  if (!records.has(diffId)) return 'unreadable'
  return read.has(diffId) ? 'read now' : 'known'
}

interface Asked {
  readonly verify: boolean
  readonly digests: LayerRequest['digests']
  readonly inventory: Inventory
}

function requestsFor(
  image: OpenImage,
  known: ReadonlyMap<Digest, StoredLayer>,
  { verify, digests, inventory }: Asked,
): LayerRequest[] {
  const requests: LayerRequest[] = []
  const wants = wantPatterns()
  for (const [position, { diffId, blob, mediaType }] of image.facts.layers.entries()) {
    const needed = verify || !known.has(diffId)
    if (!needed || requests.some((other) => other.diffId === diffId)) continue
    const source = image.layer(position)
    // The image's own facts say why it is not here.
    if (source === null) continue
    // What another image asked of the layer is kept: two that share it must not read it in turns.
    const earlier = inventory.storedLayer(diffId)?.digests ?? []
    const all = BOTH.filter((name) => digests.includes(name) || earlier.includes(name))
    requests.push({
      ...{ diffId, blob, mediaType, source, wants },
      digests: all,
      limits: DEFAULT_LAYER_LIMITS,
    })
  }
  return requests
}

/** Layers smaller than this in all are read before a thread has started. Bytes. */
const WORTH_THREADS = 16 << 20

/** One layer alone is read here: decompression has a thread of its own in any case. */
function threadsFor(requests: readonly LayerRequest[], { threads }: ImageRequest): number {
  const bytes = requests.reduce((sum, { source }) => sum + source.length, 0)
  return requests.length < 2 || bytes < WORTH_THREADS ? 0 : threads
}

const BOTH = ['md5', 'sha1'] as const

/** True when the layer was read for all that this image asks of it. */
function serves(record: StoredLayer, digests: LayerRequest['digests']): boolean {
  return record.wants === WANTS && digests.every((name) => record.digests.includes(name))
}

/** The package manager of the lowest layer tells which digests its records use; where it has none, another may bring it. */
async function digestsOf(image: OpenImage, inventory: Inventory): Promise<LayerRequest['digests']> {
  const [lowest, second] = image.facts.layers
  if (lowest === undefined) return []
  const known = inventory.storedLayer(lowest.diffId)
  const digests = known?.digests ?? (await sniffed(image.layer(0), lowest.mediaType))
  return digests.length === 0 && second !== undefined ? BOTH : digests
}

async function sniffed(
  source: ByteRange | null,
  mediaType: string,
): Promise<LayerRequest['digests']> {
  if (source === null) return BOTH
  try {
    return await sniffDigests(source, mediaType)
  } catch (thrown) {
    // Reading the layer in full meets the same fault and reports it.
    if (thrown instanceof AssayError) return BOTH
    throw thrown
  }
}

function store(facts: LayerFacts, inventory: Inventory, watch: Stopwatch): void {
  watch.start('write')
  inventory.putLayer({ ...facts, wants: WANTS }, cataloged(facts, watch))
  watch.stop()
}

/** The wanted files, each catalogued when it is its turn: the rows of one package are held, not those of all. */
function* cataloged({ wanted }: LayerFacts, watch: Stopwatch): Generator<CatalogedFile> {
  for (const { path, sha256, bytes } of wanted) {
    watch.start('catalog')
    const results = catalogFile(path, bytes)
    const evidence = keepsEvidence(path) ? bytes : null
    watch.start('write')
    yield { path, sha256, evidence, results }
  }
}

/** The error with the archive in front of its place. */
function inArchive(error: AssayError, reference: string): AssayError {
  const archive = reference === '-' ? 'standard input' : reference
  const where = error.where === undefined ? archive : `${archive}: ${error.where}`
  const { code, message, hint } = error
  return new AssayError(code, message, {
    where,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  })
}

function unreadable(diffId: Digest, error: AssayError): Unknown {
  const place = error.where ?? ''
  return { subject: diffId, place, reader: 'layer', reason: messageOf(error), weight: 'fatal' }
}
