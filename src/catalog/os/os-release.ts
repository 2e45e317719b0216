// os-release (freedesktop.org os-release(5)): shell-like assignments without expansion; and the
// one-line files that older or leaner systems have beside it.
import type { Cataloger } from '../cataloger.ts'
import { decodeText, linesOf } from '../text.ts'

/** Reads which distribution this is. */
export const osRelease: Cataloger = {
  id: 'os-release',
  version: 1,
  ecosystem: 'os',
  describes: 'the distribution, by os-release',
  files: [
    { glob: 'etc/os-release', maxBytes: 1 << 20 },
    { glob: 'usr/lib/os-release', maxBytes: 1 << 20 },
  ],
  *parse(_path, bytes) {
    const fields = new Map<string, string>()
    for (const line of linesOf(decodeText(bytes))) {
      const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line)
      if (match?.[1] !== undefined) fields.set(match[1], unquoteShell(match[2] ?? ''))
    }
    for (const [name, value] of fields) yield { kind: 'property', name, value }
  },
}

/** A shell word without expansions: quotes taken off, `\` taken off before `" $ \` and backquote. */
export function unquoteShell(raw: string): string {
  const text = raw.trim()
  let out = ''
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    const next = text.charAt(at + 1)
    if (quote === "'") {
      if (character === "'") quote = ''
      else out += character
    } else if (character === '\\' && next !== '' && (quote === '' || '"$`\\'.includes(next))) {
      out += next
      at += 1
    } else if (character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (quote === '' && /\s/.test(character)) break
    else out += character
  }
  return out
}

/** Reads files that hold nothing but a release. */
export const releaseFiles: Cataloger = {
  id: 'release-file',
  version: 1,
  ecosystem: 'os',
  describes: 'the release in one-line files',
  files: [
    { glob: 'etc/debian_version', maxBytes: 1 << 16 },
    { glob: 'etc/alpine-release', maxBytes: 1 << 16 },
  ],
  *parse(_path, bytes) {
    const [line = ''] = linesOf(decodeText(bytes))
    if (line.trim() !== '') yield { kind: 'property', name: 'release', value: line.trim() }
  },
}
