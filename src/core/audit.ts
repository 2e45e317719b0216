// The result of an audit: what reports print, rules query and the ledger keeps. Plain data.
import type { BuildTool } from './build.ts'
import type { ClaimKind, JudgedAttestation, JudgedClaim } from './claim.ts'
import type { Digest } from './digest.ts'
import type { EntryKind, Unknown } from './entry.ts'
import type { Platform } from './image.ts'
import type { LockComparison } from './lock.ts'
import type { Outline } from './outline.ts'
import type { StepPackages } from './step-packages.ts'
import type { Strength } from './strength.ts'

/** Where a file of an image comes from (docs/architecture.md has the table with the evidence for each). */
export type Origin =
  | 'base'
  | 'package'
  | 'package-script'
  | 'package-modified'
  | 'context'
  | 'context-other-commit'
  | 'context-modified'
  | 'context-untracked'
  | 'artifact'
  | 'stage'
  | 'run'
  | 'account'
  | 'generated'
  | 'unexplained'

/** The answer to "could anybody build this image again?" */
export type Verdict = 'rebuildable' | 'floating' | 'drifted' | 'orphaned' | 'unknown'

/** How a history entry stands to the instructions of the description. */
export type Alignment =
  | 'base'
  | 'same'
  | 'changed'
  | 'untracked'
  | 'missing'
  | 'reordered'
  | 'merged'
  | 'unaligned'

/** A step: a history entry, an instruction, or both when they belong together. */
export interface Step {
  /** Position in the order that reports show, from 0. */
  readonly position: number
  /** Index of the history entry; null for a missing step. */
  readonly history: number | null
  readonly createdBy: string
  readonly created: string
  readonly comment: string
  readonly author: string
  /** Index of the layer that holds what it did; null when it made none. Merged steps share one. */
  readonly layer: number | null
  readonly alignment: Alignment
  /** Builder that wrote the entry: `docker`, `buildkit`, `commit`, `import`, `unknown`, … */
  readonly maker: string
  /** Position of the instruction in the Dockerfile, its line and its text; null and '' when none belongs to it. */
  readonly instruction: number | null
  readonly line: number | null
  readonly text: string
  /** One sentence on why it was aligned so; '' when it is the same. */
  readonly reason: string
}

/** Files and bytes of one origin and strength. */
export interface OriginCount {
  readonly origin: Origin
  readonly strength: Strength
  readonly files: number
  readonly bytes: number
}

/** What a change is. */
export type ChangeKind =
  | 'added'
  | 'modified'
  | 'deleted'
  | 'mode'
  | 'owner'
  | 'package-added'
  | 'package-removed'
  | 'package-changed'
  | 'account'
  | 'setting'
  | 'step'
  | 'argument'

/** Something in the image that the description does not explain; folded to what a person did. */
export interface Change {
  readonly kind: ChangeKind
  /** Path, package, account, setting or step it is about. */
  readonly subject: string
  /** Path in the image; '' when it is about none. */
  readonly path: string
  /** Origin of the file before it is called a change (`package-modified`, `context-untracked`, `unexplained`, …); ''. */
  readonly origin: Origin | ''
  readonly layer: number | null
  /** Position of the step that brought it. */
  readonly step: number | null
  readonly line: number | null
  /** Package or tracked file it belongs to; ''. */
  readonly owner: string
  readonly expected: string
  readonly found: string
  /** Sentence with the evidence. */
  readonly evidence: string
  /** Paths folded into it, itself excluded, sorted. */
  readonly folded: readonly string[]
}

/** How one file got its origin. */
export interface FileOrigin {
  readonly path: string
  readonly kind: EntryKind
  readonly size: number
  readonly origin: Origin
  readonly strength: Strength
  /** Layer that last set its content. */
  readonly layer: number
  /** Position of the step of that layer; null when none is known. */
  readonly step: number | null
  /** Purl of the owning package, tracked path, or name of the table row that excuses it; ''. */
  readonly owner: string
  /** Sentence with the evidence. */
  readonly evidence: string
}

/** Severity of a rule. */
export type Severity = 'error' | 'warning' | 'info'

/** What a rule found. */
export interface Finding {
  readonly rule: string
  readonly name: string
  readonly severity: Severity
  /** `description`, `traceability`, `image`, … */
  readonly area: string
  readonly subject: string
  readonly path: string
  readonly line: number | null
  readonly layer: number | null
  /** In the base image, not in the user's own part. */
  readonly base: boolean
  readonly message: string
  readonly fix: string
  /** Stable across rebuilds and line moves: hexadecimal, 16 digits. */
  readonly fingerprint: string
}

