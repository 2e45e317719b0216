// Which files of a layer somebody wants, and how much of them.
import picomatch from 'picomatch'
import { nameOf, type WantPattern } from '../core/index.ts'

/** How much of a file is wanted. */
export interface Want {
  /** Bytes from the start of the file that are wanted; 0 when it is too large for all who want it. */
  readonly bytes: number
  /** The limit that the file exceeds; null when it exceeds none. */
  readonly exceeded: number | null
}

/** Tells which files are wanted. */
export interface Wants {
  /** True when somebody wants this path, whatever its size. */
  isWanted(path: string): boolean
  /** How much of a file of this size is wanted; null when nobody wants it. */
  want(path: string, size: number): Want | null
}

/** The first bytes of these paths: how many. */
export function exactWants(heads: ReadonlyMap<string, number>): Wants {
  return {
    isWanted: (path) => heads.has(path),
    want(path, size) {
      const head = heads.get(path)
      return head === undefined ? null : { bytes: Math.min(head, size), exceeded: null }
    },
  }
}

interface Route {
  readonly pattern: WantPattern
  readonly matches: (path: string) => boolean
}

/**
 * Matches paths with patterns. A path is tried only against globs that end in its own file name or extension:
 * most files are wanted by nobody.
 */
export class WantMatcher implements Wants {
  readonly #byName = new Map<string, Route[]>()
  readonly #byExtension = new Map<string, Route[]>()
  readonly #rest: Route[] = []

  constructor(patterns: readonly WantPattern[]) {
    for (const pattern of patterns) {
      const route = { pattern, matches: matcherOf(pattern.glob) }
      const last = nameOf(pattern.glob)
      const extension = /^\*\.([A-Za-z0-9_-]+)$/.exec(last)?.[1]
      if (!hasMagic(last)) push(this.#byName, last, route)
      else if (extension !== undefined) push(this.#byExtension, extension, route)
      else this.#rest.push(route)
    }
  }

  isWanted(path: string): boolean {
    return this.#patternsFor(path).length > 0
  }

  want(path: string, size: number): Want | null {
    const patterns = this.#patternsFor(path)
    if (patterns.length === 0) return null
    let bytes = 0
    let exceeded: number | null = null
    for (const { maxBytes, head } of patterns) {
      const needed = head === undefined ? size : Math.min(head, size)
      if (needed <= maxBytes) bytes = Math.max(bytes, needed)
      else exceeded = Math.max(exceeded ?? 0, maxBytes)
    }
    return { bytes, exceeded }
  }

  #patternsFor(path: string): readonly WantPattern[] {
    const name = nameOf(path)
    const dot = name.lastIndexOf('.')
    const named = this.#byName.get(name)
    const extended = dot < 0 ? undefined : this.#byExtension.get(name.slice(dot + 1))
    if (named === undefined && extended === undefined && this.#rest.length === 0) return NONE
    let found: WantPattern[] | null = null
    for (const routes of [named, extended, this.#rest])
      for (const { pattern, matches } of routes ?? [])
        if (matches(path)) {
          found ??= []
          found.push(pattern)
        }
    return found ?? NONE
  }
}

const NONE: readonly WantPattern[] = []

function hasMagic(text: string): boolean {
  return /[*?[{!(]/.test(text)
}

function matcherOf(glob: string): (path: string) => boolean {
  if (!hasMagic(glob)) return (path) => path === glob
  const matches = picomatch(glob, { dot: true })
  // `dir/*` and the like: most paths end here, without an expression
  const fixed = glob.slice(0, glob.search(/[*?[{!(+@|]/))
  return (path) => path.startsWith(fixed) && matches(path)
}

function push(index: Map<string, Route[]>, key: string, route: Route): void {
  const known = index.get(key)
  if (known === undefined) index.set(key, [route])
  else known.push(route)
}
