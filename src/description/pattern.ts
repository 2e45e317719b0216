// Ignore patterns as BuildKit matches them (moby/patternmatcher and its ignorefile): `**`, `!` in
// order, a match of a folder matching what lies in it. Table-driven: no pattern can take long.
import { nameOf, parentOf, sourceError } from '../core/index.ts'

/** A pattern that cannot be read, and why. */
export interface PatternProblem {
  readonly pattern: string
  readonly reason: string
}

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one' | 'star' | 'all' | 'folders' }
  | {
      readonly kind: 'class'
      readonly negated: boolean
      readonly ranges: readonly (readonly [string, string])[]
    }

interface Pattern {
  readonly excepts: boolean
  readonly text: string
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'tokens'
  readonly tokens: readonly Token[]
}

/** Patterns that are kept of one list. */
const MAX_PATTERNS = 5_000
/** Steps that one matcher may take in all: some ten seconds. */
const MAX_STEPS = 1_000_000_000

/** Reads the lines of an ignore file (ignorefile.ReadAll). */
export function readIgnoreLines(text: string): string[] {
  const patterns: string[] = []
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  for (const line of plain.split('\n')) {
    if (line.startsWith('#')) continue
    let pattern = line.trim()
    if (pattern === '') continue
    const excepts = pattern.startsWith('!')
    if (excepts) pattern = pattern.slice(1).trim()
    if (pattern !== '') {
      pattern = cleanPattern(pattern)
      if (pattern.length > 1 && pattern.startsWith('/')) pattern = pattern.slice(1)
    }
    patterns.push(excepts ? `!${pattern}` : pattern)
  }
  return patterns
}

/** Go's filepath.Clean. */
function cleanPattern(path: string): string {
  const rooted = path.startsWith('/')
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (!rooted) parts.push('..')
  }
  const joined = parts.join('/')
  if (rooted) return `/${joined}`
  return joined === '' ? '.' : joined
}

/** Tells which paths a list of patterns matches. */
export class PatternMatcher {
  readonly problems: readonly PatternProblem[]
  readonly #patterns: readonly Pattern[]
  /** For each folder, which patterns matched it: its contents match those too. */
  readonly #folders = new Map<string, Uint8Array>()
  readonly #where: string
  #steps = 0

  /** `where` is what messages call the list. */
  constructor(lines: readonly string[], where = 'the Dockerfile') {
    this.#where = where
    const problems: PatternProblem[] = []
    const patterns: Pattern[] = []
    for (const line of lines) {
      const cleaned = line.trim() === '' ? '' : cleanPattern(line.trim())
      if (cleaned === '') continue
      if (patterns.length >= MAX_PATTERNS) {
        problems.push({ pattern: line, reason: `more than ${MAX_PATTERNS} patterns` })
        break
      }
      const excepts = cleaned.startsWith('!')
      const text = excepts ? cleaned.slice(1) : cleaned
      const compiled = text === '' ? 'illegal exclusion pattern: "!"' : compilePattern(text)
      if (typeof compiled === 'string') problems.push({ pattern: line, reason: compiled })
      else patterns.push({ ...compiled, excepts, text })
    }
    this.problems = problems
    this.#patterns = patterns
  }

  /** True when some pattern begins with `!`: below a matched folder there may be files that are not. */
  get hasExceptions(): boolean {
    return this.#patterns.some((pattern) => pattern.excepts)
  }

  /** True when the path, or a folder above it, is matched and not excepted by a later pattern. */
  matches(path: string): boolean {
    if (this.#patterns.length === 0) return false
    return this.#match(path, this.#folder(parentOf(path))).matched
  }

  #folder(path: string): Uint8Array | null {
    if (path === '') return null
    let known = this.#folders.get(path)
    if (known === undefined) {
      known = this.#match(path, this.#folder(parentOf(path))).each
      this.#folders.set(path, known)
    }
    return known
  }

  #match(path: string, above: Uint8Array | null): { matched: boolean; each: Uint8Array } {
    const each = new Uint8Array(this.#patterns.length)
    let matched = false
    for (const [index, pattern] of this.#patterns.entries()) {
      let hit = above?.[index] === 1
      // an exception changes nothing that is not matched, a pattern nothing that is
      if (!hit && pattern.excepts === matched) hit = this.#matchOne(pattern, path)
      if (!hit) continue
      each[index] = 1
      matched = !pattern.excepts
    }
    return { matched, each }
  }

  #matchOne(pattern: Pattern, path: string): boolean {
    const { text } = pattern
    this.#steps += 1 + (pattern.kind === 'tokens' ? pattern.tokens.length * path.length : 0)
    if (this.#steps > MAX_STEPS)
      throw sourceError('the patterns are too costly to match', { where: this.#where })
    if (pattern.kind === 'exact') return path === text
    if (pattern.kind === 'prefix') return path.startsWith(text.slice(0, -2))
    if (pattern.kind === 'tokens') return matchTokens(pattern.tokens, path)
    const suffix = text.slice(2)
    return path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1))
  }
}

