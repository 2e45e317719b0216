// Names of rpm packages with versions, as dnf and zypper take them (dnf(8) "Specifying Packages", zypper(8)).
import { expansionStart, isAddress, isPath, type NamedVersion } from './manager.ts'

/** `name`, `name-version-release.arch`, `name = version`, `module:stream`, a file, an address. */
export function splitRpmName(text: string, dynamic: boolean, isModule: boolean): NamedVersion {
  if (isAddress(text)) return { name: text, constraint: '', pinned: false }
  if (isPath(text) || text.endsWith('.rpm')) return { name: text, constraint: '', pinned: !dynamic }
  const compared = /^([^\s<>=$`]+)\s*([<>=]=?)\s*(\S+)$/.exec(text)
  if (compared !== null) {
    const [, name = '', operator = '', version = ''] = compared
    const pinned = operator.startsWith('=') && !dynamic && !/[*?]/.test(version)
    return { name, constraint: `${operator}${version}`, pinned }
  }
  if (isModule && text.includes(':') && text.indexOf(':') < expansionStart(text)) {
    const at = text.indexOf(':')
    return { name: text.slice(0, at), constraint: text.slice(at), pinned: false }
  }
  if (dynamic) {
    // `name-$VERSION`
    const start = expansionStart(text)
    const name = text.slice(0, start)
    if (start === text.length || !/[^-]-$/.test(name))
      return { name: text, constraint: '', pinned: false }
    return { name: name.slice(0, -1), constraint: text.slice(start - 1), pinned: false }
  }
  const at = versionStart(text)
  if (at < 0) return { name: text, constraint: '', pinned: false }
  const constraint = text.slice(at)
  return { name: text.slice(0, at), constraint, pinned: !/[*?[]/.test(constraint) }
}

/**
 * Where `-version` or `-version-release` begins; -1 for a plain name. A single number without a dot
 * (`gcc-toolset-12`) belongs to the name.
 */
function versionStart(text: string): number {
  const parts = text.split('-')
  const last = parts.at(-1) ?? ''
  const before = parts.at(-2) ?? ''
  const isVersion = (part: string) => /^(?:\d+:)?\d[\w.+~^*?:]*$/.test(part)
  if (parts.length > 2 && isVersion(before) && isVersion(last)) {
    return text.length - before.length - last.length - 2
  }
  return parts.length > 1 && isVersion(last) && /[.*]/.test(last)
    ? text.length - last.length - 1
    : -1
}
