// Package archives of an npm registry that the user named (github.com/npm/registry, docs/REGISTRY-API.md).
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { messageOf, sourceError } from '../core/index.ts'
import type { ArchiveSource, FoundArchive, WantedArchive } from './archive.ts'
import { isWanted } from './folder.ts'
import { readNpmPackage } from './npm.ts'

const MAX_METADATA = 64 << 20
const MAX_ARCHIVE = 512 << 20
const TIMEOUT = 60_000

const metadataSchema = z.object({
  dist: z.object({ tarball: z.string(), integrity: z.string().optional() }),
})

/** Opens a registry; nothing is contacted before the first package is wanted. */
export function openNpmRegistry(address: string): ArchiveSource {
  const root = address.replace(/\/+$/, '')
  return {
    async find(wanted) {
      if (wanted.type !== 'npm') return null
      const place = `${root}/${encodeURIComponent(wanted.name)}/${encodeURIComponent(wanted.version)}`
      try {
        return await fetchPackage(place, root, wanted)
      } catch (thrown) {
        return { place, reason: messageOf(thrown) }
      }
    },
  }
}

async function fetchPackage(
  place: string,
  root: string,
  wanted: WantedArchive,
): Promise<FoundArchive | null> {
  const answer = await bytesOf(place, MAX_METADATA)
  if (answer === null) return null
  const { dist } = metadataSchema.parse(JSON.parse(answer.toString('utf8')))
  // the metadata may name any host: only the one that the user allowed is asked
  const tarball = new URL(dist.tarball, `${root}/`)
  if (tarball.origin !== new URL(root).origin)
    throw sourceError(`its archive lies at ${tarball.origin}, which was not named`)
  const bytes = await bytesOf(tarball.href, MAX_ARCHIVE)
  if (bytes === null) return null
  requireIntegrity(bytes, dist.integrity)
  async function* pieces(): AsyncGenerator<Buffer, void> {
    if (bytes !== null) yield bytes
  }
  const found = await readNpmPackage(pieces(), tarball.href)
  return isWanted(found, wanted) ? found : null
}

/** The bytes at an address; null when there is nothing. */
async function bytesOf(address: string, most: number): Promise<Buffer | null> {
  const response = await fetch(address, {
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT),
    headers: { accept: 'application/json, application/octet-stream' },
  })
  if (response.status === 404) return null
  if (!response.ok || response.body === null)
    throw sourceError(`${address} answered ${response.status}`)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body) {
    size += part.length
    if (size > most) throw sourceError(`${address} gives more than ${most} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function requireIntegrity(bytes: Buffer, integrity: string | undefined): void {
  const [, expected] = /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)/.exec(integrity ?? '') ?? []
  if (expected === undefined) return
  const found = createHash('sha512').update(bytes).digest('base64')
  if (found !== expected) throw sourceError('the archive is not what the registry’s metadata says')
}
