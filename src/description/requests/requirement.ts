// A requirement of Python (packaging.python.org/en/latest/specifications/dependency-specifiers).
import type { Operand } from './arguments.ts'
import { expansionStart, isAddress, isPath, type NamedVersion } from './manager.ts'

const NAME = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[^\]]*\])?\s*/

/** `[extra]` and `; marker`, which say more of a requirement than its name. */
export function extrasOf(text: string): string[] {
  const extras = NAME.exec(text)?.[2]
  const marker = isAddress(text) ? undefined : /;\s*(.+)$/.exec(text)?.[1]
  return [extras, marker === undefined ? undefined : `; ${marker}`].filter(
    (one) => one !== undefined,
  )
}

/** `name==1.0`, `name[extra]>=1,<2; marker`, `name @ address`, a file, a folder, an address. */
export function splitRequirement({ text, dynamic }: Operand): NamedVersion {
  if (isPath(text) || /^(?!.*:\/\/).*\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$/.test(text)) {
    return { name: text, constraint: '', pinned: !dynamic }
  }
  if (isAddress(text)) return { name: text, constraint: '', pinned: !dynamic && namesBytes(text) }
  const match = NAME.exec(text)
  const name = match?.[1] ?? ''
  if (match === null || match[0].length > expansionStart(text)) {
    return { name: text, constraint: '', pinned: false }
  }
  const rest = text.slice(match[0].length)
  if (rest.startsWith('@')) {
    return { name, constraint: rest, pinned: !dynamic && namesBytes(rest) }
  }
  // `.` or `/` behind a name: a folder
  if (rest !== '' && !/^[=<>!~;$`]/.test(rest)) {
    return { name: text, constraint: '', pinned: !dynamic }
  }
  if (/^[$`]/.test(rest)) return { name: text, constraint: '', pinned: false }
  const constraint = rest.replace(/\s*;.*$/s, '').replace(/\s+/g, '')
  const exact = constraint.split(',').some((one) => /^===?[^*=<>!~]+$/.test(one))
  return { name, constraint, pinned: !dynamic && exact }
}

/** An address that names its content: a hash, or a whole git commit. */
function namesBytes(address: string): boolean {
  return /#(?:.*&)?sha256=[0-9a-f]{64}/.test(address) || /@[0-9a-f]{40}(?:#|$)/.test(address)
}
