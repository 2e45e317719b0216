// assay diff through the command line: what a person sees, and the statuses.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Workshop } from '../description/workshop.ts'
import { writeDockerArchive } from '../support/image.ts'
import { DESCRIPTION, writeBuild } from '../support/lock-image.ts'
import { Desk, FIXTURES } from './command-line.ts'
import { expectFailure, expectPrintable, readTruth } from './expectations.ts'

const desk = new Desk()
const workshop = new Workshop()
const source = workshop.repository('app', DESCRIPTION)
let usual = ''
let later = ''
beforeAll(async () => {
  usual = await writeBuild(workshop, 'usual')
  later = await writeBuild(workshop, 'later', { day: 20_001, curl: '7.88.1-11' })
})
afterAll(() => {
  desk.remove()
  workshop.remove()
})

describe('assay diff', () => {
  it('names versions as 1 → 2, files by origin, and counts what every build has differently', () => {
    const run = desk.run(['diff', usual, later, '--source', source])
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 1, stderr: '' })
    expectPrintable(run.stdout)
    expect(run.stdout).toMatch(/^DRIFTED {2}they are not the same$/m)
    expect(run.stdout).toMatch(/^ {2}~ curl +7\.88\.1-10 → 7\.88\.1-11 +with \d files$/m)
    expect(run.stdout).toMatch(/^ {2}written by a step, other bytes of plain files \(1\):$/m)
    expect(run.stdout).toMatch(/^Every build has differently: .*--verbose\)$/m)
    expect(run.stdout).not.toContain('/etc/shadow')
  })

  it('lists what it folded, and can be told not to fail', () => {
    const run = desk.run(['diff', usual, later, '--verbose', '--fail-on', 'never'])
    expect(run.status).toBe(0)
    expect(run.stdout).toMatch(
      /^ {2}= \/etc\/shadow {2}account tools: the day of the last change$/m,
    )
  })

  it('ends with 0 for one and the same image, with 1 where the level that was asked for is not kept', () => {
    const same = desk.run(['diff', usual, usual])
    expect({ status: same.status, first: same.stdout.split('\n')[0] }).toEqual({
      status: 0,
      first: 'IDENTICAL  one and the same image',
    })
    const report = { day: 20_000, report: 'another\n' }
    return writeBuild(workshop, 'report', report).then((other) => {
      const words = ['diff', usual, other, '--source', source]
      expect(desk.run(words).status).toBe(0)
      expect(desk.run([...words, '--fail-on', 'equivalent']).status).toBe(1)
    })
  })

  it('names all that was planted in the drifted image of the repository', () => {
    const run = desk.run(['diff', FIXTURES.clean, FIXTURES.drifted])
    const planted = readTruth(FIXTURES.truth)['drifted'] ?? []
    const named = planted.filter(({ kind }) => !['step', 'account'].includes(kind))
    expect(named.length).toBeGreaterThan(5)
    const absent = named.filter(
      ({ path, subject }) =>
        !run.stdout.includes(path === '' ? subject.replace(' ', '.') : `/${path}`),
    )
    expect(absent).toEqual([])
  })

  it('shows and locks names of strangers without their control characters', async () => {
    const name = 'etc/\u001b[31m\n\u202ered "x" \\ y'
    const layers = [{ members: [{ name, content: 'x', mode: 0o755 }] }]
    const hostile = await writeDockerArchive(desk.path('hostile.tar'), {
      layers,
      config: { Env: [`A=${name}`], Labels: { [name]: name } },
    })
    for (const words of [
      ['diff', usual, hostile, '--fail-on', 'never'],
      ['diff', usual, hostile, '--fail-on', 'never', '--json'],
      ['lock', hostile, '-o', '-', '--quiet'],
    ]) {
      const run = desk.run(words)
      expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
      expectPrintable(run.stdout)
    }
    const lock = desk.path('hostile.lock')
    expect(desk.run(['lock', hostile, '-o', lock, '--quiet']).status).toBe(0)
    const run = desk.run(['audit', hostile, '--lock', lock, '--fail-on', 'lock'])
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
  })

  it('takes one of several images of an archive for each side', async () => {
    const image = (name: string) => ({ name, layers: [{ members: [{ name, content: name }] }] })
    const two = await writeDockerArchive(desk.path('two.tar'), image('a:1'), image('b:1'))
    expectFailure(desk.run(['diff', two, two]), 2, /it holds several images/)
    const run = desk.run(['diff', two, two, '--image-a', 'a:1', '--image-b', 'b:1'])
    expect(run.stdout).toMatch(/- \/a:1.*\n +\+ \/b:1/)
  })

  it.each([
    [['diff'], 2, /missing required argument 'a'/],
    [['diff', '-', '-'], 2, /standard input can be read only once/],
    [['diff', 'x.tar', 'y.tar', '--fail-on', 'much'], 2, /--fail-on has no level much/],
    [['diff', 'x.tar', 'y.tar'], 3, /x\.tar/],
  ])('%j is refused', (words, status, message) => {
    expectFailure(desk.run(words), status, message)
  })
})
