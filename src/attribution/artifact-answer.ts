// What the user declared of files that no commit has: asked for one file of the image after the other.
import type { Instruction } from '../core/index.ts'

/** What is known of a file that a COPY or ADD brought and that git does not have. */
export interface ArtifactAnswer {
  /** The job that makes it, and where that is declared; null when nobody declared it. */
  readonly declared: { readonly by: string; readonly where: string } | null
  /** How to declare it, where it looks like what jobs make; ''. */
  readonly hint: string
}

/** Asks for a file of the image that an instruction brought. Paths are resolved, without a leading `/`. */
export type ArtifactOf = (
  instruction: Instruction,
  place: {
    readonly path: string
    readonly destination: string
    readonly isFile: (path: string) => boolean
  },
) => ArtifactAnswer
