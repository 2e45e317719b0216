// `assay explain IMAGE PATH` for people: how this file got there.
import { excerpt, shortDigest, shortPackage } from '../core/index.ts'
import type { PathExplanation, PathStep, PathVersion } from './explain.ts'
import { hangText } from './layout.ts'
import { plural, showBytes, showCount } from './quantity.ts'
import { hideArguments } from './secret.ts'
import { capped, openPage, type Page, type TerminalOptions } from './terminal-page.ts'

const LONGEST = 400
const VERSION_CAP = 8

/** The explanation of a path; ends with a line feed. */
export function renderExplainPath(model: PathExplanation, options: TerminalOptions): string {
  const page = openPage(options)
  const facts: (readonly [string, string])[] = [
    ...(model.realPath === model.path ? [] : [['real path', `/${model.realPath}`] as const]),
    ...(model.state.kind === 'present' ? presentFacts(model.state, page) : []),
    ...(model.state.kind === 'absent' ? [absentFact(model.state.removedBy)] : []),
    ...stepFacts(page, model.step),
    ...instructionFacts(model),
    ...trackedFacts(model),
    ...packageFacts(model),
  ]
  const title = `/${excerpt(model.path, LONGEST)}  in ${excerpt(model.image, LONGEST)}`
  const lines = [
    ...hangText('', title, page.width).map(page.strong),
    '',
    ...facts.flatMap(([label, text]) => factLines(page, label, text)),
    ...versionLines(page, model.versions),
  ]
  return `${lines.join('\n')}\n`
}

function factLines(page: Page, label: string, text: string): string[] {
  return hangText(`  ${label.padEnd(11)}  `, excerpt(text, LONGEST), page.width)
}

type Present = Extract<PathExplanation['state'], { kind: 'present' }>

function presentFacts(state: Present, page: Page): (readonly [string, string])[] {
  const { entry } = state
  const mode = entry.mode.toString(8).padStart(4, '0')
  const what = entry.kind === 'file' ? `file of ${showBytes(entry.size)}` : entry.kind
  const target = entry.target === '' ? '' : ` to ${entry.target}`
  const owner = state.owner === '' ? '' : `: ${shortPackage(state.owner)}`
  const facts: (readonly [string, string])[] = [
    ['is', `${what}${target}, mode ${mode}, owner ${entry.uid}:${entry.gid}`],
    ['origin', `${state.origin}${owner} (${state.strength})`],
  ]
  if (state.evidence !== '') facts.push(['evidence', state.evidence])
  facts.push(['layer', `${state.layer} (${shortDigest(state.diffId)})`])
  if (page.verbose && entry.sha256 !== '') {
    facts.push(['sha256', entry.sha256])
    if (entry.gitBlob !== '') facts.push(['git blob', entry.gitBlob])
  }
  return facts
}

function absentFact(removedBy: number | null): readonly [string, string] {
  return removedBy === null
    ? ['is', 'not in this image, in none of its layers']
    : [
        'is',
        `not in this image any more: layer ${removedBy} removed it, a lower layer still ships it`,
      ]
}

function stepFacts(page: Page, step: PathStep | null): (readonly [string, string])[] {
  return step === null ? [] : [['step', stepText(page, step)]]
}

function stepText(page: Page, step: PathStep): string {
  const made = page.showArguments ? step.createdBy : hideArguments(step.createdBy)
  const text = made === '' ? step.text : made
  return `${step.position}, ${step.alignment}: ${excerpt(text, page.verbose ? LONGEST : 160)}`
}

function instructionFacts({ instruction }: PathExplanation): (readonly [string, string])[] {
  if (instruction === null) return []
  return [['line', `${instruction.dockerfile}:${instruction.line}  ${instruction.text}`]]
}

function trackedFacts({ tracked }: PathExplanation): (readonly [string, string])[] {
  if (tracked === null) return []
  const facts: (readonly [string, string])[] = [
    ['tracked as', `${tracked.path} in ${tracked.repository}`],
  ]
  if (tracked.commit !== '') {
    const by = tracked.author === '' ? '' : ` by ${tracked.author}`
    const subject = tracked.subject === '' ? '' : `: ${tracked.subject}`
    facts.push([
      'last change',
      `${tracked.commit.slice(0, 12)} of ${tracked.date.slice(0, 10)}${by}${subject}`,
    ])
  }
  return facts
}

function packageFacts(model: PathExplanation): (readonly [string, string])[] {
  const owner = model.package
  if (owner === null) return []
  const state = owner.fileState === '' ? '' : `, this file ${owner.fileState}`
  const facts: (readonly [string, string])[] = [
    ['package', `${owner.name} ${owner.version}${state}`],
  ]
  const chain = owner.chain.map(shortPackage)
  if (chain.length > 1) facts.push(['pulled in', chain.join(' → ')])
  else if (owner.requested === true) facts.push(['asked for', 'by name'])
  else if (owner.requested === false) facts.push(['asked for', 'no: it came with another package'])
  if (owner.request !== null) {
    const { dockerfile, line, text } = owner.request
    facts.push(['request', `${dockerfile}:${line}  ${text}`])
  }
  return facts
}

function versionLines(page: Page, versions: readonly PathVersion[]): string[] {
  if (versions.length < 2) return []
  // The newest matter most: a cap takes from the bottom of the image.
  const part = capped(page, versions.toReversed(), VERSION_CAP)
  const lines = [
    '',
    page.strong(`  ${plural(versions.length, 'version')} in the layers, newest first`),
  ]
  for (const version of part.shown) {
    const content = version.sha256 === '' ? '' : `, sha256 ${version.sha256.slice(0, 12)}`
    const size = version.kind === 'file' ? `, ${showBytes(version.size)}` : ''
    const what = version.change === 'deleted' ? '' : `, ${version.kind}${size}${content}`
    const step = version.step === null ? '' : `, step ${stepText(page, version.step)}`
    const text = `${version.change}${what}${step}`
    lines.push(...hangText(`    layer ${version.layer}  `, excerpt(text, LONGEST), page.width))
  }
  if (part.left > 0)
    lines.push(page.faint(`    … and ${showCount(part.left)} more (--verbose, --json)`))
  return lines
}
