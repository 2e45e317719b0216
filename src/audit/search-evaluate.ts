// All that one repository offers as the description of an image: which of its Dockerfiles, which folder as the
// context, and which commits, each with what speaks for it.
import { type ContextFile, cleanPath, joinPath, nameOf, parentOf } from '../core/index.ts'
import { ownIgnoreFile } from '../description/index.ts'
import { ContextMapping, contextPaths, type FileScore } from './search-context.ts'
import type { ImageEvidence } from './search-evidence.ts'
import { isDockerfile } from './search-index.ts'
import type { SearchedRepository } from './search-repository.ts'
import { type AlignedDockerfile, alignDockerfile, type StepContext } from './search-steps.ts'

/** A description that a repository offers. */
export interface Candidate {
  readonly repository: SearchedRepository
  /** Path of the Dockerfile, and the context's folder, from the repository's root. */
  readonly dockerfile: string
  readonly context: string
  readonly aligned: AlignedDockerfile
  readonly files: FileScore
  /** How telling the files are that prove it: each counts up to 1. */
  readonly fileEvidence: number
  /** Numbers of the commits that it holds for equally well. */
  readonly commits: readonly number[]
}

/** What a repository is searched with. */
export interface Evaluation {
  readonly repository: SearchedRepository
  readonly evidence: ImageEvidence
  readonly steps: StepContext
  /** How much a content of the image tells of a repository: 0 to 1. */
  readonly worthOf: (blob: string) => number
  /** Blobs of Dockerfiles that have steps of the history, with how much they have of it. */
  readonly marked: ReadonlyMap<string, number>
  readonly textOf: (blob: string) => string | null
  /** Bytes of a small tracked file as text; null when it is not at hand. */
  readonly read: (blob: string) => Promise<string | null>
  /** Ids of what git writes to disk for a tracked file, where that is not the blob itself. */
  readonly formsOf: (blob: string) => Promise<readonly string[]>
  /** Where the Dockerfile and the context lie, as the user said; null where nothing was said. */
  readonly place: { readonly dockerfile: string | null; readonly context: string | null }
}

/** Dockerfiles, each path with each of its contents, that are looked at. */
const MAX_VERSIONS = 16
/** Contents of `.dockerignore` beside one of them that are told apart. */
const MAX_IGNORES = 4

interface Version {
  readonly path: string
  readonly blob: number
  readonly marks: number
  /** Commits where it stands there. */
  readonly commits: readonly number[]
  /** The most that one of these commits holds of the image's files. */
  readonly held: number
}

/** The candidates of a repository, in no order. */
export async function evaluate(evaluation: Evaluation): Promise<Candidate[]> {
  const { repository, steps } = evaluation
  const held = heldFiles(evaluation)
  const candidates: Candidate[] = []
  const texts = new Map<string, AlignedDockerfile | null>()
  const mappings = new Mappings(evaluation)
  for (const version of versions(evaluation, held)) {
    const blob = repository.blobs.hexAt(version.blob)
    if (!texts.has(blob)) {
      const text = evaluation.textOf(blob)
      texts.set(blob, text === null ? null : alignDockerfile(text, steps))
    }
    const aligned = texts.get(blob)
    if (aligned === undefined || aligned === null) continue
    for (const context of contextsOf(version.path, evaluation.place.context)) {
      candidates.push(...(await mappings.candidates(version, context, aligned)))
    }
  }
  return candidates
}

/** For each commit, how much its tree holds of the image's files, wherever they lie. */
function heldFiles({ repository, evidence, worthOf }: Evaluation): Float64Array {
  const worth = new Map<number, readonly [number, ReadonlySet<string>]>()
  for (const [blob, { names }] of evidence.blobs) {
    const number = repository.blobs.findHex(blob)
    if (number >= 0) worth.set(number, [worthOf(blob), names])
  }
  const { paths } = repository.history
  return repository.scores((path, blob) => {
    const found = worth.get(blob)
    if (found === undefined) return 0
    // a copied file mostly keeps its name
    return found[1].has(nameOf(paths[path] ?? '')) ? found[0] : found[0] / 4
  })
}

/** Dockerfiles with what they contained, the likeliest first. */
function versions(evaluation: Evaluation, held: Float64Array): Version[] {
  const { repository, marked, place } = evaluation
  const found: Version[] = []
  for (const path of dockerfilePaths(evaluation)) {
    const byBlob = new Map<number, number[]>()
    for (const [commit, blob] of repository.blobsAt(path).entries()) {
      if (blob < 0) continue
      const known = byBlob.get(blob)
      if (known === undefined) byBlob.set(blob, [commit])
      else known.push(commit)
    }
    for (const [blob, commits] of byBlob) {
      const marks = marked.get(repository.blobs.hexAt(blob)) ?? 0
      const most = commits.reduce((sum, commit) => Math.max(sum, held[commit] ?? 0), 0)
      if (marks > 0 || most > 0 || place.dockerfile !== null) {
        found.push({ path, blob, marks, commits, held: most })
      }
    }
  }
  const byMarks = [...found].sort((a, b) => b.marks - a.marks || b.held - a.held)
  const byFiles = [...found].sort((a, b) => b.held - a.held || b.marks - a.marks)
  return [...new Set([...byMarks.slice(0, MAX_VERSIONS), ...byFiles.slice(0, MAX_VERSIONS / 2)])]
}

