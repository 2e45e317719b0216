// Brings a history entry and an instruction to one spelling, so that equal steps have equal text.
// Builders write the same instruction with other quotes, brackets, spaces and orders (evidence: docs/architecture.md).
import type { Instruction } from '../core/index.ts'
import type { RecordedStep } from './dialect/index.ts'

/**
 * Texts that an instruction may have left in a history, the likeliest first; `unexpanded` for a builder that records
 * what is written.
 */
export function expectedTexts(instruction: Instruction, unexpanded = false): readonly string[] {
  return unexpanded ? writtenTexts(instruction) : expandedTexts(instruction)
}

function writtenTexts(instruction: Instruction): readonly string[] {
  const written = { ...instruction, expanded: instruction.text }
  const { keyword, text, heredocs } = written
  const plain = recordedAs(keyword, text)
  if (keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD') {
    const bodies = heredocs.map(({ body }) => body)
    const whole = bodies.length === 0 ? [] : [recordedAs(keyword, [text, ...bodies].join(' '))]
    return [plain, ...whole, ...(keyword === 'RUN' ? expandedTexts(written) : [])]
  }
  return keyword === 'WORKDIR' ? [plain, ...expandedTexts(written)] : [plain]
}

function expandedTexts(instruction: Instruction): readonly string[] {
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
export function recordedText({ keyword, text }: RecordedStep): string {
  return recordedAs(keyword, text)
}

function recordedAs(keyword: string, text: string): string {
  switch (keyword) {
    case 'RUN':
      return spaces(text)
    case 'COPY':
    case 'ADD':
      return copyWords(text)
    case 'ENV':
    case 'LABEL':
      return pairs(text)
    case 'EXPOSE':
      // a variable in it is no port
      return text.includes('$') ? words(text) : portsOf(text).join(' ')
    case 'ARG':
      return argumentName(text)
    case 'HEALTHCHECK':
      return healthcheck(text)
    case 'WORKDIR':
      return words(text).replace(/(.)\/+$/, '$1')
    default:
      return words(text)
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

/** How often each word stands in a text, and how many words there are. */
interface WordCounts {
  readonly counts: ReadonlyMap<string, number>
  readonly total: number
}

const counted = new Map<string, WordCounts>()
const MAX_COUNTED = 20_000

// each text is compared with many
function countsOf(text: string): WordCounts {
  const known = counted.get(text)
  if (known !== undefined) return known
  if (counted.size >= MAX_COUNTED) counted.clear()
  const counts = new Map<string, number>()
  const all = text.split(' ')
  for (const word of all) counts.set(word, (counts.get(word) ?? 0) + 1)
  const found = { counts, total: all.length }
  counted.set(text, found)
  return found
}

/** Share of words that two texts have in common, 0 to 1 (Dice coefficient over word counts). */
export function similarity(a: string, b: string): number {
  if (a === b) return 1
  const [left, right] = [countsOf(a), countsOf(b)]
  let common = 0
  for (const [word, count] of left.counts) common += Math.min(count, right.counts.get(word) ?? 0)
  return (2 * common) / (left.total + right.total)
}
