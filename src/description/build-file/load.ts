// The builds of a commit's tracked files, and the one that made an image where nobody named its Dockerfile.
import type { BuildDefinition, BuildFiles, DescribedBuild } from '../../core/index.ts'
import { NO_BUILDS } from '../../core/index.ts'
import type { Tree } from '../tree.ts'
import { chooseBuild } from './choose.ts'
import { readBuildFiles } from './index.ts'

/** Reads the build files of a commit; one that is too large, or not at hand, is named as not read. */
export function loadBuilds(tree: Tree): Promise<BuildFiles> {
  const bytes = async (path: string, maxBytes: number): Promise<Uint8Array | null> => {
    const entry = tree.entries.get(path)
    if (entry === undefined || entry.mode === '120000' || entry.size > maxBytes) return null
    return tree.content(path, maxBytes)
  }
  return readBuildFiles(tree.entries.keys(), bytes)
}

/** The build whose Dockerfile, context and target are taken; `names` are those of the image. */
export function describedBuild(
  { definitions }: BuildFiles,
  tree: Tree,
  names: readonly string[],
): DescribedBuild {
  const isThere = ({ dockerfile, context }: BuildDefinition) =>
    dockerfile !== null &&
    tree.entries.has(dockerfile) &&
    context !== null &&
    tree.isFolder(context)
  const hasDefault = tree.entries.has('Dockerfile') || tree.entries.has('dockerfile')
  const chosen = chooseBuild(definitions.filter(isThere), names, hasDefault)
  if (chosen.kind === 'none') return NO_BUILDS.build
  return chosen.kind === 'one'
    ? { chosen: chosen.definition, why: chosen.why, others: [] }
    : { chosen: null, why: '', others: chosen.definitions }
}
