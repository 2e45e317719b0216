// The tracked description of an image: git repositories, Dockerfiles, contexts, shell, package requests.
export { mapCopy } from './copy.ts'
export {
  type BaseSettings,
  type DockerfileOptions,
  parseDockerfile,
  reachableStages,
} from './dockerfile/index.ts'
export {
  openRepository,
  type PathCommit,
  type Repository,
  type RepositoryOptions,
} from './git/index.ts'
export { type DescriptionSource, loadDescription } from './load.ts'
export { packageRequests } from './requests/index.ts'
export { readRevision } from './revision.ts'
export { parseCommands } from './shell/index.ts'
export { parseSource, type Source } from './source.ts'
