// Brings a history entry and an instruction to one spelling, so that equal steps have equal text.
// Builders write the same instruction with other quotes, brackets, spaces and orders (evidence: docs/architecture.md).
import type { Instruction } from '../core/index.ts'
import type { RecordedStep } from './dialect/index.ts'

/** Texts that an instruction may have left in a history, the likeliest first. */
export function expectedTexts(instruction: Instruction): readonly string[] {
  switch (instruction.keyword) {
    case 'RUN':
      return runTexts(instruction)
    case 'COPY':
    case 'ADD':
      // BuildKit of Docker 20.10 writes no flags; owner and mode are compared at the files
      return [
        copyWords([...instruction.flags.map(flagText), instruction.expanded].join(' ')),
        copyWords(instruction.expanded),
      ]
    case 'CMD':
    case 'ENTRYPOINT':
      return [words(argumentsOf(instruction).map(quoted).join(' '))]
    case 'ENV':
    case 'LABEL':
      return [pairs(instruction.expanded)]
    case 'EXPOSE':
      return [portsOf(instruction.expanded).join(' ')]
    case 'ARG':
      return [argumentName(instruction.expanded)]
    case 'HEALTHCHECK':
      return [healthcheck(instruction.text)]
    case 'WORKDIR':
      // builders write the folder that it comes to, one of them the text
      return [words(instruction.workdir), words(instruction.expanded)]
    default:
      return [words(instruction.expanded)]
  }
}

/** The text of a recorded step in the same spelling. */
export function recordedText(step: RecordedStep): string {
  switch (step.keyword) {
    case 'RUN':
      return spaces(step.text)
    case 'COPY':
    case 'ADD':
      return copyWords(step.text)
    case 'ENV':
    case 'LABEL':
      return pairs(step.text)
    case 'EXPOSE':
      return portsOf(step.text).join(' ')
    case 'ARG':
      return argumentName(step.text)
    case 'HEALTHCHECK':
      return healthcheck(step.text)
    case 'WORKDIR':
      return words(step.text).replace(/(.)\/+$/, '$1')
    default:
      return words(step.text)
  }
}

/** How an exec-form RUN reads in a history. */
export function execText(json: readonly string[]): string {
  return spaces(json.join(' '))
}

/** A shell that an exec form names itself is taken off the entry as the builder's own would be. */
function execTexts(json: readonly string[]): readonly string[] {
  const text = execText(json)
  const bare = text.replace(/^\/\S*sh(?: -\S+(?: pipefail)?)* /, '')
  return bare === text ? [text] : [text, bare]
}

function runTexts(instruction: Instruction): readonly string[] {
  if (instruction.json !== null) return execTexts(instruction.json)
  const [first] = instruction.heredocs
  if (first === undefined) return [spaces(instruction.text)]
  const bodies = instruction.heredocs.map((heredoc) => heredoc.body)
  const whole = instruction.heredocs.map((heredoc) => `${heredoc.body} ${heredoc.name}`)
  return [
    spaces(bodies.join(' ')),
    spaces([instruction.text, ...whole].join(' ')),
    `/dev/pipes/${first.name}`,
    spaces(`<<${first.name} ${bodies.join(' ')} ${first.name}`),
  ]
}

function argumentsOf(instruction: Instruction): readonly string[] {
  return instruction.json ?? [...instruction.shell, instruction.text]
}

/** As Go's `%q` does, which the history has: a line feed is a backslash and a letter there. */
function quoted(text: string): string {
  return JSON.stringify(text)
}

function flagText({ name, value }: { readonly name: string; readonly value: string }): string {
  const text = value.toLowerCase()
  if (text === 'false') return ''
  return text === '' || text === 'true' ? `--${name}` : `--${name}=${value}`
}

/** Sources and destination behind the flags that histories keep, in one order. */
function copyWords(text: string): string {
  const all = words(text).split(' ')
  const flags = all.filter((word) => /^--(chown=|chmod=|parents$)/.test(word)).sort()
  return [...flags, ...all.filter((word) => !/^--[a-z]/.test(word))].join(' ')
}

function spaces(text: string): string {
  return text
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

function words(text: string): string {
  return text
    .replace(/[[\]{}"'\\,]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

function pairs(text: string): string {
  const plain = text.trim()
  const old = /^([^\s="']+)\s+(.+)$/s.exec(plain)
  const written = old?.[1] !== undefined && old[2] !== undefined ? `${old[1]}=${old[2]}` : plain
  return written
    .replace(/["'\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

const MAX_PORT = 65_535

/** The ports that an EXPOSE names, in any builder's notation: `80/tcp`, each once, sorted; ranges are spelt out. */
export function portsOf(text: string): readonly string[] {
  const found = new Set<string>()
  for (const match of text.matchAll(/(\d{1,5})(?:-(\d{1,5}))?(?:\/([a-z]+))?/gi)) {
    const first = Number(match[1])
    const last = Math.min(Number(match[2] ?? match[1]), MAX_PORT)
    const protocol = (match[3] ?? 'tcp').toLowerCase()
    if (found.size > MAX_PORT) break
    for (let port = first; port <= last; port += 1) found.add(`${port}/${protocol}`)
  }
  return [...found].sort()
}

function argumentName(text: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.trim())?.[0] ?? text.trim()
}

/** The command of a health check, in any builder's notation; the intervals are left out. */
export function healthcheck(text: string): string {
  const plain = text.replace(/^\s*(?:--[a-z-]+=\S+\s+)*/, '')
  if (/^(\{Test:\[|&\{\[)?"?NONE\b/.test(plain)) return 'NONE'
  // Go's notation of the structure: `{Test:[CMD a] Interval:30s …}`, before 2023 `&{["CMD" "a"] "30s" …}`
  const inside = /^&?\{(?:Test:)?\[(.*)\] (?:Interval:|"\d)/s.exec(plain)?.[1] ?? plain
  const command = words(inside.replace(/^"?(?:CMD-SHELL|CMD)"?(?= |$)/, ''))
  return command.replace(/^\/bin\/sh -c /, '')
}

/** Share of words that two texts have in common, 0 to 1 (Dice coefficient over word counts). */
export function similarity(a: string, b: string): number {
  if (a === b) return 1
  const left = a.split(' ')
  const right = b.split(' ')
  const counts = new Map<string, number>()
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1)
  let common = 0
  for (const word of right) {
    const count = counts.get(word) ?? 0
    if (count === 0) continue
    common += 1
    counts.set(word, count - 1)
  }
  return (2 * common) / (left.length + right.length)
}
