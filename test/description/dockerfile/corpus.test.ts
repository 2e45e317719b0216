// Realistic Dockerfiles, written for this test, against another parser: keywords, lines, heredocs.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Copy, DockerfileParser, From } from 'dockerfile-ast'
import { describe, expect, it } from 'vitest'
import { packageRequests, parseCommands, parseDockerfile } from '../../../src/description/index.ts'
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

describe('what the files ask package managers for', () => {
  it.each<[string, readonly string[]]>([
    [
      'apt-web',
      ['update', 'gnupg1', 'ca-certificates', 'nginx=1.27.3-1~bookworm!', 'gettext-base'],
    ],
    [
      'php-like',
      [
        'update',
        'autoconf',
        'dpkg-dev',
        'file',
        'g++',
        'make',
        'ca-certificates',
        'curl',
        'xz-utils',
      ],
    ],
    ['redis-like', ['update', 'ca-certificates', 'gnupg', 'wget', '$url!', 'remove']],
    ['conda', ['install', '.!']],
    ['go-static', ['install', 'install']],
    ['node-multi', ['tini=0.19.0-r3!', 'install', 'install']],
    [
      'apk-build',
      [
        'ca-certificates',
        'libpq=16.4-r0!',
        'gcc',
        'musl-dev',
        'postgresql-dev',
        'psycopg2==2.9.9!',
        '.build-deps',
      ],
    ],
    ['heredocs', ['update', 'curl']],
    ['python', ['install']],
    ['yum', ['java-21-openjdk-headless-21.0.4.0.7!', 'tzdata', 'https://example.org/x.tgz']],
    ['sudo', ['update', 'git', 'zsh', 'https://deb.nodesource.com/setup_20.x', 'nodejs', 'pnpm@9']],
    ['loops', ['$name', '$PKG', '$@']],
    ['windows', []],
  ])('%s', (name, expected) => {
    const text = readFileSync(join(FOLDER, `${name}.Dockerfile`), 'utf8')
    const requests = packageRequests(parseCommands(parse(text)))
    expect(
      requests.map(({ action, name: asked, constraint, pinned }) =>
        asked === '' ? action : `${asked}${constraint}${pinned ? '!' : ''}`,
      ),
    ).toEqual(expected)
  })
})

/** Files with text that no sh reads. */
const UNREAD: Readonly<Record<string, readonly string[]>> = {
  'windows.Dockerfile': ['is no sh'],
  'heredocs.Dockerfile': ['python3 runs is no shell script'],
  'json-odd.Dockerfile': ['cannot be read'],
}
