// Everything a judgement about one file of one layer may look at.
import { createHash } from 'node:crypto'
import type { ImageCatalog } from '../catalog/index.ts'
import type {
  BlobSighting,
  Change,
  ContextFile,
  ContextForm,
  FileOrigin,
  Origin,
  Strength,
} from '../core/index.ts'
import { encodeName } from '../core/index.ts'
import type { Overlay, ViewFile } from '../inventory/index.ts'
import type { AccountMove } from './account-moves.ts'
import type { ArtifactOf } from './artifact-answer.ts'
import type { ChangeList, ChangeSeed } from './change-list.ts'
import type { JudgedClaim, Ownership } from './ownership.ts'
import type { PackageDelta } from './package-delta.ts'
import { hasMoved, packageKey } from './package-delta.ts'
import type { StageSources } from './stage-sources.ts'
import type { UnpackedArchive } from './unpacked.ts'
import type { Work } from './work.ts'

/** One layer, with the state of the image before and after it. */
export interface Scene {
  readonly layer: number
  readonly work: Work
  /** Layer, step and line, for changes. */
  readonly place: Pick<Change, 'layer' | 'step' | 'line'>
  readonly overlay: Overlay
  readonly before: ImageCatalog | null
  readonly after: ImageCatalog
  readonly ownership: Ownership
  readonly ownershipBefore: Ownership | null
  readonly delta: PackageDelta
  readonly accounts: readonly AccountMove[]
  /** Folders of the image's volumes: the engine makes them, empty, when a container starts. */
  readonly volumes: ReadonlySet<string>
  /** Origin that a path had before this layer. */
  readonly previous: (path: string) => FileOrigin | undefined
  /** True when the file at this path was changed by work that nobody wrote down. */
  readonly changed: (path: string) => boolean
  /** What a COPY or ADD from the context should bring, by resolved path. */
  readonly expected: ReadonlyMap<string, ContextFile>
  /** Where a COPY or ADD puts what it brings, resolved; '' is the root, null for other work. */
  readonly destination: string | null
  readonly sightings: ReadonlyMap<string, BlobSighting>
  /** What files that `COPY --from` brought can be equal to. */
  readonly sources: StageSources
  /** Tracked archives that the instruction unpacks. */
  readonly archives: readonly UnpackedArchive[]
  /** Files that are what git writes to disk for the tracked file expected at their path. */
  readonly forms: ReadonlyMap<string, ContextForm>
  /** The history’s own hash says that the build was given the tracked files as they are. */
  readonly builtAsTracked: boolean
  /** What the user declared of files that no commit has; null when nobody was asked. */
  readonly artifactOf: ArtifactOf | null
  readonly changes: ChangeList
  /** For a layer that stands for several instructions; null for the work of one. */
  readonly merged: MergedScenes | null
}

/** What a scene of several instructions has besides: a scene for each, and for its RUN steps together. */
export interface MergedScenes {
  /** In the order of the build. */
  readonly parts: readonly Scene[]
  /** All RUN steps as one; null when there is none. */
  readonly runs: Scene | null
  /** Folders that were not there before the layer. */
  readonly newFolders: ReadonlySet<string>
  /** True when the layer holds the base image as well, and nothing tells them apart. */
  readonly holdsBase: boolean
}

/** Where a file comes from, and the changes that it makes, if it makes any. */
export interface Judgement {
  readonly origin: Origin
  readonly strength: Strength
  readonly owner: string
  readonly evidence: string
  readonly changes: readonly ChangeSeed[]
}

/** A judgement without a change. */
export function explained(
  origin: Origin,
  strength: Strength,
  owner: string,
  evidence: string,
): Judgement {
  return { origin, strength, owner, evidence, changes: [] }
}

/**
 * The claim on a file, with its state, as the image stands after the layer. A package that the layer did not
 * bring is asked for the record that it had before: a record rewritten together with its file proves nothing.
 */
export function claimOn(scene: Scene, file: ViewFile): JudgedClaim | undefined {
  const now = scene.ownership.of(file.path, file)
  if (now !== undefined && hasMoved(scene.delta, now.package)) return now
  const then = scene.ownershipBefore?.of(file.path, file)
  if (then === undefined) return now
  if (now !== undefined) return packageKey(now.package) === packageKey(then.package) ? then : now
  return hasMoved(scene.delta, then.package) ? undefined : then
}

/** Set-user-id or set-group-id on a file, which lets it run with other rights, or a capability that does. */
export function isPrivileged(file: ViewFile | null): boolean {
  if (file === null || file.kind !== 'file') return false
  return (file.mode & 0o6000) !== 0 || capabilityOf(file) !== ''
}

/** The capabilities of a file in hexadecimal; '' when it has none. */
export function capabilityOf(file: ViewFile): string {
  return file.xattrs['security.capability'] ?? ''
}

/** True for what can be run: ELF, or a script with permission to run. */
export function isProgram(file: ViewFile): boolean {
  return (
    file.kind === 'file' &&
    (file.flags.includes('elf') || (file.flags.includes('script') && (file.mode & 0o111) !== 0))
  )
}

/** Neither ELF nor `#!`, no program permission, no set-id bit: what logs, lists and caches look like. */
export function isPlain(file: ViewFile): boolean {
  if (file.kind !== 'file') return false
  return !file.flags.includes('elf') && !file.flags.includes('script') && (file.mode & 0o7111) === 0
}

/** A file without content that nobody can run. */
export function isEmpty(file: ViewFile): boolean {
  return file.kind === 'file' && file.size === 0 && (file.mode & 0o7111) === 0
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

const texts = new Map<string, string>()
const MAX_TEXTS = 10_000

/** One string for equal sentences: a hundred thousand files share a few. */
export function shared(text: string): string {
  const known = texts.get(text)
  if (known !== undefined) return known
  if (texts.size >= MAX_TEXTS) texts.clear()
  texts.set(text, text)
  return text
}
