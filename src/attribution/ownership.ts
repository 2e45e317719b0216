// Which package claims a file, and whether the file is still what the package's own record says.
import { createHash } from 'node:crypto'
import { divertedPath, type ImageCatalog, isExcluded } from '../catalog/index.ts'
import type { ClaimedFile, InstalledPackage } from '../core/index.ts'
import { joinPath, nameOf, parentOf } from '../core/index.ts'
import type { Overlay, ViewFile } from '../inventory/index.ts'

/** How a file stands to the record that claims it. `excluded`: the package manager was told to leave it out. */
export type ClaimState = 'intact' | 'modified' | 'missing' | 'excluded' | 'unverified'

/** A claim, resolved to the place in the image where the file really lies. */
export interface Claim {
  readonly package: InstalledPackage
  readonly file: ClaimedFile
  /** Path after symlinked folders are resolved (a merged /usr, for one). */
  readonly path: string
}

/** All claims of an image by resolved path. States are asked of the view as it stands at that moment. */
export class Ownership {
  readonly #claims = new Map<string, Claim[]>()
  readonly #catalog: ImageCatalog

  constructor(catalog: ImageCatalog, overlay: Overlay) {
    const folders = new Map<string, string>()
    this.#catalog = catalog
    for (const owner of catalog.packages) {
      for (const file of owner.files) {
        const moved = divertedPath(catalog.diversions, file.path, owner.name)
        const path = realPlace(moved, overlay, folders)
        const claims = this.#claims.get(path)
        const claim = { package: owner, file, path }
        if (claims === undefined) this.#claims.set(path, [claim])
        else claims.push(claim)
      }
    }
  }

  /** The claim on this path that the file agrees with best; undefined when no package claims it. */
  of(
    path: string,
    found: ViewFile | undefined,
  ): (Claim & { readonly state: ClaimState }) | undefined {
    const claims = this.#claims.get(path)
    if (claims === undefined) return undefined
    let best: (Claim & { readonly state: ClaimState }) | undefined
    for (const claim of claims) {
      const state = this.#state(claim, found)
      if (best === undefined || RANKS.indexOf(state) < RANKS.indexOf(best.state)) {
        best = { ...claim, state }
      }
    }
    return best
  }

  /** Every claim with its state in this view, in no particular order. */
  *all(overlay: Overlay): Iterable<Claim & { readonly state: ClaimState }> {
    for (const claims of this.#claims.values()) {
      for (const claim of claims) {
        yield { ...claim, state: this.#state(claim, overlay.get(claim.path)) }
      }
    }
  }

  #state({ file }: Claim, found: ViewFile | undefined): ClaimState {
    return stateOf(file, found, () => isExcluded(this.#catalog.exclusions, file.path))
  }
}

const RANKS: readonly ClaimState[] = ['intact', 'modified', 'unverified', 'excluded', 'missing']

function realPlace(path: string, overlay: Overlay, folders: Map<string, string>): string {
  const folder = parentOf(path)
  let real = folders.get(folder)
  if (real === undefined) {
    real = resolveFolder(folder, overlay)
    folders.set(folder, real)
  }
  return joinPath(real, nameOf(path))
}

/** The real folder; where its last parts are missing, those are appended to what exists. */
function resolveFolder(folder: string, overlay: Overlay): string {
  if (folder === '') return ''
  const real = overlay.realPath(folder)
  if (real !== undefined) return real
  return joinPath(resolveFolder(parentOf(folder), overlay), nameOf(folder))
}

function stateOf(
  claimed: ClaimedFile,
  found: ViewFile | undefined,
  excluded: () => boolean,
): ClaimState {
  if (found === undefined) return excluded() ? 'excluded' : 'missing'
  if (claimed.digest === '' || claimed.directory) return 'unverified'
  if (found.kind === 'symlink') {
    if (claimed.algorithm !== 'sha1') return 'modified'
    return createHash('sha1').update(found.target).digest('hex') === claimed.digest
      ? 'intact'
      : 'modified'
  }
  if (found.kind !== 'file') return 'modified'
  const digest = claimed.algorithm === '' ? '' : found[claimed.algorithm]
  if (digest === '') return 'unverified'
  return digest === claimed.digest ? 'intact' : 'modified'
}
