// Programs that run the command given to them: sudo, env, nice, xargs and their kin; and shells with -c.
import { nameOf } from '../../core/index.ts'

/** Words of a command, with what is known of them. */
export interface Words {
  readonly words: readonly string[]
  readonly dynamic: readonly boolean[]
}

interface Wrapper {
  /** Short options that take a value, as letters. */
  readonly short: string
  /** Long options that take the next word as value. */
  readonly long?: readonly string[]
  /** Operands that stand before the command. */
  readonly operands?: number
  /** `NAME=value` words before the command set its environment. */
  readonly assigns?: boolean
  /** Options with which it runs no command, or none that the words tell. */
  readonly except?: readonly string[]
  /** It adds words that it reads. */
  readonly appends?: boolean
}

const XARGS_LONG = ['--arg-file', '--delimiter', '--max-lines', '--max-args', '--max-procs']

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  sudo: {
    short: 'CDghpRrTtUu',
    long: ['--user', '--group', '--host', '--prompt', '--chdir', '--chroot', '--close-from'],
    assigns: true,
    except: ['-l', '-v', '-V', '-e', '-h', '-s', '-i', '--list', '--edit', '--shell', '--login'],
  },
  doas: { short: 'Cu', assigns: true, except: ['-L', '-s'] },
  env: {
    short: 'Cu',
    long: ['--unset', '--chdir'],
    assigns: true,
    except: ['-S', '--split-string', '--help', '--version'],
  },
  nice: { short: 'n', long: ['--adjustment'] },
  ionice: { short: 'cnpPu', long: ['--class', '--classdata'], except: ['-p', '-P', '-u'] },
  time: { short: 'fo', long: ['--format', '--output'] },
  nohup: { short: '' },
  setsid: { short: '' },
  stdbuf: { short: 'ioe', long: ['--input', '--output', '--error'] },
  timeout: { short: 'ks', long: ['--kill-after', '--signal'], operands: 1 },
  exec: { short: 'a' },
  command: { short: '', except: ['-v', '-V'] },
  builtin: { short: '' },
  eatmydata: { short: '' },
  fakeroot: { short: 'lsiub' },
  gosu: { short: '', operands: 1 },
  'su-exec': { short: '', operands: 1 },
  tini: { short: 'pe' },
  'dumb-init': { short: 'r' },
  busybox: { short: '' },
  xargs: { short: 'adEILnPs', long: XARGS_LONG, appends: true },
}

/** Wrappers within wrappers that are taken off. */
const MAX_DEPTH = 10

/** A command as it runs in the end, and what was set for it on the way. */
export interface Unwrapped extends Words {
  readonly assignments: Readonly<Record<string, string>>
}

/** Takes wrappers off a command; a wrapper whose options are not certain stays. */
export function unwrap(given: Words): Unwrapped {
  let current: Words = given
  const assignments: [string, string][] = []
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const inner = unwrapOnce(current, assignments)
    if (inner === null) break
    current = inner
  }
  return { ...current, assignments: Object.fromEntries(assignments) }
}

function unwrapOnce({ words, dynamic }: Words, assignments: [string, string][]): Words | null {
  const name = nameOf(words[0] ?? '')
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined
  if (wrapper === undefined || dynamic[0] === true) return null
  let at = skipOptions(wrapper, words, dynamic)
  if (at === null) return null
  const set: [string, string][] = []
  while (wrapper.assigns === true) {
    const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(words[at] ?? '')
    if (match === null) break
    set.push([match[1] ?? '', match[2] ?? ''])
    at += 1
  }
  at += wrapper.operands ?? 0
  if (at >= words.length || dynamic[at] === true) return null
  assignments.push(...set)
  // what is read and appended is written as the shell writes "all that was given"
  const appended = wrapper.appends === true ? ['$@'] : []
  return {
    words: [...words.slice(at), ...appended],
    dynamic: [...dynamic.slice(at), ...appended.map(() => true)],
  }
}

/** Index of the first word that is no option; null when the options are not certain. */
function skipOptions(
  wrapper: Wrapper,
  words: readonly string[],
  dynamic: readonly boolean[],
): number | null {
  let at = 1
  for (; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (!word.startsWith('-') || word === '-') break
    if (dynamic[at] === true || wrapper.except?.includes(word) === true) return null
    if (word === '--') return at + 1
    if (word.startsWith('--')) {
      if (wrapper.long?.includes(word) === true) at += 1
    } else if (takesNext(wrapper, word)) at += 1
  }
  return at
}

/** True when the last of a word's short options takes the next word as its value. */
function takesNext(wrapper: Wrapper, word: string): boolean {
  const first = [...word.slice(1)].findIndex((letter) => wrapper.short.includes(letter))
  return first >= 0 && first === word.length - 2
}

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'mksh'])

/** True for a program that reads sh's language. */
export function isShell(program: string): boolean {
  return SHELLS.has(nameOf(program))
}

/** A script in a word of a command. */
export interface WordScript {
  readonly text: string
  readonly dynamic: boolean
}

/** The script that a command runs, `input` when it reads it from standard input; null for neither. */
export function shellScript(command: Words): WordScript | 'input' | null {
  const { words, dynamic } = command
  const program = nameOf(words[0] ?? '')
  if (dynamic[0] === true) return null
  if (program === 'eval') {
    return { text: words.slice(1).join(' '), dynamic: dynamic.includes(true) }
  }
  if (program === 'su' || program === 'runuser') {
    const flag = words.findIndex((word) => word === '-c' || word === '--command')
    return flag < 0 ? null : wordScript(command, flag + 1)
  }
  if (!isShell(program)) return null
  let takesScript = false
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (dynamic[at] === true && !takesScript) return null
    if (word === '--' || word === '-') return scriptAfter(command, at + 1, takesScript)
    if (!/^[-+]./.test(word)) return scriptAfter(command, at, takesScript)
    if (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(word)) takesScript = true
    else if (/^-[a-zA-Z]*s[a-zA-Z]*$/.test(word)) return 'input'
    // `-o pipefail`, `-eo pipefail`
    if (/^[-+][a-zA-Z]*[oO]$/.test(word) || /^--(?:rcfile|init-file)$/.test(word)) at += 1
  }
  return takesScript ? null : 'input'
}

function scriptAfter(
  command: Words,
  at: number,
  takesScript: boolean,
): WordScript | 'input' | null {
  if (takesScript) return wordScript(command, at)
  return at < command.words.length ? null : 'input'
}

function wordScript({ words, dynamic }: Words, at: number): WordScript | null {
  const text = words[at]
  return text === undefined ? null : { text, dynamic: dynamic[at] === true }
}
