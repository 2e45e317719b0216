// What assay.yaml says, with every path resolved and every place kept (docs/schema/assay-yaml.schema.json).
import type { Platform } from '../core/index.ts'

/** A repository that the file names. */
export interface NamedRepository {
  /** As written. */
  readonly name: string
  /** The folder or bundle, beside the file when it was relative; '' for a URL. */
  readonly path: string
  /** Line of assay.yaml. */
  readonly line: number
}

/** Which description images of some names are built from. */
export interface ImageMapping {
  /** Patterns of image names: `*` stays within a part of the name, `**` does not. */
  readonly match: readonly string[]
  readonly repository: NamedRepository
  /** Commit, tag or branch; null for what the image itself says, else HEAD. */
  readonly revision: string | null
  /** Path of the Dockerfile from the context's root. */
  readonly dockerfile: string | null
  /** Folder of the build context from the repository's root. */
  readonly context: string | null
  readonly target: string | null
  readonly arguments: Readonly<Record<string, string>>
  /** Archive or layout of the base image, beside the file when it was relative. */
  readonly base: string | null
  readonly platform: Platform | null
  /** Line of assay.yaml. */
  readonly line: number
}

/** Files that a tracked job makes before the build. */
export interface ArtifactRule {
  /** Pattern of paths in the build context, as in .dockerignore. */
  readonly path: string
  /** The job or command that makes them: `.github/workflows/build.yml#build`, `mvn package`. */
  readonly by: string
  /** Only in this repository; null for all. */
  readonly repository: NamedRepository | null
  /** Line of assay.yaml. */
  readonly line: number
}

/** A whole assay.yaml. */
export interface Policy {
  /** The file, as it was named. */
  readonly file: string
  readonly images: readonly ImageMapping[]
  readonly repositories: readonly NamedRepository[]
  readonly artifacts: readonly ArtifactRule[]
}
