// Where dpkg puts a file of a package: nowhere (path filters) or elsewhere (diversions).

/** A path filter of dpkg, in the order in which dpkg reads them. */
export interface PathFilter {
  /** Wildcards as in fnmatch(3) without flags: `*` and `?` match `/` too. */
  readonly pattern: string
  readonly include: boolean
}

/** A file that lies elsewhere than its package says. */
export interface Diversion {
  readonly original: string
  readonly target: string
  /** Package that keeps the original path; '' for a diversion made by hand. */
  readonly owner: string
}

/** True when these filters leave the path out: the last filter that matches decides. */
export function isExcluded(filters: readonly PathFilter[], path: string): boolean {
  const absolute = path.startsWith('/') ? path : `/${path}`
  for (let at = filters.length - 1; at >= 0; at -= 1) {
    const filter = filters[at]
    if (filter !== undefined && matchesWildcards(filter.pattern, absolute)) return !filter.include
  }
  return false
}

/** Where the file that a package claims at this path really lies. */
export function divertedPath(
  diversions: readonly Diversion[],
  path: string,
  packageName: string,
): string {
  const diversion = diversions.find((each) => each.original === path && each.owner !== packageName)
  return diversion === undefined ? path : diversion.target
}

/** fnmatch(3) without flags. Goes back to the last `*` only, so hostile patterns cost no more than n × m. */
function matchesWildcards(pattern: string, text: string): boolean {
  let at = 0
  let position = 0
  let star = -1
  let resume = 0
  while (position < text.length) {
    const step = pattern[at] === '*' ? 0 : matchOne(pattern, at, text[position] ?? '')
    if (pattern[at] === '*') {
      star = at
      resume = position
      at += 1
    } else if (step > 0) {
      at += step
      position += 1
    } else if (star >= 0) {
      at = star + 1
      resume += 1
      position = resume
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}

/** Length of the pattern element that matches this character; 0 when it does not match. */
function matchOne(pattern: string, at: number, character: string): number {
  const element = pattern[at]
  if (element === undefined) return 0
  if (element === '?') return 1
  if (element === '\\' && at + 1 < pattern.length) return pattern[at + 1] === character ? 2 : 0
  if (element !== '[') return element === character ? 1 : 0
  const close = pattern.indexOf(']', at + (/[!^]/.test(pattern[at + 1] ?? '') ? 3 : 2))
  if (close < 0) return character === '[' ? 1 : 0
  return inSet(pattern.slice(at + 1, close), character) ? close - at + 1 : 0
}

function inSet(set: string, character: string): boolean {
  const negated = set.startsWith('!') || set.startsWith('^')
  const members = negated ? set.slice(1) : set
  for (let at = 0; at < members.length; at += 1) {
    const first = members[at] ?? ''
    const last = members[at + 1] === '-' ? members[at + 2] : undefined
    if (last === undefined ? first === character : first <= character && character <= last) {
      return !negated
    }
    if (last !== undefined) at += 2
  }
  return negated
}
