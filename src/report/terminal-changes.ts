// The changes, folded to what a person did: grouped by class, most important first.
import { type AuditResult, type Change, excerpt, printable, shortPackage } from '../core/index.ts'
import { clipEnd, clipMiddle, columnsOf, hangText } from './layout.ts'
import { CHANGE_CLASSES, type ChangeClass, classOf, groupRows, orderChanges } from './order.ts'
import { plural, showCount } from './quantity.ts'
import { hideArguments } from './secret.ts'
import { capped, type Page } from './terminal-page.ts'

const CAP = 8
const LONGEST = 300

const SIGNS: Readonly<Record<Change['kind'], string>> = {
  added: '+',
  modified: '~',
  deleted: '-',
  mode: '~',
  owner: '~',
  'package-added': '+',
  'package-removed': '-',
  'package-changed': '~',
  account: '~',
  setting: '~',
  step: '>',
  argument: '~',
}

/** The section's lines; none without changes. */
export function changeLines(page: Page, result: AuditResult): string[] {
  if (result.changes.length === 0) return []
  const common = mainStep(result.changes)
  const lines = [
    page.strong(
      `Changes that the description does not explain: ${showCount(result.changes.length)}`,
    ),
  ]
  if (common !== null) lines.push(...stepNote(page, result, common))
  const groups = groupRows(orderChanges(result.changes), classOf)
  let left = 0
  for (const [name, heading] of CHANGE_CLASSES) {
    const group = groups.get(name)
    if (group === undefined) continue
    const part = capped(page, group, CAP)
    left += part.left
    lines.push(`  ${headingOf(heading, group.length)}`)
    for (const change of part.shown) lines.push(...oneChange(page, change, common, name))
    if (part.left > 0) lines.push(page.faint(`    … and ${showCount(part.left)} more`))
  }
  if (left > 0) {
    const more = `… and ${showCount(left)} more (assay explain IMAGE PATH, --verbose, --json)`
    lines.push(...hangText('  ', more, page.width).map(page.faint))
  }
  return lines
}

function headingOf(heading: string, count: number): string {
  return count === 1 ? `${heading}:` : `${heading} (${showCount(count)}):`
}

/** The step that brought most of the changes, when that is worth a line of its own; else null. */
function mainStep(changes: readonly Change[]): number | null {
  const counts = groupRows(changes, (change) => change.step)
  for (const [step, group] of counts)
    if (step !== null && group.length > 2 && group.length * 2 > changes.length) return step
  return null
}

function stepNote(page: Page, result: AuditResult, position: number): string[] {
  const all = result.changes.every((change) => change.step === position)
  const step = result.steps.find((candidate) => candidate.position === position)
  const layer = step?.layer == null ? '' : `, layer ${step.layer}`
  const what = step === undefined ? '' : `: ${stepText(page, step.createdBy)}`
  const who = all ? 'all brought by' : 'where nothing else is said, brought by'
  return hangText('  ', `${who} step ${position}${layer}${what}`, page.width).slice(0, 2)
}

function oneChange(page: Page, change: Change, common: number | null, name: ChangeClass): string[] {
  const sign = SIGNS[change.kind]
  const lead = `    ${sign} `
  const room = page.width - columnsOf(lead)
  const raw = change.kind === 'step' ? stepText(page, change.subject) : subjectOf(change)
  const subject = clipMiddle(raw, room)
  const detail = detailOf(page, change, common)
  const painted = name === 'bytes' || name === 'set-id' ? page.bad(subject) : subject
  const lines =
    detail === ''
      ? [`${lead}${painted}`]
      : columnsOf(subject) + 2 + columnsOf(detail) <= room
        ? [`${lead}${painted}  ${detail}`]
        : [`${lead}${painted}`, ...detailLines(page, detail)]
  if (page.verbose) lines.push(...verboseLines(page, change))
  return lines
}

function detailLines(page: Page, detail: string): string[] {
  const lines = hangText('        ', detail, page.width)
  if (page.verbose || lines.length <= 2) return lines
  return [...lines.slice(0, 1), clipEnd(`${lines[1] ?? ''} …`, page.width)]
}

function verboseLines(page: Page, change: Change): string[] {
  const lines: string[] = []
  if (change.evidence !== '')
    lines.push(...hangText('        ', excerpt(change.evidence, LONGEST * 2), page.width))
  for (const path of change.folded)
    lines.push(`        · ${clipMiddle(printable(`/${path}`), page.width - 10)}`)
  return lines
}

function subjectOf(change: Change): string {
  // Paths of the image begin with a slash here: nobody takes them for paths of the repository.
  if (change.path !== '' && (change.subject === '' || change.subject === change.path))
    return excerpt(`/${change.path}`, LONGEST)
  const text = shortPackage(change.subject)
  // "lodash 4.17.20  4.17.21 → 4.17.20" says the version twice.
  const tail = ` ${change.found}`
  const versioned = change.kind === 'package-changed' && change.found !== '' && text.endsWith(tail)
  return excerpt(versioned ? text.slice(0, -tail.length) : text, LONGEST)
}

function stepText(page: Page, createdBy: string): string {
  return excerpt(page.showArguments ? createdBy : hideArguments(createdBy), LONGEST)
}

/** What is behind the subject: owner, what was expected and found, files folded in, where it came. */
function detailOf(page: Page, change: Change, common: number | null): string {
  const parts: string[] = []
  if (change.origin === 'context-untracked') parts.push('copied in, tracked nowhere')
  if (change.origin === 'context-other-commit') parts.push('as in another commit')
  if (change.origin === 'context-modified') parts.push('its bytes are in no commit at hand')
  if (change.owner !== '') parts.push(`of ${excerpt(shortPackage(change.owner), 80)}`)
  parts.push(...difference(page, change))
  if (change.folded.length > 0) parts.push(`with ${plural(change.folded.length, 'file')}`)
  if (change.line !== null) parts.push(`line ${change.line}`)
  if (parts.length === 0 && !page.verbose && change.evidence !== '')
    parts.push(excerpt(change.evidence, LONGEST))
  if (change.kind !== 'step' && change.step !== common) parts.push(...placeOf(change))
  return parts.join(', ')
}

function placeOf(change: Change): string[] {
  if (change.layer !== null) return [`layer ${change.layer}`]
  return change.step === null ? [] : [`step ${change.step}`]
}

function difference(page: Page, change: Change): string[] {
  if (change.kind === 'argument' && !page.showArguments) {
    return change.expected === '' && change.found === '' ? [] : ['value not shown']
  }
  const expected = shortValue(change.expected, page)
  const found = shortValue(change.found, page)
  if (expected === '' && found === '') return []
  if (expected === '') return change.subject.includes(change.found) ? [] : [found]
  if (found === '') return [`expected ${expected}`]
  return [`${expected} → ${found}`]
}

/** Digests say nothing to people: eight digits tell them apart. */
function shortValue(text: string, page: Page): string {
  const bounded = text.slice(0, LONGEST * 4)
  const cut = page.verbose ? bounded : bounded.replace(/\b([0-9a-f]{8})[0-9a-f]{24,}\b/g, '$1…')
  return excerpt(cut, page.verbose ? LONGEST : 90)
}
