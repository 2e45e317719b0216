// The refs of a repository, read without opening it: which commits they name, where HEAD stands, and a digest
// that is equal while nothing of that has changed.
import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { byCodeUnit, messageOf, sourceError } from '../../core/index.ts'
import type { Location } from './locate.ts'
import { commonFolder } from './remotes.ts'
import { type GitPlace, OPENING_LIMITS, PROGRAM_PATH, runGit } from './run.ts'

/** The refs of a repository. */
export interface References {
  /** Hexadecimal sha256 of all that decides what the history is: refs, HEAD, where a shallow clone ends. */
  readonly state: string
  /** Ids of all that refs name, each once, sorted. */
  readonly tips: readonly string[]
  /** What HEAD names, and what the HEAD of a remote does: where people look first. */
  readonly heads: readonly string[]
  /** True when the history ends where a shallow clone was cut. */
  readonly shallow: boolean
}

/** Refs whose trees are no sources. */
const NO_SOURCES = /^refs\/notes\//
const REFERENCE = /^([0-9a-f]{40}(?:[0-9a-f]{24})?) (\S+)$/

/**
 * Reads the refs of a repository; of a bundle, its header.
 * @throws AssayError (source) when they cannot be read.
 */
export async function readReferences(
  location: Location,
  programPath = PROGRAM_PATH,
): Promise<References> {
  if (location.kind === 'bundle') return bundleReferences(location.file)
  const { gitDir } = location
  const place: GitPlace = { gitDir, workTree: null, programPath }
  const command = ['for-each-ref', '--format=%(objectname) %(refname)']
  const result = await runGit(place, command, '', OPENING_LIMITS)
  if (result.code !== 0) throw sourceError(`its refs cannot be read: ${result.complaint}`)
  const text = result.output.toString('latin1')
  const common = commonFolder(gitDir)
  const head = smallFile(join(gitDir, 'HEAD')).trim()
  const shallow = smallFile(join(common, 'shallow'))
  const grafts = `${smallFile(join(common, 'objects/info/alternates'))}`
  return referencesOf(text, head, { shallow, more: grafts })
}

function referencesOf(
  text: string,
  head: string,
  besides: { readonly shallow: string; readonly more: string },
): References {
  const named = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, id, name] = REFERENCE.exec(line) ?? []
    if (id !== undefined && name !== undefined && !NO_SOURCES.test(name)) named.set(name, id)
  }
  const current = head.startsWith('ref: ') ? named.get(head.slice(5).trim()) : head
  const heads = [
    current,
    ...[...named].filter(([name]) => /^refs\/remotes\/[^/]+\/HEAD$/.test(name)).map(([, id]) => id),
  ].filter((id): id is string => id !== undefined && /^[0-9a-f]{40,64}$/.test(id))
  const hash = createHash('sha256')
  for (const part of [text, head, besides.shallow, besides.more])
    hash.update(`${part.length}\n${part}`)
  return {
    state: hash.digest('hex'),
    tips: [...new Set([...named.values(), ...heads])].sort(byCodeUnit),
    heads: [...new Set(heads)],
    shallow: besides.shallow !== '',
  }
}

/** Largest header of a bundle, and largest file of refs, in bytes. */
const MAX_HEADER = 256 << 20

/** A bundle begins with its refs, which end at an empty line (gitformat-bundle(5)). */
function bundleReferences(file: string): References {
  const opened = openSync(file, 'r')
  try {
    let text = ''
    const chunk = Buffer.alloc(65_536)
    for (let end = -1; end < 0; end = text.indexOf('\n\n')) {
      const length = readSync(opened, chunk, 0, chunk.length, null)
      if (length === 0 || text.length > MAX_HEADER) throw sourceError('its header has no end')
      text += chunk.toString('latin1', 0, length)
    }
    const header = text.slice(0, text.indexOf('\n\n'))
    const head = /^([0-9a-f]+) HEAD$/m.exec(header)?.[1] ?? ''
    return referencesOf(header, head, { shallow: '', more: `${statSync(file).size}` })
  } finally {
    closeSync(opened)
  }
}

function smallFile(file: string): string {
  if (!existsSync(file)) return ''
  try {
    return readFileSync(file, 'latin1')
  } catch (thrown) {
    throw sourceError(`its refs cannot be read: ${messageOf(thrown)}`, { where: file })
  }
}
