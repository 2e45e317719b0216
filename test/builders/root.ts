// Where the checkout is, also for the compiled copy of this file that scripts run (.cache/scripts).
import { join } from 'node:path'

/** Folder of the checkout. */
export const root = join(import.meta.dirname.replace(/\/\.cache\/scripts(?=\/)/, ''), '../..')
