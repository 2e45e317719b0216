// Where a report goes: `FORMAT[@VERSION][=FILE]`, to standard output or a file.
import { writeFileSync } from 'node:fs'
import { messageOf, sourceError, usageError } from '../core/index.ts'
import { writeOut } from './terminal.ts'

/** One report to write. */
export interface Output<Format extends string> {
  readonly format: Format
  /** As after `@`; '' for the format's newest. */
  readonly version: string
  /** File to write; null for standard output. */
  readonly file: string | null
}

/** Formats and the versions each has; a format without versions has an empty list. */
export type Formats<Format extends string> = Readonly<Record<Format, readonly string[]>>

/**
 * Reads `FORMAT[@VERSION][=FILE]`.
 * @throws AssayError `usage` when the format or its version is not known.
 */
export function parseOutput<Format extends string>(
  text: string,
  formats: Formats<Format>,
): Output<Format> {
  const equals = text.indexOf('=')
  const name = equals < 0 ? text : text.slice(0, equals)
  const file = equals < 0 ? null : text.slice(equals + 1)
  const at = name.indexOf('@')
  const format = at < 0 ? name : name.slice(0, at)
  const version = at < 0 ? '' : name.slice(at + 1)
  if (!isFormat(format, formats)) {
    throw usageError(`there is no format ${format}`, {
      hint: `the formats are ${Object.keys(formats).join(', ')}`,
    })
  }
  if (version !== '' && !formats[format].includes(version)) {
    const known = formats[format].join(', ')
    throw usageError(`${format} has no version ${version} here`, {
      hint: known === '' ? 'it has no versions' : `its versions are ${known}`,
    })
  }
  if (file === '') throw usageError(`-o ${text} names no file after the =`)
  return { format, version, file }
}

function isFormat<Format extends string>(text: string, formats: Formats<Format>): text is Format {
  return Object.hasOwn(formats, text)
}

/** Refuses two reports for standard output. */
export function checkOutputs(outputs: readonly Output<string>[]): void {
  if (outputs.filter((output) => output.file === null).length > 1) {
    throw usageError('two reports cannot share standard output', {
      hint: 'give one of them a file: -o FORMAT=FILE',
    })
  }
}

/** Writes a report where it belongs. */
export async function writeReport(file: string | null, text: string): Promise<void> {
  if (file === null) return writeOut(text)
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw sourceError(`the report cannot be written: ${messageOf(cause)}`, { where: file, cause })
  }
}
