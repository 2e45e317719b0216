// What a target of the fuzzer is, and what a reader may do with bytes of strangers.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AssayError } from '../../src/core/index.ts'

/** A reader under test: seeds that it reads well, and a run that throws when it misbehaves. */
export interface FuzzTarget {
  readonly name: string
  readonly seeds: () => Promise<Uint8Array[]>
  readonly run: (bytes: Uint8Array) => Promise<void>
}

/** The checkout: this file runs from test/ and, compiled, from a cache folder below it. */
export const FUZZ_ROOT = rootAbove(import.meta.dirname)

function rootAbove(folder: string): string {
  return existsSync(join(folder, 'package-lock.json')) ? folder : rootAbove(dirname(folder))
}

/** Runs a reader: a result or an error that a person can read are right, anything else is thrown. */
export async function refusing(read: () => Promise<void> | void): Promise<void> {
  try {
    await read()
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || thrown.code === 'internal') throw thrown
    if (thrown.message.trim() === '') throw new Error('an error without a message')
  }
}

/** The bytes as the text that readers of text get. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
