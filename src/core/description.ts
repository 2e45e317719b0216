// The tracked description of an image: a Dockerfile at a revision, its context, its words.
import type { BuildDefinition, BuildFiles } from './build.ts'
import type { Unknown } from './entry.ts'

/** One instruction of a Dockerfile (docs.docker.com/reference/dockerfile). */
export interface Instruction {
  /** Position among all instructions of the file, from 0. */
  readonly position: number
  /** Upper-case keyword: FROM, RUN, COPY, … */
  readonly keyword: string
  /** First and last line, from 1; heredoc bodies included. */
  readonly line: number
  readonly endLine: number
  /** Text as written, continuations and comments inside them included. */
  readonly raw: string
  /** Arguments after the keyword and flags, continuations joined, comments dropped, not expanded. */
  readonly text: string
  /** `text` with ARG and ENV expanded as BuildKit does for this keyword (RUN, CMD, ENTRYPOINT: not expanded). */
  readonly expanded: string
  /** `--name=value` flags in order, expanded; a bare flag has the value ''. */
  readonly flags: readonly { readonly name: string; readonly value: string }[]
  /** Exec form (a JSON array) or null. */
  readonly json: readonly string[] | null
  /** Heredocs in order: delimiter, body (tabs stripped for `<<-`), whether words in it are expanded. */
  readonly heredocs: readonly {
    readonly name: string
    readonly body: string
    readonly expands: boolean
    /** What COPY and ADD write; for RUN the body, which the shell expands. */
    readonly expanded: string
    /** Names in the body that were declared nowhere: a base that is not known may set them. */
    readonly undeclared: readonly string[]
  }[]
  /** Index of the stage it belongs to; -1 for what stands before the first FROM. */
  readonly stage: number
  /** For RUN: the SHELL in force. */
  readonly shell: readonly string[]
  /** Build arguments in scope at this instruction, by name, as `|N K=V` prefixes would show them: declared ARGs only. */
  readonly arguments: Readonly<Record<string, string>>
  /** For COPY and ADD: expanded sources and destination (destination made absolute by WORKDIR, trailing `/` kept). */
  readonly copy: CopySpecification | null
  /** Names used in expansion that were declared nowhere. */
  readonly undeclared: readonly string[]
  /** ENV, LABEL and ARG: names and expanded values in order; null for an ARG that has no value. */
  readonly pairs: readonly { readonly name: string; readonly value: string | null }[]
  /** The working directory in force after this instruction: absolute, without a trailing `/`. */
  readonly workdir: string
  /** For RUN: what `--mount` brings in. */
  readonly mounts: readonly RunMount[]
}

/** A `--mount` of a RUN instruction. */
export interface RunMount {
  /** `bind`, `cache`, `tmpfs`, `secret` or `ssh`. */
  readonly type: string
  /** Where it comes from; null for the build context, or nothing. */
  readonly from: CopySpecification['from']
  readonly source: string
  readonly target: string
}

/** What a COPY or ADD brings, and from where. */
export interface CopySpecification {
  readonly sources: readonly string[]
  readonly destination: string
  /** Destination is a folder: it ends in `/`, is `.`, or there are several sources. Whether an existing folder is one is for the reader of the image. */
  readonly destinationIsFolder: boolean
  /** `--from`: null for the build context. */
  readonly from:
    | { readonly kind: 'stage'; readonly stage: number }
    | { readonly kind: 'image'; readonly reference: string }
    | null
  readonly chmod: string
  readonly chown: string
  readonly link: boolean
  readonly parents: boolean
  readonly exclude: readonly string[]
  readonly checksum: string
}

/** A build stage. */
export interface Stage {
  readonly index: number
  /** Name after AS, lower case; ''. */
  readonly name: string
  /** What FROM names after expansion: an image reference, `scratch`, or an earlier stage. */
  readonly base:
    | { readonly kind: 'image'; readonly reference: string }
    | { readonly kind: 'scratch' }
    | { readonly kind: 'stage'; readonly stage: number }
  readonly platform: string
  readonly line: number
  /** ONBUILD triggers of the stage it stands on, which run first; their `position` is that of the ONBUILD instruction. */
  readonly triggers: readonly Instruction[]
}

/** A parsed Dockerfile. */
export interface Dockerfile {
  readonly directives: Readonly<Record<string, string>>
  readonly instructions: readonly Instruction[]
  readonly stages: readonly Stage[]
  /** Index of the stage that is built. */
  readonly target: number
  /** What could not be parsed: line and reason. A file with errors is reported, never guessed. */
  readonly errors: readonly { readonly line: number; readonly message: string }[]
}

/** A simple command of a RUN instruction. */
export interface Command {
  /** Position of its instruction in the Dockerfile. */
  readonly instruction: number
  /** Position among the commands of that instruction. */
  readonly position: number
  /** Line in the Dockerfile. */
  readonly line: number
  /**
   * Words after quotes are removed, `sudo`, `env` and the like taken off. Variables that the Dockerfile
   * sets have their values; a word with any other expansion keeps its source text. Assignments
   * before the command are not words; a command may be nothing but assignments.
   */
  readonly words: readonly string[]
  /** True for words with an expansion whose value the text does not tell. */
  readonly dynamic: readonly boolean[]
  readonly assignments: Readonly<Record<string, string>>
  /** Runs only under a condition (`||`, `if`, `case`, loops); `&&` chains are not conditional. */
  readonly conditional: boolean
  /** Position of the pipeline it belongs to within the instruction, and its place in it. */
  readonly pipeline: number
  readonly pipelineIndex: number
  /** Source text. */
  readonly text: string
}

