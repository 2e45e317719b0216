import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRule, parseRule } from '../../src/rule/parse.ts'

const GOOD = `id: X01
name: a-name
severity: warning
grades:
  'mode ': info
area: image
summary: >-
  Two
  lines.
why: Because.
fix: Mend it.
references: [somewhere]
parameters:
  limit: { default: 3, about: How many. }
  names: { default: [a, b], about: Which. }
query: |
  SELECT 's' AS subject, '' AS path, NULL AS line, NULL AS layer, '' AS detail
  FROM image WHERE image = :image AND layers > :limit + json_array_length(:names) -- it's a; comment
  ORDER BY subject
message: '{subject} in layer {layer}'
`

function fault(text: string): { line: number; column: number; reason: string } {
  const parsed = parseRule('X01.yaml', text)
  if (isRule(parsed)) throw new Error('it was taken for a rule')
  return { line: parsed.line, column: parsed.column, reason: parsed.reason }
}

describe('parseRule', () => {
  it('reads every field', () => {
    const rule = parseRule('X01.yaml', GOOD)
    expect(rule).toMatchObject({
      id: 'X01',
      severity: 'warning',
      grades: [{ detail: 'mode ', severity: 'info' }],
      summary: 'Two lines.',
      parameters: [
        { name: 'limit', value: 3, about: 'How many.' },
        { name: 'names', value: ['a', 'b'], about: 'Which.' },
      ],
      file: 'X01.yaml',
      queryLine: 16,
    })
  })

  it.each([
    ['id: X01', 'id: x1', 1, 5, '`id` must be such as D01'],
    ['name: a-name', 'name: A name', 2, 7, '`name` must be kebab-case'],
    ['severity: warning', 'severity: bad', 3, 11, 'one of error, warning, info'],
    ["'mode ': info", "'mode ': no", 5, 12, '`grades` must be one of'],
    ['area: image', 'area: [image]', 6, 7, '`area` must be text'],
    ['why: Because.', 'why: " "', 10, 6, '`why` is empty'],
    ['why: Because.', 'why:', 10, 5, '`why` must be text'],
    ['fix: Mend it.', 'fixes: Mend it.', 11, 1, 'unknown field `fixes`'],
    ['fix: Mend it.', 'why: Again', 11, 1, 'Map keys must be unique'],
    ['references: [somewhere]', 'references: somewhere', 12, 13, '`references` must be a list'],
    ['default: 3,', 'default: true,', 14, 21, '`default` must be a number'],
    ['{ default: 3, about: How many. }', '3', 14, 10, 'needs `default` and `about`'],
    ['limit: {', 'image: {', 14, 10, 'snake_case word, not image'],
    ['SELECT', 'DELETE', 16, 8, 'one SELECT'],
    ['ORDER BY subject', '; DROP TABLE x -- ORDER BY', 16, 8, 'one statement'],
    ['ORDER BY subject', '', 16, 8, 'needs ORDER BY'],
    [':image', "'x'", 16, 8, 'must ask for `:image`'],
    [':limit', ':limit + :limits', 16, 8, 'uses `:limits`'],
    [':limit', '0', 16, 8, 'does not use `:limit`'],
    ['{layer}', '{leyer}', 20, 10, 'uses {leyer}'],
    ['area: image', 'area: "image', 20, 1, ''],
  ])('names the place: %s -> %s', (from, to, line, column, reason) => {
    expect(GOOD).toContain(from)
    const found = fault(GOOD.replace(from, () => to))
    expect(found.reason).toContain(reason)
    if (reason !== '') expect([found.line, found.column]).toEqual([line, column])
  })

  it('misses a field', () => {
    expect(fault(GOOD.replace('why: Because.\n', '')).reason).toBe('`why` is missing')
    expect(fault('- a\n').reason).toContain('is a mapping')
    expect(fault('').reason).toContain('is a mapping')
  })

  it('does not follow aliases, however many', () => {
    const bomb = `summary: &a text\nwhy: *a\n`
    expect(fault(bomb).reason).toContain('aliases are not used')
  })

  it('survives deep nesting', () => {
    expect(fault(`id: ${'['.repeat(50_000)}`).reason).not.toBe('')
  })

  it('gives a rule or a problem for any text', () => {
    fc.assert(
      fc.property(fc.nat(GOOD.length), fc.nat(30), fc.string({ maxLength: 12 }), (at, cut, put) => {
        const parsed = parseRule('x', GOOD.slice(0, at) + put + GOOD.slice(at + cut))
        expect(isRule(parsed) || parsed.reason.length > 0).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
