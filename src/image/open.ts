// Opens an archive: which images it holds, which of them are meant, and their facts.
import {
  AssayError,
  type Digest,
  type Platform,
  shortDigest,
  sourceError,
  usageError,
} from '../core/index.ts'
import type { AssembledImage } from './assemble.ts'
import { openContainer } from './container.ts'
import { distinctNames, isNamed } from './names.ts'
import { hostPlatform, onlyFor, platformRank } from './platform.ts'
import type { ImageQuery, OpenImage, OpenImages } from './query.ts'
import { recognise } from './recognise.ts'
import { type DockerImage, dockerImages } from './source/docker-archive.ts'
import { PlatformChoice } from './source/oci-choice.ts'
import { artifactTypes, layoutImages, noImage, openChosen } from './source/oci-layout.ts'
import { type Node, readTree, type Top } from './source/oci-tree.ts'
import type { Store } from './store/store.ts'

/**
 * Opens the images of an archive or layout.
 * @throws AssayError `source` or `integrity` when none can be opened, `usage` when the name or the platform
 *   is not among them.
 */
export async function openImages(query: ImageQuery): Promise<OpenImages> {
  const store = await openContainer(query)
  try {
    const sources = imageSources(store, query)
    const selected = select(store, sources, query.name)
    const { opened, errors } = openAll(selected)
    if (opened.length === 0)
      throw errors[0] ?? sourceError('it holds no image', { where: store.where })
    return { images: referenced(opened, query.reference), errors, close: () => store.close() }
  } catch (thrown) {
    store.close()
    throw thrown
  }
}

/** One image that an archive offers; opening it may fail. */
interface ImageSource {
  readonly names: readonly string[]
  /** Digests that people may call it by, as far as they are known without opening it. */
  readonly ids: readonly string[]
  /** False for what has no layers or cannot be opened: another listing may know better. */
  readonly whole: boolean
  /** True where a name may be a bare tag, which says little without the path. */
  readonly layout: boolean
  open(): AssembledImage
}

function imageSources(store: Store, query: ImageQuery): readonly ImageSource[] {
  const { docker, layout } = recognise(store)
  const listed = docker ? dockerImages(store).map(held) : []
  const wanted = query.platform ?? hostPlatform()
  if (!layout) return merged(listed.map((image) => dockerSource(image, wanted)))
  const tops = readTree(store)
  const covered = configsOf(tops)
  // Indexes may lose images that manifest.json still lists (moby#51389), or their layers (moby#47065).
  const lost = listed.filter(({ config }) => config === null || !covered.has(config))
  const others = lost.map((image) => dockerSource(image, wanted))
  const sources = layoutSources(store, tops, query.platform).filter(
    (source) => !replaces(others, source),
  )
  if (sources.length + others.length === 0) throw noImage(store, nodesOf(tops))
  for (const [position, source] of sources.entries()) {
    const twin = listed.find(({ config }) => config !== null && source.ids.includes(config))
    if (twin !== undefined)
      sources[position] = { ...source, names: [...twin.image.names, ...source.names] }
  }
  return merged([...sources, ...others])
}

function nodesOf(tops: readonly Top[]): readonly Node[] {
  return tops.flatMap((top) => top.nodes)
}

/** True when `manifest.json` gives the image that the index only promises. */
function replaces(others: readonly ImageSource[], source: ImageSource): boolean {
  if (source.whole) return false
  return others.some(
    ({ names, ids }) =>
      ids.some((id) => source.ids.includes(id)) ||
      source.names.some((name) => isNamed(names, name)),
  )
}

function layoutSources(
  store: Store,
  tops: readonly Top[],
  platform: Platform | null,
): ImageSource[] {
  const nodes = nodesOf(tops)
  const choice = new PlatformChoice(store, platform)
  const aside = artifactTypes(nodes).slice(0, 5).map(artifactNote)
  return layoutImages(tops).map((image) => {
    try {
      const chosen = choice.choose(image)
      const { node, names } = chosen
      const noted = { ...chosen, notes: [...chosen.notes, ...aside] }
      const config = node.kind === 'image' ? node.manifest.config.digest : node.digest
      const whole = node.kind !== 'image' || node.manifest.layers.length > 0
      const ids = [node.digest, config]
      return { names, ids, whole, layout: true, open: () => openChosen(store, noted, nodes) }
    } catch (thrown) {
      if (thrown instanceof AssayError) return failed(image.names, thrown)
      throw thrown
    }
  })
}

