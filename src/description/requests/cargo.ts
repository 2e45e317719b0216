// Cargo (doc.rust-lang.org/cargo/commands). A build takes what Cargo.lock says; only with --locked or
// --frozen it refuses to write it anew.
import { valid } from 'semver'
import { type Operand, readArguments } from './arguments.ts'
import {
  type Ask,
  expansionStart,
  isCommit,
  listed,
  type NamedVersion,
  type Reader,
} from './manager.ts'
import { hasOption, onlyTells, optionValue, type Subcommand, shown, verbOf } from './subcommand.ts'

const OPTIONS = {
  short: 'ZCjFpkwr',
  long: [
    '--config',
    '--color',
    '--version',
    '--vers',
    '--git',
    '--branch',
    '--tag',
    '--rev',
    '--path',
    '--root',
    '--registry',
    '--index',
    '--bin',
    '--example',
    '--features',
    '--target',
    '--target-dir',
    '--profile',
    '--jobs',
    '--message-format',
    '--manifest-path',
    '--package',
    '--exclude',
    '--recipe-path',
    '--out-dir',
    '--artifact-dir',
    '--precise',
    '--lockfile-path',
    '--rename',
  ],
}

const TELLING = new Set([
  '--locked',
  '--frozen',
  '--offline',
  '--root',
  '--registry',
  '--index',
  '--features',
  '-F',
  '--no-default-features',
  '--target',
  '--force',
])

const BUILDS = [
  'build',
  'b',
  'check',
  'c',
  'test',
  't',
  'run',
  'r',
  'rustc',
  'bench',
  'doc',
  'clippy',
]
const FETCHES = ['fetch', 'vendor', 'metadata']

/** Reads Cargo's commands. */
export const cargo: Reader = {
  reads: (program) => program === 'cargo' || program === 'cross',
  read: ({ words, dynamic }) => {
    const { operands, options } = readArguments(words.slice(1), dynamic.slice(1), OPTIONS)
    // `+nightly` names a tool chain; behind `--` stands what the built program is given
    const given = verbOf(
      operands.filter(({ text }) => !text.startsWith('+')),
      options,
    )
    const { verb, names } = given
    if (hasOption(given, '--help', '-h', '--list', '-V')) return []
    const locked = hasOption(given, '--locked', '--frozen')
    const request = { manager: 'cargo', options: shown(given, TELLING) }
    const offline = hasOption(given, '--offline', '--frozen')
    if (verb === 'install' || verb === 'binstall') return install(given, request)
    if (BUILDS.includes(verb) && (locked || !offline)) {
      return [
        {
          ...request,
          options: ['build', ...request.options],
          action: 'install',
          ...listed(locked),
        },
      ]
    }
    if (FETCHES.includes(verb)) return [{ ...request, action: 'install', ...listed(locked) }]
    // cargo-chef builds the dependencies that the recipe took from Cargo.lock
    if (verb === 'chef' && names[0]?.text === 'cook') {
      return [
        {
          ...request,
          options: ['chef cook', ...request.options],
          action: 'install',
          ...listed(locked),
        },
      ]
    }
    if (verb === 'update' && !onlyTells(given)) {
      return [{ ...request, action: 'upgrade', ...listed(false) }]
    }
    if (verb === 'uninstall') {
      return names.map(({ text }) => ({
        ...request,
        action: 'remove',
        name: text,
        constraint: '',
        pinned: false,
      }))
    }
    return []
  },
}

function install(given: Subcommand, request: Pick<Ask, 'manager' | 'options'>): Ask[] {
  const { names } = given
  const path = optionValue(given, '--path')
  if (path !== undefined) {
    const pinned = !/[$`]/.test(path)
    return [{ ...request, action: 'install', name: path, constraint: '', pinned }]
  }
  const url = optionValue(given, '--git')
  if (url !== undefined) {
    const revision = optionValue(given, '--rev') ?? ''
    const named = revision || (optionValue(given, '--tag', '--branch') ?? '')
    const constraint = named === '' ? '' : `#${named}`
    return [{ ...request, action: 'install', name: url, constraint, pinned: isCommit(revision) }]
  }
  const version = optionValue(given, '--version', '--vers')
  return names.map((one) => ({ ...request, action: 'install', ...splitCrate(one, version) }))
}

/** `name` or `name@1.2.3`; a whole version without an operator is exact here. */
function splitCrate({ text, dynamic }: Operand, version: string | undefined): NamedVersion {
  const at = text.indexOf('@')
  if (at > 0 && at < expansionStart(text)) {
    const own = text.slice(at + 1)
    return { name: text.slice(0, at), constraint: `@${own}`, pinned: !dynamic && isExact(own) }
  }
  if (version === undefined) return { name: text, constraint: '', pinned: false }
  return { name: text, constraint: `@${version}`, pinned: !dynamic && isExact(version) }
}

function isExact(version: string): boolean {
  return valid(version.replace(/^=\s*/, '')) !== null && !/^[v^~]/.test(version)
}
