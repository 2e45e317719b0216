// How strangers write repositories: BuildKit's git contexts (docs.docker.com/build/concepts/context, "URL
// fragments" and "URL queries"), SPDX download locations (`git+https://…@REF`), package URLs, docker-library's
// `REPO#COMMIT:FOLDER`. Nothing that is read here is ever contacted.
import { excerpt } from '../../core/index.ts'

/** A repository as a text names it. */
export interface NamedRepository {
  /** '' when there is none, or it is refused. */
  readonly repository: string
  readonly revision: string
  readonly context: string
  /** Why the text is not taken as a repository; ''. */
  readonly refused: string
}

const NONE: NamedRepository = { repository: '', revision: '', context: '', refused: '' }

const LONGEST = 2048
/** Schemes of repositories that people clone from elsewhere. */
const SCHEMES = /^(?:git\+)?(?:https?|ssh|git):\/\/[^/]/i
const SCP = /^[\w.-]+@[\w.-]+:(?!\/\/)[\w./~-]+$/
/** Without a scheme, as Go modules and some labels write it: `github.com/owner/name`. */
const BARE = /^[\w-]+(?:\.[\w-]+)+\/[\w.-]+\/[\w./-]+$/

/** What a text says of a repository; a text that could do harm, or is no address of one, is refused. */
export function readRepository(text: string): NamedRepository {
  const written = text.trim()
  if (written === '') return NONE
  const refused = whyRefused(written)
  if (refused !== '') return { ...NONE, refused }
  const github = /^pkg:(github|bitbucket)\/([\w.-]+)\/([\w.-]+)(?:@([^?#]+))?/.exec(written)
  if (github !== null) return ofPackage(github)
  const hash = written.indexOf('#')
  const fragment = hash < 0 ? '' : written.slice(hash + 1)
  const beforeHash = hash < 0 ? written : written.slice(0, hash)
  const question = beforeHash.indexOf('?')
  const query = question < 0 ? '' : beforeHash.slice(question + 1)
  const address = question < 0 ? beforeHash : beforeHash.slice(0, question)
  const { repository, revision: tail } = splitTail(address.replace(/^git\+/i, ''))
  const colon = fragment.indexOf(':')
  const asked = readQuery(query)
  return {
    repository: withoutPassword(repository),
    revision: (colon < 0 ? fragment : fragment.slice(0, colon)) || asked.revision || tail,
    context: (colon < 0 ? '' : fragment.slice(colon + 1)) || asked.context,
    refused: '',
  }
}

function ofPackage([, type, owner, name, version]: RegExpExecArray): NamedRepository {
  const host = type === 'github' ? 'github.com' : 'bitbucket.org'
  const repository = `https://${host}/${owner ?? ''}/${name ?? ''}`
  return { ...NONE, repository, revision: version ?? '' }
}

/** `…@refs/heads/main`, `….git@0123abc`: a revision behind the path, not the user before the host. */
function splitTail(address: string): { readonly repository: string; readonly revision: string } {
  const at = /^(.+[^/:@])@([^@:]+)$/s.exec(address)
  const [, repository = '', revision = ''] = at ?? []
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/]+\//i.test(repository) || BARE.test(repository)
  return at !== null && path ? { repository, revision } : { repository: address, revision: '' }
}

function readQuery(query: string): { readonly revision: string; readonly context: string } {
  if (query === '') return { revision: '', context: '' }
  const values = new URLSearchParams(query)
  const names = ['checksum', 'commit', 'ref', 'tag', 'branch']
  const revision = names.map((name) => values.get(name) ?? '').find((value) => value !== '') ?? ''
  return { revision, context: values.get('subdir') ?? '' }
}

function whyRefused(text: string): string {
  const shown = excerpt(text, 60)
  if (text.length > LONGEST) return `an address of ${text.length} characters`
  if (text.startsWith('-')) return `${shown} would be an option`
  if (/[\u0000-\u0020\u007f-\u009f\u2028\u2029]/.test(text)) return `${shown} is no address`
  if (/^file:/i.test(text)) return `${shown} is a path on the machine that built it`
  if (/^pkg:(?:github|bitbucket)\//.test(text)) return ''
  const [address = ''] = text.split(/[#?]/)
  if (SCHEMES.test(address)) {
    return /^[^/]+\/\/-|^[^/]+\/\/[^/]*@-/.test(address) ? `${shown} would be an option` : ''
  }
  if (SCP.test(address) || BARE.test(address)) return ''
  return `${shown} is no address of a repository`
}

/** What stands between a user and its host is nobody's business. */
function withoutPassword(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/@:]*):[^/@]*@/i, '$1$2@')
}

/** A revision without the names of the folders that git keeps refs in. */
export function shortRevision(revision: string): string {
  return revision.replace(/^refs\/(?:heads|tags)\//, '')
}

/** True for a whole git object id. */
export function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

/** A path below the repository's root as segments without `.` and `..`; null when it leaves the root. */
function segments(path: string): string[] | null {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts
}

/** A folder as claims give it, from the root; '' for the root and for what lies outside. */
export function plainFolder(path: string): string {
  return path.length > LONGEST ? '' : (segments(path)?.join('/') ?? '')
}

/** A path from the repository's root, as seen from a folder of it: `../Dockerfile`. '' when it leaves the root. */
export function seenFrom(folder: string, path: string): string {
  const [from, to] = [segments(folder), segments(path)]
  if (from === null || to === null || to.length === 0 || path.length > LONGEST) return ''
  let same = 0
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same += 1
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/')
}
