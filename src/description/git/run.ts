// Runs git on repositories of strangers: fixed environment, no configuration of system or user, and
// every setting of a repository that could start a program overridden (git-config(1), git(1)).
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { type AssayError, excerpt, messageOf, sourceError } from '../../core/index.ts'

/** Where git is looked for when the caller names nothing else. */
export const PROGRAM_PATH = [
  '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
  '/opt/homebrew/bin:/opt/local/bin:/run/current-system/sw/bin',
].join(':')

/** Settings that a repository's own configuration must not decide. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ['safe.directory', '*'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.attributesFile', '/dev/null'],
  ['core.pager', 'cat'],
  ['core.editor', 'false'],
  ['core.askPass', 'false'],
  ['core.sshCommand', 'false'],
  ['core.gitProxy', ''],
  ['core.alternateRefsCommand', 'false'],
  ['core.quotePath', 'false'],
  ['credential.helper', ''],
  ['protocol.allow', 'never'],
  ['core.deltaBaseCacheLimit', '32m'],
  ['diff.external', 'false'],
  ['diff.orderFile', '/dev/null'],
  ['gpg.program', 'false'],
  ['log.showSignature', 'false'],
  ['log.mailmap', 'false'],
  ['log.diffMerges', 'separate'],
  ['log.follow', 'false'],
  ['i18n.logOutputEncoding', 'UTF-8'],
  ['color.ui', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['submodule.recurse', 'false'],
]

/** Which repository a git command reads. */
export interface GitPlace {
  readonly gitDir: string
  /** Root of the work tree; null for a bare repository. */
  readonly workTree: string | null
  /** Value of PATH for git. */
  readonly programPath: string
}

/** The whole environment of a git process: nothing is inherited. */
export function gitEnvironment(place: GitPlace): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: place.programPath,
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
    LC_ALL: 'C',
    TZ: 'UTC',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'false',
    GIT_ASKPASS: 'false',
    SSH_ASKPASS: 'false',
    GIT_SSH_COMMAND: 'false',
    GIT_EXTERNAL_DIFF: 'false',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    // set and empty: no protocol at all, so nothing is ever fetched
    GIT_ALLOW_PROTOCOL: '',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_FLUSH: '1',
    GIT_DIR: place.gitDir,
    GIT_CONFIG_COUNT: String(SETTINGS.length),
  }
  if (place.workTree !== null) environment['GIT_WORK_TREE'] = place.workTree
  for (const [index, [name, value]] of SETTINGS.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = name
    environment[`GIT_CONFIG_VALUE_${index}`] = value
  }
  return environment
}

const running = new Set<ChildProcessWithoutNullStreams>()

/** Ends every git at once: for the end of this process, after which nobody waits for them. */
export function killRunningGit(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** Starts git; the caller reads its output and waits for it. */
export function startGit(
  place: GitPlace,
  command: readonly string[],
): ChildProcessWithoutNullStreams {
  const child = spawn('git', ['--no-pager', ...command], {
    cwd: place.workTree ?? place.gitDir,
    env: gitEnvironment(place),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  // a reader that ended early is told by its exit code
  child.stdin.on('error', () => {})
  return child
}

/** What a finished git command gave. */
export interface GitResult {
  readonly code: number
  readonly output: Buffer
  readonly complaint: string
}

/** Bounds on one command. */
export interface GitLimits {
  readonly bytes: number
  readonly seconds: number
}

const DEFAULT_LIMITS: GitLimits = { bytes: 512 << 20, seconds: 600 }

/** For commands that only open a repository or list its refs: a pipe among those would keep git waiting. */
export const OPENING_LIMITS: GitLimits = { bytes: 256 << 20, seconds: 20 }

/** Runs git to its end and collects its output; an exit code other than 0 is the caller's to judge. */
export async function runGit(
  place: GitPlace,
  command: readonly string[],
  input: string | Uint8Array = '',
  limits: GitLimits = DEFAULT_LIMITS,
): Promise<GitResult> {
  const parts: Buffer[] = []
  let length = 0
  const { code, complaint } = await streamGit(place, command, { input, limits }, (chunk) => {
    length += chunk.length
    if (length > limits.bytes) {
      throw sourceError(`git ${command[0]} gave more than ${limits.bytes} bytes`)
    }
    parts.push(chunk)
  })
  return { code, output: Buffer.concat(parts), complaint }
}

/** Runs git and hands its output on in pieces. What `take` throws stops git and is thrown. */
export function streamGit(
  place: GitPlace,
  command: readonly string[],
  { input, limits }: { readonly input: string | Uint8Array; readonly limits: GitLimits },
  take: (chunk: Buffer) => void,
): Promise<{ code: number; complaint: string }> {
  return new Promise((resolve, reject) => {
    const child = startGit(place, command)
    let complaint = ''
    let failure: unknown = null
    const stop = (reason: unknown) => {
      failure ??= reason
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => {
      const late = `git ${command[0]} did not end in ${limits.seconds} seconds`
      stop(sourceError(late, { where: place.workTree ?? place.gitDir }))
    }, limits.seconds * 1000)
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(startError(error))
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < 8192) complaint += chunk.toString('utf8')
    })
    child.stdout.on('data', (chunk: Buffer) => {
      if (failure !== null) return
      try {
        take(chunk)
      } catch (thrown) {
        stop(thrown)
      }
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      if (failure !== null) reject(failure)
      else resolve({ code: code ?? 128, complaint: firstLine(complaint) })
    })
    child.stdin.end(input)
  })
}

/** The error for a git that cannot be started. */
export function startError(error: unknown): AssayError {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
  if (!missing) return sourceError(`git cannot be started: ${messageOf(error)}`, { cause: error })
  return sourceError('the program git is not installed', {
    hint: 'install git: Assay reads repositories with it',
  })
}

/** git's first complaint, made safe to show; its advice (`hint: …`) is none. */
function firstLine(text: string): string {
  const line = text.split('\n').find((one) => one.trim() !== '' && !one.startsWith('hint:')) ?? ''
  return excerpt(line.replace(/^(fatal|error|warning): /, ''), 300)
}
