import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isRule, parseRule } from '../../src/rule/parse.ts'

const root = join(import.meta.dirname, '../..')

it('docs/rules is what scripts/generate-rule-docs.mjs makes of rules/', () => {
  const script = join(root, 'scripts/generate-rule-docs.mjs')
  expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toBe('')
})

it('the rule that docs/adding-a-rule.md shows is one', () => {
  const page = readFileSync(join(root, 'docs/adding-a-rule.md'), 'utf8')
  const shown = /```yaml\n(id: [\s\S]*?)```/.exec(page)?.[1]
  if (shown === undefined) throw new Error('the page shows no rule')
  const parsed = parseRule('shown', shown)
  expect(isRule(parsed) ? parsed.id : parsed.reason).toMatch(/^[A-Z]\d\d$/)
})
