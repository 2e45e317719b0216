import { expect, it } from 'vitest'
import type { Query, Rule } from '../../src/rule/index.ts'
import { fingerprint, parametersOf, runRules } from '../../src/rule/run.ts'

const RULE: Rule = {
  id: 'X01',
  name: 'a-name',
  severity: 'warning',
  grades: [{ detail: 'set-id', severity: 'error' }],
  area: 'image',
  summary: 'A rule.',
  why: 'Because.',
  fix: 'Mend it.',
  references: [],
  parameters: [
    { name: 'limit', about: 'How many.', value: 3 },
    { name: 'names', about: 'Which.', value: ['a', 'b'] },
  ],
  query: 'rows',
  message: '{subject} at {path}:{line} in {layer}, {detail}',
  file: 'rules/X01-a-name.yaml',
  queryLine: 9,
}
const ROW = { subject: 's', path: 'etc/x', line: 4, layer: 1, detail: 'd' }

function answering(rows: readonly Record<string, unknown>[], baseLayers = 0): Query {
  return (sql) => (sql === 'rows' ? rows : [{ layers: baseLayers }])
}

it('makes a finding of a row', () => {
  const { findings, problems } = runRules([RULE], answering([ROW]), 'sha256:0')
  expect(problems).toEqual([])
  expect(findings).toEqual(
    [
      {
        rule: 'X01',
        name: 'a-name',
        severity: 'warning',
        area: 'image',
        ...ROW,
        detail: undefined,
        base: false,
        message: 's at etc/x:4 in 1, d',
        fix: 'Mend it.',
        fingerprint: fingerprint('X01', 's', 'etc/x'),
      },
    ].map(({ detail, ...finding }) => finding),
  )
})

it('binds the image and the parameters, lists as JSON', () => {
  const bound: unknown[] = []
  runRules(
    [RULE],
    (sql, parameters) => {
      if (sql === 'rows') bound.push(parameters)
      return []
    },
    'sha256:0',
  )
  expect(bound).toEqual([{ image: 'sha256:0', limit: 3, names: '["a","b"]' }])
  expect(parametersOf(RULE)).toEqual({ limit: 3, names: '["a","b"]' })
})

it('has a fingerprint that neither line, layer nor the form of the path moves', () => {
  const rows = [ROW, { ...ROW, line: 9 }, { ...ROW, layer: 2 }, { ...ROW, path: './etc//x' }]
  const { findings } = runRules([RULE], answering(rows), 'sha256:0')
  expect(findings).toHaveLength(1)
  expect(findings[0]?.line).toBe(4)
  expect(findings[0]?.fingerprint).toMatch(/^[0-9a-f]{16}$/)
  const other = runRules([RULE], answering([{ ...ROW, subject: 't' }]), 'sha256:0').findings[0]
  expect(other?.fingerprint).not.toBe(findings[0]?.fingerprint)
})

it('keeps fields of a fingerprint apart', () => {
  expect(fingerprint('X01', 'a', 'b/c')).not.toBe(fingerprint('X01', 'ab', '/c'))
  expect(fingerprint('X01', 'a","b', '')).not.toBe(fingerprint('X01', 'a', 'b'))
})

it('grades by how the detail begins', () => {
  const rows = [{ ...ROW, detail: 'set-id mode 4755' }]
  expect(runRules([RULE], answering(rows), 'x').findings[0]?.severity).toBe('error')
})

it('tells the base from the own part', () => {
  const rows = [0, 1, 2, null].map((layer) => ({ ...ROW, subject: `s${layer}`, layer }))
  const { findings } = runRules([RULE], answering(rows, 2), 'x')
  expect(findings.map((finding) => [finding.layer, finding.base])).toEqual([
    [0, true],
    [1, true],
    [2, false],
    [null, false],
  ])
})

it('orders by severity, rule, subject, whatever order rules and rows come in', () => {
  const rules = [
    { ...RULE, id: 'X03', severity: 'info' as const },
    { ...RULE, id: 'X02' },
    { ...RULE, id: 'X10', severity: 'error' as const },
    RULE,
  ]
  const rows = ['b', 'a', 'Z', 'é'].map((subject) => ({ ...ROW, subject }))
  const { findings } = runRules(rules, answering(rows), 'x')
  expect(findings.map((finding) => finding.rule + finding.subject).join(' ')).toBe(
    'X10Z X10a X10b X10é X01Z X01a X01b X01é X02Z X02a X02b X02é X03Z X03a X03b X03é',
  )
})

it.each([
  [{ subject: 's' }, 'its columns are subject'],
  [{ ...ROW, more: 1 }, 'its columns are'],
  [{ ...ROW, line: 'four' }, 'column line holds no whole number'],
  [{ ...ROW, layer: 0.5 }, 'column layer holds no whole number'],
  [{ ...ROW, subject: new Uint8Array(1) }, 'column subject holds no text'],
])('names a rule whose rows are wrong, and runs the others: %j', (row, reason) => {
  const broken = { ...RULE, id: 'X00', query: 'broken' }
  const query: Query = (sql) => (sql === 'broken' ? [row] : answering([ROW])(sql, {}))
  const { findings, problems } = runRules([broken, RULE], query, 'x')
  expect(findings).toHaveLength(1)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatchObject({ file: RULE.file, line: 9 })
  expect(problems[0]?.reason).toContain(
    `X00 could not be run: ${reason.startsWith('its') ? 'its' : ''}`,
  )
  expect(problems[0]?.reason).toContain(reason)
})

it('stops a rule that flags everything, and a query that throws', () => {
  const many = Array.from({ length: 10_001 }, (_, index) => ({ ...ROW, subject: `${index}` }))
  const { findings, problems, cut } = runRules([RULE], answering(many), 'x')
  expect(findings).toHaveLength(10_000)
  // The image's doing, not the rule's: no fault of the rule file (exit status 2).
  expect(problems).toEqual([])
  expect(cut).toMatchObject([{ file: RULE.file, line: 9 }])
  expect(cut[0]?.reason).toContain('more than 10000 rows')
  const throwing: Query = (sql) => {
    if (sql === 'rows') throw new Error('no such column: x\u001b[31m')
    return []
  }
  expect(runRules([RULE], throwing, 'x').problems[0]?.reason).toContain('no such column: x\\x1b')
})

it('shows strange text escaped, and does not fill placeholders twice', () => {
  const rows = [{ ...ROW, subject: '{path}\u001b]0;x\u0007', layer: null }]
  const message = runRules([RULE], answering(rows), 'x').findings[0]?.message
  expect(message).toBe('{path}\\x1b]0;x\\x7 at etc/x:4 in , d'.replace('\\x7', '\\x07'))
})
