// The makers that scripts/fetch-makers.mjs compiled, and the tools of the host that others need.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.ts'

/** Makers that are compiled into .cache/makers. */
export type MakerProgram =
  | 'apko'
  | 'buildctl'
  | 'buildkitd'
  | 'cosign'
  | 'crane'
  | 'executor'
  | 'ko'

/** The program's path. */
export function makerProgram(name: MakerProgram): string {
  return join(root, '.cache', 'makers', 'bin', name)
}

/** Why these makers cannot be run here; null when they can. `tools` are looked up on the PATH. */
export function makersMissing(
  names: readonly MakerProgram[],
  tools: readonly string[] = [],
): string | null {
  if (process.platform !== 'linux') return 'not Linux'
  if (process.getuid?.() !== 0) return 'not root'
  for (const name of names) {
    if (!existsSync(makerProgram(name)))
      return `no ${name} in .cache/makers (node scripts/fetch-makers.mjs)`
  }
  for (const tool of tools) {
    if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) return `no ${tool}`
  }
  return null
}
