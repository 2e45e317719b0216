// Which manifest of an image fits the wanted platform, as engines choose it.
import { AssayError, isDigest, type Platform, sourceError, usageError } from '../../core/index.ts'
import { parseConfig } from '../config.ts'
import { DOCUMENT_LIMIT } from '../json.ts'
import {
  hostPlatform,
  isUnknownPlatform,
  onlyFor,
  platformRank,
  platformText,
} from '../platform.ts'
import { schema1Platform } from '../schema-1.ts'
import type { Store } from '../store/store.ts'
import { blobPath, type ImageNode, type Node, readBlob } from './oci-tree.ts'

/** An image for one platform. */
export interface ChosenImage {
  readonly node: ImageNode
  readonly names: readonly string[]
  readonly notes: readonly string[]
}

/** One image of a layout; it may exist for several platforms. */
export interface LayoutImage {
  readonly names: readonly string[]
  readonly nodes: readonly Node[]
}

interface Offer {
  readonly node: ImageNode
  readonly platform: Platform
}

/** Chooses among the manifests of images; remembers what configs say of their platform. */
export class PlatformChoice {
  readonly #store: Store
  readonly #asked: Platform | null
  readonly #wanted: Platform
  readonly #configs = new Map<string, Platform>()

  /** `asked` is null for linux on this host's architecture. */
  constructor(store: Store, asked: Platform | null) {
    this.#store = store
    this.#asked = asked
    this.#wanted = asked ?? hostPlatform()
  }

  /**
   * The manifest of an image that fits.
   * @throws AssayError `usage` when the image exists for several platforms and not for this one, `source` or
   *   `integrity` when the fitting manifest is missing or damaged.
   */
  choose({ nodes, names }: LayoutImage): ChosenImage {
    const broken = nodes.filter((node) => node.kind === 'broken')
    const notes = broken.map(
      ({ descriptor: { digest }, error }) =>
        `its manifest ${digest} cannot be read: ${error.message}`,
    )
    const offers = this.#offers(nodes)
    const best = this.#best(offers)
    const fitting = broken.find((node) => this.#fits(node))
    if (fitting !== undefined && best?.rank !== 0) throw fitting.error
    if (best !== null) return { node: best.node, names, notes: [...best.notes, ...notes] }
    const [only] = offers
    if (only === undefined) throw broken[0]?.error ?? this.#absent(nodes)
    const missing = nodes.some((node) => node.kind === 'absent' && this.#fits(node))
    if (offers.length > 1 || (missing && this.#asked !== null))
      throw this.#elsewhere(offers, missing)
    const note = onlyFor(only.platform, this.#wanted)
    return { node: only.node, names, notes: [note, ...notes] }
  }

  #text(): string {
    return platformText(this.#wanted)
  }

  #fits({ descriptor: { platform } }: Node): boolean {
    return platform !== null && platformRank(this.#wanted, platform) === 0
  }

  /** The images there are; those without a config or a platform only when there are no others. */
  #offers(nodes: readonly Node[]): readonly Offer[] {
    const images = nodes.filter((node) => node.kind === 'image' || node.kind === 'schema-1')
    const whole = images.filter((node) => this.#hasConfig(node))
    const offers = (whole.length > 0 ? whole : images).map((node) => ({
      node,
      platform: this.#platformOf(node),
    }))
    const known = offers.filter((offer) => !isUnknownPlatform(offer.platform))
    return known.length > 0 ? known : offers
  }

  #hasConfig(node: ImageNode): boolean {
    if (node.kind === 'schema-1') return true
    const { digest } = node.manifest.config
    return isDigest(digest) && this.#store.size(blobPath(digest)) !== null
  }

  /** What the index says, else what the config says. */
  #platformOf(node: ImageNode): Platform {
    const { platform } = node.descriptor
    if (platform !== null && platform.architecture !== '') return platform
    if (node.kind === 'schema-1') return schema1Platform(node.bytes)
    const { digest } = node.manifest.config
    const known = this.#configs.get(digest) ?? this.#configPlatform(node)
    this.#configs.set(digest, known)
    return known
  }

  #configPlatform(node: Extract<ImageNode, { kind: 'image' }>): Platform {
    const { where } = this.#store
    try {
      const bytes = readBlob(this.#store, node.manifest.config, DOCUMENT_LIMIT)
      if (bytes !== null) {
        const { os, ...rest } = parseConfig(bytes, { name: 'the config', where }).platform
        return { ...rest, os: os || 'linux' }
      }
    } catch (thrown) {
      // Opening the image meets the same fault and reports it.
      if (!(thrown instanceof AssayError)) throw thrown
    }
    return { os: '', architecture: '', variant: '' }
  }

  #best(
    offers: readonly Offer[],
  ): { readonly node: ImageNode; readonly rank: number; readonly notes: string[] } | null {
    const ranked = offers.flatMap((offer) => {
      const rank = platformRank(this.#wanted, offer.platform)
      return rank === null ? [] : [{ ...offer, rank }]
    })
    const [best] = ranked.sort((a, b) => a.rank - b.rank)
    if (best === undefined) return null
    const text = platformText(best.platform)
    const same = ranked.filter(({ rank }) => rank === best.rank).length
    const notes: string[] = []
    if (best.rank > 0) notes.push(`it is not here for ${this.#text()}; engines take ${text} then`)
    if (same > 1) notes.push(`${same} of its manifests are for ${text}; engines take the first`)
    return { node: best.node, rank: best.rank, notes }
  }

  #elsewhere(offers: readonly Offer[], missing: boolean): AssayError {
    const texts = [...new Set(offers.map((offer) => platformText(offer.platform)))].sort()
    const lacks = missing
      ? `its manifest for ${this.#text()} is not in the archive`
      : `the image does not exist for ${this.#text()}`
    return usageError(`${lacks}; it is here for ${texts.join(', ')}`, {
      where: this.#store.where,
      hint: 'Choose one with --platform.',
    })
  }

  #absent(nodes: readonly Node[]): AssayError {
    const { suspicion, where } = this.#store
    const doubt = suspicion === '' ? '' : ` (${suspicion})`
    const digest = nodes[0]?.descriptor.digest ?? ''
    return sourceError(`the manifest ${digest} is not in the archive${doubt}`, {
      where,
      hint: 'Copy or save the image again.',
    })
  }
}
