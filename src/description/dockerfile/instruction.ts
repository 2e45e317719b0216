// One instruction's arguments, unexpanded: JSON forms, name=value pairs, flags
// (BuildKit's parser/line_parsers.go and instructions/parse.go).
import { type Heredoc, parseHeredocWord } from './heredoc.ts'
import type { Piece } from './lines.ts'
import { Problem } from './problem.ts'
import { isSpace, splitBlanks, splitFirstBlank, trimStart } from './space.ts'

/** An instruction as it was read, before any stage or value is known. */
export interface RawInstruction {
  readonly position: number
  readonly keyword: string
  readonly flags: readonly Flag[]
  readonly line: number
  readonly endLine: number
  readonly raw: string
  /** The rest after keyword and flags. */
  readonly text: string
  readonly pieces: readonly Piece[]
  readonly heredocs: readonly Heredoc[]
  readonly json: readonly string[] | null
  /** Words, paths or the single text, by keyword. */
  readonly words: readonly string[]
  readonly pairs: readonly Pair[]
  /** What an ONBUILD holds. */
  readonly trigger: RawInstruction | null
}

/** A `--name=value` flag, not expanded. */
export interface Flag {
  readonly name: string
  readonly value: string
}

/** A name and its value, quotes still on; null for an ARG without one. */
export interface Pair {
  readonly name: string
  readonly value: string | null
}

type Shape = 'list' | 'blanks' | 'json' | 'text' | 'names' | 'pairs' | 'health' | 'trigger'

/** How each keyword's arguments are read, and which flags it takes (`!`: a value is required; null: none is looked at). */
const KEYWORDS: Readonly<Record<string, { shape: Shape; flags: readonly string[] | null }>> = {
  ADD: {
    shape: 'list',
    flags: ['chown!', 'chmod!', 'link', 'keep-git-dir', 'checksum!', 'unpack', 'exclude!'],
  },
  ARG: { shape: 'names', flags: null },
  CMD: { shape: 'json', flags: [] },
  COPY: { shape: 'list', flags: ['chown!', 'from!', 'chmod!', 'link', 'parents', 'exclude!'] },
  ENTRYPOINT: { shape: 'json', flags: [] },
  ENV: { shape: 'pairs', flags: [] },
  EXPOSE: { shape: 'blanks', flags: [] },
  FROM: { shape: 'blanks', flags: ['platform!'] },
  HEALTHCHECK: {
    shape: 'health',
    flags: ['interval!', 'timeout!', 'start-period!', 'start-interval!', 'retries!'],
  },
  LABEL: { shape: 'pairs', flags: [] },
  MAINTAINER: { shape: 'text', flags: [] },
  ONBUILD: { shape: 'trigger', flags: [] },
  RUN: { shape: 'json', flags: ['mount!', 'network!', 'security!', 'device!'] },
  SHELL: { shape: 'json', flags: [] },
  STOPSIGNAL: { shape: 'text', flags: null },
  USER: { shape: 'text', flags: [] },
  VOLUME: { shape: 'list', flags: [] },
  WORKDIR: { shape: 'text', flags: [] },
}

/** Flags that may be given several times. */
const REPEATED = new Set(['exclude', 'mount', 'device'])

const DURATION = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/

/** Flags whose values are of a few, or of one form; BuildKit does not expand these. */
const VALUES: Readonly<Record<string, RegExp>> = {
  'RUN network': /^(?:default|none|host)$/,
  'RUN security': /^(?:insecure|sandbox)$/,
  'HEALTHCHECK interval': DURATION,
  'HEALTHCHECK timeout': DURATION,
  'HEALTHCHECK start-period': DURATION,
  'HEALTHCHECK start-interval': DURATION,
  'HEALTHCHECK retries': /^[-+]?\d+$/,
}

/** What `readArguments` finds. */
export type Arguments = Pick<RawInstruction, 'json' | 'words' | 'pairs'>

/** True for a keyword of the Dockerfile language. */
export function isKeyword(keyword: string): boolean {
  return Object.hasOwn(KEYWORDS, keyword)
}

/** Checks and splits `--name=value` flags. */
export function readFlags(keyword: string, words: readonly string[]): Flag[] {
  const known = KEYWORDS[keyword]?.flags ?? null
  if (known === null) return []
  const flags: Flag[] = []
  for (const word of words) {
    const equals = word.indexOf('=')
    const name = word.slice(2, equals < 0 ? undefined : equals)
    const value = equals < 0 ? null : word.slice(equals + 1)
    if (flags.some((flag) => flag.name === name) && !REPEATED.has(name)) {
      throw new Problem(`${keyword}: duplicate flag --${name}`)
    }
    if (known.includes(`${name}!`)) {
      if (value === null) throw new Problem(`${keyword}: --${name} needs a value`)
    } else if (!known.includes(name)) throw new Problem(`${keyword}: unknown flag --${name}`)
    else if (!['true', 'false', undefined].includes(value?.toLowerCase())) {
      throw new Problem(`${keyword}: --${name} is true or false, not ${value}`)
    }
    if (VALUES[`${keyword} ${name}`]?.test(value ?? '') === false) {
      throw new Problem(`${keyword}: --${name} can not be ${value}`)
    }
    flags.push({ name, value: value ?? '' })
  }
  return flags
}

/** Reads the arguments of a keyword as BuildKit does, and refuses what it refuses. */
export function readArguments(keyword: string, text: string, escapeToken: string): Arguments {
  const none: Arguments = { json: null, words: [], pairs: [] }
  const found = { ...none, ...readShape(keyword, text, escapeToken) }
  checkCount(keyword, found)
  return found
}

