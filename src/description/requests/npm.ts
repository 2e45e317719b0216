// npm, pnpm, yarn and bun (docs.npmjs.com/cli, pnpm.io/cli, yarnpkg.com/cli; package specifiers:
// docs.npmjs.com/cli/using-npm/package-spec).

import { valid } from 'semver'
import { nameOf } from '../../core/index.ts'
import { type Arguments, type Operand, readArguments, shownOptions } from './arguments.ts'
import {
  type Ask,
  type CommandWords,
  expansionStart,
  isAddress,
  isOn,
  isPath,
  listed,
  type NamedVersion,
  type Reader,
  type Surroundings,
} from './manager.ts'
import { hasOption } from './subcommand.ts'

const OPTIONS = {
  short: 'CFw',
  long: [
    '--prefix',
    '--cwd',
    '--dir',
    '--registry',
    '--cache',
    '--cache-folder',
    '--userconfig',
    '--globalconfig',
    '--loglevel',
    '--omit',
    '--include',
    '--only',
    '--network-timeout',
    '--network-concurrency',
    '--store-dir',
    '--filter',
    '--workspace',
    '--maxsockets',
    '--fetch-retries',
    '--fetch-retry-mintimeout',
    '--fetch-retry-maxtimeout',
    '--fetch-timeout',
    '--modules-folder',
    '--global-folder',
    '--location',
    '--tag',
    '--before',
    '--install-strategy',
    '--script-shell',
    '--https-proxy',
    '--proxy',
    '--mutex',
    '--backend',
    '--reporter',
    '--cpu',
    '--os',
    '--libc',
    '--arch',
  ],
}

const TELLING = new Set([
  '-g',
  '--global',
  '--location',
  '--prefix',
  '-C',
  '--omit',
  '--only',
  '--production',
  '--prod',
  '-P',
  '--no-save',
  '--no-lockfile',
  '--no-package-lock',
  '--package-lock-only',
  '--frozen-lockfile',
  '--no-frozen-lockfile',
  '--immutable',
  '--immutable-cache',
  '--ignore-scripts',
  '--legacy-peer-deps',
  '--force',
  '--registry',
  '--before',
  '--tag',
])

const INSTALL = [
  'install',
  'i',
  'in',
  'ins',
  'inst',
  'insta',
  'instal',
  'isnt',
  'isnta',
  'isntal',
  'isntall',
  'add',
  'install-test',
  'it',
]
const CLEAN = [
  'ci',
  'clean-install',
  'ic',
  'install-clean',
  'isntall-clean',
  'install-ci-test',
  'cit',
]
const REMOVE = ['uninstall', 'unlink', 'remove', 'rm', 'r', 'un']
const UPGRADE = ['update', 'up', 'upgrade', 'udpate']

const MANAGERS = ['npm', 'pnpm', 'yarn', 'yarnpkg', 'bun', 'corepack']

/** Reads the commands of JavaScript's package managers. */
export const npm: Reader = {
  reads: (program) => MANAGERS.includes(program),
  read: (command, around) => {
    const program = nameOf(command.words[0] ?? '')
    if (program === 'corepack') return readCorepack(command, around)
    const manager = program === 'yarnpkg' ? 'yarn' : program
    return readManager(manager, command, around)
  },
}

/** `corepack prepare yarn@4.1.0` brings a manager, `corepack yarn install` runs it. */
function readCorepack({ words, dynamic }: CommandWords, around: Surroundings): Ask[] {
  const verb = words[1] ?? ''
  const rest = { words: words.slice(1), dynamic: dynamic.slice(1) }
  if (MANAGERS.includes(verb) && verb !== 'corepack') return readManager(verb, rest, around)
  if (!['prepare', 'use', 'install', 'up'].includes(verb)) return []
  const { operands } = readArguments(rest.words.slice(1), rest.dynamic.slice(1), OPTIONS)
  return operands.map((one) => ({
    manager: 'corepack',
    action: 'install',
    options: [],
    ...splitSpecifier({ ...one, text: one.text.replace(/\+sha\d+\..*$/, '') }),
  }))
}