function artifactNote(type: string): string {
  return `beside it lies an artifact of type ${type}, which is no image`
}

interface Held {
  readonly image: DockerImage
  /** Null when the config cannot be read; opening says why. */
  readonly config: Digest | null
}

function held(image: DockerImage): Held {
  try {
    return { image, config: image.config() }
  } catch (thrown) {
    if (thrown instanceof AssayError) return { image, config: null }
    throw thrown
  }
}

function dockerSource({ image, config }: Held, wanted: Platform): ImageSource {
  return {
    names: image.names,
    ids: config === null ? [] : [config],
    whole: true,
    layout: false,
    open() {
      const opened = image.open()
      const { platform } = opened.facts
      const fits = platformRank(wanted, platform) !== null
      return fits ? opened : { ...opened, notes: [...opened.notes, onlyFor(platform, wanted)] }
    },
  }
}

function failed(names: readonly string[], error: AssayError): ImageSource {
  return {
    names,
    ids: [],
    whole: false,
    layout: true,
    open() {
      throw error
    },
  }
}

/** Configs of all image manifests that have layers. */
function configsOf(tops: readonly Top[]): ReadonlySet<string> {
  const configs = new Set<string>()
  for (const { nodes } of tops) {
    for (const node of nodes) {
      if (node.kind === 'image' && node.manifest.layers.length > 0)
        configs.add(node.manifest.config.digest)
    }
  }
  return configs
}

/** Sources that are the same image under several names, as one. */
function merged(sources: readonly ImageSource[]): ImageSource[] {
  const byId = new Map<string, ImageSource>()
  const result: ImageSource[] = []
  for (const source of sources) {
    const key = source.ids.join(' ')
    const same = byId.get(key)
    if (key === '' || same === undefined) {
      byId.set(key, source)
      result.push(source)
      continue
    }
    const both = { ...same, names: [...same.names, ...source.names] }
    byId.set(key, both)
    result[result.indexOf(same)] = both
  }
  return result
}

function select(
  store: Store,
  sources: readonly ImageSource[],
  name: string | null,
): readonly ImageSource[] {
  if (name === null) return sources
  const found = sources.filter((source) => isNamed(source.names, name) || hasId(source, name))
  if (found.length > 0) return found
  const names = distinctNames(sources.flatMap(calledBy)).slice(0, 50)
  const there = names.length === 0 ? 'its images have no names' : `it has ${names.join(', ')}`
  throw usageError(`no image in it is called ${name}; ${there}`, {
    where: store.where,
    hint: 'Choose one with --image, or leave it out to take all.',
  })
}

function calledBy({ names, ids }: ImageSource): readonly string[] {
  if (names.length > 0) return names
  return ids.length > 0 ? [shortDigest(ids.at(-1) ?? '')] : []
}

/** An id as people shorten it: at least twelve digits. */
function hasId({ ids }: ImageSource, name: string): boolean {
  const hex = name.replace(/^sha256:/, '')
  return /^[0-9a-f]{12,64}$/.test(hex) && ids.some((id) => id.startsWith(`sha256:${hex}`))
}

interface Opened {
  readonly image: AssembledImage
  readonly names: readonly string[]
  readonly layout: boolean
}

function openAll(sources: readonly ImageSource[]): {
  readonly opened: readonly Opened[]
  readonly errors: readonly AssayError[]
} {
  const opened: Opened[] = []
  const errors: AssayError[] = []
  for (const source of sources) {
    try {
      const image = source.open()
      opened.push({ image, names: distinctNames(source.names), layout: source.layout })
      errors.push(...image.errors)
    } catch (thrown) {
      if (!(thrown instanceof AssayError)) throw thrown
      errors.push(thrown)
    }
  }
  return { opened, errors }
}

/** Images with what reports call them; several without a name are told apart by their ids. */
function referenced(opened: readonly Opened[], path: string): OpenImage[] {
  const nameless = opened.filter(({ names }) => names.length === 0).length
  return opened.map(({ image, names, layout }) => {
    const id = nameless > 1 ? `${path}@${shortDigest(image.facts.config)}` : path
    const [name] = names
    const bareTag = layout && name !== undefined && /^[^/:]+$/.test(name)
    return {
      facts: { ...image.facts, names },
      // As skopeo writes it.
      reference: bareTag ? `${path}:${name}` : (name ?? id),
      notes: image.notes,
      layer: (position) => image.layer(position),
    }
  })
}
