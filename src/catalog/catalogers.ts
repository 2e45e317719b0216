// The one list of catalogers. Adding one is adding its line here (docs/adding-a-cataloger.md).
import { ACCOUNT_CATALOGERS } from './account/index.ts'
import { APK_CATALOGERS } from './apk/index.ts'
import type { Cataloger } from './cataloger.ts'
import { DPKG_CATALOGERS } from './dpkg/index.ts'
import { NPM_CATALOGERS } from './npm/index.ts'
import { OS_CATALOGERS } from './os/index.ts'
import { PYTHON_CATALOGERS } from './python/index.ts'
import { SHELL_HISTORY_CATALOGERS } from './shell-history/index.ts'
import { TRACE_CATALOGERS } from './trace/index.ts'

/** All catalogers. */
export const CATALOGERS: readonly Cataloger[] = [
  ...OS_CATALOGERS,
  ...DPKG_CATALOGERS,
  ...APK_CATALOGERS,
  ...NPM_CATALOGERS,
  ...PYTHON_CATALOGERS,
  ...ACCOUNT_CATALOGERS,
  ...TRACE_CATALOGERS,
  ...SHELL_HISTORY_CATALOGERS,
]
