// What a package manager's reader is given and gives.
import type { PackageRequest } from '../../core/index.ts'

/** The words of a command, its program first. */
export interface CommandWords {
  readonly words: readonly string[]
  readonly dynamic: readonly boolean[]
}

/** A request before its place in the Dockerfile is known. */
export type Ask = Omit<PackageRequest, 'instruction' | 'command' | 'line'>

/** Reads the commands of one package manager. */
export interface Reader {
  /** True for the name of a program, without its folder. */
  readonly reads: (program: string) => boolean
  readonly read: (command: CommandWords) => Ask[]
}

/** A name and the constraint behind it. */
export interface NamedVersion {
  readonly name: string
  readonly constraint: string
  /** It names exactly one version, or one file. */
  readonly pinned: boolean
}

/** Where an unknown expansion begins in a word; its length when it holds none. */
export function expansionStart(text: string): number {
  const at = text.search(/[$`]/)
  return at < 0 ? text.length : at
}

/** True for a path: it begins with `/`, `./`, `../` or `~/`, or is `.` or `..`. */
export function isPath(text: string): boolean {
  return /^(?:\.{0,2}\/|~\/|\.{1,2}$)/.test(text)
}

/** True for an address with a scheme. */
export function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
}
