// Values of build arguments may be secrets: history keeps them, reports show them on demand only.
// Docker's legacy builder and BuildKit write `|N A=b C=d <shell> -c <command>` (N arguments).

const PREFIX = /^(?:RUN )?\|(\d{1,4}) /
const HIDDEN = '…'

/** The text of a history entry with the values of its build arguments hidden. */
export function hideArguments(createdBy: string): string {
  const match = PREFIX.exec(createdBy)
  if (match === null) return hideDeclared(createdBy)
  const count = Number(match[1])
  const rest = createdBy.slice(match[0].length)
  const shell = shellStart(rest)
  const names = argumentNames(rest.slice(0, shell), count)
  const shown = names.map((name) => `${name}=${HIDDEN} `).join('')
  return `${match[0]}${shown}${rest.slice(shell).trimStart()}`
}

/** `ARG NAME=value` entries, in both builders' forms: a value may hold anything, so all after the first name goes. */
function hideDeclared(createdBy: string): string {
  return createdBy.replace(
    /^((?:\/bin\/sh -c #\(nop\)\s+)?ARG\s+[A-Za-z_]\w*=)[\s\S]*$/,
    (_whole, head: string) => `${head}${HIDDEN}`,
  )
}

const SHELL = /(?:^|\/)(?:[abckz]|da|fi|pw)*sh$|(?:cmd|powershell)(?:\.exe)?$/

/** Where the shell begins: values may hold spaces and slashes, so a known shell is sought first. Word by word: linear in any text. */
function shellStart(text: string): number {
  const words = text.split(' ')
  const known = words.findIndex(
    (word, index) =>
      word.startsWith('/') &&
      SHELL.test(word.slice(-40)) &&
      words.slice(index + 1, index + 5).some((next) => /^-\w*c$/.test(next)),
  )
  const start =
    known >= 0
      ? known
      : words.findIndex((word, index) => word.startsWith('/') && words[index + 1]?.[0] === '-')
  return start < 0 ? text.length : words.slice(0, start).join(' ').length
}

function argumentNames(text: string, count: number): string[] {
  const names: string[] = []
  for (const match of text.matchAll(/(?:^| )([A-Za-z_][A-Za-z0-9_]*)=/g)) {
    if (names.length < count && match[1] !== undefined) names.push(match[1])
  }
  return names
}
