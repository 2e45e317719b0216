// The errors that end a run. Facts that could not be learned are `unknown` rows, not errors.

/** Identity of an error; messages may change, codes never do. */
export type ErrorCode =
  | 'usage'
  | 'configuration'
  | 'rule'
  | 'source'
  | 'integrity'
  | 'incomplete'
  | 'internal'

/** What an `AssayError` carries besides its message. */
export interface ErrorDetail {
  /** One sentence: what the user can do about it. */
  readonly hint?: string
  readonly cause?: unknown
  /** The thing and the place in it: a file, a layer and entry, a line and column. */
  readonly where?: string
}

/** An error that a person caused or can mend; printed as one line, never with a stack trace. */
export class AssayError extends Error {
  override readonly name = 'AssayError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly where: string | undefined

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    this.hint = detail.hint
    this.where = detail.where
  }
}

/** The command line or an argument is wrong: exit status 2. */
export function usageError(message: string, detail?: ErrorDetail): AssayError {
  return new AssayError('usage', message, detail)
}

/** An input cannot be read: exit status 3. */
export function sourceError(message: string, detail?: ErrorDetail): AssayError {
  return new AssayError('source', message, detail)
}

/** A digest does not match its content: exit status 3. */
export function integrityError(message: string, detail?: ErrorDetail): AssayError {
  return new AssayError('integrity', message, detail)
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
