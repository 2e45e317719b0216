// Puts blobs, manifests and indexes together to an OCI image layout, right or wrong as a test wants it.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type BuiltImage, type Member, makeTar } from './image-build.ts'

/** What points at a blob; tests add and falsify fields. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly [field: string]: unknown
}

/** Annotations that carry names. */
export const REFERENCE_NAME = 'org.opencontainers.image.ref.name'
export const CONTAINERD_NAME = 'io.containerd.image.name'

const OCI = 'application/vnd.oci.image'

/** Media types as tests need them. */
export const TYPES = {
  index: `${OCI}.index.v1+json`,
  manifest: `${OCI}.manifest.v1+json`,
  config: `${OCI}.config.v1+json`,
  empty: 'application/vnd.oci.empty.v1+json',
  plain: `${OCI}.layer.v1.tar`,
  gzip: `${OCI}.layer.v1.tar+gzip`,
  zstd: `${OCI}.layer.v1.tar+zstd`,
  encrypted: `${OCI}.layer.v1.tar+gzip+encrypted`,
  foreign: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  inToto: 'application/vnd.in-toto+json',
  dsse: 'application/vnd.dsse.envelope.v1+json',
} as const

/** A layout in the making. */
export class OciLayout {
  readonly blobs = new Map<string, Buffer>()

  /** Adds a blob; objects become JSON. */
  add(content: Buffer | string | object, mediaType: string): Descriptor {
    const bytes = Buffer.isBuffer(content)
      ? content
      : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    this.blobs.set(digest, bytes)
    return { mediaType, digest, size: bytes.length }
  }

  /** Adds an image with gzipped layers; `extra` replaces fields of its manifest. */
  image(image: BuiltImage, extra: Record<string, unknown> = {}): Descriptor {
    return this.manifest(image, { layers: this.gzipLayers(image), ...extra })
  }

  /** Adds an image whose layers are stored plain, as an engine with overlay2 saves it. */
  plainImage(image: BuiltImage): Descriptor {
    return this.manifest(image, {
      layers: image.layers.map(({ tar }) => this.add(tar, TYPES.plain)),
    })
  }

  /** Adds a manifest with the config of an image. */
  manifest(image: BuiltImage, fields: Record<string, unknown>): Descriptor {
    const config = this.add(image.config.bytes, TYPES.config)
    return this.add(
      { schemaVersion: 2, mediaType: TYPES.manifest, config, ...fields },
      TYPES.manifest,
    )
  }

  /** Adds the gzipped layers of an image. */
  gzipLayers(image: BuiltImage): Descriptor[] {
    return image.layers.map(({ tar }) => this.add(gzipSync(tar), TYPES.gzip))
  }

  /** Adds an index over manifests. */
  index(manifests: readonly object[], extra: Record<string, unknown> = {}): Descriptor {
    return this.add({ schemaVersion: 2, mediaType: TYPES.index, manifests, ...extra }, TYPES.index)
  }

  /** Adds BuildKit's attestation of an image manifest. */
  attestation(subject: Descriptor, statements: readonly object[]): Descriptor {
    const layers = statements.map((statement) => this.add(statement, TYPES.inToto))
    const config = this.add(
      { architecture: 'unknown', os: 'unknown', config: {}, rootfs: { type: 'layers' } },
      TYPES.config,
    )
    const manifest = this.add(
      { schemaVersion: 2, mediaType: TYPES.manifest, config, layers },
      TYPES.manifest,
    )
    return {
      ...manifest,
      platform: { architecture: 'unknown', os: 'unknown' },
      annotations: {
        'vnd.docker.reference.digest': subject.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
    }
  }

  /** Takes a blob out. */
  remove({ digest }: Descriptor): void {
    if (!this.blobs.delete(digest)) throw new Error(`no blob ${digest}`)
  }

  /** The files of the layout. */
  members(manifests: readonly object[]): Member[] {
    const index = { schemaVersion: 2, mediaType: TYPES.index, manifests }
    return [
      ...[...this.blobs].map(([digest, content]) => ({
        name: `blobs/${digest.replace(':', '/')}`,
        content,
      })),
      { name: 'index.json', content: JSON.stringify(index) },
      { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    ]
  }

  /** Writes the layout into a folder and returns its path. */
  writeFolder(folder: string, manifests: readonly object[]): string {
    for (const { name, content } of this.members(manifests)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content ?? '')
    }
    return folder
  }

  /** Writes the layout as a tar, with further members after it, and returns its path. */
  async writeTar(
    file: string,
    manifests: readonly object[],
    more: readonly Member[] = [],
  ): Promise<string> {
    writeFileSync(file, await makeTar([...this.members(manifests), ...more]))
    return file
  }
}
