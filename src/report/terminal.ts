// The report for people. In five seconds: the verdict, why, what to do; then origins, changes,
// findings, what stayed unknown. Every text from outside passes printable() or excerpt().
import {
  type AuditResult,
  excerpt,
  platformText,
  printable,
  shortDigest,
  shortPackage,
  type Verdict,
} from '../core/index.ts'
import { attestationFact } from './claims.ts'
import { hangText } from './layout.ts'
import { lockLines } from './lock.ts'
import { groupRows, keyed, orderUnknowns } from './order.ts'
import { plural, showCount } from './quantity.ts'
import { hideArguments } from './secret.ts'
import { packageSentences } from './step-packages.ts'
import { changeLines } from './terminal-changes.ts'
import { findingLines } from './terminal-findings.ts'
import { originLines } from './terminal-origins.ts'
import { outlineLines } from './terminal-outline.ts'
import { capped, openPage, type Page, type TerminalOptions } from './terminal-page.ts'
import { adviceOf, VERDICT_MEANING } from './verdict.ts'

const REASON_CAP = 4
const UNKNOWN_CAP = 5
const LONGEST = 400

/** The audit of one image as a person reads it; ends with a line feed. */
export function renderAudit(result: AuditResult, options: TerminalOptions): string {
  const page = openPage(options)
  const sections = [
    headLines(page, result),
    factLines(page, result),
    originLines(page, result),
    outlineLines(page, result),
    changeLines(page, result),
    lockLines(page, result.lock),
    findingLines(page, result),
    unknownLines(page, result),
    page.verbose ? stepLines(page, result) : [],
    footLines(page, result),
  ]
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${text.join('\n\n')}\n`
}

function headLines(page: Page, result: AuditResult): string[] {
  const word = result.verdict.toUpperCase()
  const name = excerpt(result.image.reference, 200)
  const title = `${name} — ${VERDICT_MEANING[result.verdict]}`
  const [first = '', ...rest] = hangText(`${word}  `, title, page.width)
  const painted = verdictPaint(page, result.verdict)(page.strong(word))
  const lines = [`${painted}${first.slice(word.length)}`, ...rest, '']
  const part = capped(page, result.reasons, REASON_CAP)
  for (const [index, reason] of part.shown.entries())
    lines.push(
      ...hangText(index === 0 ? '  why  ' : '       ', excerpt(reason.text, LONGEST), page.width),
    )
  if (part.left > 0) lines.push(page.faint(`       … and ${showCount(part.left)} more (--verbose)`))
  lines.push(...hangText('  do   ', adviceOf(result), page.width))
  return lines
}

function verdictPaint(page: Page, verdict: Verdict): (text: string) => string {
  if (verdict === 'rebuildable') return page.good
  return verdict === 'drifted' || verdict === 'orphaned' ? page.bad : page.warn
}

function factLines(page: Page, result: AuditResult): string[] {
  const facts: (readonly [string, string])[] = [
    ['image', imageFact(result)],
    ['layers', layerFact(result)],
    ['system', systemFact(result)],
    ['description', descriptionFact(result)],
    ['built by', buildFact(result)],
    ['base', baseFact(result)],
    ['attested', attestationFact(result.attestations)],
    ['archives', verificationFact(result)],
    ...result.image.notes.map((note) => ['note', note] as const),
  ]
  return facts
    .filter(([, text]) => text !== '')
    .flatMap(([label, text]) =>
      hangText(`  ${label.padEnd(11)}  `, excerpt(text, LONGEST), page.width),
    )
}

function imageFact({ image }: AuditResult): string {
  const parts = [shortDigest(image.config)]
  const names = image.names.filter((name) => name !== image.reference)
  if (names.length > 0) parts.push(names.join(', '))
  parts.push(platformText(image.platform))
  if (image.created !== '') parts.push(`created ${image.created.slice(0, 10)}`)
  if (image.makers.length > 0) parts.push(`made by ${image.makers.join(', then ')}`)
  return parts.join(', ')
}

function layerFact({ image }: AuditResult): string {
  const states = groupRows(image.layers, (layer) => layer.state)
  const parts = (['read now', 'known', 'unreadable'] as const).flatMap((state) => {
    const count = states.get(state)?.length ?? 0
    return count === 0 ? [] : [`${showCount(count)} ${state}`]
  })
  return parts.length === 0 ? 'none' : parts.join(', ')
}

function systemFact(result: AuditResult): string {
  const name = result.distribution?.prettyName ?? ''
  const system = name !== '' ? name : (result.distribution?.id ?? '')
  const installed = result.packages.filter(
    (row) => row.scope === 'installed' || row.scope === 'bundled' || row.scope === 'application',
  )
  const byType = groupRows(
    keyed(installed, (row) => [row.type]),
    (row) => row.type,
  )
  const counts = [...byType].map(([type, rows]) => {
    const count = rows.reduce((sum, row) => sum + row.count, 0)
    return `${showCount(count)} ${type}`
  })
  const packages = counts.length === 0 ? '' : `packages: ${counts.join(', ')}`
  return [system, packages].filter((part) => part !== '').join('; ')
}

function descriptionFact({ description }: AuditResult): string {
  if (description === null) return 'none'
  const revision = /^[0-9a-f]{40,64}$/.test(description.revision)
    ? description.revision.slice(0, 12)
    : description.revision
  const parts = [`${description.dockerfile} in ${description.repository}`]
  if (revision !== '') parts.push(`at ${revision}${dateOf(description.commitDate)}`)
  if (description.context !== '') parts.push(`context ${description.context}`)
  if (description.target !== '') parts.push(`target ${description.target}`)
  const how = description.how === '' ? '' : ` (${description.how})`
  return `${parts.join(', ')}${how}`
}

function buildFact({ description }: AuditResult): string {
  if (description === null) return ''
  const { builtBy, unreadBuilds } = description
  const [first, ...others] = builtBy.filter(({ automated }) => automated)
  if (first !== undefined) {
    const more = others.length > 0 ? ` and ${showCount(others.length)} more` : ''
    return `${first.file}:${first.line} (${first.command} of ${first.name})${more}`
  }
  const [local] = builtBy
  const named = local === undefined ? '' : `; ${local.file}:${local.line} describes a build`
  const [unread] = unreadBuilds
  const rest = unreadBuilds.length > 1 ? ` and ${showCount(unreadBuilds.length - 1)} more` : ''
  if (unread !== undefined) return `no CI file that is read${named}; not read: ${unread}${rest}`
  return `no tracked CI file${named}`
}

function dateOf(text: string): string {
  return text === '' ? '' : ` of ${text.slice(0, 10)}`
}

function baseFact({ base }: AuditResult): string {
  if (base === null) return 'not known'
  const how = base.how === '' ? '' : `: ${base.how}`
  const verdict = base.verdict === null ? '' : `; ${base.verdict} itself`
  return `${base.reference}, ${plural(base.layers, 'layer')} (${base.strength}${how})${verdict}`
}

function verificationFact({ verification }: AuditResult): string {
  if (verification === null) return ''
  const { equal, differing, absent, unreadable } = verification
  const parts = [`${plural(equal, 'package')} as in their archives`]
  if (differing.length > 0)
    parts.push(`${showCount(differing.length)} otherwise: ${shortList(differing)}`)
  if (absent.length > 0)
    parts.push(`${showCount(absent.length)} without an archive at hand: ${shortList(absent)}`)
  if (unreadable.length > 0)
    parts.push(`${plural(unreadable.length, 'archive')} that cannot be read`)
  return parts.join('; ')
}

const LISTED = 3

function shortList(purls: readonly string[]): string {
  const shown = purls.slice(0, LISTED).map(shortPackage).join(', ')
  return purls.length > LISTED ? `${shown}, …` : shown
}

function unknownLines(page: Page, result: AuditResult): string[] {
  if (result.unknown.length === 0) return []
  const part = capped(page, orderUnknowns(result.unknown), UNKNOWN_CAP)
  const lines = [
    page.strong(`Unknown: ${showCount(result.unknown.length)} not read or not decided`),
  ]
  for (const row of part.shown) {
    const place = row.place === '' ? shortSubject(row.subject) : row.place
    const text = `${place} — ${row.reason} (${row.reader})`
    const lead = row.weight === 'fatal' ? '  ! ' : '  ? '
    lines.push(...hangText(lead, excerpt(text, LONGEST), page.width))
  }
  if (part.left > 0)
    lines.push(page.faint(`  … and ${showCount(part.left)} more (--verbose, --json)`))
  return lines
}

function shortSubject(subject: string): string {
  return /^sha256:[0-9a-f]{64}$/.test(subject) ? `sha256:${shortDigest(subject)}…` : subject
}

function stepLines(page: Page, result: AuditResult): string[] {
  if (result.steps.length === 0) return []
  const lines = [page.strong('Steps')]
  for (const step of result.steps) {
    const layer = step.layer === null ? '' : `  [layer ${step.layer}]`
    const line = step.line === null ? '' : `  [line ${step.line}]`
    const made = page.showArguments ? step.createdBy : hideArguments(step.createdBy)
    const text = step.history === null ? step.text : made
    const label = `  ${String(step.position).padStart(3)} ${step.alignment.padEnd(9)}  `
    lines.push(...hangText(label, `${excerpt(text, LONGEST)}${layer}${line}`, page.width))
    if (step.reason !== '')
      lines.push(...hangText(' '.repeat(label.length), excerpt(step.reason, LONGEST), page.width))
    for (const sentence of packageSentences(result.stepPackages, step.position, true))
      lines.push(...hangText(' '.repeat(label.length), sentence, page.width))
  }
  return lines
}

function footLines(page: Page, result: AuditResult): string[] {
  const at = result.at === '' ? '' : `Ages as of ${printable(result.at.slice(0, 10))}. `
  const more = page.verbose
    ? 'One file: assay explain IMAGE PATH. Everything: --json'
    : 'More: assay explain IMAGE PATH, --verbose, --json'
  return hangText('', `${at}${more}`, page.width).map(page.faint)
}
