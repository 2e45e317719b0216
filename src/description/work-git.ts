// What git says of files in a work tree without reading them: ignored, attributes, sparse checkouts
// (git-check-ignore(1), git-check-attr(1), git-ls-files(1)); none of these runs a filter.
import { decodeName, encodeName } from '../core/index.ts'
import { type Repository, runGit } from './git/index.ts'

/** Settings of a repository that decide when a file counts as changed. */
export interface WorkSettings {
  /** Mode bits count. */
  readonly fileMode: boolean
  /** Line ends are converted where no attribute says otherwise. */
  readonly convertsLines: boolean
}

/** What attributes make of a file when it is checked out. */
export interface FileAttributes {
  /** Name of its filter; ''. */
  readonly filter: string
  /** Keywords or another encoding: its bytes say nothing. */
  readonly rewritten: boolean
  readonly convertsLines: boolean
}

/** Reads `core.fileMode` and `core.autocrlf`. */
export async function readSettings(repository: Repository): Promise<WorkSettings> {
  const names = '^core\\.(filemode|autocrlf)$'
  const { output } = await runGit(repository.place, ['config', '-z', '--get-regexp', names])
  const values = new Map<string, string>()
  for (const field of output.toString('utf8').split('\0')) {
    const [name = '', value = 'true'] = field.split('\n')
    values.set(name.toLowerCase(), value.toLowerCase())
  }
  const isFalse = (value: string | undefined) =>
    ['false', 'no', 'off', '0', ''].includes(value ?? '')
  return {
    fileMode: !values.has('core.filemode') || !isFalse(values.get('core.filemode')),
    convertsLines: values.has('core.autocrlf') && !isFalse(values.get('core.autocrlf')),
  }
}

/** Bounds on commands that match patterns of strangers. */
const LIMITS = { bytes: 256 << 20, seconds: 60 }

/** Which paths git ignores, and why it cannot tell; '' when it can. */
export async function ignoredPaths(
  repository: Repository,
  paths: readonly string[],
): Promise<{ readonly ignored: ReadonlySet<string>; readonly complaint: string }> {
  if (paths.length === 0) return { ignored: new Set(), complaint: '' }
  const { code, output, complaint } = await runGit(
    repository.place,
    ['check-ignore', '-z', '--stdin'],
    joinNames(paths),
    LIMITS,
  )
  // 1: none is ignored
  return { ignored: new Set(splitNames(output)), complaint: code > 1 ? complaint : '' }
}

/** Paths that a sparse checkout leaves out of the work tree. */
export async function sparsePaths(repository: Repository): Promise<ReadonlySet<string>> {
  const { output } = await runGit(repository.place, ['ls-files', '-z', '-t', '--full-name'])
  const names = splitNames(output).filter((field) => field.startsWith('S '))
  return new Set(names.map((field) => field.slice(2)))
}

const ATTRIBUTES = ['filter', 'text', 'eol', 'ident', 'working-tree-encoding']

/** The attributes of files that decide how git checks them out. */
export async function attributesOf(
  repository: Repository,
  paths: readonly string[],
): Promise<ReadonlyMap<string, FileAttributes>> {
  if (paths.length === 0) return new Map()
  const { convertsLines } = await readSettings(repository)
  const { output } = await runGit(
    repository.place,
    ['check-attr', '-z', '--stdin', ...ATTRIBUTES],
    joinNames(paths),
    LIMITS,
  )
  const values = new Map<string, Map<string, string>>()
  const fields = splitNames(output)
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', name = '', value = ''] = fields.slice(at, at + 3)
    const known = values.get(path) ?? new Map<string, string>()
    values.set(path, known.set(name, value))
  }
  const isSet = (value: string | undefined) => value !== 'unspecified' && value !== 'unset'
  return new Map(
    [...values].map(([path, of]) => {
      const filter = of.get('filter')
      const text = of.get('text')
      const converts = isSet(text) || isSet(of.get('eol'))
      return [
        path,
        {
          filter: isSet(filter) && filter !== 'set' ? (filter ?? '') : '',
          rewritten: isSet(of.get('ident')) || isSet(of.get('working-tree-encoding')),
          convertsLines: converts || (convertsLines && text !== 'unset'),
        },
      ]
    }),
  )
}

function joinNames(paths: readonly string[]): Buffer {
  return Buffer.concat(paths.flatMap((path) => [encodeName(path), Buffer.from([0])]))
}

function splitNames(output: Buffer): string[] {
  const names: string[] = []
  let at = 0
  for (let end = output.indexOf(0, at); end >= 0; end = output.indexOf(0, at)) {
    names.push(decodeName(output.subarray(at, end)))
    at = end + 1
  }
  return names
}
