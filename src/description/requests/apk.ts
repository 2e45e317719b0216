// apk (apk(8), apk-world(5)).
import { nameOf } from '../../core/index.ts'
import { readArguments, shownOptions } from './arguments.ts'
import { type Ask, expansionStart, isPath, type NamedVersion, type Reader } from './manager.ts'

const OPTIONS = {
  short: 'pXt',
  long: [
    '--root',
    '--repository',
    '--virtual',
    '--arch',
    '--cache-dir',
    '--cache-max-age',
    '--keys-dir',
    '--repositories-file',
    '--progress-fd',
    '--timeout',
    '--wait',
    '--cache-packages',
  ],
}

const TELLING = new Set([
  '-X',
  '--repository',
  '-t',
  '--virtual',
  '-p',
  '--root',
  '-u',
  '--upgrade',
  '-l',
  '--latest',
  '--allow-untrusted',
  '--repositories-file',
])

const ACTIONS: Readonly<Record<string, Ask['action']>> = {
  add: 'install',
  del: 'remove',
  upgrade: 'upgrade',
  update: 'update',
}

/** Reads apk's commands. */
export const apk: Reader = {
  reads: (program) => program === 'apk' || program === 'apk.static',
  read: ({ words, dynamic }) => {
    const { operands, options } = readArguments(words.slice(1), dynamic.slice(1), OPTIONS)
    if (options.some(({ name }) => name === '-s' || name === '--simulate')) return []
    const at = operands.findIndex((one) => !one.dynamic)
    const verb = operands[at]?.text ?? ''
    const action = Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined
    if (action === undefined) return []
    const request = { manager: 'apk', options: shownOptions(options, TELLING) }
    const names = operands.slice(at + 1).filter(({ text }) => text !== '')
    if (names.length === 0) {
      if (action === 'install' || action === 'remove') return []
      return [{ ...request, action, name: '', constraint: '', pinned: false }]
    }
    return names.map(({ text, dynamic: isDynamic }) => {
      // `!name`: it must not be there
      if (text.startsWith('!')) {
        return { ...request, action: 'remove', ...splitName(text.slice(1), isDynamic) }
      }
      return { ...request, action, ...splitName(text, isDynamic) }
    })
  },
}

/** `name`, `name=1.2-r0`, `name~1.2`, `name>=1`, `name@tag`, a file. */
function splitName(text: string, dynamic: boolean): NamedVersion {
  if (isPath(text) || nameOf(text).endsWith('.apk')) {
    return { name: text, constraint: '', pinned: !dynamic }
  }
  const at = text.search(/[=~<>@]/)
  if (at <= 0 || at > expansionStart(text)) return { name: text, constraint: '', pinned: false }
  const constraint = text.slice(at)
  const exact = !dynamic && /^=[^=~<>@*]+(?:@.*)?$/.test(constraint)
  return { name: text.slice(0, at), constraint, pinned: exact }
}
