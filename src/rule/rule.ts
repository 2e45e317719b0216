// What a rule is once it is loaded, and what is said about one that cannot be (docs/adding-a-rule.md).
import type { Severity } from '../core/index.ts'

/** What a rule looks at. */
export type Area = 'traceability' | 'image' | 'description'

/** A named threshold or list of a rule; the query sees it as `:name`, a list as JSON text. */
export interface Parameter {
  readonly name: string
  readonly about: string
  readonly value: string | number | readonly string[]
}

/** One rule file, checked. Plain data: the build writes it to JSON and reads it back. */
export interface Rule {
  readonly id: string
  readonly name: string
  /** Severity of a finding whose detail begins with none of `grades`. */
  readonly severity: Severity
  /** Other severities, by how the detail begins; the first that fits holds. */
  readonly grades: readonly { readonly detail: string; readonly severity: Severity }[]
  readonly area: Area
  readonly summary: string
  readonly why: string
  readonly fix: string
  readonly references: readonly string[]
  readonly parameters: readonly Parameter[]
  /** One SELECT over the public views that gives subject, path, line, layer, detail. */
  readonly query: string
  /** Sentence of a finding; `{subject}`, `{path}`, `{line}`, `{layer}`, `{detail}` are filled in. */
  readonly message: string
  /** File it was read from, and the line of its query. */
  readonly file: string
  readonly queryLine: number
}

/** A rule file that cannot be used, or a rule whose query failed. */
export interface RuleProblem {
  readonly file: string
  /** Line and column from 1; 0 when the whole file is meant. */
  readonly line: number
  readonly column: number
  readonly reason: string
}
