// Git repositories, read by the git command without running anything that they configure.
export {
  openRepository,
  type PathCommit,
  Repository,
  type RepositoryOptions,
  type ResolvedCommit,
  type TreeEntry,
} from './repository.ts'
