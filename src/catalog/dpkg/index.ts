// Debian packages: dpkg's database (dpkg(1), deb-control(5)) and what lies around it.
import type { Cataloger } from '../cataloger.ts'
import { aptExtendedStates, dpkgDiversions, dpkgFilters } from './configuration.ts'
import { dpkgCopyright } from './copyright.ts'
import { dpkgConffiles, dpkgDigests, dpkgList } from './file-lists.ts'
import { dpkgStatus } from './status.ts'

export { assembleDpkg } from './assemble.ts'
export { divertedPath, isExcluded } from './placement.ts'

/** Catalogers of Debian packages. */
export const DPKG_CATALOGERS: readonly Cataloger[] = [
  dpkgStatus,
  dpkgList,
  dpkgDigests,
  dpkgConffiles,
  dpkgFilters,
  dpkgDiversions,
  aptExtendedStates,
  dpkgCopyright,
]
