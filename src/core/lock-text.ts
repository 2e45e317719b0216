// The text of assay.lock, version 1: a header, then one item a line, words with single spaces between them. A
// word that is empty, or holds spaces or more than plain characters, stands in quotes as in JSON. `#` begins a comment.
import { type AssayError, sourceError } from './errors.ts'
import { LOCK_KINDS, type Lock, type LockItem, type LockKind, lockKey } from './lock.ts'
import { byCodeUnit, excerpt } from './text.ts'

/** First word of the file, and the version that is written and read here. */
const HEADER = 'assay-lock'
const VERSION = '1'

/** What a lock of a stranger may hold. */
export const LOCK_LIMITS = { bytes: 64 << 20, lines: 1_000_000, line: 1 << 16 }

const INTRODUCTION = [
  '# Written by `assay lock`: commit it, and `assay audit IMAGE --lock FILE` tells what has changed since, and why.',
  '# docs/lock.md explains the lines. Where a merge does not agree on one, write the file again.',
]

/** The lock as text; equal locks give equal texts. */
export function renderLock({ items }: Lock): string {
  const lines = [`${HEADER} ${VERSION}`, ...INTRODUCTION]
  const kinds = Object.entries(LOCK_KINDS)
  for (const [kind, { heading }] of kinds) {
    const rows = items
      .filter((item) => item.kind === kind)
      .map((item) => ({ key: lockKey(item), text: renderItem(item) }))
      .sort((a, b) => byCodeUnit(a.key, b.key))
    if (rows.length > 0) lines.push('', `# ${heading}`, ...rows.map(({ text }) => text))
  }
  return `${lines.join('\n')}\n`
}

function renderItem({ kind, names, values }: LockItem): string {
  return [kind, ...[...names, ...values].map(renderWord)].join(' ')
}

const PLAIN = /^[!$-[\]-~][!-~]*$/
const RISKY =
  /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g

/** A word as it stands in the file: bare when it is plain ASCII without spaces, else a JSON string. */
function renderWord(word: string): string {
  if (PLAIN.test(word) && !word.includes('\\')) return word
  return JSON.stringify(word).replace(RISKY, (text) =>
    text
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** True for bytes that begin as a lock does: that is how a lock is told from an image. */
export function looksLikeLock(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, HEADER.length + 4)).toString('latin1')
  return head.replace(/^\xef\xbb\xbf/, '').startsWith(`${HEADER} `)
}

/**
 * The lock that these bytes are; `file` is named in errors.
 * @throws AssayError `source` with file and line when they are none.
 */
export function parseLock(bytes: Uint8Array, file: string): Lock {
  if (bytes.length > LOCK_LIMITS.bytes) {
    throw sourceError(`the lock is larger than ${LOCK_LIMITS.bytes >> 20} MiB`, { where: file })
  }
  const lines = textOf(bytes, file).split('\n')
  if (lines.length > LOCK_LIMITS.lines) {
    throw sourceError(`the lock has more than ${LOCK_LIMITS.lines} lines`, { where: file })
  }
  readHeader(lines[0] ?? '', file)
  const items: LockItem[] = []
  const seen = new Map<string, number>()
  for (const [index, raw] of lines.entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (index === 0 || line === '' || line.startsWith('#')) continue
    const where = `${file}:${index + 1}`
    const item = readItem(line, where)
    const key = lockKey(item)
    const earlier = seen.get(key)
    if (earlier !== undefined) {
      throw broken(`it says the same as line ${earlier}: ${excerpt(line, 80)}`, where)
    }
    seen.set(key, index + 1)
    items.push(item)
  }
  return { items }
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw sourceError('the lock is not UTF-8 text', { where: file, cause, hint: AGAIN })
  }
}

const AGAIN = 'assay lock writes it again'

function broken(reason: string, where: string): AssayError {
  return sourceError(`the lock cannot be read: ${reason}`, { where, hint: AGAIN })
}

function readHeader(line: string, file: string): void {
  const [name, version, ...rest] = line.trimEnd().split(' ')
  const where = `${file}:1`
  if (isConflict(line)) throw conflict(where)
  if (name !== HEADER || version === undefined || rest.length > 0) {
    const reason = `it does not begin with "${HEADER} ${VERSION}"`
    throw sourceError(`this is no lock: ${reason}`, { where, hint: AGAIN })
  }
  if (version === VERSION) return
  throw sourceError(
    `the lock is of version ${excerpt(version, 20)}, which this Assay does not know`,
    {
      where,
      hint: `it reads version ${VERSION}`,
    },
  )
}

/** The marks that git leaves where a merge did not agree. */
function isConflict(line: string): boolean {
  return /^(<{7}|={7}|>{7}|\|{7})( |$)/.test(line)
}

function conflict(where: string): AssayError {
  return sourceError('the lock holds the marks of a merge that was not finished', {
    where,
    hint: 'finish the merge, or write the lock of the merged image again',
  })
}

function readItem(line: string, where: string): LockItem {
  if (isConflict(line)) throw conflict(where)
  if (line.length > LOCK_LIMITS.line) throw broken('the line is too long', where)
  const [kind = '', ...words] = wordsOf(line, where)
  if (!isKind(kind)) throw broken(`there is no item ${excerpt(kind, 40)}`, where)
  const shape = LOCK_KINDS[kind]
  const wanted = shape.names + shape.values
  if (words.length !== wanted) {
    throw broken(`${kind} has ${words.length} words instead of ${wanted}`, where)
  }
  return { kind, names: words.slice(0, shape.names), values: words.slice(shape.names) }
}

function isKind(text: string): text is LockKind {
  return Object.hasOwn(LOCK_KINDS, text)
}

const WORD = /"(?:[^"\\]|\\.)*"|[^" ][^ ]*/y

function wordsOf(line: string, where: string): string[] {
  const words: string[] = []
  let at = 0
  while (true) {
    WORD.lastIndex = at
    const [text] = WORD.exec(line) ?? []
    if (text === undefined) throw broken('a word is missing or not closed', where)
    words.push(text.startsWith('"') ? unquoted(text, where) : text)
    at += text.length
    if (at === line.length) return words
    if (line[at] !== ' ') throw broken('words stand too close', where)
    at += 1
  }
}

function unquoted(text: string, where: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'string') return value
  } catch {
    // told below, with the line
  }
  throw broken(`${excerpt(text, 40)} is not a quoted word`, where)
}
