// What `assay rules list` and `assay rules show` print. Pure: rules to text.
import type { Rule } from './rule.ts'

/** The rules as a table, one line a rule. */
export function ruleTable(rules: readonly Rule[]): string {
  const rows = rules.map((rule) => [rule.id, severityText(rule), rule.name, rule.summary])
  const widths = [0, 1, 2].map((column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return lines.map((line) => `${line}\n`).join('')
}

/** All that is known of one rule, for a person. */
export function describeRule(rule: Rule): string {
  const parts = [
    `${rule.id} ${rule.name} (${severityText(rule)}, ${rule.area})\n\n${wrap(rule.summary)}`,
    `Why\n\n${wrap(rule.why)}`,
    `What to do\n\n${wrap(rule.fix)}`,
  ]
  if (rule.parameters.length > 0) {
    const lines = rule.parameters.map(
      ({ name, value, about }) => `  ${name} = ${JSON.stringify(value)}\n      ${about}`,
    )
    parts.push(`Parameters\n\n${lines.join('\n')}`)
  }
  parts.push(`Query\n\n${indent(rule.query)}`)
  if (rule.references.length > 0) {
    parts.push(`References\n\n${indent(rule.references.join('\n'))}`)
  }
  return `${parts.join('\n\n')}\n`
}

/** The severities a rule gives, the usual one first. */
export function severityText(rule: Rule): string {
  return [...new Set([rule.severity, ...rule.grades.map((grade) => grade.severity)])].join('/')
}

function wrap(text: string): string {
  return text.split('\n\n').map(wrapParagraph).join('\n\n')
}

function wrapParagraph(text: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length > 92) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return indent(lines.join('\n'))
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}
