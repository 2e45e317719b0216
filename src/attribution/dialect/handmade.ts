// Entries that no description stands behind: `docker import` and `docker commit`
// (moby, daemon/commit.go and daemon/images/image_import.go).
import { type Dialect, opaqueStep } from './dialect.ts'

/** `docker import`: no command, comment `Imported from …` or the user's message. */
export const imported: Dialect = {
  id: 'import',
  read(entry) {
    if (/^imported from /i.test(entry.comment)) return opaqueStep('import', entry.createdBy)
    return null
  },
  records: () => false,
}

/** `docker commit`: the container's bare command; what is left when no builder's mark is found. */
export const commit: Dialect = {
  id: 'commit',
  read(entry) {
    if (entry.createdBy === '') return null
    // a commit that changed settings alone makes no layer: only its message tells it from a builder's entry
    if (entry.emptyLayer && entry.comment === '') return null
    return opaqueStep('commit', entry.createdBy)
  },
  records: () => false,
}
