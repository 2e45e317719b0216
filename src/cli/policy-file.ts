// Which assay.yaml a run reads: the one that --policy names, else that of the working directory.
import { existsSync } from 'node:fs'
import type { Policy } from '../policy/index.ts'
import type { SourceOptions } from './options.ts'

const DEFAULT_FILE = 'assay.yaml'

/**
 * The policy of this run; null when there is none.
 * @throws AssayError `configuration` when the file is wrong.
 */
export async function policyOf({ policy }: SourceOptions): Promise<Policy | null> {
  if (policy === false) return null
  if (policy === null && !existsSync(DEFAULT_FILE)) return null
  // Most runs have no such file, and its readers take as long to load as a small image.
  const { loadPolicy } = await import('../policy/index.ts')
  return loadPolicy(policy ?? DEFAULT_FILE)
}
