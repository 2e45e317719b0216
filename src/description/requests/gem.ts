// RubyGems and Bundler (guides.rubygems.org/command-reference, bundler.io/man).
import { nameOf } from '../../core/index.ts'
import type { Operand } from './arguments.ts'
import {
  type Ask,
  expansionStart,
  isOn,
  isPath,
  listed,
  type NamedVersion,
  type Reader,
  type Surroundings,
} from './manager.ts'
import { hasOption, optionValue, readSubcommand, type Subcommand, shown } from './subcommand.ts'

const GEM_OPTIONS = {
  short: 'vinPsBp',
  long: [
    '--version',
    '--install-dir',
    '--bindir',
    '--document',
    '--build-root',
    '--trust-policy',
    '--platform',
    '--source',
    '--http-proxy',
    '--bulk-threshold',
    '--without',
    '--config-file',
    '--target-rbconfig',
  ],
}

const GEM_TELLING = new Set([
  '--source',
  '-s',
  '--clear-sources',
  '--local',
  '-l',
  '--pre',
  '--prerelease',
  '--platform',
  '--install-dir',
  '-i',
  '--user-install',
  '--ignore-dependencies',
  '--system',
  '--force',
  '-f',
])

/** Reads the commands of RubyGems. */
export const gem: Reader = {
  reads: (program) => /^gem(?:\d(?:\.\d+)*)?$/.test(program),
  read: (command) => {
    const given = readSubcommand(command, GEM_OPTIONS)
    const { verb, names } = given
    if (hasOption(given, '--help', '-h', '--explain')) return []
    const request = { manager: 'gem', options: shown(given, GEM_TELLING) }
    const version = optionValue(given, '-v', '--version')
    if (verb === 'install' || verb === 'i') {
      if (hasOption(given, '-g', '--file')) {
        return [{ ...request, action: 'install', ...listed(false) }]
      }
      return names.map((one) => ({ ...request, action: 'install', ...splitGem(one, version) }))
    }
    if (verb === 'uninstall') {
      return names.map((one) => ({ ...request, action: 'remove', ...splitGem(one, version) }))
    }
    if (verb !== 'update') return []
    if (hasOption(given, '--system')) return [system(given, request)]
    if (names.length === 0) return [{ ...request, action: 'upgrade', ...listed(false) }]
    return names.map((one) => ({ ...request, action: 'upgrade', ...splitGem(one, undefined) }))
  },
}

/** `gem update --system 3.4.10` brings exactly that, without a version the newest. */
function system(given: Subcommand, request: Pick<Ask, 'manager' | 'options'>): Ask {
  const name = 'rubygems-update'
  const version = optionValue(given, '--system') ?? given.names[0]?.text ?? ''
  const pinned = isExact(version)
  const constraint = version === '' ? '' : `:${version}`
  return { ...request, action: pinned ? 'install' : 'upgrade', name, constraint, pinned }
}

/** `name`, `name:1.2.3`, a file. */
function splitGem({ text, dynamic }: Operand, version: string | undefined): NamedVersion {
  if (isPath(text) || text.endsWith('.gem')) return { name: text, constraint: '', pinned: !dynamic }
  const at = text.indexOf(':')
  if (at > 0 && at < expansionStart(text)) {
    const constraint = text.slice(at)
    return { name: text.slice(0, at), constraint, pinned: !dynamic && isExact(constraint.slice(1)) }
  }
  if (version === undefined) return { name: text, constraint: '', pinned: false }
  return { name: text, constraint: `:${version}`, pinned: !dynamic && isExact(version) }
}

function isExact(version: string): boolean {
  return /^(?:=\s*)?\d[\w.-]*$/.test(version)
}

const BUNDLE_OPTIONS = {
  short: 'jgv',
  long: [
    '--jobs',
    '--retry',
    '--path',
    '--gemfile',
    '--without',
    '--with',
    '--group',
    '--version',
    '--source',
    '--git',
    '--github',
    '--branch',
    '--ref',
    '--tag',
    '--require',
    '--binstubs',
    '--shebang',
    '--standalone',
    '--trust-policy',
    '--cache-path',
  ],
}

const BUNDLE_TELLING = new Set([
  '--deployment',
  '--frozen',
  '--local',
  '--prefer-local',
  '--without',
  '--with',
  '--path',
  '--gemfile',
  '--path',
  '--no-prune',
  '--git',
  '--ref',
  '--branch',
])

/** Reads the commands of Bundler. */
export const bundle: Reader = {
  reads: (program) => /^bundler?(?:\d(?:\.\d+)*)?$/.test(program),
  read: (command, around) => {
    // `bundle _2.4.1_ install` asks for a version of Bundler itself
    const own = /^_[\w.]+_$/.test(command.words[1] ?? '') ? 2 : 1
    const { words, dynamic } = command
    const given = readSubcommand(
      { words: ['bundle', ...words.slice(own)], dynamic: [false, ...dynamic.slice(own)] },
      BUNDLE_OPTIONS,
    )
    if (hasOption(given, '--help', '-h')) return []
    return readBundle(given, isFrozen(given, around), words.length === own)
  },
}

function readBundle(given: Subcommand, frozen: boolean, bare: boolean): Ask[] {
  const { verb, names } = given
  const request = { manager: 'bundle', options: shown(given, BUNDLE_TELLING) }
  const install: Ask = { ...request, action: 'install', ...listed(frozen) }
  switch (verb) {
    case '':
      // options alone stand for `bundle install`, but for those that only tell something
      return bare || !hasOption(given, '--version', '-v', '-V') ? [install] : []
    case 'install':
    case 'i':
      return [install]
    case 'cache':
    case 'package':
    case 'pack':
      return [{ ...install, options: ['cache', ...request.options] }]
    case 'add': {
      const version = optionValue(given, '--version', '-v')
      return names.map((one) => ({ ...request, action: 'install', ...splitGem(one, version) }))
    }
    case 'remove':
      return names.map((one) => ({ ...request, action: 'remove', ...splitGem(one, undefined) }))
    case 'update': {
      if (names.length === 0) return [{ ...request, action: 'upgrade', ...listed(false) }]
      return names.map((one) => ({ ...request, action: 'upgrade', ...splitGem(one, undefined) }))
    }
    default:
      return []
  }
}

/** The lock file is not changed: an option, a variable, or `bundle config` before it in the same RUN. */
function isFrozen(given: Subcommand, { commands, at, variable }: Surroundings): boolean {
  if (hasOption(given, '--deployment', '--frozen')) return true
  if (isOn(variable('BUNDLE_FROZEN')) || isOn(variable('BUNDLE_DEPLOYMENT'))) return true
  return commands.slice(0, at).some(({ words }) => {
    if (!/^bundler?$/.test(nameOf(words[0] ?? '')) || words[1] !== 'config') return false
    const setting = words.findIndex((word) => word === 'frozen' || word === 'deployment')
    return setting > 0 && isOn(words[setting + 1])
  })
}
