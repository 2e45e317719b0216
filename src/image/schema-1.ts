// Docker's first manifest format (distribution, manifest v2 schema 1): layers by compressed digest only, no
// config, no diff_ids. Its history and settings are read; its layers are not.
import { z } from 'zod'
import {
  AssayError,
  type Digest,
  type ImageFacts,
  type Platform,
  type Unknown,
} from '../core/index.ts'
import type { AssembledImage } from './assemble.ts'
import { parseConfig } from './config.ts'
import { type DocumentPlace, decode, parseJson, text } from './json.ts'
import type { Store } from './store/store.ts'

const schema1 = z.object({
  architecture: text,
  fsLayers: z.array(z.object({ blobSum: z.string() })),
  history: z.array(z.object({ v1Compatibility: z.string() })),
})

/** What a history entry says of its layer; the first one is the image's config as well. */
const compatibility = z.object({
  created: text,
  author: text,
  comment: text,
  throwaway: z.boolean().nullish(),
  container_config: z.object({ Cmd: z.array(z.string()).nullish() }).nullish(),
})

/** The platform of a schema 1 manifest; empty when it is malformed. */
export function schema1Platform(bytes: Buffer): Platform {
  try {
    const place = { name: 'manifest', where: '' }
    const { architecture } = decode(schema1, parseJson(bytes, place), place)
    return { os: 'linux', architecture, variant: '' }
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown
    return { os: '', architecture: '', variant: '' }
  }
}

/**
 * The facts of a schema 1 manifest, without layers: an `Unknown` says so.
 * @throws AssayError `source` when it is malformed.
 */
export function openSchema1(
  store: Store,
  node: { readonly digest: Digest; readonly bytes: Buffer },
  names: readonly string[],
): AssembledImage {
  const { digest, bytes } = node
  const place = { name: `the manifest ${digest}`, where: store.where }
  const manifest = decode(schema1, parseJson(bytes, place), place)
  const configText = manifest.history[0]?.v1Compatibility ?? '{}'
  const { platform, created, author, settings } = parseConfig(Buffer.from(configText), place)
  const unknown: Unknown = {
    subject: digest,
    place: '',
    reader: 'image',
    reason: `a schema 1 manifest: it has no diff_ids, so its ${manifest.fsLayers.length} layers are not read`,
    weight: 'fatal',
  }
  const facts: ImageFacts = {
    // The format has no config; its manifest is all that identifies it.
    config: digest,
    manifest: digest,
    names,
    platform: {
      os: platform.os || 'linux',
      architecture: platform.architecture || manifest.architecture,
      variant: platform.variant,
    },
    created,
    author,
    history: manifest.history
      .map(({ v1Compatibility }) => historyEntry(v1Compatibility, place))
      .reverse(),
    settings,
    layers: [],
    annotations: {},
    attestations: [],
    configText,
    unknowns: [unknown],
  }
  return { facts, notes: [], errors: [], layer: () => null }
}

function historyEntry(json: string, place: DocumentPlace): ImageFacts['history'][number] {
  const entry = decode(compatibility, parseJson(Buffer.from(json), place), place)
  return {
    created: entry.created,
    createdBy: (entry.container_config?.Cmd ?? []).join(' '),
    comment: entry.comment,
    author: entry.author,
    emptyLayer: entry.throwaway === true,
  }
}
