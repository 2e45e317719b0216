// What is different on a terminal: progress, colour, width. `script` (util-linux) gives the program one.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { Desk, FIXTURES, MAIN, openDesk } from './command-line.ts'
import { expectFailure, expectPrintable } from './expectations.ts'

const hasScript = spawnSync('script', ['--version']).status === 0
const COLOUR = /\u001b\[\d+(;\d+)*m/
const CLEAR = '\r\u001b[K'

/** What a terminal would get of `assay WORD…`; standard output may go elsewhere. */
function onTerminal(
  desk: Desk,
  words: readonly string[],
  env: Record<string, string> = {},
): string {
  const quoted = [process.execPath, MAIN, ...words].map((word) => `'${word}'`).join(' ')
  const command = `${quoted} > ${desk.path('stdout')}`
  const run = desk.runProgram('script', ['-qec', command, desk.path('typescript')], {
    env: { TERM: 'xterm', ...env },
  })
  expect(run.status).not.toBeNull()
  return run.stdout
}

describe.skipIf(!hasScript)('on a terminal (needs script of util-linux)', () => {
  it('progress is shown on standard error, and taken away again', () => {
    const desk = openDesk()
    const seen = onTerminal(desk, ['audit', FIXTURES.drifted, '--source', FIXTURES.bundle])
    expect(seen).toMatch(/read \d+ of 8 layers/)
    expect(seen.endsWith(CLEAR)).toBe(true)
    expectPrintable(readFileSync(desk.path('stdout'), 'utf8'))
  })

  it('--quiet shows none', () => {
    expect(onTerminal(openDesk(), ['audit', FIXTURES.clean, '--quiet'])).toBe('')
  })

  it('an error stands on a line of its own', () => {
    const seen = onTerminal(openDesk(), ['audit', FIXTURES.clean, '/absent.tar'])
    expect(seen).toMatch(/\r\u001b\[K(?:[^\n]*\r\u001b\[K)*assay: \/absent\.tar: no such file/)
  })

  it('the report is coloured and fits the width', () => {
    const desk = openDesk()
    const quoted = `'${process.execPath}' '${MAIN}' audit '${FIXTURES.drifted}' --quiet`
    const run = desk.runProgram('script', ['-qec', `stty cols 70; ${quoted}`, desk.path('t')], {
      env: { TERM: 'xterm' },
    })
    expect(run.stdout).toMatch(COLOUR)
    const lines = run.stdout.replace(/\u001b\[\d+(;\d+)*m/g, '').split('\r\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(70)
    const plain = desk.runProgram('script', ['-qec', quoted, desk.path('t')], {
      env: { TERM: 'xterm', NO_COLOR: '1' },
    })
    expect(plain.stdout).not.toMatch(COLOUR)
    const dumb = desk.runProgram('script', ['-qec', quoted, desk.path('t')], {
      env: { TERM: 'dumb' },
    })
    expect(dumb.stdout).not.toMatch(COLOUR)
  })
})

describe('without a terminal', () => {
  const desk = new Desk()
  afterAll(() => desk.remove())

  it('there is no progress', () => {
    expect(desk.run(['audit', FIXTURES.clean]).stderr).toBe('')
  })

  it.each([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '' }, true],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, false],
  ])('colour with %j: %s', (env, coloured) => {
    const run = desk.run(['audit', FIXTURES.clean], { env })
    expect(COLOUR.test(run.stdout)).toBe(coloured)
  })

  it('JSON is never coloured', () => {
    const run = desk.run(['audit', FIXTURES.clean, '--json'], { env: { FORCE_COLOR: '1' } })
    expect(run.stdout).not.toMatch(COLOUR)
  })
})

describe('standard input', () => {
  it('that is not connected is an empty image, not a hang', () => {
    const desk = openDesk()
    const run = desk.run(['audit', '-'])
    expectFailure(run, 3, /^assay: standard input: it is empty$/m)
  })

  it.skipIf(!hasScript)('that is a terminal is refused with advice', () => {
    const desk = openDesk()
    const command = `'${process.execPath}' '${MAIN}' audit -`
    const run = desk.runProgram('script', ['-qec', command, desk.path('typescript')])
    expect(run.stdout).toMatch(
      /^assay: standard input is a terminal\r\n {2}Pipe an archive into it/,
    )
    expect(run.status).toBe(2)
  })
})
