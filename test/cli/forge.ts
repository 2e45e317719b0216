// Image archives that lie: layers of any bytes, documents of any text, digests as a test wants them.
import { writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type Member, makeTar, sha256 } from '../support/image.ts'

/** A layer as it is stored, and the diff_id that the config claims for it. */
export interface ForgedLayer {
  readonly stored: Buffer
  /** Null for the right one. */
  readonly diffId?: string
  readonly createdBy?: string
}

/** Documents of a `docker save` archive, each replaced by a text when one is given. */
export interface ForgedDocuments {
  readonly manifest?: string
  readonly config?: string
}

/** The digest of the uncompressed bytes; of gzip streams that are no bombs only. */
function diffIdOf({ stored, diffId }: ForgedLayer): string {
  if (diffId !== undefined) return diffId
  const plain = stored[0] === 0x1f && stored[1] === 0x8b ? gunzipSync(stored) : stored
  return `sha256:${sha256(plain)}`
}

/** Members of an archive with these layers. */
export function forgedMembers(
  layers: readonly ForgedLayer[],
  documents: ForgedDocuments = {},
): Member[] {
  const config =
    documents.config ??
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map(diffIdOf) },
      history: layers.map(({ createdBy }) => ({ created_by: createdBy ?? 'RUN make # buildkit' })),
    })
  const name = `${sha256(config)}.json`
  const paths = layers.map((_layer, index) => `layer-${index}/layer.tar`)
  const manifest =
    documents.manifest ?? JSON.stringify([{ Config: name, RepoTags: ['forged:1'], Layers: paths }])
  return [
    { name, content: config },
    ...layers.map(({ stored }, index) => ({ name: paths[index] ?? '', content: stored })),
    { name: 'manifest.json', content: manifest },
  ]
}

/** Writes an archive with these layers and returns its path. */
export async function writeForged(
  file: string,
  layers: readonly ForgedLayer[],
  documents: ForgedDocuments = {},
): Promise<string> {
  writeFileSync(file, await makeTar(forgedMembers(layers, documents)))
  return file
}
