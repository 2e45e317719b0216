// The header block of Python metadata (core metadata specification; PEP 566, 643): mail-like
// headers, folded lines, up to the first blank line; the description follows.
import { linesOf } from '../text.ts'

/** All values of each header in order, by lower-case name; '' lines inside folded values are kept. */
export type Headers = ReadonlyMap<string, readonly string[]>

/** Reads the headers; what is no header is passed over. */
export function parseHeaders(text: string): Headers {
  const headers = new Map<string, string[]>()
  let open: string[] | null = null
  for (const line of linesOf(text.replace(/^\ufeff/, ''))) {
    if (line === '') break
    if (/^[ \t]/.test(line)) {
      // Folded: belongs to the last value.
      if (open !== null) open[open.length - 1] += `\n${line.trim()}`
      continue
    }
    const match = /^([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)$/.exec(line)
    if (match?.[1] === undefined) {
      open = null
      continue
    }
    const name = match[1].toLowerCase()
    open = headers.get(name) ?? []
    open.push((match[2] ?? '').trim())
    headers.set(name, open)
  }
  return headers
}
