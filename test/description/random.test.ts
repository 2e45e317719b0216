// Text that no person wrote: nothing throws, nothing hangs, every error has a line of the file.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  mapCopy,
  packageRequests,
  parseCommands,
  parseDockerfile,
  reachableStages,
} from '../../src/description/index.ts'
import { unreadShells } from '../../src/description/shell/index.ts'

const FOLDER = join(import.meta.dirname, 'dockerfile', 'corpus')
const CORPUS = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), 'utf8'))

const CONTEXT = new Map(
  ['a', 'b/c', 'package.json'].map((path) => [
    path,
    { path, blob: path, kind: 'file' as const, executable: false },
  ]),
)

/** Milliseconds that any one text may take: far more than it needs, far less than a hang. */
const PATIENCE = 30_000

function readAll(text: string): void {
  const started = performance.now()
  const options = { arguments: { A: '1', __proto__: '2' }, target: null }
  const dockerfile = parseDockerfile(text, options)
  const lines = text.split('\n').length
  for (const { line, message } of [...dockerfile.errors]) {
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(lines)
    expect(message).not.toBe('')
  }
  for (const instruction of dockerfile.instructions) {
    expect(instruction.line).toBeLessThanOrEqual(instruction.endLine)
    mapCopy(instruction, CONTEXT, false)
  }
  const commands = parseCommands(dockerfile)
  for (const command of commands) {
    expect(command.line).toBeGreaterThanOrEqual(1)
    expect(command.line).toBeLessThanOrEqual(lines + 1)
    expect(command.words).toHaveLength(command.dynamic.length)
  }
  for (const request of packageRequests(commands)) expect(request.manager).not.toBe('')
  for (const { line } of unreadShells(dockerfile)) expect(line).toBeLessThanOrEqual(lines + 1)
  reachableStages(dockerfile.stages, dockerfile.instructions, dockerfile.target)
  expect(performance.now() - started).toBeLessThan(PATIENCE)
}

describe('any text', () => {
  it('is read: Dockerfiles with pieces cut, doubled and put elsewhere', () => {
    const cut = fc.tuple(fc.nat(2000), fc.nat(200), fc.nat(2000))
    fc.assert(
      fc.property(fc.constantFrom(...CORPUS), fc.array(cut, { maxLength: 6 }), (text, cuts) => {
        let made = text
        for (const [from, length, to] of cuts) {
          const piece = made.slice(from, from + length)
          made = made.slice(0, to) + piece + made.slice(to + (length % 3 === 0 ? length : 0))
        }
        readAll(made)
      }),
      { numRuns: 500 },
    )
  })

  it('is read: words and signs of Dockerfiles and shells in any order', () => {
    const token = fc.constantFrom(
      ...['FROM', 'RUN', 'COPY', 'ADD', 'ENV', 'ARG', 'ONBUILD', 'SHELL', 'HEALTHCHECK', 'AS', 'x'],
      ...[
        '\n',
        '\n',
        '\n',
        ' ',
        ' ',
        ' ',
        '\t',
        '\\\n',
        '\r\n',
        '<<A',
        '<<-"A"',
        '\nA\n',
        '#',
        '`',
      ],
      ...[
        '$',
        '${',
        '}',
        '${x:-',
        '$(',
        ')',
        '((',
        '))',
        '"',
        "'",
        '|',
        '||',
        '&&',
        ';',
        '&',
        '=',
        '/',
      ],
      ...[
        'if',
        'then',
        'fi',
        'for',
        'in',
        'do',
        'done',
        'case',
        'esac',
        ';;',
        '{',
        '}',
        '!',
        '[[',
        ']]',
      ],
      ...[
        '--mount=',
        'from=0',
        ',',
        '--from=',
        '["',
        '", "',
        '"]',
        '0',
        '*',
        '..',
        '\u0000',
        '\ud800',
        '\u00a0',
      ],
      ...[
        'apt-get install ',
        'npm i ',
        'pip install -r ',
        'apk add ',
        'sudo ',
        'xargs ',
        'sh -c ',
        'env -u ',
      ],
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 80 }), (tokens) => {
        readAll(tokens.join(''))
        readAll(`FROM x\nRUN ${tokens.join('')}`)
      }),
      { numRuns: 1000 },
    )
  })

  it('is read: any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), readAll), { numRuns: 500 })
  })

  it.each([
    ['much nesting of substitutions', `FROM x\nRUN ${'$('.repeat(20_000)}`],
    ['much nesting of subshells', `FROM x\nRUN ${'('.repeat(20_000)}a${')'.repeat(20_000)}`],
    ['much nesting of braces', `FROM x\nRUN ${'{ '.repeat(15_000)}a${'; }'.repeat(15_000)}`],
    ['much nesting of conditions', `FROM x\nRUN ${'if a; then '.repeat(4_000)}`],
    ['much nesting of expansions', `FROM x\nENV a=${'${a:-'.repeat(10_000)}`],
    ['much nesting of backticks', `FROM x\nRUN ${'`\\'.repeat(20_000)}`],
    ['a long pipeline', `FROM x\nRUN ${'a | '.repeat(15_000)}a`],
    ['many commands', `FROM x\nRUN ${'a;'.repeat(30_000)}`],
    ['many words', `FROM x\nRUN apt-get install ${'a '.repeat(30_000)}`],
    ['many quotes', `FROM x\nRUN ${'"\''.repeat(30_000)}`],
    ['many equals signs', `FROM x\nENV ${'='.repeat(60_000)}`],
    ['many instructions', `FROM x\n${'RUN a\n'.repeat(60_000)}`],
    ['many stages', 'FROM x\n'.repeat(60_000)],
    ['many arguments', `FROM x\n${'ARG a b c d\n'.repeat(9_000)}${'RUN a\n'.repeat(900)}`],
    ['many heredocs', `FROM x\nRUN ${'<<A '.repeat(10_000)}\n${'A\n'.repeat(10_000)}`],
    ['many continuations', `FROM x\nRUN a ${'\\\n b '.repeat(60_000)}`],
    [
      'many loops around assignments',
      `FROM x\nRUN ${'for i in a; do X=$X$X; '.repeat(120)}${'done;'.repeat(120)}`,
    ],
    [
      'doubling variables',
      `FROM x\nENV a=aaaaaaaaaa\n${'ENV a=$a$a\n'.repeat(60)}RUN ${'echo $a;'.repeat(5_000)}`,
    ],
    ['doubling in a script', `FROM x\nRUN A=aaaaaaaa; ${'A=$A$A; '.repeat(2_000)} echo $A`],
    ['many triggers', `FROM x AS a\n${'ONBUILD RUN a\n'.repeat(5_000)}${'FROM a\n'.repeat(300)}`],
    [
      'many variables and many subshells',
      `FROM x\n${Array.from({ length: 20_000 }, (_, index) => `ENV a${index}=1\n`).join('')}RUN ${'(a);'.repeat(15_000)}`,
    ],
    ['a JSON of much nesting', `FROM x\nRUN ${'['.repeat(60_000)}`],
  ])('is read: %s', (_, text) => {
    readAll(text)
  })
})
