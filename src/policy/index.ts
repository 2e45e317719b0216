// assay.yaml: what the user says of images, repositories and artifacts.
export { loadPolicy } from './load.ts'
export { mappingOf, matchesName } from './match.ts'
export { parsePolicy } from './parse.ts'
export type { ArtifactRule, ImageMapping, NamedRepository, Policy } from './policy.ts'
export { policyJsonSchema } from './schema.ts'
