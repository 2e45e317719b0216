// Statements about an image that lie beside it (in-toto attestation framework; DSSE; sigstore bundles; cosign's
// signatures of images). They are kept as they are, unverified: what they are worth is judged elsewhere.
import { z } from 'zod'
import {
  AssayError,
  type Attestation,
  byCodeUnit,
  type Digest,
  isDigest,
  parseDigest,
  type Unknown,
} from '../core/index.ts'
import { decode, parseJson, text } from './json.ts'
import { type Descriptor, isStatementType } from './manifest.ts'
import { type ImageNode, type Node, REFERENCE, readBlob, subjectOf } from './source/oci-tree.ts'
import type { Store } from './store/store.ts'

/** Bytes of one statement: an SBOM of a large image has some ten million. */
const STATEMENT_LIMIT = 32 << 20
/** Bytes of all statements about one image. */
const TOTAL_LIMIT = 128 << 20
const COUNT_LIMIT = 64
/** Bytes of a manifest that a signature is over. */
const MANIFEST_LIMIT = 8 << 20

/** The statements about an image, and what stood in the way of others. */
export interface FoundAttestations {
  readonly attestations: readonly Attestation[]
  readonly unknowns: readonly Unknown[]
  readonly errors: readonly AssayError[]
}

/** Reads the statements that the nodes hold about an image, or about an index that lists it. */
export function attestationsOf(
  store: Store,
  nodes: readonly Node[],
  image: Extract<ImageNode, { kind: 'image' }>,
): FoundAttestations {
  const about = [image.digest, ...image.within]
  const reader = new StatementReader(store, image, about)
  for (const node of nodes) {
    if (
      node.kind === 'absent' &&
      about.some((one) => one === node.descriptor.annotations[REFERENCE])
    )
      reader.miss(node.descriptor, 'it is not in the archive')
    if (node.kind !== 'attestation') continue
    const subject = subjectOf(node)
    if (subject !== null && !about.includes(subject)) continue
    for (const layer of node.manifest.layers)
      if (isStatementType(layer.mediaType)) reader.take(layer, subject !== null)
  }
  // Containers list them in any order.
  const attestations = [...reader.found.values()].sort((a, b) => byCodeUnit(a.digest, b.digest))
  return { attestations, unknowns: reader.unknowns, errors: reader.errors }
}

class StatementReader {
  readonly found = new Map<string, Attestation>()
  readonly unknowns: Unknown[] = []
  readonly errors: AssayError[] = []
  readonly #store: Store
  readonly #image: Extract<ImageNode, { kind: 'image' }>
  readonly #about: readonly Digest[]
  #count = 0
  #bytes = 0

  constructor(
    store: Store,
    image: Extract<ImageNode, { kind: 'image' }>,
    about: readonly Digest[],
  ) {
    this.#store = store
    this.#image = image
    this.#about = about
  }

  miss(descriptor: Descriptor, reason: string): void {
    this.unknowns.push({
      subject: this.#image.digest,
      place: descriptor.digest,
      reader: 'image',
      reason: `an attestation was not read: ${reason}`,
      weight: 'partial',
    })
  }

  /** Reads a statement; `marked` when its manifest says that it is about this image. */
  take(layer: Descriptor, marked: boolean): void {
    this.#count += 1
    this.#bytes += Math.min(layer.size, STATEMENT_LIMIT)
    const over =
      this.#count > COUNT_LIMIT
        ? `only ${COUNT_LIMIT} are read`
        : `together they have more than ${TOTAL_LIMIT} bytes`
    if (this.#count > COUNT_LIMIT || this.#bytes > TOTAL_LIMIT) {
      this.miss(layer, over)
      return
    }
    try {
      const attestation = this.#read(layer, marked)
      if (attestation === null) this.miss(layer, 'it is not in the archive')
      else if (attestation !== 'of another') {
        this.found.set(`${attestation.digest} ${JSON.stringify(layer.annotations)}`, attestation)
      }
    } catch (thrown) {
      if (!(thrown instanceof AssayError)) throw thrown
      // What is about no image that is known may be anybody's.
      if (!marked) return
      if (thrown.code === 'integrity') this.errors.push(thrown)
      this.miss(layer, thrown.message)
    }
  }

  #read(layer: Descriptor, marked: boolean): Attestation | null | 'of another' {
    const store = this.#store
    const bytes = readBlob(store, layer, STATEMENT_LIMIT)
    if (bytes === null) return marked ? null : 'of another'
    const digest = parseDigest(layer.digest, store.where)
    const place = { name: `the statement ${digest}`, where: store.where }
    const value = parseJson(bytes, place)
    const { type, subjects } = outlineOf(value, layer.mediaType, place)
    if (!marked && !subjects.some((one) => isDigest(one) && this.#about.includes(one))) {
      return 'of another'
    }
    return {
      digest,
      predicateType: type,
      statement: bytes.toString('utf8'),
      mediaType: layer.mediaType,
      annotations: layer.annotations,
      about: this.#about,
      message: plainBundle.safeParse(value).success ? this.#manifestText() : '',
    }
  }

  #manifestText(): string {
    return readBlob(this.#store, this.#image.descriptor, MANIFEST_LIMIT)?.toString('utf8') ?? ''
  }
}

const envelope = z.looseObject({ payload: z.string() })
const bundle = z.looseObject({ dsseEnvelope: envelope })
const plainBundle = z.looseObject({ messageSignature: z.looseObject({}) })
const statement = z.looseObject({
  predicateType: text,
  subject: z
    .array(z.looseObject({ digest: z.looseObject({ sha256: text }).nullish() }))
    .nullish()
    .catch(null),
})
const signed = z.looseObject({
  critical: z.looseObject({
    type: text,
    image: z.looseObject({ 'docker-manifest-digest': text }),
  }),
})

interface Outline {
  readonly type: string
  readonly subjects: readonly string[]
}

/** What a statement is and what it is about, out of its envelope or bundle where it has one. */
function outlineOf(
  value: unknown,
  mediaType: string,
  place: { readonly name: string; readonly where: string },
): Outline {
  if (mediaType.includes('simplesigning')) {
    const { type, image } = decode(signed, value, place).critical
    return { type, subjects: [image['docker-manifest-digest']] }
  }
  if (plainBundle.safeParse(value).success)
    return { type: 'signature of the manifest', subjects: [] }
  const wrapped = bundle.safeParse(value)
  const inner = envelope.safeParse(wrapped.success ? wrapped.data.dsseEnvelope : value)
  const found = inner.success ? parseJson(Buffer.from(inner.data.payload, 'base64'), place) : value
  const { predicateType, subject } = decode(statement, found, place)
  return {
    type: predicateType,
    subjects: (subject ?? []).map(({ digest }) => `sha256:${digest?.sha256 ?? ''}`),
  }
}
