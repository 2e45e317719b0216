// The difference between two images for people: how close they are, packages first, then files by origin,
// settings and history; what every build has differently is counted.
import {
  type DiffLevel,
  type DiffSide,
  type DiffTest,
  excerpt,
  type FileDiff,
  type ImageDiff,
  type PackageDiff,
  shortDigest,
} from '../core/index.ts'
import { alignRows, hangText } from './layout.ts'
import { groupRows, keyed, ORIGINS, orderUnknowns } from './order.ts'
import { plural, showCount } from './quantity.ts'
import { hideArguments } from './secret.ts'
import { capped, openPage, type Page, type TerminalOptions } from './terminal-page.ts'

const LONGEST = 300
/** Rows of a group that are shown. */
const CAP = 20

const WORDS: Readonly<Record<DiffLevel, string>> = {
  identical: 'IDENTICAL',
  normalised: 'NORMALISED',
  equivalent: 'EQUIVALENT',
  drifted: 'DRIFTED',
}

const MEANING: Readonly<Record<DiffLevel, string>> = {
  identical: 'one and the same image',
  normalised: 'identical after what every build writes differently is taken away',
  equivalent: 'the same packages, tracked files, programs and settings',
  drifted: 'they are not the same',
}

const TESTS: Readonly<Record<DiffTest, string>> = {
  digest: 'their digests are equal',
  'diff-id': 'all layers are equal; only what is said of them differs',
  'canonical-tree': 'every layer has the same entries; times and their order differ',
  'merged-tree': 'the merged files are equal; how layers hold them differs',
  packages: 'packages differ',
  'file-class': 'told by what kind of files differ',
  settings: 'settings differ',
  lock: 'told by a lock, which sees no bytes of files that steps made',
}

