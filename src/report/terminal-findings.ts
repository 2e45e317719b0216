// The findings, one entry a rule: the user's own first, those of the base image in one line apart.
import { type AuditResult, excerpt, type Finding, printable } from '../core/index.ts'
import { clipEnd, clipMiddle, columnsOf, hangText } from './layout.ts'
import { groupRows, orderFindings } from './order.ts'
import { plural, showCount } from './quantity.ts'
import { capped, type Page } from './terminal-page.ts'

const RULE_CAP = 12
const PLACE_CAP = 3
const LONGEST = 300
/** Lines that one finding may take. */
const MOST_LINES = 3

/** The section's lines; none without findings. */
export function findingLines(page: Page, result: AuditResult): string[] {
  if (result.findings.length === 0) return []
  const ordered = orderFindings(result.findings)
  const own = ordered.filter((finding) => !finding.base)
  const base = ordered.filter((finding) => finding.base)
  const lines = hangText('', `Findings: ${summaryOf(own, base)}`, page.width).map(page.strong)
  const loud = page.verbose ? own : own.filter((finding) => finding.severity !== 'info')
  const groups = [...groupRows(loud, (finding) => finding.rule).values()]
  const part = capped(page, groups, RULE_CAP)
  for (const group of part.shown) lines.push(...ruleLines(page, group))
  if (part.left > 0)
    lines.push(page.faint(`  … and ${plural(part.left, 'rule')} more (--verbose, --json)`))
  if (!page.verbose)
    lines.push(
      ...tally(
        page,
        'info',
        own.filter((finding) => finding.severity === 'info'),
      ),
    )
  lines.push(...tally(page, 'base image', base))
  return lines
}

function summaryOf(own: readonly Finding[], base: readonly Finding[]): string {
  const parts: string[] = []
  for (const severity of ['error', 'warning'] as const) {
    const count = own.filter((finding) => finding.severity === severity).length
    if (count > 0) parts.push(plural(count, severity))
  }
  const infos = own.filter((finding) => finding.severity === 'info').length
  if (infos > 0) parts.push(`${showCount(infos)} info`)
  if (base.length > 0) parts.push(`${showCount(base.length)} in the base image`)
  return parts.join(', ')
}

function ruleLines(page: Page, group: readonly Finding[]): string[] {
  const first = group[0]
  if (first === undefined) return []
  const severity = first.severity.padEnd(7)
  const paint =
    first.severity === 'error' ? page.bad : first.severity === 'warning' ? page.warn : page.faint
  const times = group.length > 1 ? ` (${showCount(group.length)})` : ''
  const title = `${excerpt(first.rule, 20)} ${excerpt(first.name, 100)}${times}`
  const lead = `  ${severity}  `
  const [head = '', ...rest] = hangText(lead, title, page.width)
  const lines = [`  ${paint(severity)}  ${page.strong(head.slice(lead.length))}`, ...rest]
  const indent = ' '.repeat(lead.length)
  const part = capped(page, placesOf(page, group, page.width - indent.length), PLACE_CAP)
  for (const place of part.shown) lines.push(...hangText(indent, place, page.width))
  if (part.left > 0) lines.push(page.faint(`${indent}… and ${showCount(part.left)} more`))
  const fix = excerpt(first.fix, LONGEST)
  if (fix !== '') lines.push(...hangText(`${indent}fix: `, fix, page.width))
  return lines
}

/** One text a finding; a message that all share is said once, before the places. */
function placesOf(page: Page, group: readonly Finding[], room: number): string[] {
  const messages = new Set(group.map((finding) => finding.message))
  const shared = messages.size === 1 && group.length > 1
  const lines: string[] = shared ? [excerpt(group[0]?.message ?? '', LONGEST)] : []
  for (const finding of group) {
    const place = placeOf(finding)
    const message = shared ? '' : excerpt(finding.message, LONGEST)
    const named = place === '' || message.includes(place) ? message : joined(place, message)
    const text = named === '' ? place : named
    lines.push(
      page.verbose || columnsOf(text) <= room * MOST_LINES ? text : clipped(text, message, room),
    )
  }
  return lines.filter((line) => line !== '')
}

/** Both ends of a path tell what it is; of a sentence its beginning does. */
function clipped(text: string, message: string, room: number): string {
  const columns = room * MOST_LINES
  return message === '' ? clipMiddle(text, columns) : clipEnd(text, columns)
}

function joined(place: string, message: string): string {
  return message === '' ? place : `${place}: ${message}`
}

function placeOf(finding: Finding): string {
  if (finding.path !== '') {
    // A path in a layer of the image; the line is then the Dockerfile's.
    const inImage = finding.area === 'image' && finding.layer !== null
    const line = finding.line === null || inImage ? '' : `:${finding.line}`
    return `${excerpt(finding.path, LONGEST)}${line}`
  }
  if (finding.line !== null) return `line ${finding.line}`
  return excerpt(finding.subject, LONGEST)
}

/** Rules with their counts on one line: `I04 ×3, I06`. */
function tally(page: Page, label: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return []
  const counts = [...groupRows(findings, (finding) => finding.rule)].map(([rule, group]) => {
    const name = `${printable(rule)} ${excerpt(group[0]?.name ?? '', 60)}`.trim()
    return group.length === 1 ? name : `${name} ×${showCount(group.length)}`
  })
  return hangText(`  ${label}: `, counts.join(', '), page.width).map(page.faint)
}
