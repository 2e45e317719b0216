// The compositions: what the command line and programs call. Each is loaded when it is called: what an SBOM
// needs is loaded in half the time of what an audit needs.
import type { ImageExplanation, PathExplanation } from '../report/index.ts'
import type { AuditOutcome } from './audit.ts'
import type { DiffOutcome } from './diff.ts'
import type { ExplainOutcome } from './explain.ts'
import type { LockOutcome } from './lock.ts'
import type { AuditOptions, CompareOptions, ImageRequest } from './options.ts'
import type { ContentsOutcome } from './sbom.ts'

export type { AuditOutcome } from './audit.ts'
export type { DiffOutcome } from './diff.ts'
export type { ExplainOutcome } from './explain.ts'
export type { LockOutcome } from './lock.ts'
export {
  type AuditOptions,
  type CompareOptions,
  type DescriptionRequest,
  type ImageRequest,
  TRUST_NOBODY,
  type TrustRequest,
} from './options.ts'
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

/**
 * Makes the lock of the one image of an archive.
 * @throws AssayError when the image cannot be read whole, or the archive holds several.
 */
export async function lockImage(options: CompareOptions): Promise<LockOutcome> {
  const loaded = await import('./lock.ts')
  return loaded.lockImage(options)
}

/**
 * Compares two images; either may be a lock.
 * @throws AssayError when one of them cannot be read at all, or is an archive of several images.
 */
export async function diffImages(a: CompareOptions, b: CompareOptions): Promise<DiffOutcome> {
  const loaded = await import('./diff.ts')
  return loaded.diffImages(a, b)
}
