// Reports: pure functions from the result of an audit to text. Each is loaded when it is called: a small
// image is read in less time than all of them take to load.
import type { AuditResult, ImageDiff, ListedPackage } from '../core/index.ts'
import type { SbomInput } from './cyclonedx.ts'
import type { ImageExplanation, PathExplanation } from './explain.ts'
import type { JsonOptions } from './json.ts'
import type { PackageFormat } from './packages.ts'
import type { QueryFormat } from './query.ts'
import type { TerminalOptions } from './terminal-page.ts'

export type { SbomImage } from './bom-root.ts'
export type { SbomInput } from './cyclonedx.ts'
export type {
  AccountRow,
  ImageExplanation,
  PathExplanation,
  PathStep,
  PathVersion,
} from './explain.ts'
export type { JsonOptions } from './json.ts'
export type { PackageFormat } from './packages.ts'
export type { QueryFormat } from './query.ts'
export { hideArguments } from './secret.ts'
export type { TerminalOptions } from './terminal-page.ts'

/** The audit for a person, on a terminal. */
export async function renderAudit(result: AuditResult, options: TerminalOptions): Promise<string> {
  const loaded = await import('./terminal.ts')
  return loaded.renderAudit(result, options)
}

/** The audit as an indented JSON document; ends with a line feed. */
export async function renderAuditJson(result: AuditResult, options: JsonOptions): Promise<string> {
  const loaded = await import('./json.ts')
  return loaded.renderAuditJson(result, options)
}

/** The audit as one line of JSON; ends with a line feed. */
export async function renderAuditJsonLine(
  result: AuditResult,
  options: JsonOptions,
): Promise<string> {
  const loaded = await import('./json.ts')
  return loaded.renderAuditJsonLine(result, options)
}

/** The SBOM as indented CycloneDX JSON; ends with a line feed. */
export async function renderCycloneDx(input: SbomInput): Promise<string> {
  const loaded = await import('./cyclonedx.ts')
  return loaded.renderCycloneDx(input)
}

/** Packages in a simple format; declared, virtual and removed ones are left out but in JSON. */
export async function renderPackages(
  packages: readonly ListedPackage[],
  format: PackageFormat,
): Promise<string> {
  const loaded = await import('./packages.ts')
  return loaded.renderPackages(packages, format)
}

/** Rows under their columns; ends with a line feed, but an empty json-lines answer is empty. */
export async function renderRows(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  format: QueryFormat,
): Promise<string> {
  const loaded = await import('./query.ts')
  return loaded.renderRows(columns, rows, format)
}

/** The explanation of an image, for a person; ends with a line feed. */
export async function renderExplainImage(
  model: ImageExplanation,
  options: TerminalOptions,
): Promise<string> {
  const loaded = await import('./explain-image.ts')
  return loaded.renderExplainImage(model, options)
}

/** The explanation of an image as indented JSON; ends with a line feed. */
export async function renderExplainImageJson(
  model: ImageExplanation,
  showArguments: boolean,
): Promise<string> {
  const loaded = await import('./explain.ts')
  return loaded.renderExplainImageJson(model, showArguments)
}

/** The explanation of a path, for a person; ends with a line feed. */
export async function renderExplainPath(
  model: PathExplanation,
  options: TerminalOptions,
): Promise<string> {
  const loaded = await import('./explain-path.ts')
  return loaded.renderExplainPath(model, options)
}

/** The explanation of a path as indented JSON; ends with a line feed. */
export async function renderExplainPathJson(
  model: PathExplanation,
  showArguments: boolean,
): Promise<string> {
  const loaded = await import('./explain.ts')
  return loaded.renderExplainPathJson(model, showArguments)
}

/** The difference between two images, for a person; ends with a line feed. */
export async function renderDiff(diff: ImageDiff, options: TerminalOptions): Promise<string> {
  const loaded = await import('./diff.ts')
  return loaded.renderDiff(diff, options)
}

/** The difference between two images as indented JSON; ends with a line feed. */
export async function renderDiffJson(diff: ImageDiff, options: JsonOptions): Promise<string> {
  const loaded = await import('./diff-json.ts')
  return loaded.renderDiffJson(diff, options)
}
