// What names stand for: global arguments before the first FROM, and each stage's environment.
import type { Platform } from '../../core/index.ts'
import { LIMITS, Problem } from './problem.ts'
import type { Names } from './word.ts'

/** What is known of the image that the target's first stage stands on. */
export interface BaseSettings {
  readonly environment: Readonly<Record<string, string>>
  readonly workdir: string
  readonly shell: readonly string[]
  /** Its ONBUILD triggers, as its config has them: they run first; none when left out. */
  readonly onBuild?: readonly string[]
}

/** What a Dockerfile is parsed with. */
export interface DockerfileOptions {
  /** Build arguments, by name. */
  readonly arguments: Readonly<Record<string, string>>
  /** Name or number of the stage to build; null for the last. */
  readonly target: string | null
  /** Platform that is built, for TARGETPLATFORM and its kin; the builder is taken to be of the same. */
  readonly platform?: Platform | null
  /** Settings of the base image, when it is at hand. */
  readonly base?: BaseSettings | null
}

/** The PATH that BuildKit gives an image without one. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Arguments that BuildKit declares before the first FROM. */
export function platformArguments(
  platform: Platform | null | undefined,
  target: string,
): Map<string, string> {
  const os = platform?.os ?? 'linux'
  const architecture = platform?.architecture ?? 'amd64'
  const variant = platform?.variant ?? ''
  const whole = [os, architecture, variant].filter((part) => part !== '').join('/')
  return new Map([
    ['BUILDPLATFORM', whole],
    ['BUILDOS', os],
    ['BUILDOSVERSION', ''],
    ['BUILDARCH', architecture],
    ['BUILDVARIANT', variant],
    ['TARGETPLATFORM', whole],
    ['TARGETOS', os],
    ['TARGETOSVERSION', ''],
    ['TARGETARCH', architecture],
    ['TARGETVARIANT', variant],
    ['TARGETSTAGE', target],
  ])
}

/** State of a stage while its instructions are evaluated. */
export interface Scope {
  /** ENV and ARG values, later ones over earlier ones. */
  readonly environment: Map<string, string>
  /** ARGs that were declared, in order; null for one without a value. */
  readonly declared: Map<string, string | null>
  workdir: string
  shell: readonly string[]
  /** `arguments` of the instructions, made anew when something in them changed. */
  shown: Readonly<Record<string, string>> | null
}

/** A scope that begins with what the base gives. */
export function newScope(base: BaseSettings | null, scratch: boolean): Scope {
  const environment = new Map(Object.entries(base?.environment ?? {}))
  if (!environment.has('PATH')) environment.set('PATH', DEFAULT_PATH)
  const shell = scratch || base === null || base.shell.length === 0 ? ['/bin/sh', '-c'] : base.shell
  return {
    environment,
    declared: new Map(),
    workdir: joinWorkdir('/', base?.workdir ?? ''),
    shell,
    shown: null,
  }
}

/** A stage that stands on another begins with all that is in force at its end. */
export function inheritScope(parent: Scope): Scope {
  return {
    environment: new Map(parent.environment),
    declared: new Map(parent.declared),
    workdir: parent.workdir,
    shell: parent.shell,
    shown: parent.shown,
  }
}

/** Arguments that speak to BuildKit's SBOM scanner and never reach the environment. */
const SBOM_ARGUMENTS = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE'])

/** Declares an ARG. */
export function declareArgument(scope: Scope, name: string, value: string | null): void {
  if (!scope.declared.has(name) && scope.declared.size >= LIMITS.arguments) {
    throw new Problem(`a stage declares more than ${LIMITS.arguments} arguments`)
  }
  scope.declared.set(name, value)
  if (value !== null && !SBOM_ARGUMENTS.has(name)) scope.environment.set(name, value)
  scope.shown = null
}

/** Sets an ENV. */
export function setEnvironment(scope: Scope, name: string, value: string): void {
  scope.environment.set(name, value)
  if (scope.declared.has(name)) scope.shown = null
}

/** Declared arguments with the values that a RUN's `|N` prefix shows. */
export function shownArguments(scope: Scope): Readonly<Record<string, string>> {
  if (scope.shown === null) {
    const shown: [string, string][] = []
    for (const [name, value] of scope.declared) {
      shown.push([name, scope.environment.get(name) ?? value ?? ''])
    }
    scope.shown = Object.fromEntries(shown)
  }
  return scope.shown
}

/** Values of a scope, noting the names that have none. */
export function namesOf(values: ReadonlyMap<string, string>, missing: Set<string>): Names {
  return {
    get: (name) => values.get(name),
    missing: (name) => missing.add(name),
  }
}

/** Joins as path.Join does: absolute, `.` and `..` folded, no trailing `/`. */
export function joinWorkdir(current: string, next: string): string {
  const parts: string[] = []
  for (const part of (next.startsWith('/') ? next : `${current}/${next}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
