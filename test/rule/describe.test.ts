import { expect, it } from 'vitest'
import { BUILT_IN_RULES, describeRule, loadFolder, ruleTable } from '../../src/rule/index.ts'

const { rules } = loadFolder(BUILT_IN_RULES)

it('lists every rule on one line with its severity', () => {
  const lines = ruleTable(rules).trimEnd().split('\n')
  expect(lines).toHaveLength(rules.length)
  expect(lines[0]).toMatch(/^D01 {2}warning +from-untagged +FROM names an image/)
})

it('shows all of a rule', () => {
  const rule = rules.find((candidate) => candidate.id === 'D23')
  if (rule === undefined) throw new Error('D23 is gone')
  const text = describeRule(rule)
  expect(text).toMatch(/^D23 curl-pipe-shell \(error, description\)\n/)
  for (const part of ['Why\n', 'What to do\n', 'Parameters\n', 'Query\n', 'References\n']) {
    expect(text).toContain(`\n${part}`)
  }
  for (const line of text.split('\n').filter((shown) => !shown.includes('default'))) {
    expect(line).toBe(line.trimEnd())
  }
})

it('gives text for a list of no rules', () => {
  expect(ruleTable([])).toBe('')
})