/** A pattern's tokens, or the reason why it has none. */
function compilePattern(text: string): Pick<Pattern, 'kind' | 'tokens'> | string {
  const tokens: Token[] = []
  const characters = [...text]
  let kind: Pattern['kind'] = 'exact'
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? ''
    if (character === '*' && characters[at + 1] === '*') {
      const first = at === 0
      at += characters[at + 2] === '/' ? 2 : 1
      if (at + 1 < characters.length) {
        tokens.push({ kind: 'folders' })
        kind = 'tokens'
      } else {
        tokens.push({ kind: 'all' })
        kind = kind === 'exact' ? 'prefix' : 'tokens'
      }
      if (first) kind = 'suffix'
      continue
    }
    const token = readToken(characters, at)
    if (typeof token === 'string') return token
    tokens.push(token.token)
    at = token.at
    if (token.special) kind = 'tokens'
  }
  return { kind, tokens }
}

/** The token at a character of a pattern as filepath.Match knows them, and where it ends. */
function readToken(
  characters: readonly string[],
  at: number,
): { token: Token; at: number; special: boolean } | string {
  const character = characters[at] ?? ''
  if (character === '*') return { token: { kind: 'star' }, at, special: true }
  if (character === '?') return { token: { kind: 'one' }, at, special: true }
  if (character === '[') return readClass(characters, at)
  if (character !== '\\') return { token: { kind: 'text', text: character }, at, special: false }
  const next = characters[at + 1]
  if (next === undefined) return 'it ends in a backslash'
  return { token: { kind: 'text', text: next }, at: at + 1, special: true }
}

function readClass(
  characters: readonly string[],
  from: number,
): { token: Token; at: number; special: boolean } | string {
  const ranges: (readonly [string, string])[] = []
  let at = from + 1
  const negated = characters[at] === '^'
  if (negated) at += 1
  const end = () => {
    if (characters[at] === '\\') at += 1
    const character = characters[at]
    at += 1
    return character
  }
  while (characters[at] !== ']' || ranges.length === 0) {
    if (characters[at] === '-' || characters[at] === ']') return 'a [class] cannot be read'
    const low = end()
    let high = low
    if (characters[at] === '-') {
      at += 1
      if (characters[at] === ']') return 'a [class] cannot be read'
      high = end()
    }
    if (low === undefined || high === undefined) return 'a [class] does not end'
    ranges.push([low, high])
  }
  return { token: { kind: 'class', negated, ranges }, at, special: true }
}

/** Matches a whole path: which lengths of it the tokens so far can have taken. */
function matchTokens(tokens: readonly Token[], path: string): boolean {
  const characters = [...path]
  let reachable = new Uint8Array(characters.length + 1)
  reachable[0] = 1
  for (const token of tokens) {
    const next = new Uint8Array(reachable.length)
    let open = false
    let any = false
    for (let i = 0; i < reachable.length; i += 1) {
      const before = i === 0 ? undefined : characters[i - 1]
      const here = reachable[i] === 1
      if (token.kind === 'star') {
        open = here || (open && before !== '/')
        if (open) next[i] = 1
      } else if (token.kind === 'all' || token.kind === 'folders') {
        // `**/`: nothing, or anything that ends in a slash
        if (here || (open && (token.kind === 'all' || before === '/'))) next[i] = 1
        open ||= here
      } else if (i > 0 && reachable[i - 1] === 1 && fits(token, before ?? '')) next[i] = 1
      any ||= next[i] === 1
    }
    if (!any) return false
    reachable = next
  }
  return reachable[characters.length] === 1
}

function fits(token: Token, character: string): boolean {
  if (token.kind === 'text') return token.text === character
  if (token.kind === 'one') return character !== '/'
  if (token.kind !== 'class') return false
  const inside = token.ranges.some(([low, high]) => low <= character && character <= high)
  return inside !== token.negated
}

/** A path pattern of COPY (Go's filepath.Match): `*` and `?` stay within a folder. Null: it cannot be read. */
export function compileGlob(text: string): ((path: string) => boolean) | null {
  const tokens: Token[] = []
  const characters = [...text]
  for (let at = 0; at < characters.length; at += 1) {
    const token = readToken(characters, at)
    if (typeof token === 'string') return null
    tokens.push(token.token)
    at = token.at
  }
  return (path) => matchTokens(tokens, path)
}

/** True when a part of a path holds a wildcard. */
export function hasWildcard(part: string): boolean {
  return /[*?[]/.test(part.replace(/\\./g, ''))
}

/**
 * Tells which paths an ignore file keeps out.
 * @throws AssayError when called, for patterns that take too long.
 */
export function ignoreMatcher(text: string): (path: string) => boolean {
  const matcher = new PatternMatcher(readIgnoreLines(text))
  return (path) => matcher.matches(path)
}

/** `<Dockerfile>.dockerignore` beside a Dockerfile. */
export function ownIgnoreFile(dockerfile: string): string {
  const folder = parentOf(dockerfile)
  return `${folder === '' ? '' : `${folder}/`}${nameOf(dockerfile)}.dockerignore`
}
