// What an image's claims say of its base, held against the images that are known: a digest that is that of a
// candidate confirms it, a reference names a base that is not at hand, a digest of other layers contradicts.
import { type Base, isPrefix } from '../attribution/index.ts'
import {
  type BaseClaim,
  claimSource,
  type ImageFacts,
  isSameImage,
  type Unknown,
} from '../core/index.ts'
import type { Inventory } from '../inventory/index.ts'
import type { KnownBase } from './known-base.ts'

/** The candidates, those marked that a claim names by digest. */
export function confirmed(
  candidates: readonly KnownBase[],
  claims: readonly BaseClaim[],
): readonly KnownBase[] {
  return candidates.map((candidate) =>
    claims.some((claim) => names(claim, candidate)) ? { ...candidate, confirmed: true } : candidate,
  )
}

function names({ digest }: BaseClaim, { manifest, config }: KnownBase): boolean {
  return digest !== null && (digest === manifest || digest === config)
}

/** The base with what claims say of it. */
export function nameBase(
  base: Base | null,
  claims: readonly BaseClaim[],
  candidates: readonly KnownBase[],
): Base | null {
  if (base === null) return null
  const candidate = candidates.find(({ config }) => config !== null && config === base.config)
  const exact = candidate && claims.find((claim) => names(claim, candidate))
  if (exact !== undefined) {
    const how = `${base.how}; ${claimSource(exact)} names its digest`
    return { ...base, how, strength: 'proved' }
  }
  const like = claims.filter(
    ({ reference }) => reference !== '' && isSameImage(reference, base.reference),
  )
  const claim = like[0] ?? onlyOf(claims)
  if (claim === undefined || base.config !== null || base.reference === 'scratch') return base
  const reference = base.reference || claim.reference || (claim.digest ?? '')
  return { ...base, reference, how: `${base.how}; ${saying(claim)}, which is not at hand` }
}

/** The claim that is about the base for certain: one that says so, or the only image that a build took in. */
function onlyOf(claims: readonly BaseClaim[]): BaseClaim | undefined {
  const direct = claims.find((claim) => claim.direct)
  const taken = claims.filter((claim) => !claim.direct)
  return direct ?? (taken.length === 1 ? taken[0] : undefined)
}

function saying(claim: BaseClaim): string {
  const { reference, digest } = claim
  const name = [reference, digest ?? ''].filter((part) => part !== '').join('@')
  return `${claimSource(claim)} names ${name}`
}

/** Claims that cannot be: they name an image that is known, and whose layers are not the first ones of this. */
export function baseContradictions(
  facts: ImageFacts,
  claims: readonly BaseClaim[],
  inventory: Inventory,
): Unknown[] {
  const own = facts.layers.map(({ diffId }) => diffId)
  return claims.flatMap((claim) => {
    const layers = claim.direct && claim.digest !== null ? inventory.layersOf(claim.digest) : null
    if (layers === null || isPrefix(layers, own)) return []
    const reason = `${saying(claim)} as the base, but the layers of that image are not the first ones of this`
    return [{ subject: facts.config, place: claim.from, reader: 'base', reason, weight: 'partial' }]
  })
}
