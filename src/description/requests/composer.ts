// Composer (getcomposer.org/doc/03-cli.md). `install` takes what composer.lock says, when there is one.
import { nameOf } from '../../core/index.ts'
import type { Operand } from './arguments.ts'
import {
  type Ask,
  type CommandWords,
  expansionStart,
  listed,
  type NamedVersion,
  type Reader,
} from './manager.ts'
import {
  deeper,
  hasOption,
  onlyTells,
  readSubcommand,
  type Subcommand,
  shown,
} from './subcommand.ts'

const OPTIONS = {
  short: 'ds',
  long: [
    '--working-dir',
    '--prefer-install',
    '--ignore-platform-req',
    '--stability',
    '--repository',
    '--repository-url',
    '--apcu-autoloader-prefix',
    '--with',
    '--audit-format',
  ],
}

const TELLING = new Set([
  '--no-dev',
  '--dev',
  '--prefer-source',
  '--prefer-dist',
  '--working-dir',
  '-d',
  '--no-scripts',
  '--no-plugins',
  '--no-install',
  '--no-update',
  '--ignore-platform-reqs',
  '--stability',
  '-s',
  '--repository',
  '--repository-url',
  '--prefer-lowest',
  '--2',
  '--1',
])

/** Reads Composer's commands, also behind `php`. */
export const composer: Reader = {
  reads: (program) => isComposer(program) || /^php(?:\d+(?:\.\d+)?)?$/.test(program),
  read: (command, { tracks }) => {
    const inner = composerCommand(command)
    if (inner === null) return []
    const given = readSubcommand(inner, OPTIONS)
    if (onlyTells(given) || hasOption(given, '-h', '-V')) return []
    if (given.verb === 'global') return readVerb(deeper(given), ['global'], false)
    return readVerb(given, [], tracks('composer.lock'))
  },
}

function isComposer(program: string): boolean {
  return /^composer(?:[-.]?\d[\w.-]*)?(?:\.phar)?$/.test(program)
}

/** `php [options] composer.phar …`; null for any other script. */
function composerCommand({ words, dynamic }: CommandWords): CommandWords | null {
  if (isComposer(nameOf(words[0] ?? ''))) return { words, dynamic }
  let at = 1
  for (; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (!word.startsWith('-')) break
    if (/^-[dcfz]$/.test(word)) at += word === '-f' ? 0 : 1
  }
  if (!isComposer(nameOf(words[at] ?? '')) || dynamic[at] === true) return null
  return { words: words.slice(at), dynamic: dynamic.slice(at) }
}

function readVerb(given: Subcommand, before: readonly string[], locked: boolean): Ask[] {
  const { verb, names } = given
  const request = { manager: 'composer', options: shown(given, TELLING, ...before) }
  switch (verb) {
    case 'install':
    case 'i':
      return [{ ...request, action: 'install', ...listed(locked) }]
    case 'require':
    case 'r':
    case 'req':
      return paired(names).map((one) => ({ ...request, action: 'install', ...one }))
    case 'create-project': {
      const [name, , version] = names
      if (name === undefined) return []
      const own = splitName(name)
      const asked = version === undefined || own.constraint !== '' ? own : joined(name, version)
      return [{ ...request, action: 'install', ...asked }]
    }
    case 'remove':
    case 'rm':
    case 'uninstall':
      return names.map((one) => ({ ...request, action: 'remove', ...splitName(one) }))
    case 'update':
    case 'u':
    case 'upgrade': {
      if (names.length === 0) return [{ ...request, action: 'upgrade', ...listed(false) }]
      return paired(names).map((one) => ({ ...request, action: 'upgrade', ...one }))
    }
    case 'self-update':
    case 'selfupdate': {
      const [version] = names
      const action = version === undefined ? 'upgrade' : 'install'
      const name = { text: 'composer', dynamic: false }
      const asked = version === undefined ? splitName(name) : joined(name, version)
      return [{ ...request, action, ...asked }]
    }
    default:
      return []
  }
}

/** A version may stand in a word of its own behind its name. */
function paired(names: readonly Operand[]): NamedVersion[] {
  const found: NamedVersion[] = []
  let last: Operand | null = null
  for (const one of names) {
    const isVersion =
      /^[\^~<>=v]?\s*[<>=]?\s*(?:\d|\*|dev-)|^@/.test(one.text) && !one.text.includes('/')
    if (isVersion && last !== null) {
      found[found.length - 1] = joined(last, one)
      last = null
      continue
    }
    const own = splitName(one)
    found.push(own)
    last = own.constraint === '' ? one : null
  }
  return found
}

function joined(name: Operand, version: Operand): NamedVersion {
  const pinned = !name.dynamic && !version.dynamic && isExact(version.text)
  return { name: name.text, constraint: `:${version.text}`, pinned }
}

/** `vendor/name`, with `:`, `=` or a blank before the version. */
function splitName({ text, dynamic }: Operand): NamedVersion {
  const at = text.search(/[:=\s]/)
  if (at <= 0 || at > expansionStart(text)) return { name: text, constraint: '', pinned: false }
  const version = text.slice(at + 1).trim()
  return {
    name: text.slice(0, at),
    constraint: `:${version}`,
    pinned: !dynamic && isExact(version),
  }
}

/** A version of at least three parts, or a branch at a commit. */
function isExact(version: string): boolean {
  return /^(?:==?)?v?\d+\.\d+\.\d+(?:\.\d+)?(?:-?[A-Za-z]+\.?\d*)?$|#[0-9a-f]{40}$/.test(version)
}
