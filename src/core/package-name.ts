// Package URLs shortened for people: `pkg:deb/debian/zlib1g@1:1.2.13?arch=amd64` is `zlib1g 1:1.2.13`.

/** The name and version of a purl; any other text as it is. */
export function shortPackage(text: string): string {
  const match = /^pkg:([a-z0-9.+-]+)\/([^?#]+)/i.exec(text)
  if (match?.[2] === undefined) return text
  const at = match[2].lastIndexOf('@')
  const path = at > 0 ? match[2].slice(0, at) : match[2]
  const version = at > 0 ? decoded(match[2].slice(at + 1)) : ''
  const parts = path.split('/').map(decoded)
  const scoped = match[1]?.toLowerCase() === 'npm' && parts.length > 1
  const name = scoped ? parts.join('/') : (parts.at(-1) ?? path)
  return version === '' ? name : `${name} ${version}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
