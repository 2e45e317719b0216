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
      return copyTexts(instruction)
    case 'CMD':
    case 'ENTRYPOINT':
      return [
        words(
          instruction.json === null
            ? [...instruction.shell, instruction.text].join(' ')
            : instruction.json.join(' '),
        ),
      ]
    case 'ENV':
    case 'LABEL':
      return [pairs(instruction.expanded)]
    case 'EXPOSE':
      return [ports(instruction.expanded)]
    case 'ARG':
      return [argumentName(instruction.expanded)]
    case 'HEALTHCHECK':
      return [healthcheck(instruction.text)]
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
      return ports(step.text)
    case 'ARG':
      return argumentName(step.text)
    case 'HEALTHCHECK':
      return healthcheck(step.text)
    default:
      return words(step.text)
  }
}

function runTexts(instruction: Instruction): readonly string[] {
  if (instruction.json !== null) return [spaces(instruction.json.join(' '))]
  if (instruction.heredocs.length === 0) return [spaces(instruction.text)]
  const bodies = instruction.heredocs.map((heredoc) => `${heredoc.body}`)
  const [first] = instruction.heredocs
  return [
    spaces(bodies.join(' ')),
    spaces(
      `${instruction.text} ${bodies.map((body, index) => `${body} ${instruction.heredocs[index]?.name ?? ''}`).join(' ')}`,
    ),
    `/dev/pipes/${first?.name ?? ''}`,
    spaces(`<<${first?.name ?? ''} ${bodies.join(' ')} ${first?.name ?? ''}`),
  ]
}

const KEPT_FLAGS = new Set(['chown', 'chmod', 'parents'])

function copyTexts(instruction: Instruction): readonly string[] {
  const kept = instruction.flags
    .filter((flag) => KEPT_FLAGS.has(flag.name))
    .map((flag) => (flag.value === '' ? `--${flag.name}` : `--${flag.name}=${flag.value}`))
  const written = copyWords(
    [...kept, instruction.json?.join(' ') ?? instruction.expanded].join(' '),
  )
  return [written]
}

function copyWords(text: string): string {
  return words(text)
    .split(' ')
    .filter((word) => !/^--(?!chown=|chmod=|parents)/.test(word))
    .join(' ')
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

function ports(text: string): string {
  const found = text.match(/\d+(?:-\d+)?(?:\/[a-z]+)?/gi) ?? []
  const named = found.map((port) => (port.includes('/') ? port.toLowerCase() : `${port}/tcp`))
  return [...new Set(named)].sort().join(' ')
}

function argumentName(text: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.trim())?.[0] ?? text.trim()
}

/** Only the command: builders write the intervals in Go's own notations. */
function healthcheck(text: string): string {
  if (/^\s*NONE\s*$/.test(text) || /\bNONE\b/.test(text.slice(0, 12))) return 'NONE'
  return words(text.replace(/--[a-z-]+=\S+/g, ' ').replace(/\bTest:|\bCMD-SHELL\b|\bCMD\b|&/g, ' '))
    .replace(/^\/bin\/sh -c /, '')
    .replace(
      / (?:\d+[smh]+[\d.smh]*|Interval:\S+|Timeout:\S+|StartPeriod:\S+|StartInterval:\S+|Retries:\S+|x00|\d+)(?= |$)/g,
      '',
    )
    .trim()
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
