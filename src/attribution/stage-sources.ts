// What files that `COPY --from` brought can be held against: the tracked files, and the image that was named.
import type { ContextFile, Description, Instruction } from '../core/index.ts'
import { parseReference } from '../core/index.ts'

/** Paths by sha256 of the files in a known image; null when no image of that name is known. */
export type FilesOfImage = (reference: string) => ReadonlyMap<string, string> | null

/** What the files of one COPY can be equal to. */
export interface StageSources {
  /** Tracked paths by blob; empty for what is not copied from a stage or an image. */
  readonly tracked: ReadonlyMap<string, string>
  /** Files of the image that `--from` names; null when it names none, or none that is known. */
  readonly image: {
    readonly reference: string
    readonly files: ReadonlyMap<string, string>
    /** Named by its digest: no other image can have been meant. */
    readonly certain: boolean
  } | null
}

const NOTHING: StageSources = { tracked: new Map(), image: null }

/** Finds them for each instruction; the map of tracked blobs is made once. */
export class StageSourceFinder {
  readonly #files: ReadonlyMap<string, ContextFile>
  readonly #filesOf: FilesOfImage
  #tracked: ReadonlyMap<string, string> | null = null

  constructor(description: Description | null, filesOf: FilesOfImage) {
    this.#files = description?.files ?? new Map()
    this.#filesOf = filesOf
  }

  /** What the files of this instruction can be equal to. */
  of(instruction: Instruction | null): StageSources {
    const from = instruction?.copy?.from ?? null
    if (from === null) return NOTHING
    this.#tracked ??= byBlob(this.#files)
    if (from.kind === 'stage') return { tracked: this.#tracked, image: null }
    const { reference } = from
    const files = this.#filesOf(reference)
    const certain = parseReference(reference).digest !== ''
    return { tracked: this.#tracked, image: files === null ? null : { reference, files, certain } }
  }
}

function byBlob(files: ReadonlyMap<string, ContextFile>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { path, blob, kind } of files.values()) {
    if (kind === 'file' && !found.has(blob)) found.set(blob, path)
  }
  return found
}