function readShape(keyword: string, text: string, escapeToken: string): Partial<Arguments> {
  if (text === '') return {}
  switch (KEYWORDS[keyword]?.shape) {
    case 'list': {
      const json = readJson(text)
      return { json, words: json ?? splitBlanks(text) }
    }
    case 'blanks':
      return { words: splitBlanks(text) }
    case 'json': {
      const json = readJson(text)
      return { json, words: json ?? [text] }
    }
    case 'names':
      return { pairs: splitWords(text, escapeToken).map(readOptionalPair) }
    case 'pairs':
      return { pairs: readPairs(keyword, text, escapeToken) }
    case 'health':
      return readHealth(text)
    default:
      return { words: [text] }
  }
}

/** A JSON array of strings; null when the text is no JSON; refused when it holds anything else. */
function readJson(text: string): string[] | null {
  if (!trimStart(text).startsWith('[')) return null
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(parsed)) return null
  const strings: string[] = []
  for (const item of parsed) {
    if (typeof item !== 'string') {
      throw new Problem('when using JSON array syntax, arrays must be comprised of strings only')
    }
    strings.push(item)
  }
  return strings
}

function readHealth(text: string): Partial<Arguments> {
  let end = 0
  while (end < text.length && !isSpace(text[end])) end += 1
  const kind = text.slice(0, end)
  const rest = trimStart(text.slice(end))
  const json = rest === '' ? null : readJson(rest)
  return { json, words: [kind, ...(json ?? (rest === '' ? [] : [rest]))] }
}

function readOptionalPair(word: string): Pair {
  const equals = word.indexOf('=')
  if (equals === 0) throw new Problem('ARG names can not be blank')
  if (equals < 0) return { name: word, value: null }
  return { name: word.slice(0, equals), value: word.slice(equals + 1) }
}

function readPairs(keyword: string, text: string, escapeToken: string): Pair[] {
  const words = splitWords(text, escapeToken)
  const first = words[0]
  if (first === undefined) return []
  if (!first.includes('=')) {
    // the old form: one name, and the rest of the line is its value
    const [name, value] = splitFirstBlank(text)
    if (value === undefined) throw new Problem(`${keyword} must have two arguments`)
    return [{ name: named(keyword, name), value }]
  }
  return words.map((word) => {
    const equals = word.indexOf('=')
    if (equals < 0) {
      throw new Problem(`${keyword}: can't find = in "${word}"; must be of the form name=value`)
    }
    return { name: named(keyword, word.slice(0, equals)), value: word.slice(equals + 1) }
  })
}

function named(keyword: string, name: string): string {
  if (name === '') throw new Problem(`${keyword} names can not be blank`)
  return name
}

/** Words between spaces; quotes and escapes are respected and kept (parseWords). */
function splitWords(text: string, escapeToken: string): string[] {
  const words: string[] = []
  let word = ''
  let quote = ''
  let blank = true
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (quote === '' && isSpace(character)) {
      if (!blank) words.push(word)
      word = ''
      blank = true
      continue
    }
    if (quote === '' && (character === "'" || character === '"')) quote = character
    else if (character === quote) quote = ''
    if (character === escapeToken && quote !== "'") {
      if (at + 1 === text.length) continue
      word += character
      at += 1
    }
    word += text[at] ?? ''
    blank = false
  }
  if (!blank) words.push(word)
  return words
}

const EXACTLY_ONE = new Set(['MAINTAINER', 'STOPSIGNAL', 'USER', 'WORKDIR'])
const AT_LEAST_ONE = new Set(['EXPOSE', 'HEALTHCHECK', 'SHELL', 'VOLUME'])

function checkCount(keyword: string, found: Arguments): void {
  const { words, pairs, json } = found
  if ((keyword === 'COPY' || keyword === 'ADD') && words.length < 2) {
    throw new Problem(`${keyword} requires at least two arguments: a source and a destination`)
  }
  if (EXACTLY_ONE.has(keyword) && words.length !== 1) {
    throw new Problem(`${keyword} requires exactly one argument`)
  }
  const pairless = ['ARG', 'ENV', 'LABEL'].includes(keyword) && pairs.length === 0
  if (pairless || (AT_LEAST_ONE.has(keyword) && words.length === 0)) {
    throw new Problem(`${keyword} requires at least one argument`)
  }
  if (keyword === 'SHELL' && json === null) throw new Problem('SHELL requires the JSON form')
  if (keyword === 'FROM') checkFrom(words)
  if (keyword === 'HEALTHCHECK') checkHealth(words)
  if (keyword === 'VOLUME' && words.some((word) => word.trim() === '')) {
    throw new Problem('VOLUME can not be an empty string')
  }
  if ((keyword === 'COPY' || keyword === 'ADD') && json === null) {
    if (parseHeredocWord(words.at(-1) ?? '') !== null) {
      throw new Problem(`${keyword} cannot accept a heredoc as a destination`)
    }
  }
}

function checkFrom(words: readonly string[]): void {
  const [, as, name] = words
  if (words.length !== 1 && (words.length !== 3 || as?.toLowerCase() !== 'as')) {
    throw new Problem('FROM requires either one or three arguments')
  }
  if (name !== undefined && !/^[a-z][a-z0-9\-_.]*$/.test(name.toLowerCase())) {
    throw new Problem(`invalid name for build stage: "${name}"`)
  }
}

function checkHealth(words: readonly string[]): void {
  const kind = words[0]?.toUpperCase() ?? ''
  if (kind === 'NONE' && words.length > 1) throw new Problem('HEALTHCHECK NONE takes no arguments')
  if (kind !== 'NONE' && kind !== 'CMD') {
    throw new Problem(`unknown type "${kind}" in HEALTHCHECK (try CMD)`)
  }
  if (kind === 'CMD' && words.length === 1) {
    throw new Problem('missing command after HEALTHCHECK CMD')
  }
}
