// BuildKit's build information before v0.12: base64 JSON in the image config (moby/buildkit v0.10,
// docs/build-repro.md): the frontend's attributes, and the sources with what they were pinned to.
import { isDigest, type Material } from '../../core/index.ts'
import { claimOfRequest } from './build-request.ts'
import { EMPTY_CLAIM, type ReadClaim } from './claim.ts'
import { bytesOf, fieldAt, listAt, parseJson, textAt, textsAt } from './json.ts'

const KEY = 'moby.buildkit.buildinfo.v0'
const MAX_BYTES = 4 << 20

/** The claim in an image config; null when it has no build information. */
export function claimOfBuildInfo(configText: string): ReadClaim | null {
  if (!configText.includes(KEY)) return null
  const bytes = bytesOf(fieldAt(parseJson(configText), KEY), MAX_BYTES)
  const value = bytes === null ? undefined : parseJson(bytes.toString('utf8'))
  if (fieldAt(value, 'frontend') === undefined && fieldAt(value, 'sources') === undefined) {
    return null
  }
  const args = textsAt(value, 'attrs')
  const uri = args.get('context') ?? ''
  const sources = listAt(value, 'sources')
  const own = sources.find((one) => textAt(one, 'type') === 'git' && textAt(one, 'ref') === uri)
  const request = { args, uri, commit: textAt(own, 'pin'), path: '', vcs: new Map() }
  return {
    ...EMPTY_CLAIM,
    ...claimOfRequest(request),
    kind: 'buildinfo',
    from: 'build information of BuildKit in the config',
    materials: sources.flatMap(materialOf),
  }
}

function materialOf(source: unknown): Material[] {
  const [type, ref, pin] = ['type', 'ref', 'pin'].map((name) => textAt(source, name))
  if (type === undefined || ref === undefined || ref === '' || pin === undefined) return []
  if (type === 'docker-image') {
    const digests: Record<string, string> = isDigest(pin) ? { sha256: pin.slice(7) } : {}
    return [{ uri: `docker-image://${ref}`, digests }]
  }
  if (type === 'git') return [{ uri: ref, digests: { sha1: pin } }]
  return [{ uri: ref, digests: isDigest(pin) ? { sha256: pin.slice(7) } : {} }]
}
