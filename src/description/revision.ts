// Revisions: what a text names in a repository, and whether a branch or tag leads there.
import { type RevisionFact, sourceError, usageError } from '../core/index.ts'
import type { Repository, ResolvedCommit } from './git/index.ts'

/** A revision that was found. */
export interface FoundRevision {
  readonly fact: RevisionFact
  /** Committer date, RFC 3339 UTC. */
  readonly date: string
}

/** Suffix of `git describe --dirty` and of buildx: the source was not what the commit says. */
const DIRTY = '-dirty'

/**
 * What a text from anywhere (a label, an attestation) says about a commit. Never an error.
 * Texts that only a person at the command line writes, such as `HEAD~3` or `:/fix`, are `invalid`.
 */
export async function readRevision(
  repository: Repository,
  from: string,
  text: string,
): Promise<RevisionFact> {
  const dirty = text.endsWith(DIRTY)
  const none = { from, text, commit: '', dirty }
  const name = dirty ? text.slice(0, -DIRTY.length) : text
  if (!isPlainRevision(name)) return { ...none, state: 'invalid' }
  const found = await resolveWithDirt(repository, text)
  if (found === null) return { ...none, state: absence(repository, name) }
  const { commit } = found
  return { from, text, commit, dirty: found.dirty, state: await standing(repository, commit) }
}

/** A shallow clone lacks commits that its origin has. */
function absence(repository: Repository, name: string): RevisionFact['state'] {
  if (!isHash(name)) return 'invalid'
  return repository.isShallow ? 'undecided' : 'missing'
}

/** In a shallow clone only a commit that a ref leads to is told apart: of the others the way there may be cut off. */
async function standing(repository: Repository, commit: string): Promise<RevisionFact['state']> {
  if (await repository.reachable(commit)) return 'found'
  return repository.isShallow ? 'undecided' : 'unreachable'
}

/**
 * The revision that a description is loaded from; null is HEAD.
 * @throws AssayError when there is no such commit.
 */
export async function findRevision(
  repository: Repository,
  revision: string | null,
): Promise<FoundRevision> {
  const found =
    revision === null ? await findHead(repository) : await findNamed(repository, revision)
  return {
    fact: {
      from: revision === null ? 'HEAD' : '--source',
      text: revision ?? 'HEAD',
      commit: found.commit,
      state: await standing(repository, found.commit),
      dirty: found.dirty,
    },
    date: found.date,
  }
}

/** Names of branches and tags, hashes and what `git describe` writes. */
function isPlainRevision(text: string): boolean {
  return (
    text.length <= 256 && /^[\p{L}\p{N}_][\p{L}\p{N}_./+@=#-]*$/u.test(text) && !text.includes('..')
  )
}

/** A whole or abbreviated object id, sha1 or sha256. */
function isHash(text: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(text)
}

interface Found extends ResolvedCommit {
  readonly dirty: boolean
}

async function resolveWithDirt(repository: Repository, text: string): Promise<Found | null> {
  const whole = await repository.resolve(text)
  if (whole !== null) return { ...whole, dirty: false }
  if (!text.endsWith(DIRTY)) return null
  const named = await repository.resolve(text.slice(0, -DIRTY.length))
  return named === null ? null : { ...named, dirty: true }
}

async function findNamed(repository: Repository, revision: string): Promise<Found> {
  if (revision.startsWith('-')) {
    throw usageError(`a revision cannot begin with "-": ${revision}`, { where: repository.name })
  }
  const found = await resolveWithDirt(repository, revision)
  if (found !== null) return found
  const names = await repository.branches(5)
  throw sourceError(`there is no revision "${revision}" in ${repository.name}`, {
    hint: hintOf(repository, names),
  })
}

function hintOf(repository: Repository, names: readonly string[]): string {
  const known = names.length === 0 ? '' : ` (branches: ${names.join(', ')})`
  return repository.kind === 'bundle'
    ? `the bundle must hold it: make it with git bundle create FILE --all${known}`
    : `fetch it first, or name another commit, branch or tag${known}`
}

async function findHead(repository: Repository): Promise<Found> {
  const head = await repository.resolve('HEAD')
  if (head !== null) return { ...head, dirty: false }
  const names = await repository.branches(20)
  if (names.length === 0) {
    throw sourceError(`the repository has no commit: ${repository.name}`, {
      hint: 'commit the Dockerfile and what it copies',
    })
  }
  const usual =
    names.length === 1 ? names[0] : ['main', 'master'].find((name) => names.includes(name))
  if (usual === undefined) {
    throw usageError(`no HEAD says which revision is meant: ${repository.name}`, {
      hint: `name one of its branches (#REVISION): ${names.join(', ')}`,
    })
  }
  const found = await repository.resolve(`refs/heads/${usual}`)
  if (found !== null) return { ...found, dirty: false }
  throw sourceError(`the commit of ${usual} cannot be read: ${repository.name}`, {
    hint: 'the repository is damaged or incomplete: git fsck tells more',
  })
}
