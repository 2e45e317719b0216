// Where reports go: standard output, files, several at once; and what standard error is kept for.
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImageSpecification, writeDockerArchive } from '../support/image.ts'
import { Desk, linesOf } from './command-line.ts'
import { expectFailure, parseAudit } from './expectations.ts'

const desk = new Desk()
const image: ImageSpecification = {
  name: 'example.test/app:1',
  layers: [{ members: [{ name: 'app', content: 'app\n' }], createdBy: 'COPY app / # buildkit' }],
}
let archive = ''

beforeAll(async () => {
  archive = await writeDockerArchive(desk.path('app.tar'), image)
})
afterAll(() => desk.remove())

describe('-o', () => {
  it('writes each report where it belongs', () => {
    const [json, lines] = [desk.path('audit.json'), desk.path('audit.jsonl')]
    const outputs = ['-o', 'text', '-o', `json=${json}`, '-o', `json-lines=${lines}`]
    const run = desk.run(['audit', archive, ...outputs])
    expect(run.stderr).toBe('')
    expect(run.stdout).toMatch(/^UNKNOWN {2}example\.test\/app:1/)
    const document = parseAudit(readFileSync(json, 'utf8'))
    expect(document.image.names).toEqual(['example.test/app:1'])
    const [line = '', ...rest] = linesOf(readFileSync(lines, 'utf8'))
    expect(rest).toEqual([])
    expect(parseAudit(line)).toEqual(document)
  })

  it('writes nothing to standard output when all reports have files', () => {
    const run = desk.run(['audit', archive, '-o', `text=${desk.path('audit.txt')}`])
    expect(run.stdout).toBe('')
    expect(readFileSync(desk.path('audit.txt'), 'utf8')).toMatch(/^UNKNOWN/)
  })

  it('goes with --json for standard output', () => {
    const run = desk.run(['audit', archive, '--json', '-o', `text=${desk.path('both.txt')}`])
    expect(parseAudit(run.stdout).image.reference).toBe('example.test/app:1')
    expect(existsSync(desk.path('both.txt'))).toBe(true)
  })

  it.each([
    [['-o', 'text', '-o', 'json'], /two reports cannot share standard output/],
    [['-o', 'text', '--json'], /two reports cannot share standard output/],
    [['-o', 'yaml'], /there is no format yaml/],
    [['-o', 'json@2'], /json has no version 2/],
    [['-o', 'json='], /names no file/],
    [['-o', ''], /there is no format/],
    [['-o', '__proto__'], /there is no format __proto__/],
  ])('refuses %j before anything is read', (words, message) => {
    const run = desk.run(['audit', desk.path('absent.tar'), ...words])
    expectFailure(run, 2, message)
    expect(run.stdout).toBe('')
  })

  it('says which file cannot be written', () => {
    const file = desk.path('no/such/folder/audit.json')
    const run = desk.run(['audit', archive, '-o', `json=${file}`])
    expectFailure(run, 3, new RegExp(`^assay: ${file}: the report cannot be written`))
  })
})

describe('standard output', () => {
  it('that is closed early is no error', () => {
    const pipe = `"$0" "$@" | head -c 1 >/dev/null; echo "\${PIPESTATUS[0]}"`
    for (const words of [
      ['rules', 'list'],
      ['audit', '--help'],
      ['audit', archive, '-v'],
    ]) {
      const main = [process.execPath, ...desk.mainWords(words)]
      const run = desk.runProgram('bash', ['-c', pipe, ...main])
      expect({ words, stderr: run.stderr, status: run.stdout.trim() }).toEqual({
        words,
        stderr: '',
        status: '0',
      })
    }
  })

  it('that is full is an error, not a bug', () => {
    const main = [process.execPath, ...desk.mainWords(['audit', archive])]
    const run = desk.runProgram('bash', ['-c', '"$0" "$@" >/dev/full', ...main])
    expectFailure(run, 3, /^assay: standard output: the report cannot be written/)
  })

  it('is only for results: standard error may be closed as well', () => {
    const main = [process.execPath, ...desk.mainWords(['audit', desk.path('absent.tar')])]
    expect(desk.runProgram('bash', ['-c', '"$0" "$@" 2>&-', ...main]).status).toBe(3)
  })
})

describe('--debug', () => {
  it('shows where the time went, on standard error', () => {
    const run = desk.run(['audit', archive, '--debug', '--verify', '--json'])
    parseAudit(run.stdout)
    expect(run.stderr).toMatch(/^assay: example\.test\/app:1: read [\d.]+ ms, .*rules [\d.]+ ms$/m)
    const sbom = desk.run(['sbom', archive, '--debug'])
    expect(sbom.stderr).toMatch(/^assay: example\.test\/app:1: read [\d.]+ ms/)
  })

  it('shows the stack of an error', () => {
    const words = ['audit', desk.path('absent.tar')]
    expect(desk.run(words).stderr).not.toMatch(/^\s+at /m)
    const run = desk.run([...words, '--debug'])
    expect(run.stderr).toMatch(/^assay: .*absent\.tar: no such file/)
    expect(run.stderr).toMatch(/^\s+at .*open/m)
    expect(run.status).toBe(3)
  })
})
