// The one list of readers that are fuzzed.
import { catalogerTargets } from './catalogers.ts'
import { imageTargets } from './images.ts'
import { layerTargets } from './layers.ts'
import { storedTargets } from './stored.ts'
import type { FuzzTarget } from './target.ts'
import { textTargets } from './texts.ts'

/** Every target, by name. */
export const TARGETS: readonly FuzzTarget[] = [
  ...catalogerTargets,
  ...layerTargets,
  ...imageTargets,
  ...textTargets,
  ...storedTargets,
]
