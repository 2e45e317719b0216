// Files of a layer that are not the tracked blob, but what git writes to disk for it: line ends, keywords.
import type { ContextFile, ContextForm } from '../core/index.ts'
import type { LayerDelta } from '../inventory/index.ts'
import { blobOf } from './scene.ts'

/** More files are not looked at: their bytes have to be read from git one by one. */
const MAX_FILES = 20_000

/** By path, the form that the file has. */
export async function formsFound(
  delta: LayerDelta,
  expected: ReadonlyMap<string, ContextFile>,
  formsOf: ((file: ContextFile) => Promise<readonly ContextForm[]>) | undefined,
): Promise<ReadonlyMap<string, ContextForm>> {
  const found = new Map<string, ContextForm>()
  if (formsOf === undefined) return found
  let left = MAX_FILES
  for (const { path, after, change } of delta) {
    if (after?.kind !== 'file' || (change !== 'added' && change !== 'content')) continue
    const tracked = expected.get(path)
    const blob = blobOf(after)
    if (tracked === undefined || tracked.blob === blob || left <= 0) continue
    left -= 1
    const form = (await formsOf(tracked)).find((each) => each.blob === blob)
    if (form !== undefined) found.set(path, form)
  }
  return found
}
