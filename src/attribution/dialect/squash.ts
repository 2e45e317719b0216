// Layers merged after the build. `docker build --squash` (moby, daemon/images/image_squash.go) appends an entry that
// names both images; docker-squash takes the merged entries away and leaves one that says nothing.
import type { Digest, HistoryEntry } from '../../core/index.ts'
import { type Dialect, opaqueStep } from './dialect.ts'

const MERGED = /^merge (sha256:[0-9a-f]{64}) to (sha256:[0-9a-f]{64})$/
const ANEW = /^create new from (sha256:[0-9a-f]{64})$/

/** Entries of `docker build --squash`. */
export const squash: Dialect = {
  id: 'squash',
  read(entry) {
    if (entry.createdBy !== '' || entry.emptyLayer) return null
    const isNamed = MERGED.test(entry.comment) || ANEW.test(entry.comment)
    return isNamed ? opaqueStep('squash', entry.comment) : null
  },
  records: () => false,
}

/**
 * The entry that docker-squash leaves: the newest with a layer, and the only one that names neither command nor
 * author. Alone in a history and with a message, it may as well be an import. Null when there is none such.
 */
export function squashedEntry(history: readonly HistoryEntry[]): number | null {
  const last = history.findLastIndex(({ emptyLayer }) => !emptyLayer)
  const entry = history[last]
  if (entry === undefined || !isNameless(entry)) return null
  if (last === 0 && entry.comment !== '') return null
  return history.slice(1, last).some(isNameless) ? null : last
}

function isNameless({ createdBy, author, emptyLayer }: HistoryEntry): boolean {
  return createdBy === '' && author === '' && !emptyLayer
}

/** The image that was squashed, and the one it was squashed onto, as the entry names them; null when it names none. */
export function squashedImages({
  comment,
}: Pick<HistoryEntry, 'comment'>): { readonly child: Digest; readonly base: Digest | null } | null {
  const [, child, base] = MERGED.exec(comment) ?? ANEW.exec(comment) ?? []
  if (!isDigest(child)) return null
  return { child, base: isDigest(base) ? base : null }
}

function isDigest(text: string | undefined): text is Digest {
  return text?.startsWith('sha256:') === true
}
