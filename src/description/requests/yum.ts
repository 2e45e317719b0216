// yum, dnf, microdnf and tdnf (yum(8), dnf(8)).
import { nameOf } from '../../core/index.ts'
import { readArguments, shownOptions } from './arguments.ts'
import type { Ask, Reader } from './manager.ts'
import { splitRpmName } from './rpm-name.ts'

const OPTIONS = {
  short: 'cdeRx',
  long: [
    '--config',
    '--debuglevel',
    '--errorlevel',
    '--randomwait',
    '--exclude',
    '--excludepkgs',
    '--enablerepo',
    '--disablerepo',
    '--repo',
    '--repoid',
    '--installroot',
    '--releasever',
    '--setopt',
    '--disableplugin',
    '--enableplugin',
    '--disableexcludes',
    '--disableexcludepkgs',
    '--color',
    '--comment',
    '--forcearch',
    '--arch',
    '--downloaddir',
    '--destdir',
    '--rpmverbosity',
    '--advisory',
    '--sec-severity',
    '--repofrompath',
  ],
}

const TELLING = new Set([
  '--enablerepo',
  '--disablerepo',
  '--repo',
  '--repoid',
  '--repofrompath',
  '--installroot',
  '--releasever',
  '--setopt',
  '--nogpgcheck',
])

const ACTIONS: Readonly<Record<string, Ask['action']>> = {
  install: 'install',
  in: 'install',
  localinstall: 'install',
  reinstall: 'install',
  'install-n': 'install',
  'install-na': 'install',
  'install-nevra': 'install',
  groupinstall: 'install',
  builddep: 'install',
  remove: 'remove',
  rm: 'remove',
  erase: 'remove',
  autoremove: 'remove',
  groupremove: 'remove',
  update: 'upgrade',
  up: 'upgrade',
  upgrade: 'upgrade',
  'update-minimal': 'upgrade',
  'upgrade-minimal': 'upgrade',
  'distro-sync': 'upgrade',
  dsync: 'upgrade',
  'dist-upgrade': 'upgrade',
  makecache: 'update',
  'check-update': 'update',
}

const PROGRAMS: Readonly<Record<string, string>> = {
  yum: 'yum',
  dnf: 'dnf',
  dnf5: 'dnf',
  'dnf-3': 'dnf',
  microdnf: 'microdnf',
  tdnf: 'tdnf',
}

/** Reads the commands of rpm's package managers. */
export const yum: Reader = {
  reads: (program) => Object.hasOwn(PROGRAMS, program),
  read: ({ words, dynamic }) => {
    const manager = PROGRAMS[nameOf(words[0] ?? '')] ?? ''
    const { operands, options } = readArguments(words.slice(1), dynamic.slice(1), OPTIONS)
    let at = operands.findIndex((one) => !one.dynamic)
    // `group install`, `module install`
    const kind = operands[at]?.text ?? ''
    if (['group', 'groups', 'module'].includes(kind)) at += 1
    const verb = operands[at]?.text ?? ''
    const action = Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined
    if (action === undefined) return []
    if (options.some(({ name }) => name === '--downloadonly' || name === '--help')) return []
    const shown = shownOptions(options, TELLING)
    if (at > 0 && kind !== verb) shown.unshift(kind)
    if (['groupinstall', 'groupremove', 'builddep'].includes(verb)) shown.unshift(verb)
    const request = { manager, options: shown }
    const names = operands.slice(at + 1).filter(({ text }) => text !== '')
    if (names.length === 0) {
      if (action === 'install') return []
      return [{ ...request, action, name: '', constraint: '', pinned: false }]
    }
    const isModule = kind === 'module'
    return names.map(({ text, dynamic: isDynamic }) => ({
      ...request,
      action,
      ...splitRpmName(text, isDynamic, isModule),
    }))
  },
}
