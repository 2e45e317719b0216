// Values of build files: texts in which some parts may be known only at build time.

/** A text, and how much of it the file tells. */
export interface Value {
  /** What is not known stands there as it is written: `$X`, `${X}`, `${{ x }}`. */
  readonly text: string
  readonly known: boolean
  /** It is the default of something that may be set from outside. */
  readonly open: boolean
}

/** Longest text that is kept. Characters. */
const MAX_TEXT = 4_096
/** Stands for the root of the repository in paths: what CI systems name by a variable. */
export const ROOT = '\ue000'

/** A text that says all. */
export function plain(text: string): Value {
  return { text: text.slice(0, MAX_TEXT), known: true, open: false }
}

/** What an expression stands for; null when the file does not tell. */
export type Lookup = (expression: string) => Value | null

/** Puts in what is known for every match of a pattern, whose first group is the expression. */
export function fill(text: string, pattern: RegExp, lookup: Lookup): Value {
  let known = true
  let open = false
  const filled = text.slice(0, MAX_TEXT).replace(pattern, (match: string, ...groups: unknown[]) => {
    const expression = groups.find((group): group is string => typeof group === 'string') ?? ''
    const value = lookup(expression)
    if (value === null || !value.known) known = false
    if (value?.open === true) open = true
    return value === null ? match : value.text
  })
  return { text: filled.slice(0, MAX_TEXT), known, open }
}

const SHELL_NAME = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g

/** Puts variables into a text as a shell would. */
export function fillShell(text: string, values: ReadonlyMap<string, Value>): Value {
  const value = fill(text, SHELL_NAME, (name) => values.get(name) ?? null)
  // Other expansions stay: `$(…)`, `${X:-y}`.
  return /[$`]/.test(value.text) ? { ...value, known: false } : value
}

/** A path of a build file from the repository's root; null when it is not known, or leaves the repository. */
export function placeOf(base: string | null, { text, known }: Value): string | null {
  const path = text.replace(/^(?:\$\(pwd\)|\$\{?PWD\}?)(?=\/|$)/, '.')
  if (!known && /[$`*?]/.test(path)) return null
  if (base === null && !path.startsWith(ROOT)) return null
  if (/^[a-z][a-z0-9+.-]*:/i.test(path) || /^git@|^-$/.test(path)) return null
  if (path.startsWith('/')) return null
  const isRooted = path.startsWith(ROOT)
  const parts = isRooted || base === null || base === '' ? [] : base.split('/')
  for (const part of (isRooted ? path.slice(ROOT.length) : path).split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.join('/')
}

/** The text as it is shown: the mark of the root is nothing that somebody wrote. */
export function shown(text: string): string {
  return text.replaceAll(`${ROOT}/`, '').replaceAll(ROOT, '.')
}
