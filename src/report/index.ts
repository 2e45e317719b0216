// Reports: pure functions from the result of an audit to text.

export type { SbomImage } from './bom-root.ts'
export { renderCycloneDx, type SbomInput } from './cyclonedx.ts'
export {
  type AccountRow,
  type ImageExplanation,
  type PathExplanation,
  type PathStep,
  type PathVersion,
  renderExplainImageJson,
  renderExplainPathJson,
} from './explain.ts'
export { renderExplainImage } from './explain-image.ts'
export { renderExplainPath } from './explain-path.ts'
export { type JsonOptions, renderAuditJson, renderAuditJsonLine } from './json.ts'
export { renderPackages } from './packages.ts'
export { plural, showBytes, showCount, showShare } from './quantity.ts'
export { type QueryFormat, renderRows } from './query.ts'
export { renderAudit, type TerminalOptions } from './terminal.ts'
