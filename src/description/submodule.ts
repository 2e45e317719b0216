// The files of submodules, looked up in their own repositories where those are at hand: checked out below the work
// tree, or absorbed into the repository (gitsubmodules(7)).
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Repository, TreeEntry } from './git/index.ts'
import { commonFolder, openRepository } from './git/index.ts'

/** Submodules inside submodules are followed this deep, and so many altogether. */
const MAX_DEPTH = 5
const MAX_SUBMODULES = 200

/** Files of the submodule at `path` as of `commit`, by path from the superproject's root; null when it is not at hand. */
export async function submoduleFiles(
  repository: Repository,
  superCommit: string,
  path: string,
  commit: string,
  depth = 0,
): Promise<ReadonlyMap<string, TreeEntry> | null> {
  if (repository.attached >= MAX_SUBMODULES) return null
  const own = await openSubmodule(repository, superCommit, path)
  if (own === null) return null
  if ((await own.resolve(commit))?.commit !== commit) {
    own.close()
    return null
  }
  // the superproject reads blobs and history of its submodules too, and closes them
  repository.attach(own)
  const files = new Map<string, TreeEntry>()
  for (const [inside, entry] of await own.tree(commit)) {
    const nested =
      entry.type === 'commit' && depth < MAX_DEPTH
        ? await submoduleFiles(own, commit, inside, entry.blob, depth + 1)
        : null
    if (nested === null) files.set(`${path}/${inside}`, entry)
    for (const [deeper, file] of nested ?? []) files.set(`${path}/${deeper}`, file)
  }
  return files
}

async function openSubmodule(
  repository: Repository,
  commit: string,
  path: string,
): Promise<Repository | null> {
  const { workTree, gitDir } = repository.place
  const name = (await repository.submoduleNames(commit)).get(path)
  const places = [
    ...(name === undefined ? [] : [join(commonFolder(gitDir), 'modules', name)]),
    ...(workTree === null ? [] : [join(workTree, path)]),
  ]
  for (const place of places) {
    if (!existsSync(join(place, 'HEAD')) && !existsSync(join(place, '.git'))) continue
    try {
      return await openRepository(place, { programPath: repository.place.programPath })
    } catch {
      // a broken one is as good as none: the caller says that it is not at hand
    }
  }
  return null
}
