// Names of images as people and engines write them (distribution/reference: familiar and full names).

/** The full name: registry and tag filled in as Docker fills them. */
export function fullName(name: string): string {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const hasRegistry = /[.:]/.test(first) || first === 'localhost'
  const path = slash < 0 ? `library/${name}` : name
  const full = hasRegistry ? name : `docker.io/${path}`
  const tagged = full.includes('@') || full.lastIndexOf(':') > full.lastIndexOf('/')
  return tagged ? full : `${full}:latest`
}

/** The names without those that say the same as an earlier one. */
export function distinctNames(names: readonly string[]): string[] {
  const seen = new Map<string, string>()
  for (const name of names) if (!seen.has(fullName(name))) seen.set(fullName(name), name)
  return [...seen.values()]
}

/** True when one of the names is the wanted one. */
export function isNamed(names: readonly string[], wanted: string): boolean {
  return names.some((name) => name === wanted || fullName(name) === fullName(wanted))
}
