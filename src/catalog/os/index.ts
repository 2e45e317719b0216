// The distribution of an image (freedesktop.org os-release(5)).
import type { Cataloger } from '../cataloger.ts'
import { osRelease, releaseFiles } from './os-release.ts'

export { assembleDistribution } from './assemble.ts'

/** Catalogers of the distribution. */
export const OS_CATALOGERS: readonly Cataloger[] = [osRelease, releaseFiles]
