// assay lock and assay audit --lock through the command line, on the image pair of the repository.
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { expectGolden } from '../support/golden.ts'
import { writeDockerArchive } from '../support/image.ts'
import { Desk, FIXTURES } from './command-line.ts'
import { expectFailure, expectPrintable, parseAudit, readTruth } from './expectations.ts'

const desk = new Desk()
const WORDS = ['--source', FIXTURES.bundle, '--base', FIXTURES.base]
const LOCK = desk.path('assay.lock')
beforeAll(() => {
  const run = desk.run(['lock', FIXTURES.clean, ...WORDS])
  expect(run.status, run.stderr).toBe(0)
  expect(run.stdout).toBe('')
  expect(run.stderr).toMatch(/^assay: assay\.lock: \d+ items\n$/)
})
afterAll(() => desk.remove())

const lockSchema = z.object({
  lock: z.object({
    file: z.string(),
    untracked: z.number(),
    moved: z.number(),
    explained: z.number(),
    changes: z.array(z.looseObject({ state: z.string(), kind: z.string(), subject: z.string() })),
  }),
})

describe('assay lock', () => {
  it('writes the golden lock, which a person can read', () => {
    const text = readFileSync(LOCK, 'utf8')
    expectPrintable(text)
    expectGolden('test/cli/golden/assay.lock', text)
  })

  it('writes the same again, to standard output as well', () => {
    const run = desk.run(['lock', FIXTURES.clean, ...WORDS, '-o', '-', '--quiet'])
    expect(run).toEqual({ status: 0, stderr: '', stdout: readFileSync(LOCK, 'utf8') })
  })

  it('says that a lock without a description explains nothing', () => {
    const run = desk.run(['lock', FIXTURES.clean, '-o', '-'])
    expect(run.status).toBe(0)
    expect(run.stderr).toBe(
      'assay: no description was given (--source): the lock will explain no change\n',
    )
    expect(run.stdout).not.toMatch(/^instruction /m)
  })

  it('is of one image', async () => {
    const image = (name: string) => ({ name, layers: [{ members: [{ name, content: name }] }] })
    const several = await writeDockerArchive(desk.path('two.tar'), image('a:1'), image('b:1'))
    expectFailure(desk.run(['lock', several, '-o', '-']), 2, /the archive holds several/)
    const one = desk.run(['lock', several, '--image', 'b:1', '-o', '-', '--quiet'])
    expect({ status: one.status, stderr: one.stderr }).toEqual({ status: 0, stderr: '' })
  })

  it.each([
    [['--json'], 2, /a lock is no JSON/],
    [['-o', ''], 2, /--output names no file/],
    [['-o', '/nonexistent/assay.lock'], 3, /cannot be written/],
  ])('%j is refused', (words, status, message) => {
    expectFailure(desk.run(['lock', FIXTURES.clean, '--quiet', ...words]), status, message)
  })
})

describe('assay audit --lock', () => {
  it('finds nothing changed in the image that was locked', () => {
    const run = desk.run(['audit', FIXTURES.clean, ...WORDS, '--lock', LOCK, '--fail-on', 'lock'])
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
    expect(run.stdout).toContain(`Nothing changed since ${LOCK}\n`)
  })

  it('names all that was planted in the drifted one, and nothing else, and fails', () => {
    const words = ['audit', FIXTURES.drifted, ...WORDS, '--lock', LOCK]
    const planted = readTruth(FIXTURES.truth)['drifted'] ?? []
    const run = desk.run([...words, '--json', '--fail-on', 'lock'])
    expect(run.status, run.stderr).toBe(1)
    parseAudit(run.stdout)
    const { lock } = lockSchema.parse(JSON.parse(run.stdout))
    const untracked = lock.changes.filter(({ state }) => state === 'untracked')
    const names = untracked.map(({ subject }) => subject)
    const wanted = planted.map(({ kind, path, subject }) => {
      if (path !== '') return `/${path}`
      if (kind === 'step') return 'serve'
      return kind === 'setting' ? `Env.${subject.replace(/^.* /, '')}` : subject
    })
    expect(planted.length).toBeGreaterThan(5)
    expect([...names].sort()).toEqual([...wanted].sort())
    expect(lock).toMatchObject({ file: LOCK, untracked: planted.length, moved: 0 })
    expect(desk.run(words).stdout).toMatch(/^Since .*assay\.lock: \d+ changes\n {2}untracked: /m)
  })

  it('is an error by itself: never does not fail, and without the lock nothing is held', () => {
    const words = ['audit', FIXTURES.drifted, ...WORDS, '--json']
    expect(desk.run([...words, '--lock', LOCK, '--fail-on', 'never']).status).toBe(0)
    const free = desk.run([...words, '--fail-on', 'lock'])
    expect(free.status).toBe(0)
    expect(JSON.parse(free.stdout).lock).toBeNull()
  })

  it('says that nothing can be explained when the description is not given', () => {
    const run = desk.run(['audit', FIXTURES.clean, '--lock', LOCK])
    expect(run.stdout).toContain('the lock was written with a description')
  })

  it('a lock of another image: all of it is named', async () => {
    const layers = [{ members: [{ name: 'etc/x', content: 'x' }] }]
    const other = await writeDockerArchive(desk.path('other.tar'), {
      layers,
      architecture: 'arm64',
    })
    const run = desk.run(['audit', other, '--lock', LOCK, '--fail-on', 'lock'])
    expect(run.status).toBe(1)
    expect(run.stdout).toMatch(
      /platform linux\/amd64 → linux\/arm64: the lock is of another platform/,
    )
  })

  it.each([
    ['<<<<<<< ours\n', 3, /assay\.lock:4: the lock holds the marks of a merge/],
    ['setting Env.PATH /evil\n', 3, /the lock cannot be read: it says the same as line 4/],
  ])('a lock with the line %j is refused with its line', (line, status, message) => {
    const lines = readFileSync(LOCK, 'utf8').split('\n')
    const file = desk.path('broken', 'assay.lock').replace('/broken/', '/broken-')
    writeFileSync(file, [...lines.slice(0, 3), line.trimEnd(), ...lines.slice(3)].join('\n'))
    expectFailure(desk.run(['audit', FIXTURES.clean, '--lock', file]), status, message)
  })

  it('goes with one image', () => {
    const run = desk.run(['audit', FIXTURES.clean, FIXTURES.drifted, '--lock', LOCK])
    expectFailure(run, 2, /--lock goes with one image/)
  })

  it('no lock at all is refused', () => {
    const run = desk.run(['audit', FIXTURES.clean, '--lock', desk.path('none')])
    expectFailure(run, 3, /the lock cannot be read: ENOENT/)
    expectFailure(
      desk.run(['audit', FIXTURES.clean, '--lock', FIXTURES.clean]),
      3,
      /not UTF-8|no lock/,
    )
  })
})
