// Realistic Dockerfiles, written for this test, against another parser: keywords, lines, heredocs.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Copy, DockerfileParser, From } from 'dockerfile-ast'
import { describe, expect, it } from 'vitest'
import { parseCommands, parseDockerfile } from '../../../src/description/index.ts'
import { unreadShells } from '../../../src/description/shell/index.ts'

const FOLDER = join(import.meta.dirname, 'corpus')

const parse = (text: string) => parseDockerfile(text, { arguments: {}, target: null })

describe.each(readdirSync(FOLDER))('%s', (name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8')
  const ours = parse(text)
  const theirs = DockerfileParser.parse(text)

  it('has the instructions, lines and stages that dockerfile-ast sees', () => {
    expect(ours.errors).toEqual([])
    expect(ours.instructions.map(({ keyword, line, endLine }) => [keyword, line, endLine])).toEqual(
      theirs.getInstructions().map((one) => {
        const { start, end } = one.getRange()
        return [one.getKeyword(), start.line + 1, end.line + 1]
      }),
    )
    expect(ours.stages.map((stage) => stage.name)).toEqual(
      theirs
        .getInstructions()
        .filter((one) => one instanceof From)
        .map((from) => from.getBuildStage()?.toLowerCase() ?? ''),
    )
  })

  it('has the heredocs that dockerfile-ast sees', () => {
    const names = ours.instructions.map(({ heredocs }) => heredocs.map((heredoc) => heredoc.name))
    const expected = theirs
      .getInstructions()
      .map((one) => ('getHeredocs' in one ? (one as Copy).getHeredocs() : []))
      .map((heredocs) => heredocs.map((heredoc) => heredoc.getName()))
    expect(names).toEqual(expected)
  })

  it('holds each instruction as it is written, and commands on lines of it', () => {
    const lines = text.split(/(?<=\n)/)
    for (const { raw, line, endLine, keyword, text: rest } of ours.instructions) {
      expect(raw).toBe(lines.slice(line - 1, endLine).join(''))
      expect(raw.trimStart().toUpperCase().startsWith(keyword)).toBe(true)
      expect(rest).toBe(rest.trim())
    }
    for (const command of parseCommands(ours)) {
      const instruction = ours.instructions.find((one) => one.position === command.instruction)
      expect(command.line).toBeGreaterThanOrEqual(instruction?.line ?? Number.NaN)
      expect(command.line).toBeLessThanOrEqual(instruction?.endLine ?? Number.NaN)
      expect(command.dynamic).toHaveLength(command.words.length)
      const [program = ''] = command.words
      if (!/[$'"\\]/.test(program)) {
        // the program is named on the line that the command stands on, or on one after an assignment
        expect(lines.slice(command.line - 1, instruction?.endLine).join('')).toContain(program)
      }
    }
  })

  it('is read by sh, but for what is written for something else', () => {
    const expected = UNREAD[name] ?? []
    const reasons = unreadShells(ours).map(({ reason }) => reason)
    expect(reasons).toEqual(expected.map((part) => expect.stringContaining(part)))
  })
})

/** Files with text that no sh reads. */
const UNREAD: Readonly<Record<string, readonly string[]>> = {
  'windows.Dockerfile': ['is no sh'],
  'heredocs.Dockerfile': ['python3 runs is no shell script'],
  'json-odd.Dockerfile': ['cannot be read'],
}
