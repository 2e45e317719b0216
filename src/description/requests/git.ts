// git (git-clone(1), git-fetch(1)): what is fetched is pinned by a whole commit id alone; tags move too.
import { type Command, nameOf } from '../../core/index.ts'
import { type Arguments, type OptionTable, readArguments } from './arguments.ts'
import { type Ask, isAddress, isCommit, type Reader, type Surroundings } from './manager.ts'
import { hasOption, optionValue, shown } from './subcommand.ts'

const GLOBAL: OptionTable = {
  short: 'Cc',
  long: ['--git-dir', '--work-tree', '--namespace', '--exec-path', '--config-env'],
}

const OWN: OptionTable = {
  short: 'bocjuB',
  long: [
    '--branch',
    '--revision',
    '--origin',
    '--config',
    '--depth',
    '--jobs',
    '--upload-pack',
    '--template',
    '--reference',
    '--reference-if-able',
    '--separate-git-dir',
    '--shallow-since',
    '--shallow-exclude',
    '--deepen',
    '--filter',
    '--bundle-uri',
    '--server-option',
    '--refmap',
    '--source',
    '--strategy',
  ],
}

const TELLING = new Set([
  '--depth',
  '--recursive',
  '--recurse-submodules',
  '--single-branch',
  '--mirror',
  '--bare',
  '--filter',
])

/** Reads git's commands that bring something from elsewhere. */
export const git: Reader = {
  reads: (program) => program === 'git',
  read: ({ words, dynamic }, around) => {
    const call = readCall(words, dynamic)
    if (call === null) return []
    const { verb, given } = call
    const [first, second] = given.operands
    const request = { manager: 'git', action: 'install', options: shown(given, TELLING) } as const
    if (verb === 'clone' && first !== undefined) {
      if (isOwnPath(first.text)) return []
      const revision = optionValue(given, '--revision') ?? ''
      const named = revision === '' ? (optionValue(given, '--branch', '-b') ?? '') : revision
      const asked = revisionOf(named, given, around)
      // a branch may be called like a commit
      const pinned = asked.pinned && (named === revision || !asked.constraint.endsWith(named))
      return [{ ...request, name: first.text, ...asked, pinned }]
    }
    if (verb === 'fetch' || verb === 'pull') {
      const name = first === undefined ? '' : (remotes(around).get(first.text) ?? first.text)
      // a remote that this RUN did not name: what a clone that is told elsewhere stands for
      if (!isForeign(name)) return []
      return [{ ...request, name, ...revisionOf(second?.text ?? '', given, around) }]
    }
    if (verb === 'submodule') return submodules(request, given)
    return []
  },
}

interface Call {
  readonly verb: string
  readonly given: Arguments
}

function readCall(words: readonly string[], dynamic: readonly boolean[]): Call | null {
  let at = 1
  for (; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (!word.startsWith('-')) break
    const isValued = GLOBAL.long.includes(word) || word === '-C' || word === '-c'
    if (isValued) at += 1
  }
  const verb = words[at]
  if (verb === undefined || dynamic[at] === true) return null
  return { verb, given: readArguments(words.slice(at + 1), dynamic.slice(at + 1), OWN) }
}

/** What is checked out: what the command names, else what a later command of the RUN does. */
function revisionOf(
  named: string,
  given: Arguments,
  around: Surroundings,
): Pick<Ask, 'constraint' | 'pinned'> {
  if (isCommit(named)) return { constraint: `#${named}`, pinned: true }
  const later = hasOption(given, '--bare', '--mirror') ? '' : checkedOut(around)
  if (later !== '') return { constraint: `#${later}`, pinned: isCommit(later) }
  return { constraint: named === '' ? '' : `#${named}`, pinned: false }
}

/** What the RUN checks out before it fetches again; ''. */
function checkedOut({ commands, at }: Surroundings): string {
  let found = ''
  for (const { words, dynamic } of commands.slice(at + 1, at + 200)) {
    if (nameOf(words[0] ?? '') !== 'git') continue
    const call = readCall(words, dynamic)
    if (call === null) continue
    if (call.verb === 'clone' || call.verb === 'pull') break
    if (!['checkout', 'reset', 'switch', 'fetch'].includes(call.verb)) continue
    const commit = call.given.operands.find(({ text }) => isCommit(text))
    if (commit !== undefined) return commit.text
    const [first] = call.given.operands
    if (
      call.verb !== 'fetch' &&
      first !== undefined &&
      first.text !== 'FETCH_HEAD' &&
      found === ''
    ) {
      found = hasOption(call.given, '-b', '-B', '-c') ? '' : first.text
    }
  }
  return found
}

/** Remotes that the RUN names before the command. */
function remotes({ commands, at }: Surroundings): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const command of commands.slice(Math.max(0, at - 200), at)) noteRemote(command, found)
  return found
}

function noteRemote({ words, dynamic }: Command, found: Map<string, string>): void {
  if (nameOf(words[0] ?? '') !== 'git') return
  const call = readCall(words, dynamic)
  const [what, name, address] = call?.given.operands ?? []
  if (call?.verb !== 'remote' || name === undefined || address === undefined) return
  if (what?.text === 'add' || what?.text === 'set-url') found.set(name.text, address.text)
}

/** `update --remote` takes what the branches hold that day; without it the commit is written down. */
function submodules(request: Pick<Ask, 'manager' | 'options'>, given: Arguments): Ask[] {
  const verb = given.operands[0]?.text
  if (verb !== 'update' || !hasOption(given, '--remote')) return []
  const options = ['submodule', ...request.options]
  return [{ ...request, options, action: 'upgrade', name: '', constraint: '', pinned: false }]
}

function isOwnPath(text: string): boolean {
  return /^(?:\.{0,2}\/|file:|\.{1,2}$)/.test(text)
}

function isForeign(text: string): boolean {
  return (isAddress(text) && !isOwnPath(text)) || /^[\w.-]+@[\w.-]+:/.test(text) || /^\$/.test(text)
}
