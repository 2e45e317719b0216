// The dotnet command and NuGet (learn.microsoft.com/dotnet/core/tools, /nuget/concepts/package-versioning).
import type { Operand } from './arguments.ts'
import {
  type Ask,
  expansionStart,
  isOn,
  listed,
  type NamedVersion,
  type Reader,
} from './manager.ts'
import {
  deeper,
  hasOption,
  optionValue,
  readSubcommand,
  type Subcommand,
  shown,
} from './subcommand.ts'

const OPTIONS = {
  short: 'vsrcofnap',
  long: [
    '--version',
    '--source',
    '--add-source',
    '--runtime',
    '--configuration',
    '--output',
    '--framework',
    '--arch',
    '--os',
    '--verbosity',
    '--packages',
    '--configfile',
    '--lock-file-path',
    '--tool-path',
    '--tool-manifest',
    '--package-directory',
    '--project',
    '--property',
    '--sdk-version',
    '--artifacts-path',
    '--from-rollback-file',
    '--temp-dir',
    '--filter',
    '--logger',
    '--settings',
    '--version-suffix',
  ],
}

const TELLING = new Set([
  '-g',
  '--global',
  '--tool-path',
  '--source',
  '-s',
  '--add-source',
  '--configfile',
  '--locked-mode',
  '--force-evaluate',
  '--prerelease',
  '--no-restore',
])

const BUILDS = ['build', 'publish', 'test', 'pack', 'run', 'msbuild']

/** Reads the commands of dotnet. */
export const dotnet: Reader = {
  reads: (program) => program === 'dotnet',
  read: (command) => {
    const given = readSubcommand(command, OPTIONS)
    if (hasOption(given, '--help', '-h', '-?')) return []
    return readVerb(given, command.words)
  },
}

function readVerb(given: Subcommand, words: readonly string[]): Ask[] {
  const { verb, names } = given
  const request = { manager: 'dotnet', options: shown(given, TELLING) }
  if (verb === 'restore')
    return [{ ...request, action: 'install', ...listed(isLocked(given, words)) }]
  if (BUILDS.includes(verb)) {
    if (hasOption(given, '--no-restore') || (hasOption(given, '--no-build') && verb !== 'msbuild'))
      return []
    // an assembly that is run restores nothing; neither does msbuild that is not asked to
    if (
      verb === 'msbuild' &&
      !words.some((word) => /^[-/](?:t|target|r|restore)\b.*restore|^-restore$/i.test(word))
    )
      return []
    return [
      {
        ...request,
        options: [verb, ...request.options],
        action: 'install',
        ...listed(isLocked(given, words)),
      },
    ]
  }
  const at = names.findIndex(({ text }) => text === 'package')
  if (verb === 'add' && at >= 0) return packages(given, names.slice(at + 1), 'install')
  if (verb === 'remove' && at >= 0) return packages(given, names.slice(at + 1), 'remove')
  if (verb === 'package') {
    const inner = deeper(given)
    if (inner.verb === 'add') return packages(given, inner.names, 'install')
    return inner.verb === 'remove' ? packages(given, inner.names, 'remove') : []
  }
  if (verb === 'tool') return readTool(deeper(given))
  if (verb === 'workload' && names[0]?.text === 'install')
    return packages(given, names.slice(1), 'install', 'workload')
  if (verb === 'new' && names[0]?.text === 'install')
    return packages(given, names.slice(1), 'install', 'new')
  return []
}

function packages(
  given: Subcommand,
  names: readonly Operand[],
  action: Ask['action'],
  before?: string,
): Ask[] {
  const version = optionValue(given, '--version', '-v')
  const options = shown(given, TELLING, ...(before === undefined ? [] : [before]))
  return names.map((one) => ({ manager: 'dotnet', options, action, ...splitName(one, version) }))
}

function readTool(given: Subcommand): Ask[] {
  const { verb, names } = given
  switch (verb) {
    case 'install':
      return packages(given, names, 'install', 'tool')
    case 'uninstall':
      return packages(given, names, 'remove', 'tool')
    case 'update': {
      const version = optionValue(given, '--version')
      return packages(given, names, version === undefined ? 'upgrade' : 'install', 'tool')
    }
    case 'restore':
      // the manifest holds one version a tool
      return [
        {
          manager: 'dotnet',
          options: shown(given, TELLING, 'tool restore'),
          action: 'install',
          ...listed(true),
        },
      ]
    default:
      return []
  }
}

/** The lock files decide: `--locked-mode`, or the property that stands for it. */
function isLocked(given: Subcommand, words: readonly string[]): boolean {
  if (hasOption(given, '--force-evaluate')) return false
  if (hasOption(given, '--locked-mode')) return true
  return words.some((word) =>
    isOn(/^(?:[-/]p(?:roperty)?:|--property:)RestoreLockedMode=(\w+)$/i.exec(word)?.[1]),
  )
}

/** `Name`, `Name@1.2.3`, `Name::1.2.3`, the version in an option; NuGet takes the lowest that fits, so that a plain version is exact. */
function splitName({ text, dynamic }: Operand, version: string | undefined): NamedVersion {
  const at = text.search(/@|::/)
  if (at > 0 && at < expansionStart(text)) {
    const own = text.slice(at).replace(/^@|^::/, '')
    return { name: text.slice(0, at), constraint: `@${own}`, pinned: !dynamic && isExact(own) }
  }
  if (/[/\\]|\.nupkg$/.test(text)) return { name: text, constraint: '', pinned: !dynamic }
  if (version === undefined) return { name: text, constraint: '', pinned: false }
  return { name: text, constraint: `@${version}`, pinned: !dynamic && isExact(version) }
}

function isExact(version: string): boolean {
  return /^\[?\d+(?:\.\d+){1,3}(?:-[\w.-]+)?(?:\+[\w.-]+)?\]?$/.test(version)
}
