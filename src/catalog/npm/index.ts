// npm packages as they lie in node_modules (docs.npmjs.com/cli/configuring-npm/folders).
import type { Cataloger } from '../cataloger.ts'
import { npmLock } from './lock.ts'
import { npmManifest } from './manifest.ts'

export { assembleNpm } from './assemble.ts'

/** Catalogers of npm packages. */
export const NPM_CATALOGERS: readonly Cataloger[] = [npmManifest, npmLock]
