// Dependency specifiers (PEP 508) as far as an inventory needs them: the name, whether an extra
// asks for it, and markers that no Linux image can meet.
import type { Dependency } from '../../core/index.ts'

/** Identity of a Python project: PEP 503. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

/** A `Requires-Dist` value; null when it names nothing. */
export function parseRequirement(value: string): Dependency | null {
  const text = value.replace(/\s+/g, ' ').trim()
  const name = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/.exec(text)?.[0]
  if (name === undefined) return null
  const marker = text.slice(text.indexOf(';') + 1)
  const marked = text.includes(';')
  const extra = marked && /\bextra\b/.test(marker)
  const conditional = marked && !extra
  const kind = extra ? 'extra' : conditional ? 'optional' : 'depends'
  return { kind, text, alternatives: [normalName(name)] }
}

const PLATFORMS: ReadonlyMap<string, string> = new Map([
  ['sys_platform', 'linux'],
  ['platform_system', 'Linux'],
  ['os_name', 'posix'],
])

/** True when the marker is a plain condition on the platform that Linux does not meet. */
export function excludesLinux(text: string): boolean {
  const marker = text.slice(text.indexOf(';') + 1).trim()
  const match = /^\(?\s*(\w+)\s*(==|!=)\s*["']([^"']*)["']\s*\)?$/.exec(marker)
  const here = match === null ? undefined : PLATFORMS.get(match[1] ?? '')
  if (match === null || here === undefined) return false
  return (match[3] === here) !== (match[2] === '==')
}

/** requires.txt of an egg-info folder: one requirement a line, `[extra:marker]` begins a section. */
export function parseRequiresText(lines: Iterable<string>): Dependency[] {
  const found: Dependency[] = []
  let section = ''
  for (const line of lines) {
    const text = line.trim()
    const head = /^\[([^\]]*)\]$/.exec(text)
    if (head !== null) section = head[1] ?? ''
    else if (text !== '' && !text.startsWith('#')) {
      const [extra = '', ...marker] = section.split(':')
      const condition = extra !== '' ? `extra == '${extra}'` : marker.join(':')
      const parsed = parseRequirement(condition === '' ? text : `${text}; ${condition}`)
      if (parsed !== null) found.push(parsed)
    }
  }
  return found
}
