// Tracked files that build images: Compose, bake, CI. What each says of Dockerfile, context, target and arguments.

/** Kinds of build files that are read. */
export type BuildTool = 'compose' | 'bake' | 'github-actions' | 'gitlab-ci'

/** One build of an image that a tracked file describes. */
export interface BuildDefinition {
  /** Path from the repository's root, and the line where the build stands. */
  readonly file: string
  readonly line: number
  readonly tool: BuildTool
  /** Service, target or job. */
  readonly name: string
  /** What builds: `build:`, `docker/build-push-action`, `docker buildx build`, … */
  readonly command: string
  /** Names of the image as written; an unknown part keeps its `${…}`. */
  readonly images: readonly string[]
  /** From the repository's root; null when it is not known, or its text stands in the file itself. */
  readonly dockerfile: string | null
  /** Folder from the repository's root, '' for the root; null when it is not known, or lies elsewhere. */
  readonly context: string | null
  /** Null for the last stage. */
  readonly target: string | null
  /** Values by name; null for a value that comes from outside. */
  readonly arguments: Readonly<Record<string, string | null>>
  /** Ids of build secrets. */
  readonly secrets: readonly string[]
  /**
   * What the file does not tell, or tells only as a default: `dockerfile`, `context`, `target`, `images`,
   * `arguments`, `arguments.NAME`; or a sentence.
   */
  readonly dynamic: readonly string[]
  /** It builds what other build files describe: their paths, and which of their builds (empty: all). */
  readonly through: {
    readonly files: readonly string[]
    readonly targets: readonly string[]
  } | null
}

/** A build file that is recognised and not read, or a part of one. */
export interface UnreadBuildFile {
  readonly file: string
  /** Line, from 1; 0 for the whole file. */
  readonly line: number
  /** What it is: `a Jenkins pipeline`, `job image runs make`, … */
  readonly what: string
  /** A CI system runs it: the image may be built there. */
  readonly automated: boolean
}

/** What the build files of a commit say. */
export interface BuildFiles {
  readonly definitions: readonly BuildDefinition[]
  readonly unread: readonly UnreadBuildFile[]
}

/** True for a file that a CI system runs by itself. */
export function isAutomated({ tool }: BuildDefinition): boolean {
  return tool === 'github-actions' || tool === 'gitlab-ci'
}
