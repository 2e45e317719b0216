// zypper (zypper(8)). Options before the verb and behind it are two tables: `-C`, `-r`, `-p` differ.
import { type Arguments, type OptionTable, readArguments } from './arguments.ts'
import type { Ask, Reader } from './manager.ts'
import { splitRpmName } from './rpm-name.ts'
import { hasOption, optionValue, shown } from './subcommand.ts'

const GLOBAL: OptionTable = {
  short: 'cDCpsR',
  long: [
    '--config',
    '--userdata',
    '--table-style',
    '--reposd-dir',
    '--cache-dir',
    '--raw-cache-dir',
    '--solv-cache-dir',
    '--pkg-cache-dir',
    '--plus-repo',
    '--plus-content',
    '--releasever',
    '--root',
    '--installroot',
  ],
}

const OWN: OptionTable = {
  short: 'rtg',
  long: [
    '--repo',
    '--from',
    '--type',
    '--category',
    '--severity',
    '--bugzilla',
    '--cve',
    '--date',
    '--solver-focus',
    '--download',
  ],
}

const TELLING = new Set([
  '--plus-repo',
  '-p',
  '--root',
  '-R',
  '--installroot',
  '--releasever',
  '--no-gpg-checks',
  '--repo',
  '-r',
  '--from',
  '--type',
  '-t',
  '--capability',
  '-C',
  '--no-recommends',
  '--recommends',
  '--oldpackage',
])

const ACTIONS: Readonly<Record<string, Ask['action']>> = {
  install: 'install',
  in: 'install',
  'source-install': 'install',
  si: 'install',
  'install-new-recommends': 'install',
  inr: 'install',
  remove: 'remove',
  rm: 'remove',
  update: 'upgrade',
  up: 'upgrade',
  'dist-upgrade': 'upgrade',
  dup: 'upgrade',
  patch: 'upgrade',
  refresh: 'update',
  ref: 'update',
  'refresh-services': 'update',
  refs: 'update',
}

/** Reads zypper's commands. */
export const zypper: Reader = {
  reads: (program) => program === 'zypper',
  read: ({ words, dynamic }) => {
    const at = verbAt(words)
    const before = readArguments(words.slice(1, at), dynamic.slice(1, at), GLOBAL)
    const own = readArguments(words.slice(at + 1), dynamic.slice(at + 1), OWN)
    const verb = words[at] ?? ''
    const action = dynamic[at] === false && Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined
    if (action === undefined || hasOption(own, '--dry-run', '-D', '--help', '-h')) return []
    if (hasOption(own, '--download-only', '-d')) return []
    const options = [
      ...shown(before, telling('-p', '-R')),
      ...shown(own, telling('-r', '-t', '-C')),
    ]
    const asks = asked(own, action, options, words.slice(at + 1).includes('--'))
    const isNameless = asks[0]?.name === '' && action === 'install'
    return isNameless && !/^inr|^install-new/.test(verb) ? [] : asks
  },
}

function asked(own: Arguments, action: Ask['action'], options: string[], literal: boolean): Ask[] {
  const request = { manager: 'zypper', options }
  const operands = own.operands.filter(({ text }) => text !== '')
  if (operands.length === 0) {
    return [{ ...request, action, name: '', constraint: '', pinned: false }]
  }
  const isCapability = hasOption(own, '-C', '--capability')
  const type = optionValue(own, '-t', '--type') ?? 'package'
  return operands.map(({ text, dynamic }) => {
    // `!name`, and behind `--` also `-name`, takes away; `+name` puts in
    const sign = /^[!~]/.test(text) || (literal && /^[-+]/.test(text)) ? text.charAt(0) : ''
    const named = text.slice(sign.length)
    const does = sign === '' ? action : sign === '+' ? 'install' : 'remove'
    if (isCapability || type !== 'package') {
      return { ...request, action: does, name: named, constraint: '', pinned: false }
    }
    // `repository:name`
    const bare = /^[\w.-]+:(?!\/)([A-Za-z].*)$/.exec(named)?.[1] ?? named
    return { ...request, action: does, ...splitRpmName(bare, dynamic, false) }
  })
}

function telling(...short: string[]): ReadonlySet<string> {
  return new Set([...TELLING].filter((name) => name.startsWith('--') || short.includes(name)))
}

/** Index of the verb: the first word that is neither an option nor the value of one. */
function verbAt(words: readonly string[]): number {
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (!word.startsWith('-')) return at
    const takesNext = word.startsWith('--')
      ? GLOBAL.long.includes(word)
      : word.length === 2 && GLOBAL.short.includes(word.charAt(1))
    if (takesNext) at += 1
  }
  return words.length
}
