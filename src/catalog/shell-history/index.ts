// Histories of shells: what people typed in a container before they committed it. Only what asks a package
// manager for something is kept, word by word: histories hold secrets.
import type { Cataloger, CatalogRow } from '../cataloger.ts'
import type { Evidence } from '../evidence.ts'
import { rowsOfKind } from '../evidence.ts'
import { decodeText, linesOf } from '../text.ts'

const MAX_BYTES = 1 << 20
const MAX_COMMANDS = 200
const MAX_LENGTH = 300

/** The verbs that install something, by package manager. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  apt: ['install'],
  'apt-get': ['install'],
  aptitude: ['install'],
  dpkg: ['-i', '--install'],
  apk: ['add'],
  yum: ['install'],
  dnf: ['install'],
  microdnf: ['install'],
  rpm: ['-i', '-U', '-ivh', '-Uvh'],
  zypper: ['install', 'in'],
  pacman: ['-S', '-Sy', '-Syu'],
  pip: ['install'],
  pip3: ['install'],
  npm: ['install', 'i', 'ci', 'add'],
  yarn: ['add', 'install'],
  pnpm: ['add', 'install'],
  gem: ['install'],
  cargo: ['install'],
  go: ['install', 'get'],
  composer: ['require', 'install'],
}

/** Reads what package managers were asked for by hand. */
export const shellHistory: Cataloger = {
  id: 'shell-history',
  version: 1,
  ecosystem: 'shell',
  describes: 'requests to package managers in shell histories',
  files: ['.bash_history', '.ash_history', '.sh_history', '.zsh_history'].map((name) => ({
    glob: `**/${name}`,
    maxBytes: MAX_BYTES,
  })),
  secret: true,
  *parse(_path, bytes): Generator<CatalogRow> {
    let left = MAX_COMMANDS
    for (const line of linesOf(decodeText(bytes))) {
      const command = left > 0 ? requestIn(line) : ''
      if (command === '') continue
      left -= 1
      yield { kind: 'property', name: 'command', value: command }
    }
  },
}

/** Catalogers of shell histories. */
export const SHELL_HISTORY_CATALOGERS: readonly Cataloger[] = [shellHistory]

/** A request that somebody typed, and the history it stands in. */
export interface TypedRequest {
  readonly path: string
  readonly command: string
}

/** The requests in all shell histories of an image, by path, oldest first. */
export function assembleShellHistory(evidence: Evidence): TypedRequest[] {
  return [...evidence.of(shellHistory.id)].flatMap((file) =>
    [...rowsOfKind(file, 'property')].map(({ value }) => ({ path: file.path, command: value })),
  )
}

/** The request in a line, words that might be secret left out; '' when it asks no package manager for anything. */
function requestIn(line: string): string {
  if (line.length > 4096) return ''
  // zsh writes `: 1700000000:0;` before a command
  const words = line
    .replace(/^: \d+:\d+;/, '')
    .trim()
    .split(/\s+/)
  const start = words.findIndex((word) => Object.hasOwn(VERBS, word))
  // nothing but sudo, env and assignments may stand before it
  if (start < 0 || !words.slice(0, start).every((word) => /^(sudo|env|[A-Z_]+=\S*)$/.test(word)))
    return ''
  const [manager = '', ...rest] = words.slice(start)
  const at = rest.findIndex((word) => VERBS[manager]?.includes(word))
  if (at < 0 || !rest.slice(0, at).every((word) => word.startsWith('-'))) return ''
  const names = rest.slice(at + 1).filter(isPackageWord)
  return [manager, rest[at] ?? '', ...names].join(' ').slice(0, MAX_LENGTH)
}

/** What names a package or a plain option: no value behind an option, nothing with a login in it. */
function isPackageWord(word: string): boolean {
  if (/^-{1,2}[a-z][a-z-]*$/.test(word)) return true
  return /^[A-Za-z0-9@][A-Za-z0-9@._+:/=<>~^!*,[\]-]*$/.test(word) && !/:\/\/|@.*:/.test(word)
}