/** The difference as a person reads it; ends with a line feed. */
export function renderDiff(diff: ImageDiff, options: TerminalOptions): string {
  const page = openPage(options)
  const sections = [
    headLines(page, diff),
    packageLines(page, diff),
    fileLines(page, diff),
    settingLines(page, diff),
    historyLines(page, diff),
    benignLines(page, diff),
    unknownLines(page, diff),
  ]
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${text.join('\n\n')}\n`
}

function headLines(page: Page, diff: ImageDiff): string[] {
  const word = WORDS[diff.level]
  const paint =
    diff.level === 'drifted' ? page.bad : diff.level === 'equivalent' ? page.warn : page.good
  const [first = '', ...rest] = hangText(`${word}  `, MEANING[diff.level], page.width)
  const lines = [`${paint(page.strong(word))}${first.slice(word.length)}`, ...rest, '']
  lines.push(...hangText('  why  ', TESTS[diff.decidedBy], page.width))
  lines.push(...hangText('  A    ', sideText(diff.a), page.width))
  lines.push(...hangText('  B    ', sideText(diff.b), page.width))
  if (diff.layers !== null) lines.push(...hangText('  layers ', layerText(diff), page.width))
  return lines
}

function sideText(side: DiffSide): string {
  const parts = [excerpt(side.reference, 200)]
  if (side.kind === 'lock') parts.push('a lock')
  if (side.config !== null) parts.push(shortDigest(side.config))
  if (side.platform !== '') parts.push(excerpt(side.platform, 60))
  if (side.created !== '') parts.push(`created ${excerpt(side.created.slice(0, 10), 10)}`)
  return parts.join(', ')
}

function layerText({ layers }: ImageDiff): string {
  const { same, normalised, different } = layers ?? { same: 0, normalised: 0, different: 0 }
  const parts = [
    [same, 'equal'],
    [normalised, 'with the same entries'],
    [different, 'different'],
  ] as const
  const told = parts
    .filter(([count]) => count > 0)
    .map(([count, text]) => `${showCount(count)} ${text}`)
  return told.length === 0 ? 'none' : told.join(', ')
}

function packageLines(page: Page, { packages }: ImageDiff): string[] {
  if (packages.length === 0) return []
  const lines = [page.strong(`Packages: ${showCount(packages.length)}`)]
  const part = capped(page, packages, CAP * 2)
  const rows = part.shown.map((row) => [
    `  ${packageMark(row)} ${excerpt(packageName(row), 80)}`,
    versionText(row),
    row.files === 0 ? '' : `with ${plural(row.files, 'file')}`,
  ])
  lines.push(...alignRows(rows))
  return [...lines, ...moreLines(page, part.left)]
}

function packageMark({ change }: PackageDiff): string {
  return change === 'added' ? '+' : change === 'removed' ? '-' : '~'
}

function packageName({ name, place, type }: PackageDiff): string {
  return place.startsWith('/') ? `${name} in ${place} (${type})` : name
}

function versionText({ change, from, to }: PackageDiff): string {
  if (change === 'files') return `${excerpt(from, 60)}, with other files`
  if (from === '' || to === '') return excerpt(from || to, 60)
  return `${excerpt(from, 60)} → ${excerpt(to, 60)}`
}

const ORDER: readonly string[] = [...ORIGINS, 'unowned', 'folder']

const HEADINGS: Readonly<Record<string, string>> = {
  base: 'of the base image',
  package: 'of packages',
  'package-script': 'made by the scripts of packages',
  context: 'tracked in git',
  artifact: 'made by a tracked job',
  stage: 'from a build stage',
  run: 'written by a step',
  account: 'of accounts',
  generated: 'written anew by every build',
  'package-modified': 'of packages, and not as their records say',
  'context-modified': 'copied, and other than in git',
  'context-untracked': 'copied, and in no commit',
  'context-other-commit': 'tracked in another commit',
  unexplained: 'of no known origin',
  unowned: 'of no package',
  folder: 'folders',
}

function fileLines(page: Page, { files }: ImageDiff): string[] {
  if (files.length === 0) return []
  const lines = [page.strong(`Files: ${showCount(files.length)}`)]
  const sorted = keyed(files, (row) => [row.drift ? 0 : 1, ORDER.indexOf(row.origin), row.path])
  for (const [heading, rows] of groupRows(sorted, headingOf)) {
    lines.push(`  ${heading} (${showCount(rows.length)}):`)
    const part = capped(page, rows, CAP)
    for (const row of part.shown) lines.push(...hangText('    ', fileText(row), page.width))
    lines.push(...moreLines(page, part.left))
  }
  return lines
}

function headingOf({ origin, drift }: FileDiff): string {
  return `${HEADINGS[origin] ?? origin}${drift ? '' : ', other bytes of plain files'}`
}

function fileText({ change, path, owner, from, to }: FileDiff): string {
  const mark = change === 'added' ? '+' : change === 'removed' ? '-' : '~'
  const whose = owner === '' ? '' : `  of ${excerpt(owner, 80)},`
  const value = [from, to]
    .filter((text) => text !== '')
    .map(briefText)
    .join(' → ')
  return `${mark} ${excerpt(path, LONGEST)}${whose} ${value}`.trimEnd()
}

function briefText(text: string): string {
  return excerpt(text.replace(/sha256:([0-9a-f]{8})[0-9a-f]{56}/g, 'sha256:$1…'), 100)
}

function settingLines(page: Page, { settings }: ImageDiff): string[] {
  if (settings.length === 0) return []
  const part = capped(page, settings, CAP)
  const lines = [page.strong(`Settings: ${showCount(settings.length)}`)]
  for (const { name, from, to } of part.shown) {
    const mark = from === '' ? '+' : to === '' ? '-' : '~'
    const value = [from, to]
      .filter((text) => text !== '')
      .map(briefText)
      .join(' → ')
    lines.push(...hangText(`  ${mark} `, `${excerpt(name, 100)}  ${value}`, page.width))
  }
  return [...lines, ...moreLines(page, part.left)]
}

function historyLines(page: Page, { history }: ImageDiff): string[] {
  if (history.length === 0) return []
  const part = capped(page, history, CAP)
  const lines = [page.strong(`History: ${showCount(history.length)} (it decides nothing)`)]
  for (const { change, text } of part.shown) {
    const shown = excerpt(page.showArguments ? text : hideArguments(text), LONGEST)
    lines.push(...hangText(change === 'added' ? '  + ' : '  - ', shown, page.width))
  }
  return [...lines, ...moreLines(page, part.left)]
}

function benignLines(page: Page, { benign, times }: ImageDiff): string[] {
  if (benign.length === 0 && times === 0) return []
  const told = [
    ...(times === 0 ? [] : [`the times of ${plural(times, 'file')}`]),
    ...(benign.length === 0 ? [] : [plural(benign.length, 'more difference')]),
  ]
  const head = `Every build has differently: ${told.join(', ')}`
  if (!page.verbose) return hangText('', `${head} (--verbose)`, page.width).map(page.faint)
  return [
    page.strong(head),
    ...benign.flatMap(({ subject, reason }) =>
      hangText('  = ', `${excerpt(subject, LONGEST)}  ${excerpt(reason, LONGEST)}`, page.width),
    ),
  ]
}

function unknownLines(page: Page, { unknown }: ImageDiff): string[] {
  if (unknown.length === 0) return []
  const part = capped(page, orderUnknowns(unknown), 5)
  const lines = [page.strong(`Unknown: ${showCount(unknown.length)} not read or not decided`)]
  for (const { place, subject, reason, weight } of part.shown) {
    const text = `${excerpt(place || subject, 100)} — ${excerpt(reason, LONGEST)}`
    lines.push(...hangText(weight === 'fatal' ? '  ! ' : '  ? ', text, page.width))
  }
  return [...lines, ...moreLines(page, part.left)]
}

function moreLines(page: Page, left: number): string[] {
  return left === 0 ? [] : [page.faint(`    … and ${showCount(left)} more (--verbose, --json)`)]
}
