// `RUN --mount=type=bind,from=…`: comma-separated fields as BuildKit reads them
// (instructions/commands_runmount.go; CSV quoting by tonistiigi/go-csvvalue).
import type { RunMount } from '../../core/index.ts'
import { Problem } from './problem.ts'

/** A mount, `from` still a name. */
export interface MountFields extends Omit<RunMount, 'from'> {
  readonly from: string
}

/** Reads a mount's fields; values but `from` are expanded. */
export function readMount(text: string, expand: (value: string) => string): MountFields {
  const found = { type: 'bind', from: '', source: '', target: '' }
  for (const field of splitCsv(text)) {
    const equals = field.indexOf('=')
    if (equals < 0) continue
    const key = field.slice(0, equals).toLowerCase()
    const value = field.slice(equals + 1)
    if (key === 'from') {
      if (/\$./.test(value)) {
        throw new Problem("--mount: 'from' does not expand variables; name a stage instead")
      }
      found.from = value
    } else if (key === 'type') found.type = expand(value).toLowerCase()
    else if (key === 'source' || key === 'src') found.source = expand(value)
    else if (['target', 'dst', 'destination'].includes(key)) found.target = expand(value)
  }
  if (!['bind', 'cache', 'tmpfs', 'secret', 'ssh'].includes(found.type)) {
    throw new Problem(`unsupported mount type "${found.type}"`)
  }
  return found
}

function splitCsv(text: string): string[] {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (text[at] !== '"') {
      const comma = text.indexOf(',', at)
      fields.push(text.slice(at, comma < 0 ? undefined : comma))
      if (comma < 0) return fields
      at = comma + 1
      continue
    }
    let field = ''
    for (at += 1; ; at += 1) {
      if (at >= text.length) throw new Problem('--mount: a quoted field does not end')
      if (text[at] !== '"') field += text[at]
      else if (text[at + 1] === '"') {
        field += '"'
        at += 1
      } else break
    }
    fields.push(field)
    at += 1
    if (at >= text.length) return fields
    if (text[at] !== ',') throw new Problem('--mount: text after a quoted field')
    at += 1
  }
}
