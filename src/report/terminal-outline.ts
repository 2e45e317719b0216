// For an image that has no description: what a new one would have to say, in a handful of lines.
import { type AuditResult, excerpt, type Outline } from '../core/index.ts'
import { hangText } from './layout.ts'
import { plural, showBytes, showCount } from './quantity.ts'
import { capped, type Page } from './terminal-page.ts'

const CAP = 6
const NAMES = 12
const LONGEST = 400

/** The section; none where there is a description. */
export function outlineLines(page: Page, { outline }: AuditResult): string[] {
  if (outline === null) return []
  const rows = [
    ...baseRows(outline),
    ...relativeRows(page, outline),
    ...outline.requested.map(({ type, names }) => [type, listed(page, names)] as const),
    ...keyedRows(page, 'setting', outline.settings),
    ...keyedRows(page, 'account', outline.accounts),
    ...keyedRows(page, 'no origin', outline.loose.map(looseText)),
    ...keyedRows(
      page,
      'typed',
      outline.commands.map(({ path, command }) => `${command} (/${path})`),
    ),
  ]
  if (rows.length === 0) return []
  const width = Math.max(...rows.map(([label]) => label.length))
  return [
    page.strong('What a description would have to say (hints, not proofs)'),
    ...rows.flatMap(([label, text]) =>
      hangText(`  ${label.padEnd(width)}  `, excerpt(text, LONGEST), page.width),
    ),
  ]
}

type Row = readonly [label: string, text: string]

function baseRows({ base }: Outline): Row[] {
  if (base === null) return []
  const date = base.date === '' ? '' : `, made ${base.date.slice(0, 10)}`
  const name = base.reference === '' ? 'not named' : base.reference
  return [['base', `${name}${date} (${base.strength}: ${base.how})`]]
}

function relativeRows(page: Page, { relative }: Outline): Row[] {
  if (relative === null) return []
  const { packages, shared, all, layers } = relative
  const name = relative.reference === '' ? relative.config : relative.reference
  const alike = all === 0 ? '' : `, ${showCount(shared)} of ${showCount(all)} packages the same`
  const judged = relative.verdict === '' ? '' : `; it is ${relative.verdict}`
  const common = layers === 0 ? 'no layer' : plural(layers, 'layer')
  const rows: Row[] = [['nearest', `${name}: ${common} in common${alike}${judged}`]]
  const told = (label: string, names: readonly string[], count: number) => {
    if (count > 0) rows.push([label, listed(page, names, count)])
  }
  told('  more', packages.added, packages.counts.added)
  told('  less', packages.removed, packages.counts.removed)
  told('  other', packages.changed, packages.counts.changed)
  return rows
}

function listed(page: Page, names: readonly string[], count = names.length): string {
  const shown = page.verbose ? names : names.slice(0, NAMES)
  const left = count - shown.length
  return `${shown.join(', ')}${left > 0 ? `, and ${showCount(left)} more` : ''}`
}

function keyedRows(page: Page, label: string, texts: readonly string[]): Row[] {
  const { shown, left } = capped(page, texts, CAP)
  const rows = shown.map((text, index): Row => [index === 0 ? label : '', text])
  if (left > 0) rows.push(['', `… and ${showCount(left)} more (--verbose, --json)`])
  return rows
}

function looseText({ folder, files, bytes }: Outline['loose'][number]): string {
  return `/${folder}: ${plural(files, 'file')}, ${showBytes(bytes)}`
}