/** A request to a package manager found in a command. */
export interface PackageRequest {
  readonly instruction: number
  readonly command: number
  readonly line: number
  /** `apt`, `apk`, `npm`, `pip`, `yum`, … */
  readonly manager: string
  readonly action: 'install' | 'remove' | 'upgrade' | 'update'
  /** Package name, file, URL, the source text of what is not known, or '' when the action names none (`npm ci`, `pip install -r x`). */
  readonly name: string
  /** Version or constraint as written (`=1.2-3`, `==2.0`, `@1.2.3`), '' when none. */
  readonly constraint: string
  /** True when it names exactly one version or content: an exact constraint, a hash, a file of one's own. */
  readonly pinned: boolean
  /** `npm ci`, `pip -r FILE`, `--require-hashes`, `-g`, …: the options that change what the request means. */
  readonly options: readonly string[]
}

/** A file of the build context at the revision. */
export interface ContextFile {
  /** Path from the context's root. */
  readonly path: string
  /** git blob id; for a symlink the blob holds its target. */
  readonly blob: string
  readonly kind: 'file' | 'symlink' | 'submodule'
  readonly executable: boolean
  /** Target of a symlink, where its blob is at hand. */
  readonly target?: string
  /** `.gitattributes` keep it out of archives that git makes: a context made of one lacks it. */
  readonly exportIgnored?: true
  /** For a git LFS pointer: the content it stands for, which a full checkout has in its place. */
  readonly lfs?: { readonly sha256: string; readonly size: number }
}

/** What git writes to disk for a tracked file where that is not the blob itself: line ends, keywords. */
export interface ContextForm {
  /** git blob id of the bytes written. */
  readonly blob: string
  /** How they differ from the tracked bytes, for the reader. */
  readonly why: string
}

/** A file in a work tree that HEAD does not have like that. */
export interface WorkTreeDifference {
  /** Path from the repository's root; '' with `unchecked` for all that was not reached. */
  readonly path: string
  readonly state: 'untracked' | 'ignored' | 'modified' | 'deleted' | 'unchecked'
}

/** Where a git commit stands. */
export interface RevisionFact {
  /** Where the revision was named: `--source`, `label org.opencontainers.image.revision`, `HEAD`. */
  readonly from: string
  /** As written. */
  readonly text: string
  /** Full commit id; '' when it was not found. */
  readonly commit: string
  /** `undecided`: no repository at hand tells, or only a shallow clone, whether it is missing or unreachable. */
  readonly state: 'found' | 'missing' | 'unreachable' | 'invalid' | 'undecided'
  /** The text ends in `-dirty`. */
  readonly dirty: boolean
}

/** The whole description of an image, loaded and parsed. Plain data. */
export interface Description {
  /** As the user named it. */
  readonly repository: string
  readonly revision: RevisionFact
  /** Committer date of the commit, RFC 3339 UTC. */
  readonly commitDate: string
  /** Path of the Dockerfile from the repository's root, and its blob; '' when it is not tracked. */
  readonly dockerfilePath: string
  readonly dockerfileBlob: string
  readonly dockerfileState: 'tracked' | 'untracked' | 'ignored' | 'modified' | 'missing'
  /** Folder of the context from the repository's root; '' for the root. */
  readonly context: string
  readonly arguments: Readonly<Record<string, string>>
  /** The Dockerfile's text: build arguments recovered from history are parsed into it again. */
  readonly dockerfileText: string
  readonly dockerfile: Dockerfile
  readonly commands: readonly Command[]
  readonly requests: readonly PackageRequest[]
  /** The context after `.dockerignore`, by path. */
  readonly files: ReadonlyMap<string, ContextFile>
  /** Tracked paths that `.dockerignore` keeps out, for messages. */
  readonly ignored: readonly string[]
  /** Differences between work tree and HEAD that a build from the work tree would take along. */
  readonly workTree: readonly WorkTreeDifference[]
  /** What other tracked files say of builds: Compose, bake, CI. */
  readonly builds: BuildFiles
  /** The build among them that tells Dockerfile, context and target, where nobody named them. */
  readonly build: DescribedBuild
  /** What could not be read or told: missing blobs, unchecked parts of the work tree, shells that are no sh. */
  readonly unknowns: readonly Unknown[]
}

/** Which build of the tracked build files was taken. */
export interface DescribedBuild {
  /** Null when none was needed, there is none, or several could be meant. */
  readonly chosen: BuildDefinition | null
  /** Why that one, for the reader; ''. */
  readonly why: string
  /** Builds of which none was taken, because any of them could be meant. */
  readonly others: readonly BuildDefinition[]
}

/** A description whose build files were not looked at. */
export const NO_BUILDS: Pick<Description, 'builds' | 'build'> = {
  builds: { definitions: [], unread: [] },
  build: { chosen: null, why: '', others: [] },
}

/** Where in history a blob is or was tracked. */
export interface BlobSighting {
  readonly blob: string
  readonly path: string
  /** Newest commit that brought it there, with its date. */
  readonly commit: string
  readonly date: string
}
