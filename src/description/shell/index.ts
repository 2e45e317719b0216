// The simple commands of RUN instructions, read as sh reads them and never run
// (POSIX.1-2024, XCU 2, and bash's additions; parser: unbash).
import type { Command, Dockerfile } from '../../core/index.ts'
import { runText } from './script.ts'
import { withValues } from './values.ts'
import { type Unread, Walker } from './walk.ts'

interface ReadRuns {
  readonly commands: Command[]
  readonly unread: Unread[]
}

/** Commands of a Dockerfile. */
const MAX_COMMANDS = 50_000
/** Text that is not read, of a Dockerfile. */
const MAX_UNREAD = 100

const known = new WeakMap<Dockerfile, ReadRuns>()

/**
 * The simple commands of all RUN instructions, in order. `sudo`, `env` and the like are taken off;
 * what `sh -c` and heredocs hold comes after the command that runs it.
 */
export function parseCommands(dockerfile: Dockerfile): Command[] {
  return readRuns(dockerfile).commands
}

/** Texts of RUN instructions that are not read, and why: other shells, other languages, errors. */
export function unreadShells(dockerfile: Dockerfile): readonly Unread[] {
  return readRuns(dockerfile).unread
}

function readRuns(dockerfile: Dockerfile): ReadRuns {
  const before = known.get(dockerfile)
  if (before !== undefined) return before
  const commands: Command[] = []
  const unread: Unread[] = []
  for (const { instruction, values } of withValues(dockerfile)) {
    if (instruction.keyword !== 'RUN' || commands.length >= MAX_COMMANDS) continue
    const run = runText(instruction, dockerfile)
    if (run.kind === 'unread') {
      unread.push(run.unread)
      continue
    }
    const walker = new Walker(values.copy())
    if (run.kind === 'script') walker.read(run.text)
    else walker.take(run.words, instruction.text, instruction.line)
    unread.push(...walker.unread)
    for (const [position, command] of walker.commands.entries()) {
      commands.push({ instruction: instruction.position, position, ...command })
    }
  }
  const runs = { commands, unread: unread.slice(0, MAX_UNREAD) }
  known.set(dockerfile, runs)
  return runs
}
