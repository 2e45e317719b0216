// pacman and the programs that take its options (pacman(8)).
import { nameOf } from '../../core/index.ts'
import { type Operand, readArguments } from './arguments.ts'
import {
  type Ask,
  expansionStart,
  isAddress,
  isPath,
  type NamedVersion,
  type Reader,
} from './manager.ts'
import { hasOption, shown } from './subcommand.ts'

const OPTIONS = {
  short: 'br',
  long: [
    '--dbpath',
    '--root',
    '--arch',
    '--cachedir',
    '--color',
    '--config',
    '--gpgdir',
    '--hookdir',
    '--logfile',
    '--sysroot',
    '--overwrite',
    '--ignore',
    '--ignoregroup',
    '--assume-installed',
    '--print-format',
    '--ask',
  ],
}

const TELLING = new Set([
  '-r',
  '--root',
  '--sysroot',
  '--config',
  '--ignore',
  '--ignoregroup',
  '--overwrite',
  '--asdeps',
  '--needed',
  '--assume-installed',
  '--disable-download-timeout',
])

/** Reads pacman's commands. */
export const pacman: Reader = {
  reads: (program) => ['pacman', 'yay', 'paru', 'pikaur'].includes(program),
  read: ({ words, dynamic }) => {
    const given = readArguments(words.slice(1), dynamic.slice(1), OPTIONS)
    const has = (...names: string[]) => hasOption(given, ...names)
    if (has('-h', '--help', '-V', '--version', '-p', '--print')) return []
    const request = { manager: nameOf(words[0] ?? ''), options: shown(given, TELLING) }
    const names = given.operands.filter(({ text }) => text !== '')
    const nameless = { ...request, name: '', constraint: '', pinned: false }
    if (has('-R', '--remove')) {
      return names.map((one) => ({ ...request, action: 'remove', ...splitName(one) }))
    }
    if (has('-U', '--upgrade')) {
      return names.map((one) => ({ ...request, action: 'install', ...splitFile(one) }))
    }
    // searching, listing, cleaning, only downloading
    if (!has('-S', '--sync')) return []
    if (has('-s', '-i', '-l', '-g', '-c', '-w')) return []
    if (has('--search', '--info', '--list', '--groups', '--clean', '--downloadonly')) return []
    const asks: Ask[] = []
    if (has('-y', '--refresh')) asks.push({ ...nameless, action: 'update' })
    if (has('-u', '--sysupgrade')) asks.push({ ...nameless, action: 'upgrade' })
    return [
      ...asks,
      ...names.map((one): Ask => ({ ...request, action: 'install', ...splitName(one) })),
    ]
  },
}

/** `name`, `repository/name`, `name=1.2-3`, `name>=1.2`. */
function splitName({ text, dynamic }: Operand): NamedVersion {
  const at = text.search(/[<>=]/)
  const end = at <= 0 || at > expansionStart(text) ? text.length : at
  const name = text.slice(0, end)
  const slash = name.indexOf('/')
  const bare = slash > 0 && slash < expansionStart(name) ? name.slice(slash + 1) : name
  const constraint = text.slice(end)
  return { name: bare, constraint, pinned: !dynamic && /^=[^=<>*]+$/.test(constraint) }
}

function splitFile({ text, dynamic }: Operand): NamedVersion {
  const own = isPath(text) || !isAddress(text)
  return { name: text, constraint: '', pinned: own && !dynamic }
}
