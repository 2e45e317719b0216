// What others may use of the layer reader.
export { LayerBlock } from './block.ts'
export { encodeEntries } from './block-writer.ts'
export { DEFAULT_LAYER_LIMITS, type LayerLimits } from './limits.ts'
export { readLayer } from './read-layer.ts'
export { type ReadLayersOptions, readLayers } from './read-layers.ts'
export type { ExtraDigest, LayerFacts, LayerOutcome, LayerRequest } from './request.ts'
export { sniffDigests } from './sniff.ts'
