// What a RUN step brought by package managers, a line an ecosystem: asked for, needed, not explained.
import { excerpt, printable, type StepPackages, shortPackage } from '../core/index.ts'
import { plural, showCount } from './quantity.ts'

const NAMED = 5

/** Sentences on the packages of one step. */
export function packageSentences(
  rows: readonly StepPackages[],
  step: number,
  verbose: boolean,
): string[] {
  return rows.filter((row) => row.step === step).flatMap((row) => sentencesOf(row, verbose))
}

function sentencesOf(row: StepPackages, verbose: boolean): string[] {
  const { type, asked, dependencies, unexplained, open, absent } = row
  const parts = [`${showCount(asked.length)} asked for`]
  if (dependencies.length > 0) parts.push(`${showCount(dependencies.length)} that they need`)
  if (unexplained.length > 0) parts.push(`${showCount(unexplained.length)} not explained`)
  const came = asked.length + dependencies.length + unexplained.length
  const sentences: string[] = []
  if (came > 0) {
    const told = unexplained.length > 0 && open === '' ? `: ${listed(unexplained, verbose)}` : ''
    const left = open === '' ? told : `, left open: ${excerpt(open, 120)}`
    sentences.push(`${plural(came, `${printable(type)} package`)}: ${parts.join(', ')}${left}`)
  }
  if (absent.length > 0) {
    const names = absent.map((name) => excerpt(name, 60))
    sentences.push(`asked for and not there afterwards: ${shortened(names, verbose)}`)
  }
  return sentences
}

function listed(purls: readonly string[], verbose: boolean): string {
  return shortened(
    purls.map((purl) => excerpt(shortPackage(purl), 80)),
    verbose,
  )
}

function shortened(names: readonly string[], verbose: boolean): string {
  if (verbose || names.length <= NAMED) return names.join(', ')
  return `${names.slice(0, NAMED).join(', ')} and ${showCount(names.length - NAMED)} more`
}
