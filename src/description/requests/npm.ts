// npm, pnpm, yarn and bun (docs.npmjs.com/cli, pnpm.io/cli, yarnpkg.com/cli; package specifiers:
// docs.npmjs.com/cli/using-npm/package-spec).

import { valid } from 'semver'
import { nameOf } from '../../core/index.ts'
import { type Operand, readArguments, shownOptions } from './arguments.ts'
import {
  type Ask,
  expansionStart,
  isAddress,
  isPath,
  type NamedVersion,
  type Reader,
} from './manager.ts'

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

const MANAGERS = ['npm', 'pnpm', 'yarn', 'bun']

/** Reads the commands of JavaScript's package managers. */
export const npm: Reader = {
  reads: (program) => MANAGERS.includes(program),
  read: ({ words, dynamic }) => {
    const manager = nameOf(words[0] ?? '')
    const read = readArguments(words.slice(1), dynamic.slice(1), OPTIONS)
    const { options } = read
    if (options.some(({ name }) => ['--help', '--version', '-h', '-v', '--dry-run'].includes(name)))
      return []
    // `--unsafe-perm true`
    const operands = read.operands.filter(({ text }) => text !== 'true' && text !== 'false')
    let at = operands.findIndex((one) => !one.dynamic)
    const shown = shownOptions(options, TELLING)
    if (manager === 'yarn' && operands[at]?.text === 'global') {
      shown.unshift('global')
      at += 1
    }
    const verb = at < 0 ? '' : (operands[at]?.text ?? '')
    const action = at < 0 && operands.length > 0 ? null : actionOf(manager, verb)
    if (action === null) return []
    if (CLEAN.includes(verb)) shown.unshift('ci')
    const request = { manager, action, options: shown }
    const names = at < 0 ? [] : operands.slice(at + 1)
    // `npm ci` takes no names
    if (names.length === 0 || CLEAN.includes(verb)) {
      return [{ ...request, name: '', constraint: '', pinned: false }]
    }
    return names.map((one) => ({ ...request, ...splitSpecifier(one) }))
  },
}

function actionOf(manager: string, verb: string): Ask['action'] | null {
  if (verb === '') return manager === 'yarn' ? 'install' : null
  if (INSTALL.includes(verb)) return 'install'
  if (CLEAN.includes(verb) && manager !== 'yarn') return 'install'
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
