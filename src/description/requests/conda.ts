// conda, mamba and micromamba (docs.conda.io, "Package search and install specifications"): `=1.2` takes
// any 1.2.*, `==1.2` is exact, and so is a build behind a version.
import { nameOf } from '../../core/index.ts'
import type { Operand } from './arguments.ts'
import {
  type Ask,
  expansionStart,
  isAddress,
  isPath,
  listed,
  type NamedVersion,
  type Reader,
  type Surroundings,
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
  short: 'ncpfr',
  long: [
    '--name',
    '--prefix',
    '--channel',
    '--file',
    '--root-prefix',
    '--rc-file',
    '--revision',
    '--solver',
    '--experimental-solver',
    '--repodata-fn',
    '--subdir',
    '--platform',
    '--clone',
    '--category',
    '--channel-priority',
  ],
}

const TELLING = new Set([
  '-n',
  '--name',
  '-p',
  '--prefix',
  '-c',
  '--channel',
  '--override-channels',
  '-f',
  '--file',
  '--no-deps',
  '--only-deps',
  '--clone',
  '--freeze-installed',
  '--no-update-deps',
])

const MANAGERS = ['conda', 'mamba', 'micromamba']

/** Reads the commands of conda and its kin. */
export const conda: Reader = {
  reads: (program) => MANAGERS.includes(program) || program === 'conda-lock',
  read: (command, around) => {
    const manager = nameOf(command.words[0] ?? '')
    const given = readSubcommand(command, OPTIONS)
    if (onlyTells(given) || hasOption(given, '-d', '--download-only')) return []
    const request = { manager, options: shown(given, TELLING) }
    // it installs what its lock file lists, each with a hash
    if (manager === 'conda-lock') {
      const isInstall = given.verb === 'install'
      return isInstall ? [{ ...request, action: 'install', ...listed(true) }] : []
    }
    if (given.verb === 'env') return readVerb(deeper(given), request, around)
    return readVerb(given, request, around)
  },
}

function readVerb(
  given: Subcommand,
  request: Pick<Ask, 'manager' | 'options'>,
  { tracks }: Surroundings,
): Ask[] {
  const { verb, names } = given
  const files = given.options.filter(({ name }) => name === '-f' || name === '--file')
  const fromFiles = files.map(({ value }) => {
    // an explicit list names each archive; conda-lock writes it under this name
    const isLock = /(?:^|[./-])lock(?:$|\.(?!ya?ml)|\.ya?ml$)/.test(nameOf(value ?? ''))
    return { ...request, ...listed(isLock && tracks(nameOf(value ?? ''))) }
  })
  switch (verb) {
    case 'install':
    case 'create': {
      const asks = names.map((one): Ask => ({ ...request, action: 'install', ...splitSpec(one) }))
      return [...fromFiles.map((one): Ask => ({ ...one, action: 'install' })), ...asks]
    }
    case 'update':
    case 'upgrade': {
      if (names.length + files.length === 0) {
        return [{ ...request, action: 'upgrade', ...listed(false) }]
      }
      const asks = names.map((one): Ask => {
        const spec = splitSpec(one)
        return { ...request, action: spec.pinned ? 'install' : 'upgrade', ...spec }
      })
      return [...fromFiles.map((one): Ask => ({ ...one, action: 'install' })), ...asks]
    }
    case 'remove':
    case 'uninstall':
      return names.map((one) => ({ ...request, action: 'remove', ...splitSpec(one) }))
    default:
      return []
  }
}

/** `name`, `channel::name`, `name=1.2`, `name==1.2`, `name=1.2=build`, `name>=1`, `name[version=1]`, an archive. */
function splitSpec({ text, dynamic }: Operand): NamedVersion {
  if (isAddress(text)) return { name: text, constraint: '', pinned: /#[0-9a-f]{32,64}$/.test(text) }
  if (isPath(text) || /\.(?:conda|tar\.bz2)$/.test(text)) {
    return { name: text, constraint: '', pinned: !dynamic }
  }
  const start = expansionStart(text)
  const channel = text.lastIndexOf('::', start)
  const spec = channel < 0 ? text : text.slice(channel + 2)
  const at = spec.search(/[=<>!~[\s]/)
  if (at <= 0 || at > expansionStart(spec)) return { name: spec, constraint: '', pinned: false }
  const constraint = spec.slice(at).trim().replace(/\s+/g, ' ')
  const exact = /^==[^=*<>,|!~]+(?:=[^=*]+)?$|^=[^=*<>,|!~]+=[^=*]+$/.test(constraint)
  return { name: spec.slice(0, at), constraint, pinned: !dynamic && exact }
}
