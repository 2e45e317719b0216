// What others may use of the inventory.
export type { AuditRecord, OwnedFile } from './audits.ts'
export type { StoredContents } from './contents.ts'
export type { TrackedDockerfile } from './dockerfile-marks.ts'
export {
  type Histories,
  prefixOf,
  type RepositoryReading,
  type TrackedRepository,
} from './histories.ts'
export type { BaseCandidate, CatalogFacts, LayerOfPackage } from './images.ts'
export {
  type Inventory,
  type OpenOptions,
  openInventory,
  type ReferenceSighting,
} from './inventory.ts'
export type { CatalogedFile, LayerRecord, StaleContent, StoredLayer } from './layers.ts'
export { layersOfPackages } from './package-layers.ts'
export {
  QUERY_LIMITS,
  type QueryLimits,
  type QueryOptions,
  type QueryResult,
  runQuery,
} from './query.ts'
export type { NearestImage, RelativeQuery } from './relatives.ts'
export { SCHEMA_VERSION } from './schema.ts'
export type { QueryParameters, Row, Value } from './select.ts'
export type { ViewDefinition } from './sql-view.ts'
export { renderSchemaDocs, VIEWS } from './sql-views.ts'
export {
  type DeltaEntry,
  type LayerColumns,
  type LayerDelta,
  Overlay,
  type ViewFile,
} from './view.ts'
