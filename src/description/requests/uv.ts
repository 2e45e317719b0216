// uv's own commands (docs.astral.sh/uv/reference/cli); `uv pip` is read with pip.
import { nameOf } from '../../core/index.ts'
import type { Operand } from './arguments.ts'
import {
  type Ask,
  type CommandWords,
  isOn,
  isPath,
  listed,
  type NamedVersion,
  type Reader,
  type Surroundings,
} from './manager.ts'
import { extrasOf, splitRequirement } from './requirement.ts'
import {
  deeper,
  hasOption,
  onlyTells,
  optionValue,
  pythonModule,
  readSubcommand,
  type Subcommand,
  shown,
} from './subcommand.ts'

const OPTIONS = {
  short: 'cfipwCbPorm',
  long: [
    '--project',
    '--directory',
    '--python',
    '--python-platform',
    '--python-preference',
    '--config-file',
    '--cache-dir',
    '--color',
    '--index',
    '--default-index',
    '--index-url',
    '--extra-index-url',
    '--find-links',
    '--index-strategy',
    '--keyring-provider',
    '--resolution',
    '--prerelease',
    '--exclude-newer',
    '--link-mode',
    '--config-setting',
    '--no-binary-package',
    '--no-build-package',
    '--no-build-isolation-package',
    '--upgrade-package',
    '--reinstall-package',
    '--refresh-package',
    '--no-install-package',
    '--no-sources-package',
    '--extra',
    '--no-extra',
    '--group',
    '--no-group',
    '--only-group',
    '--package',
    '--requirements',
    '--constraints',
    '--overrides',
    '--build-constraints',
    '--with',
    '--with-editable',
    '--with-requirements',
    '--with-executables-from',
    '--from',
    '--script',
    '--optional',
    '--rev',
    '--tag',
    '--branch',
    '--bounds',
    '--env-file',
    '--module',
    '--allow-insecure-host',
    '--mirror',
    '--install-dir',
    '--output-file',
    '--torch-backend',
  ],
}

const TELLING = new Set([
  '--frozen',
  '--locked',
  '--no-dev',
  '--no-sync',
  '--extra',
  '--all-extras',
  '--group',
  '--only-group',
  '--index',
  '--default-index',
  '--index-url',
  '-i',
  '--extra-index-url',
  '--upgrade',
  '-U',
  '--upgrade-package',
  '-P',
  '--no-install-project',
  '--exclude-newer',
  '--prerelease',
  '--resolution',
  '--rev',
  '--tag',
  '--branch',
  '--with',
])

/** Reads the commands of uv and uvx. */
export const uv: Reader = {
  reads: (program) => /^(?:uvx?|(?:python|pypy)\d*(?:\.\d+)?)$/.test(program),
  read: (command, around) => {
    const inner = pythonModule(command, /^uv$/) ?? command
    const program = nameOf(inner.words[0] ?? '')
    if (program === 'uvx') return runTool(readSubcommand(stopped(inner, 1), OPTIONS), true)
    if (program !== 'uv') return []
    const given = readSubcommand(stopped(inner, 2), OPTIONS)
    if (onlyTells(given)) return []
    if (given.verb === 'tool') return readTool(deeper(given))
    if (given.verb === 'python') return readPython(deeper(given))
    return readProject(given, around)
  },
}

/** Without what a program that is run is given: `uv run [options] program …` has one operand behind the verb. */
function stopped({ words, dynamic }: CommandWords, operands: number): CommandWords {
  const verb = words.slice(1).find((word) => !word.startsWith('-'))
  if (operands === 2 && verb !== 'run') return { words, dynamic }
  let left = operands
  let end = 1
  for (; end < words.length && left > 0; end += 1) {
    const word = words[end] ?? ''
    if (!word.startsWith('-')) left -= 1
    else if (OPTIONS.long.includes(word) || /^-[cfipwCbPorm]$/.test(word)) end += 1
  }
  return { words: words.slice(0, end), dynamic: dynamic.slice(0, end) }
}

