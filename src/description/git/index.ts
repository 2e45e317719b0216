// Git repositories, read by the git command without running anything that they configure.
export { isRemote } from './locate.ts'
export {
  openRepository,
  type PathCommit,
  Repository,
  type RepositoryOptions,
  type ResolvedCommit,
  type TreeEntry,
} from './repository.ts'
export { runGit } from './run.ts'
