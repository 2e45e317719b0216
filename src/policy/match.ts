// Which entry of `images:` an image's names belong to.
import type { Platform } from '../core/index.ts'
import type { ImageMapping, Policy } from './policy.ts'

/**
 * The first entry of `images:` that matches one of the names and the platform; null when none does.
 * An image without a name is matched by `**` only.
 */
export function mappingOf(
  policy: Policy,
  names: readonly string[],
  platform: Platform | null,
): ImageMapping | null {
  const plain = names.length === 0 ? [''] : names
  return (
    policy.images.find(
      (mapping) =>
        mapping.match.some((pattern) => plain.some((name) => matchesName(pattern, name))) &&
        samePlatform(mapping.platform, platform),
    ) ?? null
  )
}

/** True when a name of an image fits a pattern; a pattern without a tag or digest fits all of them. */
export function matchesName(pattern: string, name: string): boolean {
  const wanted = withoutHub(pattern)
  const whole = withoutHub(name)
  const [tagged = ''] = whole.split('@')
  const forms = wanted.includes('@') ? [whole] : tagPart(wanted) === '' ? [bare(tagged)] : [tagged]
  // A name without a tag is that of the tag `latest`.
  if (!wanted.includes('@') && tagPart(wanted) !== '' && tagPart(tagged) === '') {
    forms.push(`${tagged}:latest`)
  }
  return forms.some((form) => matchesGlob(wanted, form))
}

/** Names of Docker Hub have several spellings: `docker.io/library/app` is `app`. */
function withoutHub(name: string): string {
  return name.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '')
}

function tagPart(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1)
  return last.includes(':') ? last.slice(last.indexOf(':')) : ''
}

function bare(name: string): string {
  return name.slice(0, name.length - tagPart(name).length)
}

function samePlatform(wanted: Platform | null, found: Platform | null): boolean {
  if (wanted === null || found === null) return wanted === null
  return (
    wanted.os === found.os &&
    wanted.architecture === found.architecture &&
    (wanted.variant === '' || wanted.variant === found.variant)
  )
}

/** `*` within a part, `**` across parts; never slower than pattern times name. */
function matchesGlob(pattern: string, name: string): boolean {
  const tokens = pattern
    .split(/(\*\*|\*)/)
    .flatMap((part) => (part.startsWith('*') ? [part] : [...part]))
  const characters = [...name]
  let reachable = new Uint8Array(characters.length + 1)
  reachable[0] = 1
  for (const token of tokens) {
    const next = new Uint8Array(reachable.length)
    for (let i = 0; i < reachable.length; i += 1) {
      const before = i === 0 ? '' : (characters[i - 1] ?? '')
      if (token === '**' || token === '*') {
        const open = i > 0 && next[i - 1] === 1 && (token === '**' || before !== '/')
        if (reachable[i] === 1 || open) next[i] = 1
      } else if (i > 0 && reachable[i - 1] === 1 && token === before) next[i] = 1
    }
    reachable = next
  }
  return reachable[characters.length] === 1
}
