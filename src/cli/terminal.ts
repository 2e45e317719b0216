// The process's edges: standard output and error, environment, interruption. Nothing else touches them.
import { AssayError, excerpt, messageOf, printable, sourceError } from '../core/index.ts'
import { type ExitStatus, statusOf } from './exit.ts'

/** How an error is shown. */
export interface ErrorStyle {
  readonly debug: boolean
}

/**
 * Writes to standard output and waits until it is taken. A closed pipe ends the process in peace.
 * @throws AssayError `source` when it cannot be written.
 */
export function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (cause) => {
      if (cause == null) resolve()
      else if (isClosedPipe(cause)) process.exit(0)
      else {
        const message = `the report cannot be written: ${messageOf(cause)}`
        reject(sourceError(message, { where: 'standard output', cause }))
      }
    })
  })
}

function isClosedPipe(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPIPE'
}

/** Names of strangers may be as long as they like; a line may not. */
const LONGEST = 1000

/** One line on standard error. */
export function writeError(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Shows what was thrown: one line, and one more on what to do; a stack only with `--debug`. */
export function reportError(thrown: unknown, style: ErrorStyle): ExitStatus {
  const status = statusOf(thrown)
  if (thrown instanceof AssayError) {
    const place = thrown.where === undefined ? '' : `${excerpt(thrown.where, LONGEST)}: `
    writeError(`assay: ${place}${excerpt(thrown.message, LONGEST)}`)
    if (thrown.hint !== undefined) writeError(`  ${excerpt(thrown.hint, LONGEST)}`)
  } else {
    writeError(`assay: a bug in Assay: ${excerpt(messageOf(thrown), LONGEST)}`)
    if (!style.debug) writeError('  --debug shows where; please report it with the command line')
  }
  if (style.debug && thrown instanceof Error) writeError(safeLines(thrown.stack ?? thrown.message))
  return status
}

function safeLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** Width of the terminal in columns; 100 where there is none, or one that says 0. */
export function terminalWidth(): number {
  return process.stdout.columns || 100
}

/** Colour on a terminal, unless NO_COLOR is set (no-color.org); FORCE_COLOR overrides. */
export function wantsColour(): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '0') return true
  return process.stdout.isTTY === true && TERM !== 'dumb'
}

/** Where the inventory lies: `ASSAY_DB`, else the XDG data folder (specifications.freedesktop.org/basedir-spec). */
export function defaultDatabase(): string {
  const { ASSAY_DB, XDG_DATA_HOME, HOME } = process.env
  if (ASSAY_DB !== undefined && ASSAY_DB !== '') return ASSAY_DB
  const data = XDG_DATA_HOME?.startsWith('/') ? XDG_DATA_HOME : `${HOME ?? '/tmp'}/.local/share`
  return `${data}/assay/inventory.db`
}

/** The process's standard input. */
export function standardInput(): NodeJS.ReadStream {
  return process.stdin
}

/** What the parser of the command line says of wrong use, in the form of all errors. */
export function reportWrongUse(text: string): void {
  const [first = '', ...rest] = text.trimEnd().split('\n')
  writeError(`assay: ${excerpt(first.replace(/^error: /, ''), LONGEST)}`)
  const advice = rest.join(' ').trim()
  if (advice !== '') writeError(`  ${excerpt(advice.replace(/^\((.*)\)$/, '$1'), LONGEST)}`)
}

/**
 * Ctrl-C and SIGTERM end the process with 130; SQLite leaves a layer whole or absent. What nobody caught
 * is a bug, and told as one.
 */
export function watchProcess(style: ErrorStyle): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
      writeError('assay: interrupted')
      process.exit(130)
    })
  }
  process.on('uncaughtException', (thrown) => {
    if (isClosedPipe(thrown)) process.exit(0)
    process.exit(reportError(thrown, style))
  })
  // `writeOut` tells what standard output says; nobody is left to tell what standard error says.
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
}
