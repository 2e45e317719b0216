// Inputs that failed once: fixtures/fuzz/TARGET/, tried again by the gate for ever.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FUZZ_ROOT } from './target.ts'

const FOLDER = join(FUZZ_ROOT, 'fixtures', 'fuzz')

/** An input that failed once. */
export interface KeptInput {
  readonly target: string
  readonly name: string
  readonly bytes: Uint8Array
}

/** Keeps an input and gives its path from the checkout. */
export function keepInput(target: string, bytes: Uint8Array): string {
  const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.bin`
  mkdirSync(join(FOLDER, target), { recursive: true })
  writeFileSync(join(FOLDER, target, name), bytes)
  return join('fixtures', 'fuzz', target, name)
}

/** All inputs that were kept. */
export function keptInputs(): KeptInput[] {
  if (!existsSync(FOLDER)) return []
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  return folders.flatMap(({ name: target }) =>
    readdirSync(join(FOLDER, target))
      .sort()
      .map((name) => ({ target, name, bytes: readFileSync(join(FOLDER, target, name)) })),
  )
}
