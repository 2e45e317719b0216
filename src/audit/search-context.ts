// What the commits of a repository say of an image when a Dockerfile copies from one folder of them: how many
// files equal the tracked ones at the places where the Dockerfile puts them, and how many do not.
import { chainInstructions, realPlace } from '../attribution/index.ts'
import {
  type ContextFile,
  cleanPath,
  type Description,
  type Instruction,
  isWithin,
  nameOf,
} from '../core/index.ts'
import { ignoreMatcher, mapCopy, reachableStages } from '../description/index.ts'
import type { ImageEvidence, ImagePlaces } from './search-evidence.ts'
import type { SearchedRepository } from './search-repository.ts'

/** How the files of a commit stand to an image. */
export interface FileScore {
  /** Tracked files that lie in the image where the Dockerfile puts them. */
  readonly proved: number
  /** Tracked files that should lie there, and do not, or differ. */
  readonly contradicted: number
}

/** Contradictions are counted in the upper half of one number, proofs in the lower one. */
const ONE_CONTRADICTION = 2 ** 26
/** Tracked contents that are read to see what git writes to disk for them. */
const MAX_FORMS = 2_000
const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'

/** Where a context's files land, for all paths that any commit has. */
export class ContextMapping {
  readonly #repository: SearchedRepository
  readonly #evidence: ImageEvidence
  /** By number of a path: numbers of the blobs that the image has at its places; null when it is no file there. */
  readonly #places = new Map<number, ReadonlySet<number> | null>()
  /** By number of a path: blobs that the image has at its places and the repository nowhere. */
  readonly #foreign = new Map<number, ReadonlySet<string>>()
  /** Blobs of the image by the tracked blob that git writes to disk like that. */
  readonly #written = new Map<number, string>()
  /** Paths that only stages take which are not in the image themselves. */
  readonly #passing = new Set<number>()
  readonly #empty: number

  constructor(
    repository: SearchedRepository,
    evidence: ImageEvidence,
    description: Description,
    files: ReadonlyMap<string, ContextFile>,
  ) {
    this.#repository = repository
    this.#evidence = evidence
    this.#empty = repository.blobs.findHex(EMPTY_BLOB)
    const own = new Set(chainInstructions(description))
    const { stages, instructions, target } = description.dockerfile
    const reached = reachableStages(stages, instructions, target)
    for (const instruction of new Set([...own, ...instructions])) {
      if (instruction.copy === null || instruction.copy.from !== null) continue
      if (own.has(instruction)) this.#place(instruction, files, description.context)
      else if (reached.has(instruction.stage)) this.#pass(instruction, files, description.context)
    }
  }

  /** For each commit its score, packed: `unpack` tells what it is. */
  scores(): Float64Array {
    return this.#repository.scores((path, blob) => this.#weigh(path, blob))
  }

