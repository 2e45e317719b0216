// Dockerfiles (docs.docker.com/reference/dockerfile), parsed and expanded as BuildKit does.
export { parseDockerfile } from './parse.ts'
export type { BaseSettings, DockerfileOptions } from './scope.ts'
export { reachableStages } from './stage.ts'
