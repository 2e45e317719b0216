// Reads assay.yaml from disk, under a bound.
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { AssayError, messageOf } from '../core/index.ts'
import { parsePolicy } from './parse.ts'
import type { Policy } from './policy.ts'

/** Largest assay.yaml that is read. Bytes. */
export const MAX_POLICY_BYTES = 256 * 1024

/**
 * Reads and parses an assay.yaml.
 * @throws AssayError `configuration` when it cannot be read, with file, line and column when it is wrong.
 */
export function loadPolicy(file: string): Policy {
  return parsePolicy(file, readBounded(file))
}

function readBounded(file: string): string {
  let handle: number | null = null
  try {
    handle = openSync(file, 'r')
    const state = fstatSync(handle)
    if (!state.isFile()) throw new Error('it is no plain file')
    if (state.size > MAX_POLICY_BYTES) throw new Error(`larger than ${MAX_POLICY_BYTES} bytes`)
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(handle))
  } catch (cause) {
    const message = `the policy cannot be read: ${messageOf(cause)}`
    throw new AssayError('configuration', message, { where: file, cause })
  } finally {
    if (handle !== null) closeSync(handle)
  }
}
