// The files of an image as a lock keeps them: one digest for each origin and folder, programs line by line.
// What a tracked step writes is locked by path, since its bytes differ from build to build; what can be run is
// locked by content, and so is everything that a package or the repository vouches for.

import { isPrivileged, isProgram } from '../attribution/index.ts'
import type { FileOrigin, InstalledPackage, LockItem, Origin } from '../core/index.ts'
import { lockKey, parentOf } from '../core/index.ts'
import type { ViewFile } from '../inventory/index.ts'
import { type FinishedImage, isSharedRecord, matchesItsSource, perBuildWriter } from './benign.ts'
import type { Compared } from './compare.ts'
import { digestOfAll } from './lock-description.ts'

/** The files of an image, sorted into items. */
export interface LockedFiles {
  readonly items: readonly LockItem[]
  /** Rows of the files of each package, by package URL. */
  readonly ofPackage: ReadonlyMap<string, readonly string[]>
  /** Instructions whose steps wrote the files of an item, by its key; null stands for a step without one. */
  readonly writers: ReadonlyMap<string, ReadonlySet<number | null>>
}

/** Origins of which the bytes are what a tracked step made of them, and differ from build to build. */
const BY_PATH: ReadonlySet<Origin> = new Set(['run', 'stage', 'account', 'artifact'])
/** Folders below this depth are counted in with the one above. */
const DEPTH = 3

const PASSING = /^(var\/)?tmp\/.|^(root|home\/[^/]+)\/\.(cache|npm)\/./

/** True where programs leave what they need for a while, under names that are others in each build. */
export function isPassing(path: string): boolean {
  return PASSING.test(path)
}

/** Sorts every file of the image into the items of a lock. */
export function lockedFiles(compared: Compared): LockedFiles {
  const sorting = new Sorting(compared)
  for (const file of compared.attribution.files) sorting.add(file)
  return sorting.done()
}

class Sorting {
  readonly #image: FinishedImage
  readonly #compared: Compared
  readonly #rows = new Map<string, { readonly names: readonly string[]; readonly rows: string[] }>()
  readonly #programs: LockItem[] = []
  readonly #ofPackage = new Map<string, string[]>()
  readonly #writers = new Map<string, Set<number | null>>()
  readonly #instructions: ReadonlyMap<number, number | null>
  readonly #named: ReadonlyMap<string, InstalledPackage>

  constructor(compared: Compared) {
    const { overlay, catalog } = compared.attribution
    this.#compared = compared
    this.#image = { overlay, catalog }
    this.#instructions = new Map(compared.steps.map((step) => [step.position, step.instruction]))
    this.#named = new Map(
      catalog.packages.flatMap((item) =>
        item.type !== 'deb'
          ? []
          : [
              [item.name, item],
              [`${item.name}:${item.architecture}`, item],
            ],
      ),
    )
  }

  add(origin: FileOrigin): void {
    const file = this.#image.overlay.get(origin.path)
    if (file === undefined || origin.origin === 'generated') return
    const owner = this.#ownerOf(origin, file)
    if (owner !== undefined) {
      const rows = this.#ofPackage.get(owner) ?? []
      rows.push(this.#row(file, this.#contentOf(file)))
      this.#ofPackage.set(owner, rows)
      return
    }
    if (origin.origin !== 'base' && isSharedRecord(file)) return
    if (BY_PATH.has(origin.origin) || origin.origin === 'package-script') {
      if (this.#canRun(file)) this.#addProgram(origin, file)
      else if (isPassing(file.path)) return
    }
    this.#addToFolder(origin, file)
  }

  /** The package whose line stands for the file; records of dpkg belong to the package they are about. */
  #ownerOf({ origin, owner }: FileOrigin, file: ViewFile): string | undefined {
    if (origin === 'package' && owner !== '') return owner
    if (origin !== 'base' && origin !== 'package-script') return undefined
    const about = /^var\/lib\/dpkg\/info\/(.+)\.[a-z0-9]+$/.exec(file.path)?.[1]
    if (about !== undefined) return this.#named.get(about)?.purl
    if (origin !== 'base') return undefined
    return this.#compared.attribution.ownership.of(file.path, file)?.package.purl
  }

  #canRun(file: ViewFile): boolean {
    if (isProgram(file) || isPrivileged(file)) return true
    return file.path.endsWith('.pyc') && !matchesItsSource(file, this.#image)
  }

  #addProgram(origin: FileOrigin, file: ViewFile): void {
    const item: LockItem = {
      kind: 'program',
      names: [origin.origin, file.path],
      values: [octal(file.mode), ownerText(file), `sha256:${file.sha256}`],
    }
    this.#programs.push(item)
    this.#note(lockKey(item), origin)
  }

  #addToFolder(origin: FileOrigin, file: ViewFile): void {
    const folder = origin.origin === 'base' ? '/' : shortFolder(file.path)
    const names = [origin.origin, folder]
    const key = lockKey({ kind: 'files', names, values: [] })
    const known = this.#rows.get(key) ?? { names, rows: [] }
    known.rows.push(this.#rowOf(origin, file))
    this.#rows.set(key, known)
    this.#note(key, origin)
  }

  #rowOf({ origin }: FileOrigin, file: ViewFile): string {
    if (origin === 'context') return trackedRow(file)
    return this.#row(file, BY_PATH.has(origin) ? file.target : this.#contentOf(file))
  }

  #note(key: string, { step }: FileOrigin): void {
    const known = this.#writers.get(key) ?? new Set()
    known.add(step === null ? null : (this.#instructions.get(step) ?? null))
    this.#writers.set(key, known)
  }

  #row(file: ViewFile, content: string): string {
    const { path, kind, mode } = file
    // the mode of a link is that of the file system it was made on
    const rights = kind === 'symlink' ? '' : `${octal(mode)} ${capabilities(file)}`
    return [path, kind, rights, ownerText(file), content].join('\0')
  }

  /** What of the content must be equal in the next build as well. */
  #contentOf(file: ViewFile): string {
    if (file.kind !== 'file') return file.target
    if (file.path.endsWith('.pyc') && matchesItsSource(file, this.#image)) return 'of its source'
    return perBuildWriter(file) === '' ? file.sha256 : 'of each build'
  }

  done(): LockedFiles {
    const items = [...this.#rows.values()].map(
      ({ names, rows }): LockItem => ({
        kind: 'files',
        names,
        values: [String(rows.length), digestOfAll(rows)],
      }),
    )
    return {
      items: [...this.#programs, ...items],
      ofPackage: this.#ofPackage,
      writers: this.#writers,
    }
  }
}

/** A tracked file: git keeps no more of the rights than whether it can be run. */
function trackedRow(file: ViewFile): string {
  const { path, kind, mode, gitBlob, target } = file
  const rights = `${(mode & 0o7000).toString(8)} ${(mode & 0o111) === 0 ? '-' : 'x'}`
  return [path, kind, kind === 'symlink' ? '' : rights, ownerText(file), gitBlob || target].join(
    '\0',
  )
}

function capabilities(file: ViewFile): string {
  return file.xattrs['security.capability'] ?? ''
}

/** Permission bits as people write them. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

/** User and group by number. */
export function ownerText({ uid, gid }: ViewFile): string {
  return `${uid}:${gid}`
}

function shortFolder(path: string): string {
  return `/${parentOf(path).split('/').slice(0, DEPTH).join('/')}`
}
