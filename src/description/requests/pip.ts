// pip, `python -m pip` and `uv pip` (pip.pypa.io/en/stable/cli, docs.astral.sh/uv; requirement
// specifiers: packaging.python.org/en/latest/specifications/dependency-specifiers).
import { nameOf } from '../../core/index.ts'
import { type Operand, type Option, readArguments, shownOptions } from './arguments.ts'
import {
  type Ask,
  type CommandWords,
  expansionStart,
  isAddress,
  isPath,
  type NamedVersion,
  type Reader,
} from './manager.ts'

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
  read: (command) => {
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
    if (verb === 'sync') return names.map(() => ({ ...request, ...FILE }))
    return [...asked(options, names, command).map((one) => addExtras({ ...request, ...one }))]
  },
}

const FILE = { action: 'install', name: '', constraint: '', pinned: false } as const

/** The words after `pip`; null when the command is no pip. */
function pipCommand({ words, dynamic }: CommandWords): CommandWords | null {
  const program = nameOf(words[0] ?? '')
  let start = 1
  if (program === 'uv') {
    while (words[start]?.startsWith('-') === true) start += 1
    if (words[start] !== 'pip') return null
    start += 1
  } else if (!program.startsWith('pip')) {
    // python's own options stand before -m
    start = words.indexOf('-m') + 1
    const own = words.slice(1, Math.max(start - 1, 1))
    if (start === 0 || !own.every((word) => /^-[A-Za-z]+$/.test(word)) || words[start] !== 'pip')
      return null
    start += 1
  }
  return { words: words.slice(start), dynamic: dynamic.slice(start) }
}

type Requirement = Omit<Ask, 'manager' | 'options'> & { readonly more: readonly string[] }

function asked(
  options: readonly Option[],
  names: readonly Operand[],
  { words, dynamic }: CommandWords,
): Requirement[] {
  const found: Requirement[] = []
  for (const { name, value } of options) {
    if (FILES.has(name)) found.push({ ...FILE, more: [] })
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

const NAME = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[^\]]*\])?\s*/

/** `[extra]` and `; marker`, which say more of a requirement than its name. */
function extrasOf(text: string): string[] {
  const extras = NAME.exec(text)?.[2]
  const marker = isAddress(text) ? undefined : /;\s*(.+)$/.exec(text)?.[1]
  return [extras, marker === undefined ? undefined : `; ${marker}`].filter(
    (one) => one !== undefined,
  )
}

/** `name==1.0`, `name[extra]>=1,<2; marker`, `name @ address`, a file, a folder, an address. */
function splitRequirement({ text, dynamic }: Operand): NamedVersion {
  if (isPath(text) || /^(?!.*:\/\/).*\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$/.test(text)) {
    return { name: text, constraint: '', pinned: !dynamic }
  }
  if (isAddress(text)) return { name: text, constraint: '', pinned: !dynamic && namesBytes(text) }
  const match = NAME.exec(text)
  const name = match?.[1] ?? ''
  if (match === null || match[0].length > expansionStart(text)) {
    return { name: text, constraint: '', pinned: false }
  }
  const rest = text.slice(match[0].length)
  if (rest.startsWith('@')) {
    return { name, constraint: rest, pinned: !dynamic && namesBytes(rest) }
  }
  // `.` or `/` behind a name: a folder
  if (rest !== '' && !/^[=<>!~;$`]/.test(rest)) {
    return { name: text, constraint: '', pinned: !dynamic }
  }
  if (/^[$`]/.test(rest)) return { name: text, constraint: '', pinned: false }
  const constraint = rest.replace(/\s*;.*$/s, '').replace(/\s+/g, '')
  const exact = constraint.split(',').some((one) => /^===?[^*=<>!~]+$/.test(one))
  return { name, constraint, pinned: !dynamic && exact }
}

/** An address that names its content: a hash, or a whole git commit. */
function namesBytes(address: string): boolean {
  return /#(?:.*&)?sha256=[0-9a-f]{64}/.test(address) || /@[0-9a-f]{40}(?:#|$)/.test(address)
}
