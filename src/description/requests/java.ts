// Maven and Gradle (maven.apache.org/ref/current/maven-embedder/cli.html, docs.gradle.org command_line_interface,
// dependency_locking, dependency_verification). Maven has no lock file.
import { nameOf } from '../../core/index.ts'
import { type Arguments, readArguments, shownOptions } from './arguments.ts'
import { type Ask, listed, type NamedVersion, type Reader, type Surroundings } from './manager.ts'

const MVN_OPTIONS = {
  short: 'fsPDTlb',
  long: [
    '--file',
    '--settings',
    '--global-settings',
    '--activate-profiles',
    '--define',
    '--threads',
    '--log-file',
    '--builder',
    '--projects',
    '--resume-from',
    '--toolchains',
    '--global-toolchains',
    '--color',
  ],
}

/** Options of one dash and several letters. */
const MVN_LONG = ['-pl', '-rf', '-gs', '-gt', '-itr', '-emp', '-ep']

/** Reads Maven's commands, those of its wrapper and daemon as well. */
export const mvn: Reader = {
  reads: (program) => /^mvn[wd]?$/.test(program),
  read: ({ words, dynamic }) => {
    const kept = withoutMvnLong(words, dynamic)
    const { operands, options } = readArguments(kept.words, kept.dynamic, MVN_OPTIONS)
    const names = options.map(({ name }) => name)
    // `-v`, `-h`, and an offline build takes only what is there
    if (['-v', '--version', '-h', '--help', '-o', '--offline'].some((one) => names.includes(one)))
      return []
    const goals = operands.filter(({ text }) => text !== '')
    if (goals.length === 0) return []
    const shown = ['-U', '--update-snapshots', '-C', '--strict-checksums'].filter((one) =>
      names.includes(one),
    )
    const request = { manager: 'mvn', action: 'install', options: shown } as const
    const asks: Ask[] = []
    for (const { text } of goals) {
      const goal =
        /^(?:org\.apache\.maven\.plugins:)?(?:maven-)?dependency(?:-plugin)?(?::[\w.-]+)?:(?:get|copy|unpack)$/
      if (!goal.test(text)) continue
      for (const { name, value } of options) {
        const artifact = /^artifact=(.+)$/.exec(value ?? '')?.[1]
        if (artifact !== undefined && (name === '-D' || name === '--define')) {
          asks.push({ ...request, ...splitArtifact(artifact) })
        }
      }
    }
    const others = goals.length > asks.length
    return others ? [{ ...request, ...listed(false) }, ...asks] : asks
  },
}

function withoutMvnLong(words: readonly string[], dynamic: readonly boolean[]) {
  const kept: { words: string[]; dynamic: boolean[] } = { words: [], dynamic: [] }
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (MVN_LONG.includes(word)) {
      at += 1
      continue
    }
    // several letters that are one option
    if (/^-(?:ntp|am|amd|fae|fn|ff|nsu|npr|npu|up|cpu|llr)$/.test(word)) continue
    kept.words.push(word)
    kept.dynamic.push(dynamic[at] === true)
  }
  return kept
}

/** `group:name:version[:packaging[:classifier]]`. */
function splitArtifact(text: string): NamedVersion {
  const [group = '', name = '', version = ''] = text.split(':')
  const exact = /^\d[\w.-]*$/.test(version) && !/SNAPSHOT/i.test(version)
  const constraint = version === '' ? '' : `:${version}`
  const full = name === '' ? group : `${group}:${name}`
  return { name: full, constraint, pinned: exact && !/[$`]/.test(text) }
}

const GRADLE_OPTIONS = {
  short: 'xpbcIgDPF',
  long: [
    '--exclude-task',
    '--project-dir',
    '--build-file',
    '--settings-file',
    '--init-script',
    '--gradle-user-home',
    '--project-cache-dir',
    '--include-build',
    '--console',
    '--warning-mode',
    '--max-workers',
    '--system-prop',
    '--project-prop',
    '--dependency-verification',
    '--write-verification-metadata',
    '--update-locks',
    '--configuration',
    '--gradle-version',
    '--gradle-distribution-url',
    '--gradle-distribution-sha256-sum',
    '--distribution-type',
    '--tests',
  ],
}

const GRADLE_TELLING = new Set([
  '--write-locks',
  '--update-locks',
  '--refresh-dependencies',
  '--dependency-verification',
  '-F',
])

/** Reads Gradle's commands and those of its wrapper. */
export const gradle: Reader = {
  reads: (program) => program === 'gradle' || program === 'gradlew',
  read: ({ words, dynamic }, around) => {
    const given = readArguments(words.slice(1), dynamic.slice(1), GRADLE_OPTIONS)
    const names = given.options.map(({ name }) => name)
    if (
      ['-v', '--version', '-V', '-h', '-?', '--help', '--offline', '--stop', '--status'].some(
        (one) => names.includes(one),
      )
    )
      return []
    const tasks = given.operands.map(({ text }) => nameOf(text.replace(/:/g, '/')))
    if (
      tasks.length === 0 ||
      tasks.every((task) => ['wrapper', 'init', 'tasks', 'help', 'clean'].includes(task))
    )
      return []
    const options = shownOptions(given.options, GRADLE_TELLING)
    return [{ manager: 'gradle', action: 'install', options, ...listed(isHeld(given, around)) }]
  },
}

/** Lock files, or the digests of every file that may be downloaded. */
function isHeld({ options }: Arguments, { tracks }: Surroundings): boolean {
  const off = options.some(
    ({ name, value }) =>
      name === '--write-locks' ||
      name === '--update-locks' ||
      ((name === '--dependency-verification' || name === '-F') && value !== 'strict'),
  )
  return !off && (tracks('gradle.lockfile') || tracks('verification-metadata.xml'))
}
