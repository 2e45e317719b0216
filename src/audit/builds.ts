// What the tracked build files say of an image: which of them build it, and where its build arguments come from.
import type { RecordedArgument } from '../attribution/index.ts'
import type { AuditResult, BuildDefinition, Description } from '../core/index.ts'
import { isAutomated } from '../core/index.ts'
import { buildsOf } from '../description/index.ts'

type BuiltBy = NonNullable<AuditResult['description']>['builtBy']

/** The tracked builds of the Dockerfile, those that CI runs first. */
export function builtBy({ builds, dockerfilePath, context }: Description): BuiltBy {
  return buildsOf(builds, { dockerfile: dockerfilePath, context }).map(
    ({ definition: { file, line, tool, name, command }, automated }) => ({
      ...{ file, line, tool, name, command, automated },
    }),
  )
}

/** Files that CI may build it with, and that are not read: `Jenkinsfile (a Jenkins pipeline)`. */
export function unreadBuilds({ builds }: Description): readonly string[] {
  const unread = builds.unread.filter(({ automated }) => automated)
  return unread.map(({ file, line, what }) => `${file}${line === 0 ? '' : `:${line}`} (${what})`)
}

/** Build arguments by where their values come from. */
export interface JudgedArguments {
  /** No tracked file gives the value, nor says that it comes from outside. */
  readonly untracked: readonly RecordedArgument[]
  /** A tracked build names the argument, its value comes from outside: sentences with file and line. */
  readonly given: readonly string[]
}

/** Sorts the arguments that a history shows with another value than the Dockerfile's. */
export function judgeArguments(
  recorded: readonly RecordedArgument[],
  description: Description | null,
): JudgedArguments {
  const untracked: RecordedArgument[] = []
  const given: string[] = []
  for (const argument of recorded) {
    const { name, found } = argument
    const naming = description === null ? [] : buildsNaming(description, name)
    if (naming.some((build) => build.arguments[name] === found)) continue
    const open = naming.find((build) => build.dynamic.includes(`arguments.${name}`))
    if (open === undefined) untracked.push(argument)
    else if (!isCommit(found, description)) {
      given.push(`${name} is given at build time (${placeOf(open)})`)
    }
  }
  return { untracked, given }
}

/** Builds of this Dockerfile, or of one that is not known, which give the argument; CI first. */
function buildsNaming({ builds, dockerfilePath }: Description, name: string): BuildDefinition[] {
  return builds.definitions
    .filter(
      ({ through, dockerfile, arguments: values }) =>
        through === null &&
        (dockerfile === null || dockerfile === dockerfilePath) &&
        Object.hasOwn(values, name),
    )
    .sort((a, b) => Number(isAutomated(b)) - Number(isAutomated(a)))
}

/** The commit itself is no moving input: whoever builds the commit again gives it again. */
function isCommit(value: string, description: Description | null): boolean {
  return value.length >= 7 && description?.revision.commit.startsWith(value) === true
}

function placeOf({ file, line }: BuildDefinition): string {
  return `${file}:${line}`
}

/** How the Dockerfile was found, where a tracked build told it: the end of a sentence; ''. */
export function buildWords({ build, dockerfilePath }: Description): string {
  const { chosen, why, others } = build
  if (chosen !== null) return `, ${dockerfilePath} as ${placeOf(chosen)} builds it, ${why}`
  if (others.length === 0) return ''
  return `; ${buildNames(others)} build other images`
}

/** Where other Dockerfiles are built: `web/Dockerfile (compose.yaml:5)`. */
export function buildNames(builds: readonly BuildDefinition[]): string {
  const names = builds.map((one) => `${one.dockerfile ?? 'a Dockerfile'} (${placeOf(one)})`)
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return `${names.slice(0, 3).join(', ')}${more}`
}
