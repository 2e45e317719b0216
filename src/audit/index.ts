// The compositions: what the command line and programs call.
export { type AuditOutcome, audit } from './audit.ts'
export { type ExplainOutcome, explainImages, explainPaths } from './explain.ts'
export type { AuditOptions, CompareOptions, DescriptionRequest, ImageRequest } from './options.ts'
export { type ContentsOutcome, type ImageContents, readContents } from './sbom.ts'
export { VERSION } from './version.ts'
