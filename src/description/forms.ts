// What git makes of a tracked file when it writes it to disk (gitattributes(5): eol, ident, export-subst; git-config(1):
// core.autocrlf). A build context holds that form, not the blob's own bytes.
import { createHash } from 'node:crypto'
import type { ContextFile, ContextForm } from '../core/index.ts'
import type { Repository } from './git/index.ts'

/** Larger files are compared by their blob alone. */
const MAX_BYTES = 4 << 20

/** The forms of a tracked file that differ from its blob; none when the blob is not at hand. */
export async function contextForms(
  repository: Repository,
  commit: string,
  file: ContextFile,
): Promise<readonly ContextForm[]> {
  if (file.kind !== 'file') return []
  const bytes = await repository.blob(file.blob, MAX_BYTES)
  if (bytes === null) return []
  const text = Buffer.from(bytes).toString('latin1')
  const written: { text: string; why: string }[] = [{ text, why: '' }]
  const ident = withIdent(text, file.blob)
  if (ident !== text) written.push({ text: ident, why: 'with $Id$ filled in (ident)' })
  const exported = await withSubstitutions(text, (format) => repository.formatted(commit, format))
  if (exported !== text)
    written.push({ text: exported, why: 'with $Format$ filled in (export-subst)' })
  const forms: ContextForm[] = []
  for (const each of written) {
    if (each.why !== '') forms.push(formOf(each.text, each.why))
    const ends = withLineEnds(each.text)
    if (ends === each.text) continue
    const why = 'with line ends as git writes them on Windows (eol=crlf, core.autocrlf)'
    forms.push(formOf(ends, each.why === '' ? why : `${each.why}, ${why}`))
  }
  return forms
}

/** The same of bytes that are at hand, whatever the commit: `export-subst` is left out. */
export function writtenForms(bytes: Uint8Array, blob: string): readonly ContextForm[] {
  const text = Buffer.from(bytes).toString('latin1')
  const ident = withIdent(text, blob)
  const forms = new Set([ident, withLineEnds(text), withLineEnds(ident)])
  forms.delete(text)
  return [...forms].map((form) => formOf(form, 'as git writes it to disk'))
}

function formOf(text: string, why: string): ContextForm {
  const bytes = Buffer.from(text, 'latin1')
  const head = `blob ${bytes.length}\0`
  return { blob: createHash('sha1').update(head).update(bytes).digest('hex'), why }
}

/** `\n` as `\r\n`; a file that has some already, or a NUL byte, is left as it is (git's convert.c). */
function withLineEnds(text: string): string {
  if (text.includes('\r\n') || text.includes('\0')) return text
  return text.replaceAll('\n', '\r\n')
}

function withIdent(text: string, blob: string): string {
  return text.replace(/\$Id(?::[^$\n]*)?\$/g, `$$Id: ${blob} $$`)
}

/** Placeholders that only tell of the commit: `%d` and `%D` move with the refs, `%G` runs a program. */
const STEADY = /^(?:[^%]|%(?:[HTPntpeh%]|a[neEldDrtiIsh]?|c[neEldDrtiIsh]|[sfbB]|x[0-9a-f]{2}))*$/
const MAX_SUBSTITUTIONS = 20

/** `$Format:…$` as `git archive` fills it in. */
async function withSubstitutions(
  text: string,
  formatted: (format: string) => Promise<string | null>,
): Promise<string> {
  const parts = text.split(/(\$Format:[^$\n]{1,1000}\$)/)
  if (parts.length === 1 || parts.length > 2 * MAX_SUBSTITUTIONS) return text
  const filled: string[] = []
  for (const part of parts) {
    const format = /^\$Format:([^$\n]*)\$$/.exec(part)?.[1]
    const value = format !== undefined && STEADY.test(format) ? await formatted(format) : null
    filled.push(value ?? part)
  }
  return filled.join('')
}
