// What a build took in, as its attestation lists it: package URLs of images (purl-spec, docker and oci), git
// repositories, downloads (slsa.dev/spec/v1.0/provenance, ResourceDescriptor).
import { type BaseClaim, type ClaimTrust, isDigest, type Material } from '../../core/index.ts'
import { listAt, textAt, textsAt } from './json.ts'
import { isCommit, type NamedRepository, readRepository } from './repository.ts'

/** The materials of a list of resource descriptors. */
export function readMaterials(list: readonly unknown[]): Material[] {
  return list.flatMap((one) => {
    const uri = textAt(one, 'uri')
    return uri === '' ? [] : [{ uri, digests: Object.fromEntries(textsAt(one, 'digest')) }]
  })
}

/** The materials at a path of a document. */
export function materialsAt(value: unknown, ...names: readonly string[]): Material[] {
  return readMaterials(listAt(value, ...names))
}

/** The commit that digests name: SLSA's `sha1` and `gitCommit`; ''. */
export function commitOf(digests: Readonly<Record<string, string>>): string {
  const ids = [digests['gitCommit'], digests['sha1'], digests['sha256']]
  return ids.find((id) => id !== undefined && isCommit(id)) ?? ''
}

/** The first material that is a git repository at a commit; null. */
export function sourceAmong(materials: readonly Material[]): NamedRepository | null {
  for (const { uri, digests } of materials) {
    const commit = [digests['gitCommit'], digests['sha1']].find((id) => id !== undefined) ?? ''
    if (!isCommit(commit) || uri.startsWith('pkg:docker') || uri.startsWith('pkg:oci')) continue
    const named = readRepository(uri)
    if (named.repository !== '') return { ...named, revision: commit }
  }
  return null
}

/** An image that a build took in. */
export interface NamedImage {
  /** As FROM writes it, without a digest. */
  readonly reference: string
  /** sha256 of its manifest or index; '' when not given. */
  readonly digest: string
}

/** The image that a material is; null when it is none. */
export function imageOf({ uri, digests }: Material): NamedImage | null {
  const sha256 = digests['sha256'] ?? ''
  const digest = isDigest(`sha256:${sha256}`) ? `sha256:${sha256}` : ''
  const purl = /^pkg:(docker|oci)\/([^@?#]+)(?:@([^?#]*))?(?:\?([^#]*))?/.exec(uri)
  if (purl !== null) return ofPurl(purl, digest)
  const plain = /^docker-image:\/\/(.+)$/.exec(uri)?.[1]
  if (plain === undefined) return null
  const [reference = '', pinned = ''] = plain.split('@', 2)
  return { reference, digest: digest || (isDigest(pinned) ? pinned : '') }
}

function ofPurl(purl: RegExpExecArray, digest: string): NamedImage {
  const [, type, path = '', version = '', query = ''] = purl
  const name = decoded(path)
  const tag = decoded(version)
  const values = new URLSearchParams(query)
  const pinned = [tag, values.get('digest') ?? ''].find(isDigest) ?? ''
  const place = type === 'oci' ? (values.get('repository_url') ?? name) : name
  const label = isDigest(tag) ? (values.get('tag') ?? '') : tag
  return { reference: label === '' ? place : `${place}:${label}`, digest: digest || pinned }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Frontends of BuildKit are taken in by every build that names a syntax; no image is built on them. */
const FRONTEND = /(?:^|\/)docker\/dockerfile(?:-upstream)?(?::|$)/

/** The images among materials as claims about the base: the only one is meant, of several FROM tells. */
export function baseClaimsOf(
  materials: readonly Material[],
  { from, trust }: { readonly from: string; readonly trust: ClaimTrust },
): BaseClaim[] {
  const images = materials.flatMap((material) => imageOf(material) ?? [])
  return images
    .filter(({ reference }) => !FRONTEND.test(reference))
    .map(({ reference, digest }) => ({
      from: `a material of ${from}`,
      reference,
      digest: isDigest(digest) ? digest : null,
      direct: false,
      trust,
    }))
}
