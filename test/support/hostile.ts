// Real archives that attack readers, in a folder beside the checkout; not every machine has it.
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One archive. */
export interface HostileArchive {
  readonly name: string
  readonly file: string
}

/** The archives by name; none where the folder is not present. */
export function hostileArchives(): readonly HostileArchive[] {
  const folder = sharedFolder(import.meta.dirname)
  if (folder === null) return []
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, file: join(folder, name) }))
}

function sharedFolder(from: string): string | null {
  const candidate = join(from, '../shared/data/hostile')
  if (existsSync(candidate)) return candidate
  return dirname(from) === from ? null : sharedFolder(dirname(from))
}
