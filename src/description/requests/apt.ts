// apt-get, apt and aptitude (apt-get(8), aptitude(8)).
import { nameOf } from '../../core/index.ts'
import { readArguments, shownOptions } from './arguments.ts'
import {
  type Ask,
  expansionStart,
  isAddress,
  isPath,
  type NamedVersion,
  type Reader,
} from './manager.ts'

const OPTIONS = {
  short: 'ocatPS',
  long: [
    '--option',
    '--config-file',
    '--host-architecture',
    '--target-release',
    '--default-release',
    '--build-profiles',
    '--snapshot',
    '--comment',
    '--solver',
    '--planner',
  ],
}

const TELLING = new Set([
  '-S',
  '--snapshot',
  '-t',
  '--target-release',
  '--default-release',
  '-o',
  '--option',
  '--no-install-recommends',
  '--install-suggests',
  '--only-upgrade',
  '--allow-downgrades',
  '--allow-unauthenticated',
  '--download-only',
  '-d',
])

const ACTIONS: Readonly<Record<string, Ask['action']>> = {
  install: 'install',
  reinstall: 'install',
  'build-dep': 'install',
  remove: 'remove',
  purge: 'remove',
  autoremove: 'remove',
  'auto-remove': 'remove',
  autopurge: 'remove',
  upgrade: 'upgrade',
  'dist-upgrade': 'upgrade',
  'full-upgrade': 'upgrade',
  'safe-upgrade': 'upgrade',
  update: 'update',
}

/** Reads apt's commands. */
export const apt: Reader = {
  reads: (program) => ['apt-get', 'apt', 'aptitude'].includes(program),
  read: ({ words, dynamic }) => {
    const { operands, options } = readArguments(words.slice(1), dynamic.slice(1), OPTIONS)
    if (options.some(({ name }) => SIMULATES.has(name))) return []
    const at = operands.findIndex((one) => !one.dynamic)
    const verb = operands[at]?.text ?? ''
    const action = Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined
    if (action === undefined) return []
    const shown = shownOptions(options, TELLING)
    if (verb === 'build-dep') shown.unshift(verb)
    const request = { manager: 'apt', options: shown }
    const names = operands.slice(at + 1).filter(({ text }) => text !== '')
    if (names.length === 0) {
      if (action === 'install') return []
      return [{ ...request, action, name: '', constraint: '', pinned: false }]
    }
    return names.map(({ text, dynamic: isDynamic }) => {
      // `name-` takes away, `name+` puts in, whatever the verb
      const sign = isDynamic || isPath(text) ? '' : (/[^+]([-+])$/.exec(text)?.[1] ?? '')
      const named = sign === '' ? text : text.slice(0, -1)
      const own = sign === '-' ? 'remove' : sign === '+' ? 'install' : action
      return { ...request, action: own, ...splitName(named, isDynamic) }
    })
  },
}

const SIMULATES = new Set([
  '-s',
  '--simulate',
  '--dry-run',
  '--just-print',
  '--print-uris',
  '--recon',
])

/** `name`, `name:arch`, `name=version`, `name/release`, a file. */
function splitName(text: string, dynamic: boolean): NamedVersion {
  if (isPath(text) || (nameOf(text).endsWith('.deb') && !isAddress(text))) {
    return { name: text, constraint: '', pinned: !dynamic }
  }
  const at = text.search(/[=/]/)
  if (isAddress(text) || at <= 0 || at > expansionStart(text)) {
    return { name: text, constraint: '', pinned: false }
  }
  const constraint = text.slice(at)
  const exact = !dynamic && constraint.startsWith('=') && !/[*?[]/.test(constraint)
  return { name: text.slice(0, at), constraint, pinned: exact && constraint.length > 1 }
}
