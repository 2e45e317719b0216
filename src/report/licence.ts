// Licence texts of package records as SPDX ids or expressions, or as plain names when they are not
// surely one (spdx.org/licenses; Debian's short names: debian.org/doc/packaging-manuals/copyright-format).
import correct from 'spdx-correct'
import parse from 'spdx-expression-parse'

/** A licence ready for an SBOM. `from` is the declared text when it had to be normalised, else ''. */
export type Licence =
  | { readonly kind: 'id'; readonly value: string; readonly from: string }
  | { readonly kind: 'expression'; readonly value: string; readonly from: string }
  | { readonly kind: 'name'; readonly value: string; readonly from: '' }

const LONGEST_NAME = 80
const LONGEST_EXPRESSION = 1000

/** Reads one declared licence; `isId` knows the SPDX ids that the output format allows. */
export function readLicence(declared: string, isId: (text: string) => boolean): Licence | null {
  const text = declared.replace(/\s+/g, ' ').trim()
  if (text === '' || /^(?:unknown|none|noassertion)$/i.test(text)) return null
  if (isId(text)) return { kind: 'id', value: text, from: '' }
  if (isExpression(text)) return { kind: 'expression', value: text, from: '' }
  const id = normalId(text, isId)
  if (id !== null) return { kind: 'id', value: id, from: text }
  const expression = normalExpression(text, isId)
  if (expression !== null) return { kind: 'expression', value: expression, from: text }
  return { kind: 'name', value: shortName(text), from: '' }
}

/** A whole licence text in a name field says nothing: its first words do. */
function shortName(text: string): string {
  const characters = [...text]
  if (characters.length <= LONGEST_NAME) return text
  return `${characters.slice(0, LONGEST_NAME - 1).join('')}…`
}

function isExpression(text: string): boolean {
  // The parser recurses: depth and length are bounded before it sees a stranger's text.
  if (text.length > LONGEST_EXPRESSION || (text.match(/\(/g)?.length ?? 0) > 30) return false
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}

/** `A and B`, `A or B` with one kind of operator and every operand a licence. */
function normalExpression(text: string, isId: (text: string) => boolean): string | null {
  if (text.length > LONGEST_EXPRESSION || /[,;()]/.test(text)) return null
  for (const operator of ['and', 'or'] as const) {
    const operands = text.split(new RegExp(` ${operator} `, 'i'))
    if (operands.length < 2) continue
    const ids = operands.map((operand) => (isId(operand) ? operand : normalId(operand, isId)))
    if (ids.some((id) => id === null)) return null
    return ids.join(` ${operator.toUpperCase()} `)
  }
  return null
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  expat: 'MIT',
  'artistic-2': 'Artistic-2.0',
  'apache-2': 'Apache-2.0',
}

/** The id that a text surely means, or null: a text that leaves the version or variant open is no id. */
function normalId(text: string, isId: (text: string) => boolean): string | null {
  if (text.length > 64) return null
  const known = SHORT_NAMES[text.toLowerCase()] ?? gnuId(text)
  if (known !== null) return isId(known) ? known : null
  if (!isOneLicence(text)) return null
  const candidate = corrected(text)
  if (candidate === null || !isId(candidate)) return null
  return candidate.toLowerCase() === text.toLowerCase() || saysTheSame(text, candidate)
    ? candidate
    : null
}

/** `GPL-2+`, `LGPLv2.1+`, `GFDL-1.3+`; without the plus only Debian's hyphenated form says "only". */
function gnuId(text: string): string | null {
  const match = /^([AL]?GPL|GFDL)(-| ?v ?)(\d)(?:\.(\d))?(\+|-only|-or-later)?$/i.exec(text)
  if (match?.[1] === undefined || match[3] === undefined) return null
  const version = `${match[3]}.${match[4] ?? '0'}`
  const suffix = match[5]?.toLowerCase()
  if (suffix === undefined && match[2] !== '-') return null
  const variant = suffix === '+' || suffix === '-or-later' ? 'or-later' : 'only'
  return `${match[1].toUpperCase()}-${version}-${variant}`
}

/** spdx-correct takes the first licence it recognises and drops the rest. */
function isOneLicence(text: string): boolean {
  if (/^https?:/i.test(text)) return true
  return !/[,:;/|&()+]|\b(?:and|or|with|dual|like|un\w+|non\w*|style|GPL\w*|LGPL\w*)\b/i.test(text)
}

function corrected(text: string): string | null {
  try {
    return correct(text)
  } catch {
    return null
  }
}

/** Every number of the id stands in the text: `BSD` is not BSD-2-Clause, `Apache` not Apache-2.0. */
function saysTheSame(text: string, candidate: string): boolean {
  const told = new Set(numbersOf(text))
  return numbersOf(candidate).every((number) => told.has(number))
}

function numbersOf(text: string): string[] {
  return (text.match(/\d+(?:\.\d+)*/g) ?? []).map((number) => number.replace(/(?:\.0)+$/, ''))
}
