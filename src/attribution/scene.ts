// Everything a judgement about one file of one layer may look at.
import { createHash } from 'node:crypto'
import type { ImageCatalog } from '../catalog/index.ts'
import type {
  BlobSighting,
  ContextFile,
  FileOrigin,
  InstalledPackage,
  Origin,
  Strength,
} from '../core/index.ts'
import { encodeName, isWithin } from '../core/index.ts'
import type { Overlay, ViewFile } from '../inventory/index.ts'
import type { ChangeList, ChangeSeed } from './change-list.ts'
import type { Surroundings } from './generated.ts'
import type { Claim, ClaimState, Ownership } from './ownership.ts'
import type { PackageDelta } from './package-delta.ts'
import { isSystem } from './package-delta.ts'
import type { Work } from './work.ts'

/** One layer, with the state of the image before and after it. */
export interface Scene {
  readonly layer: number
  readonly work: Work
  readonly overlay: Overlay
  readonly before: ImageCatalog | null
  readonly after: ImageCatalog
  readonly ownership: Ownership
  readonly ownershipBefore: Ownership | null
  readonly delta: PackageDelta
  readonly around: Surroundings
  /** Origin that a path had before this layer. */
  readonly previous: (path: string) => FileOrigin | undefined
  /** What a COPY or ADD from the context should bring, by resolved path. */
  readonly expected: ReadonlyMap<string, ContextFile>
  readonly sightings: ReadonlyMap<string, BlobSighting>
  readonly changes: ChangeList
}

/** Where a file comes from, and the change that it makes, if it makes one. */
export interface Judgement {
  readonly origin: Origin
  readonly strength: Strength
  readonly owner: string
  readonly evidence: string
  readonly change: ChangeSeed | null
}

/** A judgement without a change. */
export function explained(
  origin: Origin,
  strength: Strength,
  owner: string,
  evidence: string,
): Judgement {
  return { origin, strength, owner, evidence, change: null }
}

/** The claim on a file, with its state, as the image stands after the layer. */
export function claimOn(
  scene: Scene,
  file: ViewFile,
): (Claim & { readonly state: ClaimState }) | undefined {
  return scene.ownership.of(file.path, file)
}

/** Set-user-id or set-group-id on a file, which lets it run with other rights. */
export function isPrivileged(file: ViewFile | null): boolean {
  return file !== null && file.kind === 'file' && (file.mode & 0o6000) !== 0
}

/** True for what can be run: ELF, or a script with permission to run. */
export function isProgram(file: ViewFile): boolean {
  return (
    file.kind === 'file' &&
    (file.flags.includes('elf') || (file.flags.includes('script') && (file.mode & 0o111) !== 0))
  )
}

/** The innermost application package (npm, Python) whose folder holds the path. */
export function folderOwner(
  catalog: ImageCatalog | null,
  path: string,
): InstalledPackage | undefined {
  let best: InstalledPackage | undefined
  for (const item of catalog?.packages ?? []) {
    if (isSystem(item) || item.location === '' || item.scope === 'application') continue
    if (!isWithin(path, item.location)) continue
    if (best === undefined || item.location.length > best.location.length) best = item
  }
  return best
}

/** git's blob id of a file's content, or of a symlink's target. */
export function blobOf(file: ViewFile): string {
  return file.kind === 'symlink' ? blobIdOf(file.target) : file.gitBlob
}

/** git's id of a blob with this text. */
export function blobIdOf(text: string): string {
  const bytes = encodeName(text)
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

/** Permission bits as people write them. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

/** What a file's content is, for `expected` and `found`. */
export function contentOf(file: ViewFile | null): string {
  if (file === null) return ''
  if (file.kind === 'symlink') return `link to ${file.target}`
  return file.kind === 'file' ? `sha256:${file.sha256}` : file.kind
}
