// Names that a step's requests take from files: requirements of pip that are tracked, and the lock of an npm tree
// that came from the context (pip.pypa.io/en/stable/reference/requirements-file-format).
import type { ImageCatalog } from '../catalog/index.ts'
import type { Command, ContextFile, FileOrigin, PackageRequest } from '../core/index.ts'
import { nameOf } from '../core/index.ts'
import type { ReadBlob } from './legacy-hash.ts'

/** What files name; null where one of them is not known. */
export interface ListedNames {
  readonly pypi: ReadonlySet<string> | null
  readonly npm: ReadonlySet<string> | null
}

const MAX_BYTES = 1 << 20
const MAX_FILES = 20
const MAX_NAMES = 20_000

/** Where the names are looked up. */
export interface NameSources {
  readonly files: ReadonlyMap<string, ContextFile>
  readonly readBlob: ReadBlob | undefined
  readonly catalog: ImageCatalog
  readonly originOf: (path: string) => FileOrigin | undefined
}

/** Reads what the nameless requests of a step stand for. */
export async function listedNames(
  requests: readonly PackageRequest[],
  commands: readonly Command[],
  sources: NameSources,
): Promise<ListedNames> {
  const nameless = requests.filter(({ name, action }) => name === '' && action === 'install')
  const ofPip = nameless.some(({ manager }) => manager === 'pip')
  const ofNpm = requests.some(
    ({ manager, options, action }) =>
      manager === 'npm' && action === 'install' && !isGlobal(options),
  )
  return {
    pypi: ofPip ? await requirementNames(requestedFiles(commands), sources) : new Set(),
    npm: ofNpm ? lockNames(sources) : new Set(),
  }
}

/** True for packages that npm installs beside itself, not into a project. */
export function isGlobal(options: readonly string[]): boolean {
  return options.some((one) => /^(?:-g|--global|--location=global|global)$/.test(one))
}

/** Values of `-r` in the commands. */
function requestedFiles(commands: readonly Command[]): string[] {
  const found: string[] = []
  for (const { words } of commands) {
    for (const [at, word] of words.entries()) {
      if (/^(?:-r|--requirements?)$/.test(word)) found.push(words[at + 1] ?? '')
      else if (/^-r.|^--requirements?=./.test(word))
        found.push(word.replace(/^-r=?|^--requirements?=/, ''))
      else if (word === 'sync' && words[at - 1] === 'pip') {
        for (const one of words.slice(at + 1)) if (!one.startsWith('-')) found.push(one)
      }
    }
  }
  return found
}

async function requirementNames(
  files: readonly string[],
  { files: tracked, readBlob }: NameSources,
): Promise<ReadonlySet<string> | null> {
  if (readBlob === undefined || files.length === 0) return null
  const names = new Set<string>()
  const seen = new Set<string>()
  const left = [...files]
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    const blob = blobNamed(nameOf(file), tracked)
    if (blob === null) return null
    if (seen.has(blob)) continue
    seen.add(blob)
    if (seen.size > MAX_FILES) return null
    const bytes = await readBlob(blob, MAX_BYTES)
    const read = bytes === null ? null : readRequirements(new TextDecoder().decode(bytes))
    if (read === null) return null
    for (const other of read.files) left.push(other)
    for (const name of read.names) names.add(name)
    if (names.size > MAX_NAMES) return null
  }
  return names
}

/** The one content that tracked files of this name have; null when there is none, or several. */
function blobNamed(name: string, tracked: ReadonlyMap<string, ContextFile>): string | null {
  const blobs = new Set<string>()
  for (const { path, blob, kind } of tracked.values()) {
    if (nameOf(path) === name && kind === 'file') blobs.add(blob)
  }
  const [only] = blobs
  return blobs.size === 1 && only !== undefined ? only : null
}

/** Names and further files of a requirements file; null when a line names something else. */
export function readRequirements(
  text: string,
): { readonly names: readonly string[]; readonly files: readonly string[] } | null {
  const names: string[] = []
  const files: string[] = []
  for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const plain = line.replace(/(?:^|\s)#.*$/, '').trim()
    if (plain === '') continue
    const file = /^(?:-r|--requirement)[\s=]*(\S+)$/.exec(plain)?.[1]
    if (file !== undefined) files.push(file)
    else if (/^(?:-c|--constraint|-i|--index-url|--extra-index-url|-f|--find-links)\b/.test(plain))
      continue
    else if (
      /^--(?:pre|require-hashes|no-index|no-binary|only-binary|prefer-binary|trusted-host)\b/.test(
        plain,
      )
    )
      continue
    else {
      const name =
        /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\]\s*)?(?=[=<>!~;(]|@\s|--hash|$)/.exec(
          plain,
        )?.[1]
      if (name === undefined) return null
      names.push(normalName(name))
    }
  }
  return { names, files }
}

/** PEP 503: names of Python packages are equal without case and kind of separator. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

/** Folders that the locks of npm trees name; null without a lock, or with one that is not the tracked file. */
function lockNames({ catalog, originOf }: NameSources): ReadonlySet<string> | null {
  const folders = new Set<string>()
  let known = false
  for (const { lock, entries } of catalog.installedTrees) {
    if (lock === '') continue
    const origin = originOf(lock)
    if (origin?.origin !== 'context' && origin?.origin !== 'base') return null
    known = true
    for (const { path, lockVersion } of entries) if (lockVersion !== null) folders.add(path)
  }
  return known ? folders : null
}
