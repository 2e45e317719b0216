// Searches the repositories at hand for the description that explains an image best.
import { posix } from 'node:path'
import { byCodeUnit } from '../core/index.ts'
import { loadDescription, type Repository, writtenForms } from '../description/index.ts'
import { prefixOf } from '../inventory/index.ts'
import { alignedSteps, readEntries } from './compare.ts'
import { type ListedRepository, listRepositories, Repositories } from './repositories.ts'
import { holdsEveryFile } from './search-context.ts'
import { type Candidate, type Evaluation, evaluate } from './search-evaluate.ts'
import { evidenceOf, type ImageEvidence, placesOf } from './search-evidence.ts'
import { type SearchIndex, updateIndex } from './search-index.ts'
import { ENOUGH_WITHOUT_EXCEPTION, isEnough, isEqual, isNear, ranked } from './search-rank.ts'
import { SearchedRepository } from './search-repository.ts'
import type { Explanation, Place, SearchAnswer, SearchRequest } from './search-request.ts'

export type { Explanation, Place, SearchAnswer, SearchRequest } from './search-request.ts'

/** Repositories whose histories are looked at for one image: all that hold enough, and the first of the others. */
const MAX_REPOSITORIES = 64
const MIN_REPOSITORIES = 4
/** Equals that are named. */
const MAX_EQUALS = 5
/** Repositories that may hold a content before it proves less. */
const RARE = 3
/** Largest `.dockerignore` that is read, in bytes. */
const MAX_IGNORE = 1 << 20
/** Largest tracked file that may have other line ends in the image, in bytes. */
const MAX_FORM = 1 << 20

const indexes = new WeakMap<Repositories, Promise<SearchIndex>>()

/** The index of the repositories at hand, brought up to date once. */
function indexOf(repositories: Repositories, request: SearchRequest): Promise<SearchIndex> {
  const known = indexes.get(repositories)
  if (known !== undefined) return known
  const index = updateIndex(repositories, request.inventory, request.progress)
  indexes.set(repositories, index)
  return index
}

/** Searches all repositories at hand. */
export async function searchDescription(
  repositories: Repositories,
  request: SearchRequest,
): Promise<SearchAnswer> {
  const index = await indexOf(repositories, request)
  const search = new Search(repositories, request)
  const { likeliest, isWhole } = search.likeliest(index.searched)
  const candidates: Candidate[] = []
  for (const listed of likeliest) candidates.push(...(await search.candidates(listed, NO_PLACE)))
  const order = ranked(candidates)
  const [first] = order
  const best = first !== undefined && isEnough(first) ? first : null
  const equals = best === null ? [] : order.slice(1).filter((other) => isEqual(best, other))
  return {
    best: best === null ? null : explanationOf(best),
    equals: equals.slice(0, MAX_EQUALS).map((other) => explanationOf(other)),
    equalCount: equals.length,
    closest: best === null && first !== undefined ? explanationOf(first) : null,
    excluded:
      isWhole && index.unsearched.length === 0 && index.searched.length > 0 && !order.some(isNear),
    searched: index.searched.length,
    unsearched: index.unsearched,
  }
}

const NO_PLACE: Place = { dockerfile: null, context: null }

/**
 * The commit of one repository that explains the image best; null when HEAD explains it as well as any other,
 * when nothing tells, and when the repository cannot be searched.
 */
export async function searchCommit(
  path: string,
  place: Place,
  request: SearchRequest,
): Promise<Explanation | null> {
  const repositories = new Repositories(listRepositories([path]))
  try {
    const [listed] = repositories.listed
    if (listed === undefined) return null
    const head = await repositories.visit(listed.path, (opened) => headOf(opened, place, request))
    if (head === null || head.explains) return null
    const { searched } = await indexOf(repositories, request)
    if (searched.length === 0) return null
    const search = new Search(repositories, request)
    const [best] = ranked(await search.candidates(listed, head.place))
    if (best === undefined || !isEnough(best)) return null
    const { commits } = best.repository
    return best.commits.includes(commits.findHex(head.commit)) ? null : explanationOf(best)
  } finally {
    await repositories.close()
  }
}

