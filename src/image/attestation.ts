// Statements about an image that lie beside it (in-toto attestation framework; DSSE; sigstore bundles).
// They are kept as they are, unverified: what they are worth is judged elsewhere.
import { z } from 'zod'
import {
  AssayError,
  type Attestation,
  byCodeUnit,
  type Digest,
  parseDigest,
  type Unknown,
} from '../core/index.ts'
import { decode, parseJson, text } from './json.ts'
import { type Descriptor, isStatementType } from './manifest.ts'
import { type Node, REFERENCE, readBlob, subjectOf } from './source/oci-tree.ts'
import type { Store } from './store/store.ts'

/** Bytes of one statement: an SBOM of a large image has some ten million. */
const STATEMENT_LIMIT = 32 << 20
const COUNT_LIMIT = 64

/** The statements about an image, and what stood in the way of others. */
export interface FoundAttestations {
  readonly attestations: readonly Attestation[]
  readonly unknowns: readonly Unknown[]
  readonly errors: readonly AssayError[]
}

/** Reads the statements that the nodes hold about a manifest. */
export function attestationsOf(
  store: Store,
  nodes: readonly Node[],
  manifest: Digest,
): FoundAttestations {
  const found = new Map<string, Attestation>()
  const unknowns: Unknown[] = []
  const errors: AssayError[] = []
  const layers = nodes.flatMap((node) =>
    node.kind === 'attestation' && subjectOf(node) === manifest ? node.manifest.layers : [],
  )
  for (const { kind, descriptor } of nodes) {
    if (kind === 'absent' && descriptor.annotations[REFERENCE] === manifest)
      unknowns.push(unread(manifest, descriptor, 'it is not in the archive'))
  }
  const statements = layers.filter((layer) => isStatementType(layer.mediaType))
  for (const layer of statements.slice(0, COUNT_LIMIT)) {
    try {
      const attestation = readStatement(store, layer)
      if (attestation === null) unknowns.push(unread(manifest, layer, 'it is not in the archive'))
      else found.set(attestation.digest, attestation)
    } catch (thrown) {
      if (!(thrown instanceof AssayError)) throw thrown
      if (thrown.code === 'integrity') errors.push(thrown)
      unknowns.push(unread(manifest, layer, thrown.message))
    }
  }
  for (const layer of statements.slice(COUNT_LIMIT))
    unknowns.push(unread(manifest, layer, `only ${COUNT_LIMIT} are read`))
  // Containers list them in any order.
  const attestations = [...found.values()].sort((a, b) => byCodeUnit(a.digest, b.digest))
  return { attestations, unknowns, errors }
}

function unread(subject: Digest, layer: Descriptor, reason: string): Unknown {
  return {
    subject,
    place: layer.digest,
    reader: 'image',
    reason: `an attestation was not read: ${reason}`,
    weight: 'partial',
  }
}

function readStatement(store: Store, layer: Descriptor): Attestation | null {
  const bytes = readBlob(store, layer, STATEMENT_LIMIT)
  if (bytes === null) return null
  const digest = parseDigest(layer.digest, store.where)
  const place = { name: `the statement ${digest}`, where: store.where }
  return {
    digest,
    predicateType: predicateType(parseJson(bytes, place), place),
    statement: bytes.toString('utf8'),
  }
}

const envelope = z.looseObject({ payload: z.string() })
const bundle = z.looseObject({ dsseEnvelope: envelope })
const statement = z.looseObject({ predicateType: text })

/** The predicate type of a statement, out of its envelope or bundle where it has one. */
function predicateType(value: unknown, place: { name: string; where: string }): string {
  const wrapped = bundle.safeParse(value)
  const signed = envelope.safeParse(wrapped.success ? wrapped.data.dsseEnvelope : value)
  if (!signed.success) return decode(statement, value, place).predicateType
  const payload = Buffer.from(signed.data.payload, 'base64')
  return decode(statement, parseJson(payload, place), place).predicateType
}
