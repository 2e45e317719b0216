// What all sections of the terminal report share: the page's width, its colours, its caps.
import picocolors from 'picocolors'

/** How a terminal report is shown. */
export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number
  readonly colour: boolean
  /** No caps, and the steps with their alignment. */
  readonly verbose: boolean
  /** Values of build arguments are shown; they may be secrets. */
  readonly showArguments?: boolean
}

/** Paints a text. */
type Paint = (text: string) => string

/** A page to write on. Colour never carries a meaning that words do not. */
export interface Page {
  readonly width: number
  readonly verbose: boolean
  readonly showArguments: boolean
  readonly strong: Paint
  readonly faint: Paint
  readonly bad: Paint
  readonly warn: Paint
  readonly good: Paint
}

const NARROWEST = 60
const WIDEST = 160

/** The page for these options. */
export function openPage(options: TerminalOptions): Page {
  const colours = picocolors.createColors(options.colour)
  const width = Number.isFinite(options.width) ? Math.trunc(options.width) : 80
  return {
    width: Math.min(Math.max(width, NARROWEST), WIDEST),
    verbose: options.verbose,
    showArguments: options.showArguments ?? false,
    strong: colours.bold,
    faint: colours.dim,
    bad: colours.red,
    warn: colours.yellow,
    good: colours.green,
  }
}

/** The first rows that fit under a cap, and how many are left; verbose pages have no cap. */
export function capped<T>(
  page: Page,
  rows: readonly T[],
  cap: number,
): { shown: readonly T[]; left: number } {
  // One row more costs no more than the line that would say so.
  if (page.verbose || rows.length <= cap + 1) return { shown: rows, left: 0 }
  return { shown: rows.slice(0, cap), left: rows.length - cap }
}
