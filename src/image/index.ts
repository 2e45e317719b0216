// Images on disk: `docker save` archives and OCI image layouts, as a folder, a tar, or a compressed tar.
export { type ImageConfig, parseConfig } from './config.ts'
export { type LayerKind, layerKind } from './layer-kind.ts'
export { openImages } from './open.ts'
export {
  DEFAULT_IMAGE_LIMITS,
  type ImageLimits,
  type ImageQuery,
  type OpenImage,
  type OpenImages,
} from './query.ts'
