// Which files a COPY or ADD brings from the build context, and to which paths of the image
// (BuildKit's solver/llbsolver/file and tonistiigi/fsutil/copy).
import {
  byCodeUnit,
  type ContextFile,
  cleanPath,
  type Instruction,
  isWithin,
  joinPath,
  nameOf,
  parentOf,
} from '../core/index.ts'
import { compileGlob, hasWildcard, PatternMatcher } from './pattern.ts'

/** True for a source that is fetched: a URL, or a git repository (BuildKit's dfgitutil). */
function isRemoteSource(source: string): boolean {
  return /^(?:https?|git|ssh):\/\/|^[\w.-]+@[\w.-]+:/.test(source)
}

/**
 * Image paths (without a leading `/`) that an instruction fills from the context. An archive that ADD
 * unpacks is mapped as if it were copied: only its bytes tell. `targetIsDirectory`: the destination
 * is already a folder in the image.
 */
export function mapCopy(
  instruction: Instruction,
  files: ReadonlyMap<string, ContextFile>,
  targetIsDirectory: boolean,
): Map<string, ContextFile> {
  const { copy } = instruction
  const mapped = new Map<string, ContextFile>()
  if (copy === null || copy.from !== null) return mapped
  const destination = cleanPath(copy.destination).path
  const copying: Copying = { context: contextOf(files), destination, mapped }
  const { context } = copying
  const exclude = new PatternMatcher(copy.exclude)
  const intoFolder = copy.destinationIsFolder || targetIsDirectory || destination === ''
  for (const source of copy.sources) {
    if (isRemoteSource(source)) continue
    if (copy.parents) {
      copyParents(copying, source, exclude)
      continue
    }
    for (const match of matchSources(context, source)) {
      const real = context.follow(match)
      const file = files.get(real) ?? submoduleAbove(files, real)
      if (file !== undefined) {
        mapped.set(intoFolder ? joinPath(destination, nameOf(match)) : destination, file)
      } else copyFolder(copying, real, (path) => !exclude.matches(path))
    }
  }
  return mapped
}

/** Where files are copied from and to. */
interface Copying {
  readonly context: Context
  readonly destination: string
  readonly mapped: Map<string, ContextFile>
}

/** The context as a file system. */
interface Context {
  readonly files: ReadonlyMap<string, ContextFile>
  readonly paths: readonly string[]
  isFolder(path: string): boolean
  /** A path with its links resolved inside the context, as far as their targets are known. */
  follow(path: string): string
}

const contexts = new WeakMap<ReadonlyMap<string, ContextFile>, Context>()

function contextOf(files: ReadonlyMap<string, ContextFile>): Context {
  const known = contexts.get(files)
  if (known !== undefined) return known
  const folders = new Set<string>([''])
  for (const path of files.keys()) {
    for (let folder = parentOf(path); !folders.has(folder); folder = parentOf(folder)) {
      folders.add(folder)
    }
  }
  const context: Context = {
    files,
    paths: [...files.keys()].sort(byCodeUnit),
    isFolder: (path) => folders.has(path),
    follow: (path) => followLinks(files, path),
  }
  contexts.set(files, context)
  return context
}

function followLinks(files: ReadonlyMap<string, ContextFile>, path: string): string {
  let done = ''
  let rest = path.split('/').filter((part) => part !== '')
  for (let hops = 0; rest.length > 0; ) {
    const [part = '', ...after] = rest
    const next = part === '..' ? parentOf(done) : part === '.' ? done : joinPath(done, part)
    const link = files.get(next)?.target
    hops += link === undefined ? 0 : 1
    if (link === undefined || hops > 40) {
      done = next
      rest = after
      continue
    }
    if (link.startsWith('/')) done = ''
    rest = [...link.split('/').filter((one) => one !== ''), ...after]
  }
  return done
}

/** The paths that a source names; a missing one names none. */
function matchSources(context: Context, source: string): string[] {
  const parts = cleanPath(source).path.split('/')
  const first = parts.findIndex(hasWildcard)
  if (first < 0) {
    const path = parts.join('/')
    const real = context.follow(path)
    const isThere = context.files.has(real) || context.isFolder(real)
    return isThere || submoduleAbove(context.files, real) !== undefined ? [path] : []
  }
  const root = context.follow(parts.slice(0, first).join('/'))
  const matches = compileGlob(parts.slice(first).join('/'))
  if (matches === null) return []
  const depth = parts.length - first
  const found = new Set<string>()
  for (const path of context.paths) {
    if (!isWithin(path, root)) continue
    const inside = (root === '' ? path : path.slice(root.length + 1)).split('/')
    if (inside.length < depth) continue
    const candidate = inside.slice(0, depth).join('/')
    if (!found.has(candidate) && matches(candidate)) found.add(candidate)
  }
  return [...found].map((path) => joinPath(root, path))
}

/** The submodule that a path lies in, where its own files are not at hand: it stands for them. */
function submoduleAbove(
  files: ReadonlyMap<string, ContextFile>,
  path: string,
): ContextFile | undefined {
  for (let at = parentOf(path); at !== ''; at = parentOf(at)) {
    const file = files.get(at)
    if (file?.kind === 'submodule') return file
  }
  return undefined
}

function copyFolder(
  { context, destination, mapped }: Copying,
  folder: string,
  takes: (path: string) => boolean,
): void {
  for (const path of context.paths) {
    if (path === folder || !isWithin(path, folder)) continue
    const inside = folder === '' ? path : path.slice(folder.length + 1)
    const file = context.files.get(path)
    if (file !== undefined && takes(inside)) mapped.set(joinPath(destination, inside), file)
  }
}

/** `--parents`: folders above the source come along; those before `/./` do not. */
function copyParents(copying: Copying, source: string, exclude: PatternMatcher): void {
  const { context } = copying
  const pivot = source.indexOf('/./')
  const root = pivot < 0 ? '' : source.slice(0, pivot)
  const pattern = cleanPath(pivot < 0 ? source : source.slice(pivot + 3)).path
  // the whole of a folder is asked for by naming the folder itself
  const include = new PatternMatcher([pattern === '' ? '**' : pattern])
  for (const match of matchSources(context, root === '' ? '/' : root)) {
    const takes = (path: string) => include.matches(path) && !exclude.matches(path)
    copyFolder(copying, context.follow(match), takes)
  }
}
