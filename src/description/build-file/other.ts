// Build files that are recognised by their name and not read, with what each is.

/** A kind of file: how its path looks, what it is, whether a CI system runs it, and words that it must hold. */
interface OtherKind {
  readonly path: RegExp
  readonly what: string
  readonly automated: boolean
  /** Without it the file builds no image. */
  readonly holds?: RegExp
}

const BUILDS = /\b(?:docker|podman|buildah|nerdctl|kaniko)\b/

const KINDS: readonly OtherKind[] = [
  { path: /(?:^|\/)Jenkinsfile(?:\.[\w-]+)?$/, what: 'a Jenkins pipeline', automated: true },
  { path: /^\.circleci\/config\.ya?ml$/, what: 'a CircleCI configuration', automated: true },
  { path: /(?:^|\/)azure-pipelines[\w.-]*\.ya?ml$/, what: 'an Azure pipeline', automated: true },
  { path: /^\.azure-pipelines\/.+\.ya?ml$/, what: 'an Azure pipeline', automated: true },
  { path: /^bitbucket-pipelines\.ya?ml$/, what: 'a Bitbucket pipeline', automated: true },
  { path: /^\.drone\.(?:ya?ml|star|jsonnet)$/, what: 'a Drone pipeline', automated: true },
  { path: /^\.woodpecker(?:\.ya?ml|\/.+\.ya?ml)$/, what: 'a Woodpecker pipeline', automated: true },
  { path: /^\.travis\.ya?ml$/, what: 'a Travis CI configuration', automated: true },
  { path: /^\.cirrus\.ya?ml$/, what: 'a Cirrus CI configuration', automated: true },
  { path: /^\.semaphore\/.+\.ya?ml$/, what: 'a Semaphore pipeline', automated: true },
  { path: /^\.buildkite\/.+\.ya?ml$/, what: 'a Buildkite pipeline', automated: true },
  { path: /^\.tekton\/.+\.ya?ml$/, what: 'a Tekton pipeline', automated: true },
  { path: /^\.forgejo\/workflows\/.+\.ya?ml$/, what: 'a Forgejo workflow', automated: true },
  { path: /^\.gitea\/workflows\/.+\.ya?ml$/, what: 'a Gitea workflow', automated: true },
  {
    path: /(?:^|\/)cloudbuild[\w.-]*\.(?:ya?ml|json)$/,
    what: 'a Cloud Build file',
    automated: true,
  },
  { path: /(?:^|\/)buildspec[\w.-]*\.ya?ml$/, what: 'a CodeBuild file', automated: true },
  { path: /^appveyor\.ya?ml$/, what: 'an AppVeyor configuration', automated: true },
  {
    path: /^(?:wercker|shippable|codeship-steps)\.ya?ml$/,
    what: 'a CI configuration',
    automated: true,
  },
  { path: /^\.teamcity\/.+\.kts?$/, what: 'a TeamCity configuration', automated: true },
  { path: /(?:^|\/)docker-bake[\w.-]*\.hcl$/, what: 'a bake file in HCL', automated: false },
  { path: /(?:^|\/)skaffold[\w.-]*\.ya?ml$/, what: 'a Skaffold file', automated: false },
  { path: /(?:^|\/)Earthfile$/, what: 'an Earthfile', automated: false },
  { path: /(?:^|\/)Tiltfile$/, what: 'a Tiltfile', automated: false },
  { path: /(?:^|\/)werf[\w.-]*\.ya?ml$/, what: 'a werf file', automated: false },
  {
    path: /(?:^|\/)(?:GNUm|M|m)akefile$/,
    what: 'a Makefile that builds images',
    automated: false,
    holds: BUILDS,
  },
  {
    path: /(?:^|\/)Taskfile(?:\.dist)?\.ya?ml$/,
    what: 'a Taskfile that builds images',
    automated: false,
    holds: BUILDS,
  },
  {
    path: /(?:^|\/)[Jj]ustfile$/,
    what: 'a justfile that builds images',
    automated: false,
    holds: BUILDS,
  },
]

/** What a file is, when its name says that it builds images in a way that is not read; null otherwise. */
export function otherKind(path: string): OtherKind | null {
  return KINDS.find((kind) => kind.path.test(path)) ?? null
}
