// What every reader of build files gives.
import type { BuildDefinition, UnreadBuildFile } from '../../core/index.ts'

/** What one file says. */
export interface BuildFileContent {
  readonly definitions: readonly BuildDefinition[]
  /** Parts of it that may build images and are not read. */
  readonly unread: readonly UnreadBuildFile[]
  /** Why the file cannot be read; ''. */
  readonly problem: string
}

/** Characters of scripts and inputs of one file that are looked at, those of shared parts each time. */
const MAX_READ = 1 << 20

/** What is left to be read of one file: aliases and matrices make much of little. */
export class Budget {
  #left = MAX_READ

  /** True while there is enough left for a text, which then counts as read. */
  spend(text: string): boolean {
    this.#left -= text.length
    return this.#left >= 0
  }

  get isSpent(): boolean {
    return this.#left < 0
  }
}

/** Reads one kind of build file; `file` is its path from the repository's root. */
export type BuildFileReader = (file: string, text: string) => BuildFileContent
