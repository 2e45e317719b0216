// assay audit on the image pair of the repository: what a person sees, what a program reads, what the shell gets.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Desk, FIXTURES, linesOf, openDesk, ROOT, type Run } from './command-line.ts'
import {
  type AuditDocument,
  expectFailure,
  expectIntact,
  expectPrintable,
  parseAudit,
  readTruth,
} from './expectations.ts'

const truth = readTruth(FIXTURES.truth)

/** The first command line of the README: the words after `assay`. */
function firstCommand(): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const line = /^npm ci &&.*\bassay (audit .*)$/m.exec(readme)?.[1]
  if (line === undefined) throw new Error('README.md has no `npm ci && … assay audit …`')
  return line.trim().split(/\s+/)
}

/** What a planted change has to be called in the text report: path, or name. */
function nameOf(planted: { readonly path: string; readonly subject: string }): string {
  return planted.path === '' ? planted.subject : `/${planted.path}`
}

function isNamed(
  planted: { readonly kind: string; readonly path: string; readonly subject: string },
  { changes }: AuditDocument,
): boolean {
  return changes.some(
    ({ kind, path, subject, evidence }) =>
      kind === planted.kind &&
      (planted.path === ''
        ? `${subject} ${kind === 'step' ? String(evidence) : ''}`.includes(planted.subject)
        : path === planted.path),
  )
}

describe('the drifted image', () => {
  const desk = new Desk()
  let text: Run
  let json: Run
  beforeAll(() => {
    text = desk.run(firstCommand(), { cwd: ROOT })
    json = desk.run([...firstCommand(), '--json'], { cwd: ROOT })
  })
  afterAll(() => desk.remove())

  it('ends with status 1, and says nothing on standard error', () => {
    expect({ status: text.status, stderr: text.stderr }).toEqual({ status: 1, stderr: '' })
    expectIntact(desk.db)
  })

  it('begins with the verdict', () => {
    expect(text.stdout).toMatch(/^DRIFTED {2}\S/)
    expectPrintable(text.stdout)
  })

  it('names every planted change, and no other', () => {
    const planted = truth['drifted'] ?? []
    expect(planted.length).toBeGreaterThan(0)
    const document = parseAudit(json.stdout)
    expect(document.verdict).toBe('drifted')
    expect(planted.filter((each) => !isNamed(each, document))).toEqual([])
    expect(document.changes).toHaveLength(planted.length)
  })

  it('names them to a person too', () => {
    const unwrapped = text.stdout.replace(/\s+/g, ' ')
    const planted = (truth['drifted'] ?? []).filter(({ kind }) => kind !== 'step')
    expect(planted.map(nameOf).filter((name) => !unwrapped.includes(name))).toEqual([])
  })

  it('gives the same report again, every layer known', () => {
    const again = desk.run([...firstCommand(), '--json'], { cwd: ROOT })
    const [first, second] = [parseAudit(json.stdout), parseAudit(again.stdout)]
    expect(second.image.layers.map((layer) => layer.state)).toEqual(
      second.image.layers.map(() => 'known'),
    )
    expect(second.changes).toEqual(first.changes)
    expect(again.status).toBe(1)
  })
})

describe('the clean image', () => {
  const words = [FIXTURES.clean, '--source', FIXTURES.bundle, '--base', FIXTURES.base]

  it('has no change and ends with status 0', () => {
    const desk = openDesk()
    const run = desk.run(['audit', ...words, '--json'])
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
    const document = parseAudit(run.stdout)
    expect(document.changes).toEqual(truth['clean'])
    expect(document.base).toMatchObject({ layers: 1 })
  })

  it('is compared with the revision that is named', () => {
    const desk = openDesk()
    const older = [...words.slice(0, 2), `${FIXTURES.bundle}#HEAD~1`, ...words.slice(3)]
    const document = parseAudit(desk.run(['audit', ...older, '--json']).stdout)
    expect(document.description?.revision).toMatch(/^[0-9a-f]{40}$/)
    expect(document.verdict).toBe('drifted')
    expect(document.changes.length).toBeGreaterThan(0)
  })

  it('is unknown without a description, and the report says what to pass', () => {
    const desk = openDesk()
    const run = desk.run(['audit', FIXTURES.clean])
    expect(run.stdout).toMatch(/^UNKNOWN {2}/)
    expect(run.stdout).toContain('--source')
    expect(run.stderr).toBe('')
  })
})

