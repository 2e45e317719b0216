// White space as BuildKit's parser sees it: Go's unicode.IsSpace, and its own narrower set between words.

const SPACES = new Set([
  ...'\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000',
  ...'\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a',
])

/** Go's unicode.IsSpace. */
export function isSpace(character: string | undefined): boolean {
  return character !== undefined && SPACES.has(character)
}

/** Go's strings.TrimLeftFunc(text, unicode.IsSpace). */
export function trimStart(text: string): string {
  let start = 0
  while (isSpace(text[start])) start += 1
  return text.slice(start)
}

/** Go's strings.TrimSpace. */
export function trimSpace(text: string): string {
  let end = text.length
  while (end > 0 && isSpace(text[end - 1])) end -= 1
  return trimStart(text.slice(0, end))
}

/** Splits at runs of tab, vertical tab, form feed, carriage return and space. */
export function splitBlanks(text: string): string[] {
  return text.split(/[\t\v\f\r ]+/)
}

/** Splits at the first such run; one part when there is none. */
export function splitFirstBlank(text: string): [string] | [string, string] {
  const match = /[\t\v\f\r ]+/.exec(text)
  if (match === null) return [text]
  return [text.slice(0, match.index), text.slice(match.index + match[0].length)]
}