interface Head {
  readonly commit: string
  /** True when nothing can explain the image better. */
  readonly explains: boolean
  /** Where the description lies there: what the user named, else what tracked build files say, else the root. */
  readonly place: Place
}

/** What HEAD says of the image; null without HEAD. */
async function headOf(
  repository: Repository,
  place: Place,
  request: SearchRequest,
): Promise<Head | null> {
  const head = await repository.resolve('HEAD')
  if (head === null) return null
  const { facts, candidates, target } = request
  const usual = { dockerfile: place.dockerfile ?? 'Dockerfile', context: place.context ?? '' }
  const unexplained = { commit: head.commit, explains: false, place: usual }
  try {
    const loaded = await loadDescription(repository, {
      ...{ revision: head.commit, dockerfile: place.dockerfile, context: place.context, target },
      ...{ arguments: request.arguments, names: facts.names },
    })
    if (loaded.dockerfileState === 'missing') return unexplained
    const { context, dockerfilePath } = loaded
    const found = { dockerfile: posix.relative(context, dockerfilePath), context }
    const { description, steps } = alignedSteps({
      ...{ facts, candidates, description: loaded, missing: '' },
    })
    const own = steps.filter(({ alignment }) => alignment !== 'base')
    const same = own.length > 0 && own.every(({ alignment }) => alignment === 'same')
    const explains = same && description !== null && holdsEveryFile(placesOf(request), description)
    return { commit: head.commit, explains, place: found }
  } catch {
    // What is wrong at HEAD is told when HEAD is what is compared with.
    return unexplained
  }
}

/** One image, searched for in one repository after the other. */
class Search {
  readonly #repositories: Repositories
  readonly #request: SearchRequest
  readonly #evidence: ImageEvidence
  readonly #prefixes: ReadonlyMap<string, number>
  readonly #holders: ReadonlyMap<number, readonly string[]>
  readonly #marked: ReadonlyMap<number, readonly string[]>

  constructor(repositories: Repositories, request: SearchRequest) {
    const { histories } = request.inventory
    this.#repositories = repositories
    this.#request = request
    this.#evidence = evidenceOf(request)
    this.#prefixes = new Map(
      [...this.#evidence.blobs.keys()].map((blob) => [blob, prefixOf(Buffer.from(blob, 'hex'), 0)]),
    )
    this.#holders = histories.holders(this.#prefixes.values())
    this.#marked = histories.marked(this.#evidence.marks.keys())
  }