describe('several images', () => {
  const source = ['--source', FIXTURES.bundle]

  it('are reported one after another, the worst status counts', () => {
    const desk = openDesk()
    const both = [FIXTURES.clean, FIXTURES.drifted, '--base', FIXTURES.base]
    const run = desk.run(['audit', ...both, ...source, '--json-lines'])
    const documents = linesOf(run.stdout).map(parseAudit)
    expect(documents.map((document) => document.verdict)).toEqual(['floating', 'drifted'])
    expect(run.status).toBe(1)
  })

  it('come from a list, which may have comments and blank lines', () => {
    const desk = openDesk()
    const list = `# images\n\n${FIXTURES.clean}\n  ${FIXTURES.drifted}  \n`
    const words = ['audit', ...source, '--json-lines', '--images']
    const piped = desk.run([...words, '-'], { input: list })
    expect(linesOf(piped.stdout)).toHaveLength(2)
    writeFileSync(desk.path('images.txt'), list)
    const more = desk.run([...words, desk.path('images.txt'), FIXTURES.base])
    expect(linesOf(more.stdout)).toHaveLength(3)
    expect(more.stderr).toBe('')
  })

  it('of a list that is empty or cannot be read are an error', () => {
    const desk = openDesk()
    writeFileSync(desk.path('images.txt'), '# none\n')
    const none = desk.run(['audit', '--images', desk.path('images.txt')])
    expectFailure(none, 2, /no image was named/)
    const absent = desk.run(['audit', '--images', desk.path('nowhere')])
    expectFailure(absent, 3, /nowhere: the list of images cannot be read/)
  })

  it('that cannot be read do not keep the others from it', () => {
    const desk = openDesk()
    const images = [desk.path('absent.tar'), FIXTURES.clean]
    const run = desk.run(['audit', ...images, ...source, '--base', FIXTURES.base, '--json-lines'])
    expect(linesOf(run.stdout)).toHaveLength(1)
    expectFailure(run, 3, new RegExp(`^assay: ${images[0]}: no such file or folder$`, 'm'))
  })
})

describe('--fail-on', () => {
  const desk = new Desk()
  afterAll(() => desk.remove())
  const drifted = [FIXTURES.drifted, '--source', FIXTURES.bundle]
  const clean = [FIXTURES.clean, '--source', FIXTURES.bundle, '--base', FIXTURES.base]

  it.each([
    ['error', drifted, 1],
    ['warning', drifted, 1],
    ['drift', drifted, 1],
    ['unknown', drifted, 0],
    ['never', drifted, 0],
    ['error', clean, 0],
    ['warning', clean, 1],
    ['drift', clean, 0],
    ['unknown', clean, 0],
    ['unknown', [FIXTURES.clean], 1],
    ['drift,unknown', [FIXTURES.clean], 1],
  ])('%s', (level, image, status) => {
    expect(desk.run(['audit', ...image, '--fail-on', level]).status).toBe(status)
  })

  it('may be repeated, and refuses what it does not know', () => {
    const both = ['--fail-on', 'unknown', '--fail-on', 'drift']
    expect(desk.run(['audit', ...drifted, ...both]).status).toBe(1)
    const wrong = desk.run(['audit', ...drifted, '--fail-on', 'everything'])
    expect(wrong.status).toBe(2)
    expect(wrong.stderr).toContain('assay: --fail-on has no level everything')
    expect(wrong.stdout).toBe('')
    expect(desk.run(['audit', ...drifted, '--fail-on', 'never,error']).status).toBe(2)
  })
})
