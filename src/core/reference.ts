// Names of images as people and tools write them (distribution/reference, reference.go and normalize.go).

/** The parts of an image reference. */
export interface ImageReference {
  /** Host and port; `docker.io` where none is written. */
  readonly registry: string
  /** Path in the registry; `library/` is filled in for a bare name of docker.io. */
  readonly repository: string
  /** '' when none is written. */
  readonly tag: string
  /** `sha256:…`; '' when none is written. */
  readonly digest: string
}

/** Splits a reference, `docker.io` and `library/` filled in. A text that is no reference gives what it looks like. */
export function parseReference(text: string): ImageReference {
  const at = text.indexOf('@')
  const named = at < 0 ? text : text.slice(0, at)
  const slash = named.indexOf('/')
  const first = named.slice(0, Math.max(slash, 0))
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase()
  const rest = isHost ? named.slice(slash + 1) : named
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1)
  const path = colon < 0 ? rest : rest.slice(0, colon)
  const registry = isHost && first !== 'index.docker.io' ? first : 'docker.io'
  return {
    registry,
    repository: registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path,
    tag: colon < 0 ? '' : rest.slice(colon + 1),
    digest: at < 0 ? '' : text.slice(at + 1),
  }
}

/** True when two references name one repository, and one tag or digest where both have one. */
export function isSameImage(a: string, b: string): boolean {
  if (a === '' || b === '') return false
  const [left, right] = [parseReference(a), parseReference(b)]
  if (left.registry !== right.registry || left.repository !== right.repository) return false
  if (left.digest !== '' && right.digest !== '') return left.digest === right.digest
  const tag = ({ tag: written }: ImageReference) => written || 'latest'
  return tag(left) === tag(right) || left.digest !== '' || right.digest !== ''
}
