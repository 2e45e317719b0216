// Runs rules over the public views of the inventory: rows to findings. Judges nothing itself.
import { createHash } from 'node:crypto'
import type { Finding, Severity } from '../core/index.ts'
import { byCodeUnit, cleanPath, messageOf, printable } from '../core/index.ts'
import type { Rule, RuleProblem } from './rule.ts'

/** A value of a row. */
export type Cell = string | number | bigint | null | Uint8Array

/** Runs one reading statement over the public views and gives its rows. */
export type Query = (
  sql: string,
  parameters: Readonly<Record<string, string | number>>,
) => Iterable<Readonly<Record<string, unknown>>>

/** Findings in report order, the rules that could not be run, and those that were cut off: both as problems. */
export interface RuleRun {
  readonly findings: readonly Finding[]
  readonly problems: readonly RuleProblem[]
  /** An image can make any rule give more rows than are taken: that is no fault of the rule. */
  readonly cut: readonly RuleProblem[]
}

/** More rows than this from one rule are cut off, and said so: a rule that flags everything helps nobody. */
const MAX_ROWS = 10_000
const COLUMNS: readonly string[] = ['subject', 'path', 'line', 'layer', 'detail']
const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

interface Row {
  readonly subject: string
  readonly path: string
  readonly line: number | null
  readonly layer: number | null
  readonly detail: string
}

/** Runs each rule on one image; a rule that fails is a problem, the others still run. */
export function runRules(rules: readonly Rule[], query: Query, image: string): RuleRun {
  const findings = new Map<string, Finding>()
  const problems: RuleProblem[] = []
  const cut: RuleProblem[] = []
  const baseLayers = countBaseLayers(query, image)
  for (const rule of rules) {
    const problem = { file: rule.file, line: rule.queryLine, column: 1 }
    let count = 0
    try {
      for (const row of rowsOf(rule, query, image)) {
        count += 1
        if (count > MAX_ROWS) {
          cut.push({
            ...problem,
            reason: `${rule.id} gives more than ${MAX_ROWS} rows: the others are left out`,
          })
          break
        }
        const finding = toFinding(rule, row, baseLayers)
        // One cause is one finding: the first row of a fingerprint stands for the others.
        if (!findings.has(finding.fingerprint)) findings.set(finding.fingerprint, finding)
      }
    } catch (thrown) {
      const reason = `${rule.id} could not be run: ${printable(messageOf(thrown))}`
      problems.push({ ...problem, reason })
    }
  }
  return { findings: [...findings.values()].sort(compareFindings), problems, cut }
}

function countBaseLayers(query: Query, image: string): number {
  let layers = 0
  for (const row of query('SELECT layers FROM base WHERE image = :image', { image })) {
    layers = Math.max(layers, Number(row['layers']) || 0)
  }
  return layers
}

function* rowsOf(rule: Rule, query: Query, image: string): Iterable<Row> {
  for (const cells of query(rule.query, { ...parametersOf(rule), image })) yield toRow(cells)
}

/** What a rule's query is bound to, besides `:image`: lists as JSON text. */
export function parametersOf(rule: Rule): Record<string, string | number> {
  const bound: Record<string, string | number> = {}
  for (const { name, value } of rule.parameters) {
    bound[name] = typeof value === 'object' ? JSON.stringify(value) : value
  }
  return bound
}

function toRow(cells: Readonly<Record<string, unknown>>): Row {
  const names = Object.keys(cells)
  if (names.length !== COLUMNS.length || COLUMNS.some((name) => !names.includes(name))) {
    throw new Error(`its columns are ${names.join(', ')}; they must be ${COLUMNS.join(', ')}`)
  }
  return {
    subject: textCell(cells, 'subject'),
    path: textCell(cells, 'path'),
    line: numberCell(cells, 'line'),
    layer: numberCell(cells, 'layer'),
    detail: textCell(cells, 'detail'),
  }
}

function textCell(cells: Readonly<Record<string, unknown>>, name: string): string {
  const value = cells[name]
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  throw new Error(`its column ${name} holds no text`)
}

function numberCell(cells: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = cells[name]
  if (value === null) return null
  const number = typeof value === 'bigint' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
    throw new Error(`its column ${name} holds no whole number`)
  }
  return number
}

function toFinding(rule: Rule, row: Row, baseLayers: number): Finding {
  const path = cleanPath(row.path).path
  const grade = rule.grades.find(({ detail }) => row.detail.startsWith(detail))
  return {
    rule: rule.id,
    name: rule.name,
    severity: grade?.severity ?? rule.severity,
    area: rule.area,
    subject: row.subject,
    path,
    line: row.line,
    layer: row.layer,
    base: row.layer !== null && row.layer < baseLayers,
    message: fill(rule.message, row),
    fix: rule.fix,
    fingerprint: fingerprint(rule.id, row.subject, path),
  }
}

/** Identity of a finding: neither its line nor its layer, which move when other things change. */
export function fingerprint(rule: string, subject: string, path: string): string {
  const parts = JSON.stringify([rule, subject, cleanPath(path).path])
  return createHash('sha256').update(parts).digest('hex').slice(0, 16)
}

function fill(message: string, row: Row): string {
  const filled = message.replace(/\{(subject|path|line|layer|detail)\}/g, (_, name: keyof Row) =>
    String(row[name] ?? ''),
  )
  return printable(filled)
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    RANK[a.severity] - RANK[b.severity] ||
    byCodeUnit(a.rule, b.rule) ||
    byCodeUnit(a.subject, b.subject) ||
    byCodeUnit(a.path, b.path) ||
    byCodeUnit(a.fingerprint, b.fingerprint)
  )
}
