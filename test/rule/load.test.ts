import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BUILT_IN_RULES, loadFolder, loadRules } from '../../src/rule/index.ts'
import { MAX_RULE_BYTES } from '../../src/rule/parse.ts'

const D01 = readFileSync(join(BUILT_IN_RULES, 'D01-from-untagged.yaml'), 'utf8')
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-rules-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

it('loads the rules that come with Assay, without a problem', () => {
  const { rules, problems } = loadFolder(BUILT_IN_RULES)
  expect(problems).toEqual([])
  const ids = rules.map((rule) => rule.id)
  expect(ids).toEqual(
    expect.arrayContaining(
      'T01 T02 T03 T04 T06 T08 T09 T10 T14 I01 I02 I04 I06 I10 I13 D01 D02 D03 D11 D15 D16 D17 D23 D25'.split(
        ' ',
      ),
    ),
  )
  expect(new Set(rules.map((rule) => rule.name)).size).toBe(rules.length)
  for (const rule of rules) expect(rule.file).toContain(`${rule.id}-${rule.name}.yaml`)
})

it('runs the others when one is broken, and says where', () => {
  write('D01-from-untagged.yaml', D01)
  write('D02-broken.yaml', D01.replace('D01', 'D02').replace('severity: warning', 'severity: high'))
  write('D03-not-text.yaml', '\u0000: [')
  const { rules, problems } = loadRules([folder])
  expect(rules.map((rule) => rule.id)).toEqual(['D01'])
  expect(problems).toHaveLength(2)
  expect(problems[0]).toMatchObject({ line: 3, column: 11 })
  expect(problems[0]?.file).toBe(join(folder, 'D02-broken.yaml'))
})

it('takes a rule of a later folder for one of an earlier', () => {
  write('D01-mine.yaml', D01.replace('severity: warning', 'severity: info'))
  const { rules, problems } = loadRules([BUILT_IN_RULES, folder])
  expect(problems).toEqual([])
  expect(rules.filter((rule) => rule.id === 'D01').map((rule) => rule.severity)).toEqual(['info'])
  expect(rules.length).toBe(loadFolder(BUILT_IN_RULES).rules.length)
})

it('refuses an id that is taken in the same folder, and a file of another name', () => {
  write('D01-a.yaml', D01)
  write('D01-b.yaml', D01)
  write('D02-c.yaml', D01)
  const { rules, problems } = loadRules([folder])
  expect(rules).toHaveLength(1)
  expect(problems.map((problem) => problem.reason)).toEqual([
    `the id D01 is taken by ${join(folder, 'D01-a.yaml')}`,
    'the name of the file must begin with its id, D01-',
  ])
})

it('names what cannot be read', () => {
  mkdirSync(join(folder, 'D01-folder.yaml'))
  symlinkSync('nowhere', join(folder, 'D02-link.yaml'))
  write('D03-large.yaml', `# ${'x'.repeat(MAX_RULE_BYTES)}\n${D01}`)
  writeFileSync(join(folder, 'D04-latin1.yaml'), Buffer.from([0x69, 0x64, 0xe9]))
  write('notes.txt', 'not a rule')
  const { rules, problems } = loadRules([folder, join(folder, 'absent')])
  expect(rules).toEqual([])
  expect(problems).toHaveLength(5)
  expect(problems[4]?.reason).toContain('the folder cannot be read')
})
