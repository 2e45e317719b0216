// Files of an image that name a commit: looked at when nothing surer does, since the image has to be merged for it.
import type { EmbeddedTrace, ImageFacts } from '../core/index.ts'
import type { ReadClaim } from '../description/index.ts'
import type { Inventory } from '../inventory/index.ts'
import { catalogImage } from './catalog-image.ts'
import type { KnownBase } from './known-base.ts'

/** The traces in the image's own layers; none when its claims name a revision without them. */
export function tracesOf(
  facts: ImageFacts,
  inventory: Inventory,
  known: {
    readonly claims: readonly ReadClaim[]
    readonly candidates: readonly KnownBase[]
    /** The user named the repository: a component's commit says no more. */
    readonly named: boolean
  },
): readonly EmbeddedTrace[] {
  const redHat = 'com.redhat.component' in facts.settings.labels
  const enough = known.named || known.claims.some(({ revision }) => revision !== '')
  if (enough && !redHat) return []
  const { catalog, overlay } = catalogImage(inventory, facts)
  const layers = Math.max(0, ...known.candidates.map((candidate) => candidate.layers))
  return catalog.traces.filter(({ path }) => {
    const layer = overlay.get(path)?.contentLayer
    return layer === undefined || layer >= layers
  })
}
