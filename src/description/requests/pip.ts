// pip, `python -m pip` and `uv pip` (pip.pypa.io/en/stable/cli, docs.astral.sh/uv).
import { nameOf } from '../../core/index.ts'
import { type Operand, type Option, readArguments, shownOptions } from './arguments.ts'
import { type Ask, type CommandWords, isOn, listed, type Reader } from './manager.ts'
import { extrasOf, splitRequirement } from './requirement.ts'
import { pythonModule } from './subcommand.ts'

const OPTIONS = {
  short: 'rcetidfwbCp',
  long: [
    '--requirement',
    '--requirements',
    '--constraint',
    '--constraints',
    '--build-constraint',
    '--build-constraints',
    '--override',
    '--overrides',
    '--editable',
    '--group',
    '--target',
    '--dest',
    '--wheel-dir',
    '--platform',
    '--python-version',
    '--python-platform',
    '--python',
    '--implementation',
    '--abi',
    '--root',
    '--prefix',
    '--src',
    '--upgrade-strategy',
    '--config-settings',
    '--global-option',
    '--build-option',
    '--install-option',
    '--no-binary',
    '--only-binary',
    '--no-build-package',
    '--progress-bar',
    '--root-user-action',
    '--report',
    '--index-url',
    '--extra-index-url',
    '--index',
    '--default-index',
    '--index-strategy',
    '--find-links',
    '--cache-dir',
    '--log',
    '--proxy',
    '--retries',
    '--timeout',
    '--exists-action',
    '--trusted-host',
    '--allow-insecure-host',
    '--cert',
    '--client-cert',
    '--use-feature',
    '--use-deprecated',
    '--keyring-provider',
    '--link-mode',
    '--resolution',
    '--prerelease',
    '--exclude-newer',
    '--upgrade-package',
    '--reinstall-package',
    '--refresh-package',
    '--extra',
    '--directory',
    '--project',
    '--config-file',
    '--torch-backend',
  ],
}

const TELLING = new Set([
  '-r',
  '--requirement',
  '--requirements',
  '-c',
  '--constraint',
  '--constraints',
  '-e',
  '--editable',
  '--require-hashes',
  '--no-index',
  '--no-deps',
  '-f',
  '--find-links',
  '-i',
  '--index-url',
  '--index',
  '--extra-index-url',
  '--pre',
  '-U',
  '--upgrade',
  '--user',
  '-t',
  '--target',
  '--prefix',
  '--no-binary',
  '--only-binary',
  '--exclude-newer',
  '--group',
])

const FILES = new Set(['-r', '--requirement', '--requirements'])
const PROJECTS = new Set(['-e', '--editable'])

/** Reads the commands of pip and `uv pip`. */
export const pip: Reader = {
  reads: (program) => /^(?:pip(?:\d+(?:\.\d+)?)?|(?:python|pypy)\d*(?:\.\d+)?|uv)$/.test(program),
  read: (command, { variable }) => {
    const inner = pipCommand(command)
    if (inner === null) return []
    const { operands, options } = readArguments(inner.words, inner.dynamic, OPTIONS)
    if (options.some(({ name }) => ['--help', '-h', '--version', '--dry-run'].includes(name)))
      return []
    const at = operands.findIndex((one) => !one.dynamic)
    const verb = at < 0 ? '' : (operands[at]?.text ?? '')
    const names = operands.slice(at + 1).filter(({ text }) => text !== '')
    const shown = shownOptions(options, TELLING)
    if (['wheel', 'download', 'sync'].includes(verb)) shown.unshift(verb)
    const request = { manager: 'pip', options: shown }
    if (verb === 'uninstall') {
      return names.map((one) => ({ ...request, action: 'remove', ...splitRequirement(one) }))
    }
    if (!['install', 'wheel', 'download', 'sync'].includes(verb)) return []
    const hashed =
      options.some(({ name }) => name === '--require-hashes') ||
      isOn(variable('PIP_REQUIRE_HASHES'))
    if (verb === 'sync') {
      return names.map(() => ({ ...request, action: 'install', ...listed(hashed) }))
    }
    const found = asked(options, names, { command, hashed })
    return found.map((one) => addExtras({ ...request, ...one }))
  },
}

/** The words after `pip`; null when the command is no pip. */
function pipCommand(command: CommandWords): CommandWords | null {
  const { words, dynamic } = command
  const program = nameOf(words[0] ?? '')
  let start = 1
  if (program === 'uv') {
    while (words[start]?.startsWith('-') === true) start += 1
    if (words[start] !== 'pip') return null
    start += 1
  } else if (!program.startsWith('pip')) {
    const module = pythonModule(command, /^(?:pip|uv)$/)
    return module === null ? null : pipCommand(module)
  }
  return { words: words.slice(start), dynamic: dynamic.slice(start) }
}

type Requirement = Omit<Ask, 'manager' | 'options'> & { readonly more: readonly string[] }

function asked(
  options: readonly Option[],
  names: readonly Operand[],
  { command, hashed }: { readonly command: CommandWords; readonly hashed: boolean },
): Requirement[] {
  const { words, dynamic } = command
  const found: Requirement[] = []
  for (const { name, value } of options) {
    if (FILES.has(name)) found.push({ action: 'install', ...listed(hashed), more: [] })
    if (!PROJECTS.has(name) || value === null) continue
    const isDynamic = dynamic[words.indexOf(value)] === true
    found.push({
      action: 'install',
      ...splitRequirement({ text: value, dynamic: isDynamic }),
      more: [],
    })
  }
  for (const one of names) {
    found.push({ action: 'install', ...splitRequirement(one), more: extrasOf(one.text) })
  }
  return found
}

function addExtras({ more, ...ask }: Requirement & Pick<Ask, 'manager' | 'options'>): Ask {
  return { ...ask, options: [...ask.options, ...more] }
}