/** How a layer was had in this run. */
export interface AuditedLayer {
  readonly position: number
  readonly diffId: Digest
  readonly blob: Digest | null
  readonly mediaType: string
  /** Uncompressed bytes and number of entries; null when it could not be read. */
  readonly size: number | null
  readonly entries: number | null
  readonly state: 'read now' | 'known' | 'unreadable'
}

/** A reason for the verdict: the row of the decision table, and its sentence. */
export interface Reason {
  readonly row: string
  readonly text: string
}

/** Ways to a description, in the order in which they are tried. */
export type FindStep = 'command-line' | ClaimKind | 'search' | 'head'

/** How sure a way to a description is: named by the user, by a verified or an unverified claim, found, or supposed. */
export type Sureness = 'given' | 'verified' | 'claimed' | 'searched' | 'guessed'

/** What led to something, and how sure that is. */
export interface FoundBy {
  readonly step: FindStep
  readonly sureness: Sureness
}

/** How packages of an image stand to their own archives. */
export interface Verification {
  /** Packages whose files are all as in their archives. */
  readonly equal: number
  /** Purls of those that have other files, sorted. */
  readonly differing: readonly string[]
  /** Purls of those whose archive is not at hand, sorted. */
  readonly absent: readonly string[]
  readonly unreadable: readonly { readonly place: string; readonly reason: string }[]
}

/** Everything an audit of one image found. Field names are those of the JSON report. */
export interface AuditResult {
  readonly image: {
    readonly reference: string
    readonly names: readonly string[]
    readonly manifest: Digest | null
    readonly config: Digest
    readonly platform: Platform
    readonly created: string
    /** Builders that made it, bottom to top, each once. */
    readonly makers: readonly string[]
    readonly layers: readonly AuditedLayer[]
    readonly notes: readonly string[]
  }
  readonly description: {
    readonly repository: string
    readonly revision: string
    readonly commitDate: string
    readonly dockerfile: string
    readonly context: string
    readonly target: string
    readonly arguments: readonly string[]
    /** How it was found, in a sentence. */
    readonly how: string
    /** What led to the repository, and what to the revision in it. */
    readonly found: FoundBy & { readonly revision: FoundBy }
    /** Tracked builds of this Dockerfile, those that CI runs first. */
    readonly builtBy: readonly {
      readonly file: string
      readonly line: number
      readonly tool: BuildTool
      /** Service, target or job. */
      readonly name: string
      /** What builds: `build:`, `docker/build-push-action`, … */
      readonly command: string
      /** A CI system runs it. */
      readonly automated: boolean
    }[]
    /** Files by which CI may build it, and that are not read, with what they are. */
    readonly unreadBuilds: readonly string[]
  } | null
  /** What the image says of its description, in the order in which that is believed. */
  readonly claims: readonly JudgedClaim[]
  /** Attestations and signatures beside the image. */
  readonly attestations: readonly JudgedAttestation[]
  readonly base: {
    readonly reference: string
    readonly config: Digest | null
    readonly layers: number
    readonly how: string
    readonly strength: Strength
    /** Verdict of its own audit; null when it was not audited with a description. */
    readonly verdict: Verdict | null
  } | null
  readonly distribution: {
    readonly id: string
    readonly versionId: string
    readonly prettyName: string
  } | null
  /** Components by type and scope. */
  readonly packages: readonly {
    readonly type: string
    readonly scope: string
    readonly count: number
  }[]
  readonly verdict: Verdict
  readonly reasons: readonly Reason[]
  readonly origins: readonly OriginCount[]
  /** How packages stand to their own archives; null when they were not held against any. */
  readonly verification: Verification | null
  /** What a new description would have to say; null where there is one. */
  readonly outline: Outline | null
  readonly steps: readonly Step[]
  readonly changes: readonly Change[]
  /** What RUN steps asked package managers for, held against what came. */
  readonly stepPackages: readonly StepPackages[]
  /** The image held against the lock that was given; null where none was. */
  readonly lock: LockComparison | null
  readonly findings: readonly Finding[]
  readonly unknown: readonly Unknown[]
  /** Date that ages refer to, RFC 3339. */
  readonly at: string
  /** Milliseconds by phase, for `--debug` and bench: read, catalog, write, view, attribute, rules. */
  readonly timing: Readonly<Record<string, number>>
}
