// One line on standard error that says how far the work is; only on a terminal, gone when it is done.
import { excerpt } from '../core/index.ts'

/** Says what is going on. `--quiet` and a missing terminal make it silent. */
export interface Progress {
  readonly update: (text: string) => void
  readonly clear: () => void
}

const INTERVAL = 100

/** A progress line; silent unless standard error is a terminal. */
export function openProgress(quiet: boolean): Progress {
  const stream = process.stderr
  if (quiet || stream.isTTY !== true) return { update: () => {}, clear: () => {} }
  let last = 0
  let shown = false
  return {
    update: (text) => {
      const now = performance.now()
      if (now - last < INTERVAL) return
      last = now
      shown = true
      // A terminal that does not know its width says 0.
      stream.write(`\r\u001b[K${excerpt(text, Math.max((stream.columns || 80) - 1, 10))}`)
    },
    clear: () => {
      if (shown) stream.write('\r\u001b[K')
      shown = false
    },
  }
}
