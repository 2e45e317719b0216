// dpkg (dpkg(1)): files of packages that are put in as they are, without what they need.
import { readArguments } from './arguments.ts'
import { isAddress, type Reader } from './manager.ts'
import { hasOption, shown } from './subcommand.ts'

const OPTIONS = {
  short: 'D',
  long: [
    '--root',
    '--admindir',
    '--instdir',
    '--path-exclude',
    '--path-include',
    '--log',
    '--status-fd',
    '--status-logger',
    '--ignore-depends',
    '--abort-after',
  ],
}

const TELLING = new Set(['--root', '--instdir', '--admindir', '-R', '--recursive', '--unpack'])

/** Reads dpkg's commands that put in or take away. */
export const dpkg: Reader = {
  reads: (program) => program === 'dpkg',
  read: ({ words, dynamic }) => {
    const given = readArguments(words.slice(1), dynamic.slice(1), OPTIONS)
    if (hasOption(given, '--no-act', '--dry-run', '--simulate', '--help', '--version')) return []
    const installs = hasOption(given, '-i', '--install', '--unpack')
    if (!installs && !hasOption(given, '-r', '--remove', '-P', '--purge')) return []
    return given.operands.map(({ text, dynamic: isDynamic }) => ({
      manager: 'dpkg',
      action: installs ? 'install' : 'remove',
      name: text,
      constraint: '',
      pinned: installs && !isDynamic && !isAddress(text),
      options: shown(given, TELLING),
    }))
  },
}