function readProject(given: Subcommand, { variable }: Surroundings): Ask[] {
  const { verb, names } = given
  const frozen =
    hasOption(given, '--frozen', '--locked') ||
    isOn(variable('UV_FROZEN')) ||
    isOn(variable('UV_LOCKED'))
  const moves = hasOption(given, '--upgrade', '-U', '--upgrade-package', '-P')
  switch (verb) {
    case 'sync':
      return [{ ...request(given), action: 'install', ...listed(frozen && !moves) }]
    case 'run': {
      const extra = given.options
        .filter(({ name }) => name === '--with')
        .flatMap(({ value }) => (value === null ? [] : value.split(',')))
        .map((text) => named(given, { text, dynamic: /[$`]/.test(text) }, 'run'))
      if (hasOption(given, '--no-project', '--no-sync', '--script')) return extra
      return [{ ...request(given, 'run'), action: 'install', ...listed(frozen) }, ...extra]
    }
    case 'add': {
      const files = hasOption(given, '-r', '--requirements')
      const rest: Ask[] = files ? [{ ...request(given), action: 'install', ...listed(false) }] : []
      return [...rest, ...names.map((one) => named(given, one))]
    }
    case 'remove':
      return names.map((one) => ({ ...request(given), action: 'remove', ...splitRequirement(one) }))
    default:
      return []
  }
}

function readTool(given: Subcommand): Ask[] {
  const { verb, names } = given
  switch (verb) {
    case 'install': {
      const [first] = names
      const from = optionValue(given, '--from')
      if (from !== undefined) {
        return [named(given, { text: from, dynamic: /[$`]/.test(from) }, 'tool')]
      }
      return first === undefined ? [] : [named(given, first, 'tool')]
    }
    case 'run':
      return runTool(given, false)
    case 'uninstall':
      return names.map((one) => ({
        ...request(given, 'tool'),
        action: 'remove',
        ...splitTool(one),
      }))
    case 'upgrade': {
      if (names.length === 0) {
        return [{ ...request(given, 'tool'), action: 'upgrade', ...listed(false) }]
      }
      return names.map((one) => ({
        ...request(given, 'tool'),
        action: 'upgrade',
        ...splitTool(one),
      }))
    }
    default:
      return []
  }
}

/** `uvx name`, `uv tool run --from spec name`. */
function runTool(given: Subcommand, verbIsName: boolean): Ask[] {
  if (onlyTells(given)) return []
  const from = optionValue(given, '--from')
  if (from !== undefined) return [named(given, { text: from, dynamic: /[$`]/.test(from) }, 'run')]
  const first = verbIsName ? { text: given.verb, dynamic: false } : given.names[0]
  if (first === undefined || first.text === '' || isPath(first.text)) return []
  return [named(given, first, 'run')]
}

/** `uv python install 3.12.4`: an interpreter, which is not of the distribution. */
function readPython(given: Subcommand): Ask[] {
  if (given.verb !== 'install') return []
  const versions = given.names.length === 0 ? [{ text: '', dynamic: false }] : given.names
  return versions.map(({ text, dynamic }) => ({
    ...request(given),
    action: 'install',
    name: 'python',
    constraint: text === '' ? '' : `@${text}`,
    pinned: !dynamic && /^(?:[a-z]+[-@])?\d+\.\d+\.\d+/.test(text),
  }))
}

function request(given: Subcommand, ...before: string[]): Pick<Ask, 'manager' | 'options'> {
  return { manager: 'uv', options: shown(given, TELLING, ...before) }
}

function named(given: Subcommand, one: Operand, ...before: string[]): Ask {
  const ask = request(given, ...before)
  const options = [...ask.options, ...extrasOf(one.text)]
  return { ...ask, options, action: 'install', ...splitTool(one) }
}

/** A requirement, or `name@version` as tools are named. */
function splitTool(one: Operand): NamedVersion {
  const match = /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?@([^\s/:$`]+)$/.exec(one.text)
  if (match === null) return splitRequirement(one)
  const [, name = '', version = ''] = match
  return { name, constraint: `@${version}`, pinned: !one.dynamic && /^\d[\w.+!-]*$/.test(version) }
}
