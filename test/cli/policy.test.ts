// assay.yaml on the command line: which file is read, and what a wrong one ends in.
import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { Desk, FIXTURES } from './command-line.ts'

const desk = new Desk()
afterAll(() => desk.remove())

function folder(name: string, text: string): string {
  mkdirSync(desk.path(name))
  writeFileSync(desk.path(name, 'assay.yaml'), text)
  return desk.path(name)
}

const AUDIT = ['audit', FIXTURES.clean, '--source', FIXTURES.bundle, '--base', FIXTURES.base]

describe('assay.yaml', () => {
  const wrong = folder('wrong', 'artifacts:\n  - path: dist\n    made-by: npm\n')

  it('of the working directory is read, and a wrong one is named with line and column', () => {
    const { status, stdout, stderr } = desk.run(AUDIT, { cwd: wrong })
    expect(stdout).toBe('')
    expect(stderr).toContain('assay.yaml:3:5')
    expect(stderr).toContain('unknown key `made-by`; expected path, by, repository')
    expect(status).toBe(2)
  })

  it('is not read with --no-policy', () => {
    const { status, stdout } = desk.run([...AUDIT, '--no-policy'], { cwd: wrong })
    expect(stdout).toContain('status-page')
    expect(status).not.toBe(2)
  })

  it('maps an image to its repository and its base: nothing else has to be named', () => {
    const mapped = folder(
      'mapped',
      `images: [{match: status-page, repository: ${FIXTURES.bundle}, base: ${FIXTURES.base}}]\n`,
    )
    const { status, stdout, stderr } = desk.run(['audit', FIXTURES.drifted, '--json'], {
      cwd: mapped,
    })
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'drifted',
      description: { how: expect.stringContaining('named by assay.yaml:1') },
      base: { how: 'given by assay.yaml:1', strength: 'proved' },
    })
  })

  it('may lie elsewhere, and then has to be there', () => {
    const right = folder('right', 'repositories: [..]\n')
    const words = [...AUDIT, '--policy', `${right}/assay.yaml`]
    expect(desk.run(words, { cwd: wrong }).status).not.toBe(2)
    const none = desk.run(['explain', ...AUDIT.slice(1), '--policy', 'none.yaml'])
    expect(none.stderr).toContain('the policy cannot be read')
    expect(none.status).toBe(2)
  })
})