  /** The repositories that hold most of what is rare, most first, and whether all that hold enough are among them. */
  likeliest(searched: readonly ListedRepository[]): {
    readonly likeliest: readonly ListedRepository[]
    readonly isWhole: boolean
  } {
    const sums = new Map<string, number>()
    const add = (stores: readonly string[], worth: number) => {
      for (const store of stores) sums.set(store, (sums.get(store) ?? 0) + worth)
    }
    for (const [blob, prefix] of this.#prefixes) {
      add(this.#holders.get(prefix) ?? [], this.#worthOf(blob))
    }
    for (const [mark, stores] of this.#marked) {
      add(stores, rarity(stores.length) * (this.#evidence.marks.get(mark) ?? 0))
    }
    const order = searched
      .map((listed) => ({ listed, sum: sums.get(listed.store) ?? 0 }))
      .filter(({ sum }) => sum > 0)
      .sort((a, b) => b.sum - a.sum || byCodeUnit(a.listed.path, b.listed.path))
    const enough = order.filter(({ sum }) => sum >= ENOUGH_WITHOUT_EXCEPTION).length
    const count = Math.min(Math.max(enough, MIN_REPOSITORIES), MAX_REPOSITORIES)
    return {
      likeliest: order.slice(0, count).map(({ listed }) => listed),
      isWhole: enough <= MAX_REPOSITORIES,
    }
  }

  /** What a repository offers. */
  async candidates(listed: ListedRepository, place: Place): Promise<Candidate[]> {
    const { facts, inventory, progress } = this.#request
    progress(`searching ${listed.path}`)
    const repository = SearchedRepository.load(listed, inventory)
    if (repository === null) return []
    const { histories } = inventory
    const evaluation: Omit<Evaluation, 'read' | 'formsOf'> = {
      repository,
      evidence: this.#evidence,
      steps: {
        request: this.#request,
        entries: readEntries(facts, null),
        rarity: (mark) => rarity(this.#marked.get(mark)?.length ?? 1),
      },
      worthOf: (blob) => this.#worthOf(blob),
      marked: this.#markedIn(listed),
      textOf: (blob) => histories.dockerfile(blob),
      place,
    }
    const found = await this.#repositories.visit(listed.path, (opened) =>
      evaluate({ ...evaluation, ...contentsOf(opened) }),
    )
    return found ?? []
  }

  /** How much a content tells: less when it is short, and when many repositories hold it. */
  #worthOf(blob: string): number {
    const holders = this.#holders.get(this.#prefixes.get(blob) ?? -1) ?? []
    return (this.#evidence.blobs.get(blob)?.worth ?? 0) * rarity(holders.length)
  }

  /** Dockerfiles of a repository by how much of the history they may have left. */
  #markedIn(listed: ListedRepository): Map<string, number> {
    const { histories } = this.#request.inventory
    const { marks } = this.#evidence
    const found = histories.markedDockerfiles(listed.store, marks.keys())
    const worth = (mark: number) =>
      (marks.get(mark) ?? 0) * rarity(this.#marked.get(mark)?.length ?? 1)
    return new Map(
      [...found].map(([blob, own]) => [blob, own.reduce((sum, mark) => sum + worth(mark), 0)]),
    )
  }
}

/** Contents of a repository that a search asks for. */
function contentsOf(repository: Repository): Pick<Evaluation, 'read' | 'formsOf'> {
  const forms = new Map<string, readonly string[]>()
  return {
    read: async (blob) => {
      const bytes = await repository.blob(blob, MAX_IGNORE)
      return bytes === null ? null : new TextDecoder().decode(bytes)
    },
    formsOf: async (blob) => {
      let known = forms.get(blob)
      if (known === undefined) {
        const bytes = await repository.blob(blob, MAX_FORM)
        known = bytes === null ? [] : writtenForms(bytes, blob).map((form) => form.blob)
        forms.set(blob, known)
      }
      return known
    },
  }
}

/** 1 for what few repositories hold, less the more do. */
function rarity(repositories: number): number {
  return Math.min(1, RARE / Math.max(1, repositories))
}

function explanationOf(candidate: Candidate): Explanation {
  const { repository, dockerfile, context, aligned, files, commits } = candidate
  const commit = repository.newest(commits)
  const times = commits.map((each) => repository.history.times[each] ?? 0)
  const at = (pick: (a: number, b: number) => number) =>
    repository.dateOf(commits[times.indexOf(times.reduce(pick))] ?? commit)
  return {
    repository: repository.listed.path,
    commit: repository.commits.hexAt(commit),
    date: repository.dateOf(commit),
    dockerfile,
    dockerfileInContext: context === '' ? dockerfile : dockerfile.slice(context.length + 1),
    context,
    target: aligned.target,
    steps: { matched: aligned.matched, of: aligned.of },
    files: { proved: files.proved, of: files.proved + files.contradicted },
    commits: {
      count: commits.length,
      oldest: at((a, b) => Math.min(a, b)),
      newest: at((a, b) => Math.max(a, b)),
    },
  }
}