/** Paths of Dockerfiles of one repository that are looked at. */
const MAX_PATHS = 100

function dockerfilePaths({ repository, place, marked }: Evaluation): string[] {
  const { dockerfile, context } = place
  if (dockerfile !== null) return [cleanPath(joinPath(context ?? '', dockerfile)).path]
  const paths = repository.history.paths.filter(isDockerfile)
  if (paths.length <= MAX_PATHS) return paths
  const telling = new Set<number>()
  for (const blob of marked.keys()) telling.add(repository.blobs.findHex(blob))
  const { changePaths, changeNew } = repository.history
  const numbers = new Set<number>()
  for (const [change, path] of changePaths.entries()) {
    if (telling.has(changeNew[change] ?? -1)) numbers.add(path)
  }
  const marks = paths.filter((path) => numbers.has(repository.numberOf(path) ?? -1))
  return (marks.length > 0 ? marks : paths).slice(0, MAX_PATHS)
}

/** The folder of the Dockerfile and those above it. */
function contextsOf(dockerfile: string, given: string | null): string[] {
  if (given !== null) return [given]
  const folders = [parentOf(dockerfile)]
  for (let folder = parentOf(dockerfile); folder !== ''; folder = parentOf(folder)) {
    folders.push(parentOf(folder))
  }
  return folders
}

/** Commits by the ignore file that stands there, and how contexts lie in the image. */
class Mappings {
  readonly #evaluation: Evaluation
  readonly #contexts = new Map<string, ReadonlyMap<string, ContextFile>>()

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation
  }

  async candidates(
    version: Version,
    context: string,
    aligned: AlignedDockerfile,
  ): Promise<Candidate[]> {
    const candidates: Candidate[] = []
    for (const [ignore, commits] of this.#byIgnore(version, context)) {
      const files = await this.#files(context, ignore)
      candidates.push(await this.#candidate({ version, context, aligned, files, commits }))
    }
    return candidates
  }

  async #candidate(one: {
    readonly version: Version
    readonly context: string
    readonly aligned: AlignedDockerfile
    readonly files: ReadonlyMap<string, ContextFile>
    readonly commits: readonly number[]
  }): Promise<Candidate> {
    const { repository, evidence, worthOf, formsOf } = this.#evaluation
    const { version, context, aligned } = one
    const description = { ...aligned.description, context }
    const mapping = new ContextMapping(repository, evidence, description, one.files)
    let found = bestOf(mapping.scores(), one.commits)
    // a file that differs is looked at only where the steps speak for it
    if (found.files.contradicted > 0 && aligned.score > 0 && (await mapping.learnForms(formsOf))) {
      found = bestOf(mapping.scores(), one.commits)
    }
    const worth = mapping.worth(worthOf)[found.commits[0] ?? -1] ?? 0
    const place = { repository, dockerfile: version.path, context }
    return { ...place, aligned, ...found, fileEvidence: worth }
  }

  #byIgnore({ path, commits }: Version, context: string): [number, number[]][] {
    const { repository } = this.#evaluation
    const own = repository.blobsAt(ownIgnoreFile(path))
    const common = repository.blobsAt(joinPath(context, '.dockerignore'))
    const found = new Map<number, number[]>()
    for (const commit of commits) {
      const ownBlob = own[commit] ?? -1
      const blob = ownBlob >= 0 ? ownBlob : (common[commit] ?? -1)
      const known = found.get(blob)
      if (known === undefined) found.set(blob, [commit])
      else known.push(commit)
    }
    return [...found].sort(([, a], [, b]) => b.length - a.length).slice(0, MAX_IGNORES)
  }

  /** None when the ignore file cannot be read: which files the context holds is not known then. */
  async #files(context: string, ignore: number): Promise<ReadonlyMap<string, ContextFile>> {
    const key = `${ignore}\0${context}`
    const known = this.#contexts.get(key)
    if (known !== undefined) return known
    const { repository, read } = this.#evaluation
    const text = ignore < 0 ? '' : await read(repository.blobs.hexAt(ignore))
    const files = text === null ? NO_FILES : pathsOf(repository, context, text)
    this.#contexts.set(key, files)
    return files
  }
}

const NO_FILES: ReadonlyMap<string, ContextFile> = new Map()

/** An ignore file of a stranger may take too long. */
function pathsOf(
  repository: SearchedRepository,
  context: string,
  ignore: string,
): ReadonlyMap<string, ContextFile> {
  try {
    return contextPaths(repository, context, ignore)
  } catch {
    return NO_FILES
  }
}

/** The commits whose files speak most for a description. */
function bestOf(
  scores: Float64Array,
  among: readonly number[],
): { readonly files: FileScore; readonly commits: readonly number[] } {
  let files: FileScore = { proved: 0, contradicted: Number.POSITIVE_INFINITY }
  let commits: number[] = []
  for (const commit of among) {
    const score = ContextMapping.unpack(scores[commit] ?? 0)
    const better = netOf(score) - netOf(files)
    if (better < 0) continue
    if (better > 0) {
      files = score
      commits = []
    }
    commits.push(commit)
  }
  return { files, commits }
}

/** Proofs less contradictions. */
export function netOf({ proved, contradicted }: FileScore): number {
  return proved - contradicted
}
