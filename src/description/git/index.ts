// Git repositories, read by the git command without running anything that they configure.
export { type KnownHistory, noHistory, readHistory } from './history.ts'
export { isRemote, type Location, locateRepository } from './locate.ts'
export { type References, readReferences } from './references.ts'
export { commonFolder, plainUrl, remoteUrls } from './remotes.ts'
export {
  openRepository,
  type PathCommit,
  Repository,
  type RepositoryOptions,
  type ResolvedCommit,
  type TreeEntry,
} from './repository.ts'
export { runGit } from './run.ts'
