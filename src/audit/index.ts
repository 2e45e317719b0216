// The compositions: what the command line and programs call. Each is loaded when it is called: what an SBOM
// needs is loaded in half the time of what an audit needs.
import type { ImageExplanation, PathExplanation } from '../report/index.ts'
import type { AuditOutcome } from './audit.ts'
import type { ExplainOutcome } from './explain.ts'
import type { AuditOptions, CompareOptions, ImageRequest } from './options.ts'
import type { ContentsOutcome } from './sbom.ts'

export type { AuditOutcome } from './audit.ts'
export type { ExplainOutcome } from './explain.ts'
export type { AuditOptions, CompareOptions, DescriptionRequest, ImageRequest } from './options.ts'
export type { ContentsOutcome, ImageContents } from './sbom.ts'
export { VERSION } from './version.ts'

/**
 * Audits every image of an archive.
 * @throws AssayError when the input, the repository or the database cannot be used at all.
 */
export async function audit(options: AuditOptions): Promise<AuditOutcome> {
  const loaded = await import('./audit.ts')
  return loaded.audit(options)
}

/** Explains how each image of an archive was made. */
export async function explainImages(
  options: CompareOptions,
): Promise<ExplainOutcome<ImageExplanation>> {
  const loaded = await import('./explain.ts')
  return loaded.explainImages(options)
}

/** Explains how a path got into each image of an archive. */
export async function explainPaths(
  options: CompareOptions,
  path: string,
): Promise<ExplainOutcome<PathExplanation>> {
  const loaded = await import('./explain.ts')
  return loaded.explainPaths(options, path)
}

/**
 * Reads every image of an archive into the inventory, and says what it holds.
 * @throws AssayError when the input or the database cannot be used at all.
 */
export async function readContents(image: ImageRequest, db: string): Promise<ContentsOutcome> {
  const loaded = await import('./sbom.ts')
  return loaded.readContents(image, db)
}
