// yum, dnf, microdnf, tdnf and zypper (yum(8), dnf(8), zypper(8)).
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

const YUM_OPTIONS = {
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

const ZYPPER_OPTIONS = {
  short: 'cDCRrtp',
  long: [
    '--config',
    '--reposd-dir',
    '--cache-dir',
    '--root',
    '--installroot',
    '--repo',
    '--from',
    '--type',
    '--plus-repo',
    '--plus-content',
    '--releasever',
    '--userdata',
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
  '--from',
  '-r',
  '--root',
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
  'dist-upgrade': 'upgrade',
  dup: 'upgrade',
  patch: 'upgrade',
  makecache: 'update',
  'check-update': 'update',
  refresh: 'update',
  ref: 'update',
}

const PROGRAMS: Readonly<Record<string, string>> = {
  yum: 'yum',
  dnf: 'dnf',
  dnf5: 'dnf',
  'dnf-3': 'dnf',
  microdnf: 'microdnf',
  tdnf: 'tdnf',
  zypper: 'zypper',
}

/** Reads the commands of rpm's package managers. */
export const yum: Reader = {
  reads: (program) => Object.hasOwn(PROGRAMS, program),
  read: ({ words, dynamic }) => {
    const manager = PROGRAMS[nameOf(words[0] ?? '')] ?? ''
    const table = manager === 'zypper' ? ZYPPER_OPTIONS : YUM_OPTIONS
    const { operands, options } = readArguments(words.slice(1), dynamic.slice(1), table)
    let at = operands.findIndex((one) => !one.dynamic)
    // `group install`, `module install`
    const kind = operands[at]?.text ?? ''
    if (['group', 'groups', 'module'].includes(kind)) at += 1
    const verb = operands[at]?.text ?? ''
    const action = Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined
    if (action === undefined) return []
    const request = { manager, options: shownOptions(options, TELLING) }
    const names = operands.slice(at + 1).filter(({ text }) => text !== '')
    if (names.length === 0) {
      if (action === 'install') return []
      return [{ ...request, action, name: '', constraint: '', pinned: false }]
    }
    const isModule = kind === 'module'
    return names.map(({ text, dynamic: isDynamic }) => {
      // zypper: `-name` or `!name` takes away
      if (manager === 'zypper' && text.startsWith('!')) {
        return { ...request, action: 'remove', ...splitName(text.slice(1), isDynamic, isModule) }
      }
      return { ...request, action, ...splitName(text, isDynamic, isModule) }
    })
  },
}

/** `name`, `name-version-release.arch`, `name = version`, `module:stream`, a file, an address. */
function splitName(text: string, dynamic: boolean, isModule: boolean): NamedVersion {
  if (isAddress(text)) return { name: text, constraint: '', pinned: false }
  if (isPath(text) || text.endsWith('.rpm')) return { name: text, constraint: '', pinned: !dynamic }
  const compared = /^([^\s<>=$`]+)\s*([<>=]=?)\s*(\S+)$/.exec(text)
  if (compared !== null) {
    const [, name = '', operator = '', version = ''] = compared
    const pinned = operator.startsWith('=') && !dynamic && !/[*?]/.test(version)
    return { name, constraint: `${operator}${version}`, pinned }
  }
  if (isModule && text.includes(':') && text.indexOf(':') < expansionStart(text)) {
    const at = text.indexOf(':')
    return { name: text.slice(0, at), constraint: text.slice(at), pinned: false }
  }
  if (dynamic) {
    // `name-$VERSION`
    const start = expansionStart(text)
    const name = text.slice(0, start)
    if (start === text.length || !/[^-]-$/.test(name))
      return { name: text, constraint: '', pinned: false }
    return { name: name.slice(0, -1), constraint: text.slice(start - 1), pinned: false }
  }
  const at = versionStart(text)
  if (at < 0) return { name: text, constraint: '', pinned: false }
  const constraint = text.slice(at)
  return { name: text.slice(0, at), constraint, pinned: !/[*?[]/.test(constraint) }
}

/**
 * Where `-version` or `-version-release` begins; -1 for a plain name. A single number without a dot
 * (`gcc-toolset-12`) belongs to the name.
 */
function versionStart(text: string): number {
  const parts = text.split('-')
  const last = parts.at(-1) ?? ''
  const before = parts.at(-2) ?? ''
  const isVersion = (part: string) => /^(?:\d+:)?\d[\w.+~^*?:]*$/.test(part)
  if (parts.length > 2 && isVersion(before) && isVersion(last)) {
    return text.length - before.length - last.length - 2
  }
  return parts.length > 1 && isVersion(last) && /[.*]/.test(last)
    ? text.length - last.length - 1
    : -1
}
