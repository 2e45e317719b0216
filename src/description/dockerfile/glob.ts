// The patterns of ${x#p}, ${x%p} and ${x/p/r}: `*` and `?` only, `\` escapes. Matched by a table
// instead of a regular expression, so that no pattern can take long.
import { Problem } from './problem.ts'

interface Token {
  readonly kind: 'any' | 'one' | 'text'
  readonly text: string
}

/** A parsed pattern. */
export type ShellPattern = readonly Token[]

/** Reads a pattern as BuildKit's convertShellPatternToRegex does. */
export function parseShellPattern(pattern: string): ShellPattern {
  const tokens: Token[] = []
  const characters = [...pattern]
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? ''
    if (character === '*') tokens.push({ kind: 'any', text: '' })
    else if (character === '?') tokens.push({ kind: 'one', text: '' })
    else if (character !== '\\') tokens.push({ kind: 'text', text: character })
    else {
      const next = characters[at + 1]
      // `\}` and `\/` are escapes of the expansion, not of the pattern
      if (next === '}' || next === '/') continue
      if (next !== '*' && next !== '?' && next !== '\\') {
        throw new Problem(`invalid pattern (${pattern}) in substitution: invalid escape`)
      }
      tokens.push({ kind: 'text', text: next })
      at += 1
    }
  }
  return tokens
}

/** Length of the shortest or longest match that begins at a character; -1 when there is none. */
function matchAt(
  pattern: ShellPattern,
  text: readonly string[],
  from: number,
  longest: boolean,
): number {
  // reachable[i]: the pattern so far can end before the character from + i
  let reachable = new Uint8Array(text.length - from + 1)
  reachable[0] = 1
  for (const token of pattern) {
    const next = new Uint8Array(reachable.length)
    let open = false
    for (let i = 0; i < reachable.length; i += 1) {
      const character = text[from + i - 1]
      if (token.kind === 'any') {
        open = (open && character !== '\n') || reachable[i] === 1
        if (open) next[i] = 1
      } else if (i > 0 && reachable[i - 1] === 1) {
        const fits = token.kind === 'one' ? character !== '\n' : character === token.text
        if (fits) next[i] = 1
      }
    }
    reachable = next
  }
  return longest ? reachable.lastIndexOf(1) : reachable.indexOf(1)
}

/** `${value#pattern}`, or with `longest` `${value##pattern}`. */
export function removePrefix(pattern: ShellPattern, value: string, longest: boolean): string {
  const text = [...value]
  guard(pattern, text, 1)
  const length = matchAt(pattern, text, 0, longest)
  return length < 0 ? value : text.slice(length).join('')
}

/** `${value%pattern}`, or with `longest` `${value%%pattern}`. */
export function removeSuffix(pattern: ShellPattern, value: string, longest: boolean): string {
  const text = [...value].reverse()
  guard(pattern, text, 1)
  const length = matchAt([...pattern].reverse(), text, 0, longest)
  return length < 0 ? value : text.slice(length).reverse().join('')
}

/** `${value/pattern/by}`, or with `all` `${value//pattern/by}`. */
export function replacePattern(
  pattern: ShellPattern,
  value: string,
  by: string,
  all: boolean,
): string {
  const text = [...value]
  guard(pattern, text, text.length)
  let result = ''
  let at = 0
  while (at <= text.length) {
    const length = matchAt(pattern, text, at, true)
    if (length >= 0) {
      result += by
      if (!all) return result + text.slice(at + length).join('')
    }
    if (length > 0) at += length
    if (length <= 0) {
      result += text[at] ?? ''
      at += 1
    } else if (at >= text.length) break
  }
  return result
}

function guard(pattern: ShellPattern, text: readonly string[], starts: number): void {
  if ((pattern.length + 1) * (text.length + 1) * starts > 50_000_000) {
    throw new Problem('a pattern in a substitution is too large to be matched')
  }
}
