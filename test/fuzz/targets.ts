// The one list of readers that are fuzzed.
import { archiveTargets } from './archives.ts'
import { buildTargets } from './builds.ts'
import { catalogerTargets } from './catalogers.ts'
import { claimTargets } from './claims.ts'
import { imageTargets } from './images.ts'
import { layerTargets } from './layers.ts'
import { lockTargets } from './locks.ts'
import { storedTargets } from './stored.ts'
import type { FuzzTarget } from './target.ts'
import { textTargets } from './texts.ts'

/** Every target, by name. */
export const TARGETS: readonly FuzzTarget[] = [
  ...catalogerTargets,
  ...layerTargets,
  ...imageTargets,
  ...textTargets,
  ...claimTargets,
  ...lockTargets,
  ...archiveTargets,
  ...buildTargets,
  ...storedTargets,
]
