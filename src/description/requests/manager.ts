// What a package manager's reader is given and gives.
import type { Command, PackageRequest } from '../../core/index.ts'

/** The words of a command, its program first. */
export interface CommandWords {
  readonly words: readonly string[]
  readonly dynamic: readonly boolean[]
}

/** What stands around a command. */
export interface Surroundings {
  /** All commands of the same RUN, in order. */
  readonly commands: readonly Command[]
  /** Index of this one among them. */
  readonly at: number
  /** True when a tracked file of the build context has this name, in any folder. */
  readonly tracks: (name: string) => boolean
  /** Value of a variable that the command or an ENV sets; undefined when neither does. */
  readonly variable: (name: string) => string | undefined
}

/** A request before its place in the Dockerfile is known. */
export type Ask = Omit<PackageRequest, 'instruction' | 'command' | 'line'>

/** Reads the commands of one package manager. */
export interface Reader {
  /** True for the name of a program, without its folder. */
  readonly reads: (program: string) => boolean
  /** What the command asks for; nothing when it is none of the reader's. */
  readonly read: (command: CommandWords, around: Surroundings) => Ask[]
}

/** A name and the constraint behind it. */
export interface NamedVersion {
  readonly name: string
  readonly constraint: string
  /** It names exactly one version, or one file. */
  readonly pinned: boolean
}

/** The request for all that a manifest or a lock file lists; `pinned`: the lock file decides, and is not changed. */
export function listed(pinned: boolean): NamedVersion {
  return { name: '', constraint: '', pinned }
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

/** True for a whole git commit id. */
export function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)
}

/** True for a variable or option that is switched on. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes|on|y|t)$/i.test(value)
}
