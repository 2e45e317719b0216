// pipx (pipx.pypa.io): programs of Python, each in an environment of its own.
import { type Ask, isPath, type Reader } from './manager.ts'
import { extrasOf, splitRequirement } from './requirement.ts'
import {
  hasOption,
  onlyTells,
  optionValue,
  pythonModule,
  readSubcommand,
  shown,
} from './subcommand.ts'

const OPTIONS = {
  short: 'ir',
  long: [
    '--pip-args',
    '--python',
    '--index-url',
    '--suffix',
    '--preinstall',
    '--spec',
    '--backend',
    '--requirement',
    '--cooldown',
    '--skip',
    '--with',
  ],
}

const TELLING = new Set([
  '--index-url',
  '-i',
  '--pip-args',
  '--python',
  '--preinstall',
  '--global',
  '--editable',
  '-e',
  '--requirement',
  '-r',
])

const UPGRADES = ['upgrade', 'upgrade-all', 'reinstall', 'reinstall-all', 'upgrade-shared']

/** Reads the commands of pipx. */
export const pipx: Reader = {
  reads: (program) => program === 'pipx' || /^(?:python|pypy)\d*(?:\.\d+)?$/.test(program),
  read: (command) => {
    const inner = pythonModule(command, /^pipx$/) ?? command
    if (!/(?:^|\/)pipx$/.test(inner.words[0] ?? '')) return []
    const given = readSubcommand(inner, OPTIONS)
    const { verb, names } = given
    if (onlyTells(given)) return []
    const request = { manager: 'pipx', options: shown(given, TELLING) }
    const install = (one: (typeof names)[number], options = request.options): Ask => ({
      ...request,
      action: 'install',
      ...splitRequirement(one),
      options: [...options, ...extrasOf(one.text)],
    })
    switch (verb) {
      case 'install':
        return names.map((one) => install(one))
      case 'inject':
        return names.slice(1).map((one) => install(one, ['inject', ...request.options]))
      case 'run': {
        const spec = optionValue(given, '--spec')
        const first = names[0]
        if (spec === undefined && (first === undefined || isPath(first.text))) return []
        const one = spec === undefined ? first : { text: spec, dynamic: /[$`]/.test(spec) }
        return one === undefined ? [] : [install(one, ['run', ...request.options])]
      }
      case 'install-all':
        return [{ ...request, action: 'install', name: '', constraint: '', pinned: false }]
      case 'uninstall':
        return names.map((one) => ({ ...request, action: 'remove', ...splitRequirement(one) }))
      case 'uninstall-all':
        return [{ ...request, action: 'remove', name: '', constraint: '', pinned: false }]
      default:
        return UPGRADES.includes(verb) && !hasOption(given, '-h') ? upgrades(request, names) : []
    }
  },
}

function upgrades(
  request: Pick<Ask, 'manager' | 'options'>,
  names: readonly { readonly text: string; readonly dynamic: boolean }[],
): Ask[] {
  if (names.length === 0) {
    return [{ ...request, action: 'upgrade', name: '', constraint: '', pinned: false }]
  }
  return names.map((one) => ({ ...request, action: 'upgrade', ...splitRequirement(one) }))
}