  /** For each commit the sum of what its proofs are worth. */
  worth(worthOf: (blob: string) => number): Float64Array {
    const { blobs } = this.#repository
    return this.#repository.scores((path, blob) =>
      this.#weigh(path, blob) === 1 ? worthOf(this.#written.get(blob) ?? blobs.hexAt(blob)) : 0,
    )
  }

  /**
   * Looks for files that are in the image as git writes them to disk, with other line ends, say. True when
   * there are some: the scores are others then.
   */
  async learnForms(formsOf: (blob: string) => Promise<readonly string[]>): Promise<boolean> {
    const { history, blobs } = this.#repository
    const seen = new Set<string>()
    for (const [change, path] of history.changePaths.entries()) {
      const foreign = this.#foreign.get(path)
      const blob = history.changeNew[change] ?? -1
      const pair = `${path} ${blob}`
      if (foreign === undefined || blob < 0 || seen.has(pair)) continue
      if (seen.size >= MAX_FORMS) break
      seen.add(pair)
      const form = (await formsOf(blobs.hexAt(blob))).find((id) => foreign.has(id))
      if (form === undefined) continue
      this.#written.set(blob, form)
      this.#places.set(path, new Set([...(this.#places.get(path) ?? []), blob]))
    }
    return this.#written.size > 0
  }

  static unpack(score: number): FileScore {
    const contradicted = Math.floor(score / ONE_CONTRADICTION)
    return { contradicted, proved: score - contradicted * ONE_CONTRADICTION }
  }

  #weigh(path: number, blob: number): number {
    const places = this.#places.get(path)
    if (places === undefined) {
      if (!this.#passing.has(path)) return 0
      const name = nameOf(this.#repository.history.paths[path] ?? '')
      return this.#named(blob)?.has(name) === true ? 1 : 0
    }
    // a link is not a blob in the image, and an empty file proves nothing
    if (places === null || blob === this.#empty) return 0
    return places.has(blob) ? 1 : ONE_CONTRADICTION
  }

  readonly #names = new Map<number, ReadonlySet<string> | undefined>()

  #named(blob: number): ReadonlySet<string> | undefined {
    if (!this.#names.has(blob)) {
      const id = this.#repository.blobs.hexAt(blob)
      this.#names.set(blob, this.#evidence.blobs.get(id)?.names)
    }
    return this.#names.get(blob)
  }

  #place(instruction: Instruction, files: ReadonlyMap<string, ContextFile>, context: string): void {
    const { overlay, places } = this.#evidence
    const { path: destination } = cleanPath(instruction.copy?.destination ?? '')
    const isFolder = destination === '' || overlay.resolve(destination)?.kind === 'directory'
    for (const [to, file] of mapCopy(instruction, files, isFolder)) {
      const number = this.#numberOf(context, file)
      if (number === undefined) continue
      const real = realPlace(cleanPath(to).path, overlay)
      this.#add(number, places.get(real) ?? [])
    }
  }

  #add(number: number, found: readonly string[]): void {
    const known = this.#places.get(number)
    if (known === null) return
    if (found.length > 0 && found.every((blob) => blob === '')) {
      this.#places.set(number, null)
      return
    }
    const blobs = found.map((blob) => this.#repository.blobs.findHex(blob))
    this.#places.set(number, new Set([...(known ?? []), ...blobs.filter((blob) => blob >= 0)]))
    const foreign = found.filter((blob, at) => blob !== '' && (blobs[at] ?? -1) < 0)
    if (foreign.length > 0) this.#foreign.set(number, new Set(foreign))
  }

  #pass(instruction: Instruction, files: ReadonlyMap<string, ContextFile>, context: string): void {
    for (const file of mapCopy(instruction, files, true).values()) {
      const number = this.#numberOf(context, file)
      if (number !== undefined && !this.#places.has(number)) this.#passing.add(number)
    }
  }

  #numberOf(context: string, file: ContextFile): number | undefined {
    return this.#repository.numberOf(context === '' ? file.path : `${context}/${file.path}`)
  }
}

/** Every path below a folder that any commit has and `.dockerignore` lets through, as files of a context. */
export function contextPaths(
  repository: SearchedRepository,
  folder: string,
  ignore: string,
): Map<string, ContextFile> {
  const isIgnored = ignore === '' ? () => false : ignoreMatcher(ignore)
  const files = new Map<string, ContextFile>()
  for (const path of repository.history.paths) {
    if (!isWithin(path, folder) || path === folder) continue
    const inside = folder === '' ? path : path.slice(folder.length + 1)
    if (isIgnored(inside)) continue
    files.set(inside, { path: inside, blob: '', kind: 'file', executable: false })
  }
  return files
}

/** True when every tracked file that a description copies lies in the image where it should. */
export function holdsEveryFile(
  { overlay, places }: ImagePlaces,
  description: Description,
): boolean {
  for (const instruction of chainInstructions(description)) {
    if (instruction.copy === null || instruction.copy.from !== null) continue
    const { path: destination } = cleanPath(instruction.copy.destination)
    const isFolder = destination === '' || overlay.resolve(destination)?.kind === 'directory'
    for (const [to, file] of mapCopy(instruction, description.files, isFolder)) {
      if (file.kind !== 'file' || file.lfs !== undefined) continue
      const found = places.get(realPlace(cleanPath(to).path, overlay)) ?? []
      if (!found.includes(file.blob)) return false
    }
  }
  return true
}
