// What an image offers to find its description by: files that no package brought, and history entries.
import { Ownership, type ReadEntry, stepMarks } from '../attribution/index.ts'
import { cleanPath, joinPath, nameOf } from '../core/index.ts'
import { Overlay } from '../inventory/index.ts'
import { blockOf } from './block.ts'
import { catalogImage } from './catalog-image.ts'
import { readEntries } from './compare.ts'
import type { SearchRequest } from './search-request.ts'

/** What layers put where. */
export interface ImagePlaces {
  readonly overlay: Overlay
  /** By path, the git blobs that layers put there; '' for what is no file. */
  readonly places: ReadonlyMap<string, readonly string[]>
}

/** A content of the image that no package brought. */
export interface TellingBlob {
  /** Names of its files. */
  readonly names: ReadonlySet<string>
  /** How telling it is by its size: 0 to 1. */
  readonly worth: number
}

/** The evidence of an image. */
export interface ImageEvidence extends ImagePlaces {
  /** Blobs that may tell of a repository. */
  readonly blobs: ReadonlyMap<string, TellingBlob>
  /** By mark, how telling the entry is: 0 to 1. */
  readonly marks: ReadonlyMap<number, number>
}

/** Shorter contents tell less: `*`, a lone version; an empty file tells nothing. */
const TELLING_SIZE = 16
/** A step of this many characters or more is as good as a file. */
const TELLING_TEXT = 40

/** Collects the evidence of an image. */
export function evidenceOf(request: SearchRequest): ImageEvidence {
  const { facts, inventory } = request
  const { overlay, catalog } = catalogImage(inventory, facts)
  const ownership = new Ownership(catalog, overlay)
  const modules = catalog.packages
    .filter(({ location, scope }) => location !== '' && scope !== 'application')
    .map(({ location }) => location)
  const libraries = new Folders(modules)
  const places = new Map<string, string[]>()
  const blobs = new Map<string, TellingBlob & { readonly names: Set<string> }>()
  for (const { path, blob, size } of layerFiles(request)) {
    pushTo(places, path, blob)
    if (blob === '' || size === 0 || libraries.hold(path)) continue
    if (ownership.of(path, overlay.get(path))?.state === 'intact') continue
    const known = blobs.get(blob)
    if (known !== undefined) known.names.add(nameOf(path))
    else
      blobs.set(blob, { names: new Set([nameOf(path)]), worth: Math.min(1, size / TELLING_SIZE) })
  }
  return { overlay, places, blobs, marks: marksOf(readEntries(facts, null)) }
}

/** What layers put where, and nothing else. */
export function placesOf(request: SearchRequest): ImagePlaces {
  const { facts, inventory } = request
  const overlay = new Overlay()
  for (const [layer] of facts.layers.entries()) {
    const block = blockOf(inventory, facts, layer)
    if (block !== null) overlay.apply(block, layer)
  }
  const places = new Map<string, string[]>()
  for (const { path, blob } of layerFiles(request)) pushTo(places, path, blob)
  return { overlay, places }
}

interface LayerFile {
  readonly path: string
  /** '' for a link or device. */
  readonly blob: string
  readonly size: number
}

function* layerFiles({ facts, inventory }: SearchRequest): Generator<LayerFile> {
  for (const [layer] of facts.layers.entries()) {
    const block = blockOf(inventory, facts, layer)
    if (block === null) continue
    for (let index = 0; index < block.count; index += 1) {
      const kind = block.kindAt(index)
      if (kind === 'directory' || kind === 'whiteout' || kind === 'opaque') continue
      const folder = block.directories[block.directoryOf[index] ?? 0] ?? ''
      const { path } = cleanPath(joinPath(folder, block.nameAt(index)))
      const isFile = kind === 'file'
      const blob = isFile ? block.gitBlobAt(index) : ''
      yield { path, blob, size: isFile ? block.sizeAt(index) : 0 }
    }
  }
}

function pushTo(map: Map<string, string[]>, key: string, value: string): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [value])
  else if (!known.includes(value)) known.push(value)
}

function marksOf(entries: readonly ReadEntry[]): Map<number, number> {
  const marks = new Map<number, number>()
  for (const { step } of entries) {
    const telling = tellingOf(step.hash === null ? step.text : step.destination)
    for (const mark of stepMarks(step)) marks.set(mark, Math.max(marks.get(mark) ?? 0, telling))
  }
  return marks
}

/** How telling the text of a step is: 0 to 1. */
export function tellingOf(text: string): number {
  return Math.min(1, text.length / TELLING_TEXT)
}

/** Folders, and whether a path lies in one of them. */
class Folders {
  readonly #folders: ReadonlySet<string>

  constructor(folders: readonly string[]) {
    this.#folders = new Set(folders)
  }

  hold(path: string): boolean {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      if (this.#folders.has(path.slice(0, end))) return true
    }
    return false
  }
}
