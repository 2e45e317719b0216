// The public surface of Assay as a library. Everything else may change without notice.
export { type AuditOptions, type AuditOutcome, audit, VERSION } from './audit/index.ts'
export { AssayError, type AuditResult, type ErrorCode } from './core/index.ts'
