// `assay explain IMAGE` for people: all that is known of how it was made, and what a new
// description has to say.
import { excerpt, type MakerNote, platformText, printable, shortDigest } from '../core/index.ts'
import { attestationFact, claimLine } from './claims.ts'
import type { ImageExplanation } from './explain.ts'
import { clipMiddle, hangText } from './layout.ts'
import { groupRows, orderUnknowns } from './order.ts'
import { plural, showBytes, showCount } from './quantity.ts'
import { hideArguments } from './secret.ts'
import { packageSentences } from './step-packages.ts'
import { capped, openPage, type Page, type TerminalOptions } from './terminal-page.ts'

const LONGEST = 400
const CAP = 12
const STEP_CAP = 40

/** The explanation of an image; ends with a line feed. */
export function renderExplainImage(model: ImageExplanation, options: TerminalOptions): string {
  const page = openPage(options)
  const sections = [
    headLines(page, model),
    makerLines(page, model.makerNotes),
    listLines(page, 'A new description needs', model.needs, CAP * 2),
    stepLines(page, model),
    listLines(page, 'What it says of its description', model.claims.map(claimLine)),
    listLines(
      page,
      'Labels',
      model.labels.map((row) => `${row.key} = ${row.value}${inherited(row.inherited)}`),
    ),
    requestLines(page, model),
    listLines(
      page,
      'Settings',
      model.settings.map((row) => `${row.name} ${row.value}${inherited(row.fromBase)}`),
    ),
    accountLines(page, model),
    unexplainedLines(page, model),
    listLines(
      page,
      'Unknown',
      orderUnknowns(model.unknown).map(
        (row) => `${row.place === '' ? row.subject : row.place} — ${row.reason} (${row.reader})`,
      ),
    ),
    hangText('', 'One file: assay explain IMAGE PATH. Everything: --json', page.width).map(
      page.faint,
    ),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function inherited(fromBase: boolean): string {
  return fromBase ? '  (from the base)' : ''
}

function headLines(page: Page, model: ImageExplanation): string[] {
  const { image, base, description } = model
  const platform = platformText(image.platform)
  const created = image.created === '' ? '' : `, created ${image.created.slice(0, 10)}`
  const author = image.author === '' ? '' : ` by ${image.author}`
  const facts: (readonly [string, string])[] = [
    [
      'image',
      `${[shortDigest(image.config), ...image.names.filter((name) => name !== image.reference)].join(', ')}, ${platform}${created}${author}`,
    ],
    ['system', image.distribution],
    ['made by', model.makers.join(', then ')],
    [
      'base',
      base === null
        ? 'not known'
        : `${base.reference}, ${plural(base.layers, 'layer')} (${base.strength}${base.how === '' ? '' : `: ${base.how}`})`,
    ],
    [
      'description',
      description === null ? 'none known' : `${description.text} (${description.how})`,
    ],
    ['attested', attestationFact(model.attestations)],
  ]
  return [
    ...hangText('', excerpt(image.reference, LONGEST), page.width).map(page.strong),
    '',
    ...facts
      .filter(([, text]) => text !== '')
      .flatMap(([label, text]) =>
        hangText(`  ${label.padEnd(11)}  `, excerpt(text, LONGEST), page.width),
      ),
  ]
}

function makerLines(page: Page, notes: readonly MakerNote[]): string[] {
  const lines: string[] = []
  for (const note of notes) {
    const layers = note.layers.length === 0 ? '' : `  [${layerWords(note.layers)}]`
    lines.push(page.strong(`${note.title}${layers}${inherited(note.base)}`))
    const rows: (readonly [string, string])[] = [
      ['built from', note.description],
      ['to check', note.check],
      ...note.facts.map(({ name, value }) => [name, value] as const),
    ]
    const part = page.verbose ? rows : rows.slice(0, CAP)
    for (const [name, value] of part)
      lines.push(...hangText(`  - ${printable(name)}: `, excerpt(value, LONGEST), page.width))
    if (part.length < rows.length) lines.push(moreLine(page, rows.length - part.length))
  }
  return lines
}

function layerWords(layers: readonly number[]): string {
  const [first, last] = [layers[0] ?? 0, layers.at(-1) ?? 0]
  return first === last ? `layer ${first}` : `layers ${first} to ${last}`
}

function listLines(page: Page, title: string, rows: readonly string[], cap = CAP): string[] {
  if (rows.length === 0) return []
  const part = capped(page, rows, cap)
  const lines = [page.strong(title)]
  for (const row of part.shown) lines.push(...hangText('  - ', excerpt(row, LONGEST), page.width))
  if (part.left > 0) lines.push(moreLine(page, part.left))
  return lines
}

function moreLine(page: Page, left: number): string {
  return page.faint(`    … and ${showCount(left)} more (--verbose, --json)`)
}

function stepLines(page: Page, { steps, stepPackages }: ImageExplanation): string[] {
  if (steps.length === 0) return []
  const own = page.verbose ? steps : steps.filter((step) => step.alignment !== 'base')
  const hidden = steps.length - own.length
  const part = capped(page, own, STEP_CAP)
  const lines = [page.strong('Steps')]
  if (hidden > 0) lines.push(page.faint(`    ${plural(hidden, 'step')} of the base (--verbose)`))
  for (const step of part.shown) {
    const made = page.showArguments ? step.createdBy : hideArguments(step.createdBy)
    const layer = step.layer === null ? '' : `  [layer ${step.layer}]`
    const line = step.line === null ? '' : `  [line ${step.line}]`
    const label = `  ${String(step.position).padStart(3)} ${step.alignment.padEnd(9)}  `
    const text = excerpt(step.history === null ? step.text : made, page.verbose ? LONGEST : 200)
    lines.push(...hangText(label, `${text}${layer}${line}`, page.width))
    for (const sentence of packageSentences(stepPackages, step.position, page.verbose))
      lines.push(...hangText(' '.repeat(label.length), sentence, page.width))
    const note = [step.comment, step.author === '' ? '' : `by ${step.author}`].filter(
      (part) => part !== '',
    )
    if (step.alignment === 'untracked' && note.length > 0)
      lines.push(
        ...hangText(' '.repeat(label.length), excerpt(note.join(', '), LONGEST), page.width),
      )
  }
  if (part.left > 0) lines.push(moreLine(page, part.left))
  return lines
}

function requestLines(page: Page, model: ImageExplanation): string[] {
  const own = model.requested.filter((row) => !row.fromBase)
  const fromBase = model.requested.length - own.length
  if (model.installedCount === 0) return []
  const lines = [
    page.strong(
      `Packages: ${showCount(model.installedCount)} installed, ${showCount(own.length)} asked for by name`,
    ),
  ]
  for (const [type, rows] of groupRows(own, (row) => row.type)) {
    const part = capped(page, rows, CAP * 3)
    const names = part.shown.map((row) => excerpt(`${row.name} ${row.version}`.trim(), 80))
    if (part.left > 0) names.push(`… and ${showCount(part.left)} more (--verbose, --json)`)
    lines.push(...hangText(`  ${printable(type)}: `, names.join(', '), page.width))
  }
  if (fromBase > 0) lines.push(page.faint(`  ${showCount(fromBase)} more came with the base`))
  return lines
}

function accountLines(page: Page, model: ImageExplanation): string[] {
  const own = model.accounts.filter((row) => !row.fromBase)
  return listLines(
    page,
    'Accounts added',
    own.map((row) => `${row.kind} ${row.name}`),
  )
}

function unexplainedLines(page: Page, model: ImageExplanation): string[] {
  const { files, bytes, first } = model.unexplained
  if (files === 0) return []
  const lines = [page.strong(`Of no origin: ${plural(files, 'file')}, ${showBytes(bytes)}`)]
  const part = capped(page, first, CAP)
  for (const row of part.shown) {
    const tail = `  ${showBytes(row.size)}, layer ${row.layer}`
    const path = excerpt(`/${row.path}`, LONGEST)
    lines.push(`  - ${clipMiddle(path, page.width - 4 - tail.length)}${tail}`)
  }
  const left = files - part.shown.length
  if (left > 0) lines.push(moreLine(page, left))
  return lines
}
