// Which downloads of a RUN are held against a digest that the description itself has (coreutils sha256sum(1)).
import { type Command, nameOf } from '../../core/index.ts'

/** What the checks of a RUN speak of. */
export interface Checks {
  /** True when a check names this file, or names none and stands in the text. */
  readonly covers: (file: string) => boolean
}

const SUMS = /^(?:md5|sha1|sha224|sha256|sha384|sha512|b2|b3|sha)sum$|^shasum$/
const DIGEST =
  /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i
const MAX_PATTERNS = 50
const MAX_PATTERN = 200

const known = new WeakMap<readonly Command[], Checks>()

/**
 * The checks of a RUN. A digest counts when it is in the RUN's own text, or in a tracked file; one that was
 * downloaded beside the file proves nothing.
 */
export function checksOf(
  commands: readonly Command[],
  tracks: (name: string) => boolean,
  downloaded: () => ReadonlySet<string>,
): Checks {
  const before = known.get(commands)
  if (before !== undefined) return before
  const checks = readChecks(commands, tracks, downloaded)
  known.set(commands, checks)
  return checks
}

function readChecks(
  commands: readonly Command[],
  tracks: (name: string) => boolean,
  downloaded: () => ReadonlySet<string>,
): Checks {
  const sums = commands.filter(({ words }) => SUMS.test(nameOf(words[0] ?? '')) || isOpenssl(words))
  if (sums.length === 0) return { covers: () => false }
  const names = new Set<string>()
  let all = false
  const note = (text: string) => {
    for (const token of text.split(/[\s"']+/)) {
      if (token !== '') names.add(nameOf(token.replace(/^\*/, '')))
    }
  }
  const isTold = tellsDigests(commands)
  for (const command of sums) {
    if (!isCheck(command)) {
      // `[ "$(sha256sum file)" = "digest" ]`: the digest stands elsewhere in the RUN
      if (isTold) for (const word of command.words.slice(1)) note(word)
      continue
    }
    if (/<<(?!<)/.test(command.text)) all = true
    if (command.text.includes('<<<')) note(command.text)
    const files = command.words.slice(1).filter((word) => !word.startsWith('-'))
    if (files.some((file) => tracks(nameOf(file)) && !downloaded().has(nameOf(file)))) all = true
  }
  if (sums.some(isCheck)) {
    for (const { words, dynamic } of commands) {
      if (!/^(?:echo|printf|cat)$/.test(nameOf(words[0] ?? ''))) continue
      const text = words.slice(1).join(' ')
      const told = text.split(/[\s"'*]+/).some((token) => DIGEST.test(token))
      if (told || (isTold && dynamic.includes(true))) note(text)
    }
  }
  return coverage(names, all)
}

/** A digest stands in the text of the RUN: in a word, or as what a variable is set to. */
function tellsDigests(commands: readonly Command[]): boolean {
  return commands.some(
    ({ words, assignments }) =>
      Object.values(assignments).some((value) => DIGEST.test(value.replace(/^["']|["']$/g, ''))) ||
      words.some(
        (word) => word.length < 1000 && word.split(/[\s"'=*]+/).some((one) => DIGEST.test(one)),
      ),
  )
}

function isCheck({ words }: Command): boolean {
  return words.slice(1).some((word) => word === '--check' || /^-[a-zA-Z]*c[a-zA-Z]*$/.test(word))
}

function isOpenssl(words: readonly string[]): boolean {
  return (
    nameOf(words[0] ?? '') === 'openssl' && ['dgst', 'sha256', 'sha512'].includes(words[1] ?? '')
  )
}

function coverage(names: ReadonlySet<string>, all: boolean): Checks {
  const patterns = [...names]
    .filter((name) => name.includes('$') && name.length <= MAX_PATTERN)
    .slice(0, MAX_PATTERNS)
    .map((name) => name.split(/\$\{[^}]*\}|\$\w+|\$\([^)]*\)/))
    // nothing but a variable stands for any file
    .filter((parts) => parts.some((part) => part !== ''))
  return {
    covers: (file) =>
      all || names.has(file) || patterns.some((parts) => file !== '' && fits(file, parts)),
  }
}

/** True when the parts stand in the text in this order, the first at its beginning, the last at its end. */
function fits(text: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts
  const last = rest.pop() ?? ''
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}