function readManager(
  manager: string,
  { words, dynamic }: CommandWords,
  around: Surroundings,
): Ask[] {
  const read = readArguments(words.slice(1), dynamic.slice(1), OPTIONS)
  if (hasOption(read, '--help', '--version', '-h', '-v', '--dry-run')) return []
  // `--unsafe-perm true`
  const operands = read.operands.filter(({ text }) => text !== 'true' && text !== 'false')
  const shown = shownOptions(read.options, TELLING)
  let at = operands.findIndex((one) => !one.dynamic)
  if (manager === 'yarn' && operands[at]?.text === 'global') {
    shown.unshift('global')
    at += 1
  }
  // `yarn workspace app add x`, `yarn workspaces focus`
  if (manager === 'yarn' && operands[at]?.text === 'workspace') at += 2
  if (manager === 'yarn' && operands[at]?.text === 'workspaces') at += 1
  const verb = at < 0 ? '' : (operands[at]?.text ?? '')
  const names = at < 0 ? [] : operands.slice(at + 1)
  const run = runs(manager, verb, names)
  if (run !== null) {
    const options = [verb === 'set' ? 'set version' : 'dlx', ...shown]
    return run.map((one) => ({ manager, action: 'install', options, ...splitSpecifier(one) }))
  }
  const action = at < 0 && operands.length > 0 ? null : actionOf(manager, verb)
  if (action === null) return []
  if (CLEAN.includes(verb)) shown.unshift('ci')
  if (verb === 'focus' || verb === 'fetch') shown.unshift(verb)
  const request = { manager, action, options: shown }
  // `npm ci` takes no names, and those of `focus` are workspaces
  if (names.length === 0 || CLEAN.includes(verb) || verb === 'focus' || verb === 'fetch') {
    return [
      { ...request, ...listed(action === 'install' && isFrozen(manager, verb, read, around)) },
    ]
  }
  return names.map((one) => ({ ...request, ...splitSpecifier(one) }))
}

/** What is downloaded to be run once; `npm exec` without an address may find it in the project. */
function runs(manager: string, verb: string, names: readonly Operand[]): readonly Operand[] | null {
  if (verb === 'dlx' && (manager === 'yarn' || manager === 'pnpm')) return names.slice(0, 1)
  if (manager === 'yarn' && verb === 'set' && names[0]?.text === 'version') {
    const [, version] = names
    return version === undefined ? [] : [{ text: `yarn@${version.text}`, dynamic: version.dynamic }]
  }
  return null
}

/** The lock file is not changed. */
function isFrozen(
  manager: string,
  verb: string,
  read: Arguments,
  { variable, tracks }: Surroundings,
): boolean {
  if (CLEAN.includes(verb) || verb === 'fetch') return true
  const option = read.options.findLast(({ name }) => FROZEN.test(name))
  if (option !== undefined) return !option.name.startsWith('--no-') && option.value !== 'false'
  if (manager === 'yarn') return isOn(variable('YARN_ENABLE_IMMUTABLE_INSTALLS'))
  // pnpm freezes a lock file that it finds in an environment of CI
  return manager === 'pnpm' && variable('CI') !== undefined && tracks('pnpm-lock.yaml')
}

const FROZEN = /^--(?:no-)?(?:frozen-lockfile|immutable|immutable-cache)$/

function actionOf(manager: string, verb: string): Ask['action'] | null {
  if (verb === '') return manager === 'yarn' ? 'install' : null
  if (INSTALL.includes(verb)) return 'install'
  if (CLEAN.includes(verb) && manager !== 'yarn') return 'install'
  if (verb === 'focus' && manager === 'yarn') return 'install'
  if (verb === 'fetch' && manager === 'pnpm') return 'install'
  if (REMOVE.includes(verb)) return 'remove'
  return UPGRADE.includes(verb) ? 'upgrade' : null
}

/** `name`, `@scope/name`, either with `@version`, a file, an address, `user/repository`. */
function splitSpecifier({ text, dynamic }: Operand): NamedVersion {
  if (isPath(text) || text.startsWith('file:') || /^[^:]*\.(?:tgz|tar\.gz|tar)$/.test(text)) {
    return { name: text, constraint: '', pinned: !dynamic }
  }
  const isRepository = /^[\w.-]+\/[\w.-]+(?:#.*)?$/.test(text) && !text.startsWith('@')
  if (
    isAddress(text) ||
    /^(?:git\+|git@|github:|gitlab:|bitbucket:|gist:)/.test(text) ||
    isRepository
  ) {
    return { name: text, constraint: '', pinned: !dynamic && /#[0-9a-f]{40}$/.test(text) }
  }
  const at = text.indexOf('@', 1)
  if (at < 0 || at > expansionStart(text)) return { name: text, constraint: '', pinned: false }
  const constraint = text.slice(at)
  const version = constraint.slice(1).replace(/^npm:(?:@[^/]*\/)?[^@]*@/, '')
  return { name: text.slice(0, at), constraint, pinned: !dynamic && valid(version) !== null }
}
