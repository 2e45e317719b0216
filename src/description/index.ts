// The tracked description of an image: git repositories, Dockerfiles, contexts, shell, package requests.
export {
  isKnownKey,
  NO_TRUST,
  readCertificates,
  type Trust,
  type Verification,
  verifyAttestation,
} from './attestation/index.ts'
export { buildsOf, type TrackedBuild } from './build-file/built-by.ts'
export {
  type ImageClaims,
  isCommit,
  type ReadClaim,
  readClaims,
  statementOf,
  type TrustedStatement,
} from './claim/index.ts'
export { mapCopy } from './copy.ts'
export { type ContextPlace, contextPlaces } from './copy-source.ts'
export {
  type BaseSettings,
  type DockerfileOptions,
  parseDockerfile,
  reachableStages,
} from './dockerfile/index.ts'
export { contextForms, writtenForms } from './forms.ts'
export {
  commonFolder,
  type KnownHistory,
  type Location,
  locateRepository,
  noHistory,
  openRepository,
  type PathCommit,
  plainUrl,
  type References,
  type Repository,
  type RepositoryOptions,
  readHistory,
  readReferences,
  remoteUrls,
} from './git/index.ts'
export { type DescriptionSource, loadDescription } from './load.ts'
export { ignoreMatcher, ownIgnoreFile, PatternMatcher } from './pattern.ts'
export { packageRequests } from './requests/index.ts'
export { readRevision } from './revision.ts'
export { parseCommands } from './shell/index.ts'
export { parseSource, type Source } from './source.ts'
