// What a step's commands asked package managers for, held against the packages that its layer brought.
import type { PackageType } from './package.ts'

/** The packages of one ecosystem that a RUN step brought, by why they came. Lists are sorted. */
export interface StepPackages {
  /** Position of the step; null when none is known. */
  readonly step: number | null
  readonly layer: number
  /** Line of the instruction; null when it may be one of several. */
  readonly line: number | null
  readonly type: PackageType
  /** Purls of packages that its commands name. */
  readonly asked: readonly string[]
  /** Purls of packages that those need, or recommend. */
  readonly dependencies: readonly string[]
  /** Purls of packages that neither explains. */
  readonly unexplained: readonly string[]
  /** Why those may be the step's all the same, a sentence; '' when all is known that could have brought them. */
  readonly open: string
  /** Names that its commands ask for and that are not in the image after it. */
  readonly absent: readonly string[]
}
