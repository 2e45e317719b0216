// Keeps what the inventory knows of repositories up to date: a repository whose refs have not moved is not read
// again, of one whose refs have moved only the new commits are.
import { instructionMarks, MARK_VERSION } from '../attribution/index.ts'
import {
  byCodeUnit,
  type HistorySegment,
  IdTable,
  messageOf,
  nameOf,
  type Unknown,
} from '../core/index.ts'
import {
  type KnownHistory,
  locateRepository,
  noHistory,
  parseDockerfile,
  type References,
  type Repository,
  readHistory,
  readReferences,
} from '../description/index.ts'
import type { Inventory, TrackedDockerfile, TrackedRepository } from '../inventory/index.ts'
import type { ListedRepository, Repositories } from './repositories.ts'

/** Version of what is read: raised when the same repository gives other facts than before. */
const READER = 1
/** Repositories that are read at the same time: git works beside this thread. */
const AT_ONCE = 3
/** Largest Dockerfile that is read, in bytes. */
const MAX_DOCKERFILE = 1 << 18
/** Larger files by such a name are taken for not being at hand. */
const MAX_READ = 1 << 26
/** Dockerfiles of one repository, all commits together. */
const MAX_DOCKERFILES = 50_000
/** Refs that have moved whose old places are looked up. */
const MAX_MOVED = 10_000

/** What can be searched, and what cannot. */
export interface SearchIndex {
  readonly searched: readonly ListedRepository[]
  readonly unsearched: readonly Unknown[]
}

