// A whole description: revision, Dockerfile, context, commands, requests, state of the work tree.
import type { BuildFiles, DescribedBuild, Description, Dockerfile, Unknown } from '../core/index.ts'
import { NO_BUILDS, sourceError } from '../core/index.ts'
import { describedBuild, loadBuilds } from './build-file/load.ts'
import { readContext } from './context.ts'
import { parseDockerfile } from './dockerfile/index.ts'
import type { Repository } from './git/index.ts'
import { type FoundDockerfile, findDockerfile, isWorkFolder, repositoryPath } from './locate.ts'
import { ownIgnoreFile } from './pattern.ts'
import { packageRequests } from './requests/index.ts'
import { findRevision } from './revision.ts'
import { parseCommands, unreadShells } from './shell/index.ts'
import { Tree } from './tree.ts'
import { readWorkTree, type WorkTreeState } from './work-tree.ts'

/** What to load from a repository. */
export interface DescriptionSource {
  /** Null for HEAD; then the work tree is looked at as well. */
  readonly revision: string | null
  /** Path from the context's root; null for `Dockerfile`. */
  readonly dockerfile: string | null
  /** Folder of the build context from the repository's root; null for the root. */
  readonly context: string | null
  /** Name or number of the stage to build; null for the last. */
  readonly target: string | null
  readonly arguments: Readonly<Record<string, string>>
  /**
   * Names of the image: a tracked build of it tells what nobody named. When left out, nobody is to be told so.
   */
  readonly names?: readonly string[]
}

/**
 * Loads and parses a description. A Dockerfile that is nowhere gives a description in the state
 * `missing`, one that cannot be parsed has errors.
 * @throws AssayError when the revision or the context does not exist, or the repository cannot be read.
 */
export async function loadDescription(
  repository: Repository,
  given: DescriptionSource,
): Promise<Description> {
  const revision = await findRevision(repository, given.revision)
  const { commit, text } = revision.fact
  const ofWorkTree = repository.kind === 'work-tree' && text === 'HEAD'
  const tree = await Tree.read(repository, commit)
  const builds = await loadBuilds(tree)
  const build = buildFor(given, builds, tree)
  const request = withBuild(given, build)
  const folder = await contextFolder(repository, tree, request.context ?? '', ofWorkTree)
  const wanted = repositoryPath(repository, folder, request.dockerfile ?? 'Dockerfile')
  const found = await findDockerfile(repository, tree, wanted, ofWorkTree)
  const context = await readContext(repository, tree, folder, ownIgnoreFile(wanted))
  const state = ofWorkTree
    ? await readWorkTree({ repository, tree, folder, ignore: context.ignore, also: found.path })
    : UNTOUCHED
  const dockerfile = parse(found, request)
  const commands = parseCommands(dockerfile)
  return {
    repository: repository.name,
    revision: revision.fact,
    commitDate: revision.date,
    dockerfilePath: found.path,
    dockerfileBlob: found.blob,
    dockerfileState: dockerfileState(found, state),
    context: folder,
    arguments: request.arguments,
    dockerfileText: found.text,
    dockerfile,
    commands,
    requests: packageRequests(commands, { dockerfile, files: context.files }),
    files: context.files,
    ignored: context.ignored,
    workTree: state.differences,
    builds,
    build,
    unknowns: [
      ...context.unknowns,
      ...state.unknowns,
      ...unreadCommands(repository, found.path, dockerfile),
    ],
  }
}

/** The build that tells what nobody named. */
function buildFor(given: DescriptionSource, builds: BuildFiles, tree: Tree): DescribedBuild {
  const { names, dockerfile, context, target } = given
  const isNamed = dockerfile !== null || context !== null || target !== null
  return names === undefined || isNamed ? NO_BUILDS.build : describedBuild(builds, tree, names)
}

/** The request with what the build tells; arguments that were given go before its own. */
function withBuild(given: DescriptionSource, { chosen }: DescribedBuild): DescriptionSource {
  if (chosen === null) return given
  const values = Object.entries(chosen.arguments).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  )
  return {
    ...given,
    // From the root of the work tree or repository, wherever the context lies.
    dockerfile:
      chosen.dockerfile === null ? null : fromFolder(chosen.context ?? '', chosen.dockerfile),
    context: chosen.context,
    target: chosen.target,
    arguments: { ...Object.fromEntries(values), ...given.arguments },
  }
}

/** A path from the root as it is written from a folder. */
function fromFolder(folder: string, path: string): string {
  const up = folder === '' ? [] : folder.split('/').map(() => '..')
  return [...up, path].join('/')
}

const UNTOUCHED: WorkTreeState = { differences: [], also: null, unknowns: [] }

async function contextFolder(
  repository: Repository,
  tree: Tree,
  context: string,
  ofWorkTree: boolean,
): Promise<string> {
  const wanted = repositoryPath(repository, '', context)
  const folder = await tree.follow(wanted)
  if (folder !== null && tree.isFolder(folder)) return folder
  if (folder === null && ofWorkTree && isWorkFolder(repository, wanted)) return wanted
  const what = folder === null ? 'there is no folder' : 'the context is no folder:'
  throw sourceError(`${what} "${wanted}" at that revision`, {
    where: repository.name,
    hint: 'the context is named from the root of the repository',
  })
}

function parse(found: FoundDockerfile, request: DescriptionSource): Dockerfile {
  if (found.state === 'missing') return NO_DOCKERFILE
  return parseDockerfile(found.text, {
    arguments: request.arguments,
    target: request.target,
  })
}

const NO_DOCKERFILE: Dockerfile = {
  directives: {},
  instructions: [],
  stages: [],
  target: -1,
  errors: [],
}

function dockerfileState(
  found: FoundDockerfile,
  state: WorkTreeState,
): Description['dockerfileState'] {
  if (found.state === 'missing') return 'missing'
  if (found.state === 'untracked') return state.also === 'ignored' ? 'ignored' : 'untracked'
  return state.also === 'modified' || state.also === 'deleted' ? 'modified' : 'tracked'
}

function unreadCommands(repository: Repository, path: string, dockerfile: Dockerfile): Unknown[] {
  return unreadShells(dockerfile).map(({ line, reason }) => ({
    subject: repository.name,
    place: `${path}:${line}`,
    reader: 'shell',
    reason,
    weight: 'partial',
  }))
}
