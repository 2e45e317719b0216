// `artifacts:` of assay.yaml, held against the places in the build context that files of an image came from.
import { resolve } from 'node:path'
import type { ArtifactAnswer, ArtifactOf } from '../attribution/index.ts'
import { AssayError, type Description, nameOf, parentOf, type Unknown } from '../core/index.ts'
import {
  type ContextPlace,
  contextPlaces,
  PatternMatcher,
  plainUrl,
  type Repository,
  remoteUrls,
} from '../description/index.ts'
import type { ArtifactRule, Policy } from '../policy/index.ts'

/** The declarations that hold for one description. */
export interface Artifacts {
  readonly rules: readonly ArtifactRule[]
  readonly artifactOf: ArtifactOf
  /** True for a path from the context's root that a declaration names. */
  readonly names: (path: string) => boolean
  readonly unknowns: readonly Unknown[]
}

interface Matcher {
  readonly rule: ArtifactRule
  readonly where: string
  readonly patterns: PatternMatcher
}

/**
 * The declarations of the policy for a description; one that names a file as its job which git does not have
 * excuses nothing.
 * @throws AssayError `configuration` for a pattern that cannot be read.
 */
export async function artifactsFor(
  policy: Policy | null,
  description: Description | null,
  repository: Repository | null,
): Promise<Artifacts> {
  const all = policy === null ? [] : policy.artifacts.map((rule) => matcherOf(rule, policy.file))
  const here = all.filter(({ rule }) => isFor(rule, description, repository))
  const files = here.flatMap(({ rule }) => jobFile(rule) ?? [])
  const commit = description?.revision.commit ?? ''
  const tracked = files.length === 0 || commit === '' ? null : await repository?.tree(commit)
  const holds = ({ rule }: Matcher) => {
    const file = jobFile(rule)
    return file === null || tracked?.has(file) === true
  }
  const matchers = here.filter(holds)
  return {
    rules: matchers.map(({ rule }) => rule),
    artifactOf: (instruction, place) => answer(matchers, contextPlaces(instruction, place)),
    names: (path) => matchers.some((one) => isNamed(one, { path, isPattern: false })),
    unknowns: here
      .filter((one) => !holds(one))
      .map(({ rule, where }) => ({
        subject: description?.repository ?? '',
        place: where,
        reader: 'policy',
        reason: `${jobFile(rule) ?? rule.by} is not tracked at that commit: what it is said to make is not excused`,
        weight: 'partial',
      })),
  }
}

function matcherOf(rule: ArtifactRule, file: string): Matcher {
  const where = `${file}:${rule.line}`
  const patterns = new PatternMatcher([rule.path.replace(/^\/+/, '')], where)
  const [problem] = patterns.problems
  if (problem !== undefined) {
    const message = `the pattern ${JSON.stringify(rule.path)} cannot be read: ${problem.reason}`
    throw new AssayError('configuration', message, { where })
  }
  return { rule, where, patterns }
}

function isFor(
  { repository }: ArtifactRule,
  description: Description | null,
  opened: Repository | null,
): boolean {
  if (repository === null) return true
  if (description === null) return false
  if (repository.path !== '') return resolve(repository.path) === resolve(description.repository)
  const urls = opened === null ? [] : remoteUrls(opened.place.gitDir)
  return urls.some((url) => plainUrl(url) === plainUrl(repository.name))
}

/** The file of `path#job`; null for a command, or what lies elsewhere. */
function jobFile({ by }: ArtifactRule): string | null {
  const path = /^(?:\.\/)?([^\s#:]+)#[^\s#]+$/.exec(by)?.[1]
  return path === undefined ? null : path
}

function answer(matchers: readonly Matcher[], places: readonly ContextPlace[]): ArtifactAnswer {
  const found = matchers.find((one) => places.some((place) => isNamed(one, place)))
  if (found !== undefined) {
    return { declared: { by: found.rule.by, where: found.where }, hint: '' }
  }
  const typical = places.map(({ path }) => typicalPattern(path)).find((pattern) => pattern !== null)
  if (typical === undefined || typical === null) return { declared: null, hint: '' }
  const line = `artifacts: [{path: ${JSON.stringify(typical)}, by: JOB}]`
  return { declared: null, hint: `if a tracked job makes it, say so in assay.yaml: ${line}` }
}

/** Where the place is a pattern, all that it matches has to be named. */
function isNamed({ patterns, rule }: Matcher, { path, isPattern }: ContextPlace): boolean {
  if (!isPattern) return patterns.matches(path)
  // `?` and `[x]` would take the letter `*` for a name.
  return /[?[\\]/.test(rule.path) ? rule.path === path : patterns.matches(path)
}

const FOLDERS = new Set([
  ...['target', 'dist', 'build', 'out', 'bin', 'obj', 'publish', 'public', 'node_modules'],
  ...['.next', '.output', '_site', '_build', 'wheels', 'wheelhouse', 'artifacts', 'release'],
])
const FILE = /\.(?:jar|war|ear|whl|tar|tar\.gz|tgz|zip|deb|rpm|apk|gem|nupkg|phar|so|dll|exe)$/

/** The pattern under which files of this place are usually declared; null when it does not look like an artifact. */
function typicalPattern(path: string): string | null {
  const extension = FILE.exec(path)?.[0]
  if (extension !== undefined) {
    const folder = parentOf(path)
    return folder === '' ? `*${extension}` : `${folder}/*${extension}`
  }
  const parts = path.split('/')
  const at = parts.findIndex((part) => FOLDERS.has(part))
  if (at < 0 || (at === parts.length - 1 && nameOf(path).includes('.'))) return null
  return parts.slice(0, at + 1).join('/')
}

/** The description without the differences of its work tree that are declared: they are no left-overs. */
export function withoutDeclared(description: Description, { names }: Artifacts): Description {
  const { context, workTree } = description
  const inContext = (path: string) =>
    context === '' ? path : path.startsWith(`${context}/`) ? path.slice(context.length + 1) : null
  const kept = workTree.filter(({ path, state }) => {
    const place = state === 'untracked' || state === 'ignored' ? inContext(path) : null
    return place === null || !names(place)
  })
  return kept.length === workTree.length ? description : { ...description, workTree: kept }
}
