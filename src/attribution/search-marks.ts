// Marks: numbers that an instruction and the history entry it leaves have in common, by which the Dockerfiles
// that may have made an image are found among all without reading them.
import { createHash } from 'node:crypto'
import { cleanPath, type Instruction } from '../core/index.ts'
import type { RecordedStep } from './dialect/index.ts'
import { expectedTexts, recordedText } from './normalise.ts'

/** Version of the marks: raised when equal steps get other marks than before. */
export const MARK_VERSION = 1

/** Instructions that say nothing of what was built. */
const SILENT = new Set(['FROM', 'ARG', 'MAINTAINER', ''])
/** Shorter texts stand in too many Dockerfiles. */
const MIN_TEXT = 4

/** What a history entry reads like; none for one that says nothing. */
export function stepMarks(step: RecordedStep): number[] {
  if (SILENT.has(step.keyword)) return []
  if (step.hash !== null) return marksOf(`${step.keyword} >`, [cleanPath(step.destination).path])
  const text = recordedText(step)
  // which SHELL stood before a RUN is not known before its Dockerfile is
  return marksOf(step.keyword, [...new Set([text, text.replace(SHELL_WORDS, '')])])
}

const SHELL_WORDS = /^\/\S*sh (?:-\S+ (?:pipefail )?)*/

/** What these instructions leave in the histories of any builder, each once. */
export function instructionMarks(instructions: readonly Instruction[]): number[] {
  const marks = new Set<number>()
  for (const instruction of instructions) {
    const { keyword, copy } = instruction
    if (SILENT.has(keyword)) continue
    const raw = { ...instruction, expanded: instruction.text }
    const texts = [...expectedTexts(instruction), ...expectedTexts(raw)]
    for (const mark of marksOf(keyword, texts)) marks.add(mark)
    if (copy === null) continue
    const destination = [cleanPath(copy.destination).path]
    for (const mark of marksOf(`${keyword} >`, destination)) marks.add(mark)
  }
  return [...marks]
}

function marksOf(keyword: string, texts: readonly string[]): number[] {
  return texts
    .filter((text) => text.length >= MIN_TEXT)
    .map((text) => createHash('sha1').update(`${keyword} ${text}`).digest().readUIntBE(0, 6))
}