/** Reads what is new in the repositories at hand. */
export async function updateIndex(
  repositories: Repositories,
  inventory: Inventory,
  progress: (text: string) => void,
): Promise<SearchIndex> {
  inventory.histories.renewMarks(MARK_VERSION, marksOf)
  const searched: ListedRepository[] = []
  const problems: Unknown[] = []
  const queue = [...repositories.listed]
  let done = 0
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const problem = await update(next, repositories, inventory)
      if (problem === '') searched.push(next)
      else problems.push(unsearched(next.path, problem))
      done += 1
      progress(`repository ${done} of ${repositories.listed.length}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const unusable = repositories.unknowns.filter(({ reader }) => reader === 'git')
  const all = [...unusable, ...problems].sort((a, b) => byCodeUnit(a.subject, b.subject))
  return {
    searched: searched.sort((a, b) => byCodeUnit(a.path, b.path)),
    unsearched: all.filter(
      ({ subject }, at) => all.findIndex((other) => other.subject === subject) === at,
    ),
  }
}

function unsearched(subject: string, reason: string): Unknown {
  return { subject, place: '', reader: 'git', reason, weight: 'partial' }
}

/** Brings one repository up to date, and says what of it could not be read; ''. */
async function update(
  listed: ListedRepository,
  repositories: Repositories,
  inventory: Inventory,
): Promise<string> {
  try {
    const references = await readReferences(locateRepository(listed.path))
    const known = inventory.histories.repository(listed.store)
    if (known !== null && known.state === references.state && known.reader === READER) {
      return known.problem
    }
    const read = await repositories.visit(listed.path, (repository) =>
      readOn({ repository, inventory, references, known, store: listed.store }),
    )
    return read ?? 'it cannot be opened'
  } catch (thrown) {
    return messageOf(thrown)
  }
}

interface Update {
  readonly repository: Repository
  readonly inventory: Inventory
  readonly references: References
  readonly known: TrackedRepository | null
  readonly store: string
}

async function readOn(update: Update): Promise<string> {
  const { repository, inventory, references, known, store } = update
  const commits = await newCommits(update)
  const { dockerfiles, missing } = await dockerfilesOf(commits, repository)
  const problem = [
    ...(references.shallow ? [SHALLOW] : []),
    ...(missing > 0 ? [`${missing} of its Dockerfiles are not at hand: a partial clone`] : []),
  ].join('; ')
  const { state, tips, heads } = references
  inventory.histories.put({
    repository: { store, state, reader: READER, tips, heads, problem },
    segment: commits.segment,
    follows: commits.follows,
    dockerfiles,
    marker: MARK_VERSION,
    before: known?.state ?? null,
  })
  return problem
}

const SHALLOW =
  'a shallow clone: commits before its end are not here (git fetch --unshallow brings them)'

interface NewCommits {
  readonly segment: HistorySegment
  /** What is known with the new commits: numbers of commits, blobs and paths. */
  readonly tables: KnownHistory
  /** False when the segment is the whole history. */
  readonly follows: boolean
}

/** Commits that are not known yet; all of them where what is known may not be whole. */
async function newCommits(update: Update): Promise<NewCommits> {
  const { repository, inventory, references, known, store } = update
  const { tips } = references
  const isWhole = known !== null && known.reader === READER && known.problem === ''
  const stored = isWhole && !references.shallow ? inventory.histories.history(store) : null
  if (known !== null && stored !== null) {
    const since = await stillThere(known.tips, tips, repository)
    try {
      return { ...(await commitsSince(repository, tips, tablesOf(stored), since)), follows: true }
    } catch {
      // What is known does not fit what is here now: read whole, which says what is wrong, if anything.
    }
  }
  return { ...(await commitsSince(repository, tips, noHistory(), [])), follows: false }
}

async function commitsSince(
  { place }: Repository,
  tips: readonly string[],
  known: KnownHistory,
  since: readonly string[],
): Promise<Omit<NewCommits, 'follows'>> {
  const segment = await readHistory(place, tips, known, since)
  return { segment, tables: { ...known, paths: [...known.paths, ...segment.paths] } }
}

function tablesOf({ commits, blobs, paths }: HistorySegment): KnownHistory {
  return { commits: new IdTable(commits), blobs: new IdTable(blobs), paths }
}

/** Earlier tips whose objects are still in the repository: git must not be asked to leave out others. */
async function stillThere(
  before: readonly string[],
  now: readonly string[],
  repository: Repository,
): Promise<string[]> {
  const current = new Set(now)
  const found = before.filter((id) => current.has(id))
  const moved = before.filter((id) => !current.has(id)).slice(0, MAX_MOVED)
  for (const id of moved) if ((await repository.resolve(id)) !== null) found.push(id)
  return found
}

/** True for a file that by its name is a Dockerfile. */
export function isDockerfile(path: string): boolean {
  return (
    /^(?:(?:Dockerfile|Containerfile)(?:[.-].*)?|.*\.(?:Dockerfile|Containerfile))$/i.test(
      nameOf(path),
    ) && !/\.dockerignore$/i.test(path)
  )
}

/** Dockerfiles that are not at hand before the rest is given up: each ends a process of git. */
const MAX_MISSING = 10

/** The Dockerfiles of new commits, each content once, and how many are not at hand. */
async function dockerfilesOf(
  { segment, tables }: NewCommits,
  repository: Repository,
): Promise<{ dockerfiles: TrackedDockerfile[]; missing: number }> {
  const dockerfiles: TrackedDockerfile[] = []
  const blobs = [...dockerfileBlobs(segment, tables)].slice(0, MAX_DOCKERFILES)
  let missing = 0
  for (const [at, number] of blobs.entries()) {
    const blob = tables.blobs.hexAt(number)
    const bytes = await repository.blob(blob, MAX_READ)
    if (bytes === null) missing += 1
    else if (bytes.length <= MAX_DOCKERFILE) {
      const text = new TextDecoder().decode(bytes)
      dockerfiles.push({ blob, text, marks: marksOf(text) })
    }
    if (missing > MAX_MISSING) return { dockerfiles, missing: blobs.length - at + missing - 1 }
  }
  return { dockerfiles, missing }
}

/** Numbers of the blobs that new commits put where a Dockerfile lies. */
function dockerfileBlobs(segment: HistorySegment, { paths }: KnownHistory): Set<number> {
  const wanted = new Set<number>()
  for (const [number, path] of paths.entries()) if (isDockerfile(path)) wanted.add(number)
  const blobs = new Set<number>()
  if (wanted.size === 0) return blobs
  for (const [change, path] of segment.changePaths.entries()) {
    const blob = segment.changeNew[change] ?? -1
    if (blob >= 0 && wanted.has(path)) blobs.add(blob)
  }
  return blobs
}

/** Marks of a Dockerfile's text; none of one that does not parse. */
function marksOf(text: string): number[] {
  const { instructions, errors } = parseDockerfile(text, { arguments: {}, target: null })
  return errors.length > 0 ? [] : instructionMarks(instructions)
}
