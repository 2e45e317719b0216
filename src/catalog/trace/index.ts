// Traces of the description that files of an image keep.
import type { Cataloger } from '../cataloger.ts'
import { redHatContents, redHatDockerfile } from './red-hat.ts'

export { assembleTraces } from './assemble.ts'

/** Catalogers of such files that no package manager writes. */
export const TRACE_CATALOGERS: readonly Cataloger[] = [redHatDockerfile, redHatContents]
