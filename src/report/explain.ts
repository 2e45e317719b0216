// What `assay explain` tells, as models: of one path of an image, and of how an image was made.
// Both are plain data, printed for people by explain-path.ts and explain-image.ts, and as JSON here.
import type {
  EntryKind,
  JudgedAttestation,
  JudgedClaim,
  MakerNote,
  Origin,
  Platform,
  Step,
  StepPackages,
  Strength,
  Unknown,
} from '../core/index.ts'
import { safeJson } from './json.ts'
import { hideArguments } from './secret.ts'

/** The step that brought something, as much of it as an explanation shows. */
export type PathStep = Pick<
  Step,
  'position' | 'createdBy' | 'alignment' | 'line' | 'text' | 'maker'
>

/** A version of a path in one layer. */
export interface PathVersion {
  readonly layer: number
  readonly kind: EntryKind
  readonly size: number
  /** '' for what is no file. */
  readonly sha256: string
  /** What the layer did: `added`, `content`, `metadata`, `deleted`. */
  readonly change: 'added' | 'content' | 'metadata' | 'deleted'
  readonly step: PathStep | null
}

/** Everything known of one path. */
export interface PathExplanation {
  readonly image: string
  /** As asked. */
  readonly path: string
  /** Where it is after symlinks; equal to `path` when none is in the way. */
  readonly realPath: string
  readonly state:
    | {
        readonly kind: 'present'
        readonly entry: {
          readonly kind: EntryKind
          readonly mode: number
          readonly uid: number
          readonly gid: number
          readonly size: number
          readonly target: string
          readonly sha256: string
          readonly gitBlob: string
        }
        readonly layer: number
        readonly diffId: string
        readonly origin: Origin
        readonly strength: Strength
        readonly owner: string
        readonly evidence: string
      }
    /** Not in the merged image; the layer that removed it, when there is one. */
    | { readonly kind: 'absent'; readonly removedBy: number | null }
  readonly step: PathStep | null
  /** The Dockerfile's line that brought it. */
  readonly instruction: {
    readonly dockerfile: string
    readonly line: number
    readonly text: string
  } | null
  /** The tracked file it equals, and the commit that last changed that. */
  readonly tracked: {
    readonly repository: string
    readonly path: string
    readonly commit: string
    readonly date: string
    readonly author: string
    readonly subject: string
  } | null
  readonly package: {
    readonly purl: string
    readonly name: string
    readonly version: string
    /** `intact`, `modified`, `missing`, `excluded`, `unverified`. */
    readonly fileState: string
    readonly requested: boolean | null
    /** Where the description asks for it, or for the first of the chain. */
    readonly request: {
      readonly dockerfile: string
      readonly line: number
      readonly text: string
    } | null
    /** From the package that was asked for down to this one, both included; one entry when it was asked for itself. */
    readonly chain: readonly string[]
  } | null
  /** All versions, lowest layer first; the last is what the image shows or the deletion. */
  readonly versions: readonly PathVersion[]
}

/** An account of an image. */
export interface AccountRow {
  readonly name: string
  /** `user` or `group`. */
  readonly kind: 'user' | 'group'
  readonly fromBase: boolean
}

/** Everything known of how an image was made. */
export interface ImageExplanation {
  /** What it says of its description. */
  readonly claims: readonly JudgedClaim[]
  readonly attestations: readonly JudgedAttestation[]
  readonly image: {
    readonly reference: string
    readonly names: readonly string[]
    readonly config: string
    readonly manifest: string | null
    readonly platform: Platform
    readonly created: string
    readonly author: string
    readonly distribution: string
  }
  readonly makers: readonly string[]
  /** Makers whose images no Dockerfile describes, with what each left of itself, bottom to top. */
  readonly makerNotes: readonly MakerNote[]
  readonly base: {
    readonly reference: string
    readonly layers: number
    readonly how: string
    readonly strength: Strength
  } | null
  readonly description: { readonly text: string; readonly how: string } | null
  readonly steps: readonly Step[]
  /** What RUN steps asked package managers for, held against what came. */
  readonly stepPackages: readonly StepPackages[]
  /** Labels that tell of source, revision, base or builder. */
  readonly labels: readonly {
    readonly key: string
    readonly value: string
    readonly inherited: boolean
  }[]
  /** Packages asked for by name, and how many came with them. */
  readonly requested: readonly {
    readonly type: string
    readonly name: string
    readonly version: string
    readonly layer: number | null
    readonly fromBase: boolean
  }[]
  readonly installedCount: number
  /** Files that nobody wrote down where from: count, bytes, and the first of them. */
  readonly unexplained: {
    readonly files: number
    readonly bytes: number
    readonly first: readonly {
      readonly path: string
      readonly size: number
      readonly layer: number
    }[]
  }
  readonly settings: readonly {
    readonly name: string
    readonly value: string
    readonly fromBase: boolean
  }[]
  readonly accounts: readonly AccountRow[]
  /** What a new description has to say, a sentence each, in the order of a Dockerfile. */
  readonly needs: readonly string[]
  readonly unknown: readonly Unknown[]
}

/** The explanation of a path as indented JSON; ends with a line feed. */
export function renderExplainPathJson(model: PathExplanation, showArguments = false): string {
  const step = (row: PathStep | null) => (row === null ? null : shownStep(row, showArguments))
  const versions = model.versions.map((version) => ({ ...version, step: step(version.step) }))
  const document = { schema: 'assay-explain-path/1', ...model, step: step(model.step), versions }
  return `${safeJson(document, 2)}\n`
}

/** The explanation of an image as indented JSON; ends with a line feed. */
export function renderExplainImageJson(model: ImageExplanation, showArguments = false): string {
  const steps = model.steps.map((step) => shownStep(step, showArguments))
  return `${safeJson({ schema: 'assay-explain-image/1', ...model, steps }, 2)}\n`
}

function shownStep<T extends { readonly createdBy: string }>(step: T, showArguments: boolean): T {
  return showArguments ? step : { ...step, createdBy: hideArguments(step.createdBy) }
}
