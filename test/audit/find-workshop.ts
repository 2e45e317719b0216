// Repositories and images for tests of finding descriptions: what is in git, and what an image says of it.
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AuditOptions, audit, TRUST_NOBODY } from '../../src/audit/index.ts'
import type { AuditResult } from '../../src/core/index.ts'
import { envelope } from '../description/attestation/forge.ts'
import { type FileContent, git, Workshop } from '../description/workshop.ts'
import { buildImage, type ImageSpecification } from '../support/image-build.ts'
import { type Descriptor, OciLayout, REFERENCE_NAME, TYPES } from '../support/oci-layout.ts'

export const DOCKERFILE = 'FROM scratch\nCOPY app /app\n'
export const URL = 'https://github.com/example/app'

/** How a statement is kept beside an image. */
export type Storage = 'index' | 'artifact' | 'att' | 'bundle'

/** What an image says. */
export interface Saying {
  readonly content?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly predicate?: unknown
  readonly predicateType?: string
  readonly storage?: Storage
  /** Signs the statement; `.att` and bundle only. */
  readonly signer?: KeyObject
  /** Digest that the statement is about; the image's when not given. */
  readonly subject?: string
  /** Of its only step. */
  readonly createdBy?: string
  readonly members?: readonly { readonly name: string; readonly content: string }[]
}

/** A folder with repositories and images. */
export class FindWorkshop extends Workshop {
  #count = 0

  /** A repository with a remote, in a folder of repositories. */
  clone(name: string, files: Readonly<Record<string, FileContent>>, url: string = URL): string {
    mkdirSync(this.path('repositories'), { recursive: true })
    const root = this.repository(`repositories/${name}`, files)
    if (url !== '') git(root, 'remote', 'add', 'origin', url)
    return root
  }

  /** The file of a public key. */
  keyFile(name: string, key: KeyObject): string {
    const file = this.path(name)
    writeFileSync(file, key.export({ type: 'spki', format: 'pem' }))
    return file
  }

  /** An image in a layout, with all that it says. */
  async image(saying: Saying): Promise<string> {
    this.#count += 1
    const layout = new OciLayout()
    const specification: ImageSpecification = {
      name: 'example.test/app:1',
      layers: [
        {
          members: [{ name: 'app', content: saying.content ?? 'one\n' }, ...(saying.members ?? [])],
          createdBy: saying.createdBy ?? 'COPY app /app # buildkit',
          comment: 'buildkit.dockerfile.v0',
        },
      ],
      config: { Labels: { ...saying.labels } },
    }
    const built = await buildImage(specification)
    const { annotations } = saying
    const image = layout.image(built, annotations === undefined ? {} : { annotations })
    const beside = saying.predicate === undefined ? [] : [this.#statement(layout, image, saying)]
    const folder = this.path(`image-${this.#count}`)
    const name = { annotations: { [REFERENCE_NAME]: 'example.test/app:1' } }
    const all =
      saying.storage === 'index'
        ? [{ ...layout.index([image, ...beside]), ...name }]
        : [{ ...image, ...name }, ...beside]
    return layout.writeFolder(folder, all)
  }

  #statement(layout: OciLayout, image: Descriptor, saying: Saying): Descriptor {
    const digest = saying.subject ?? image.digest
    const statement = {
      _type: 'https://in-toto.io/Statement/v0.1',
      predicateType: saying.predicateType ?? 'https://slsa.dev/provenance/v1',
      subject: [{ name: 'app', digest: { sha256: digest.replace('sha256:', '') } }],
      predicate: saying.predicate,
    }
    const about = layout.attestation(image, [statement])
    if (saying.storage === undefined || saying.storage === 'index') return about
    const key = saying.signer ?? generateKeyPairSync('ed25519').privateKey
    const signed = envelope(JSON.stringify(statement), key)
    const subject = { mediaType: image.mediaType, digest: image.digest, size: image.size }
    const artifact = (type: string, layer: Descriptor) => ({
      ...layout.add(
        {
          schemaVersion: 2,
          mediaType: TYPES.manifest,
          artifactType: type,
          config: layout.add('{}', TYPES.empty),
          layers: [layer],
          subject,
        },
        TYPES.manifest,
      ),
      artifactType: type,
    })
    if (saying.storage === 'artifact') {
      const type = 'application/vnd.docker.attestation.manifest.v1+json'
      return artifact(type, layout.add(statement, TYPES.inToto))
    }
    if (saying.storage === 'bundle') {
      const type = 'application/vnd.dev.sigstore.bundle.v0.3+json'
      const value = { verificationMaterial: { publicKey: { hint: '' } }, dsseEnvelope: signed }
      return artifact(type, layout.add({ mediaType: type, ...value }, type))
    }
    const config = layout.add(
      { architecture: '', os: '', rootfs: { type: 'layers' } },
      TYPES.config,
    )
    const layers = [layout.add(signed, TYPES.dsse)]
    const manifest = { schemaVersion: 2, mediaType: TYPES.manifest, config, layers }
    const name = `${image.digest.replace(':', '-')}.att`
    return { ...layout.add(manifest, TYPES.manifest), annotations: { [REFERENCE_NAME]: name } }
  }

  /** Audits an image; nothing is named that `more` does not name. */
  async audit(
    reference: string,
    more: Partial<AuditOptions> & { readonly source?: string } = {},
  ): Promise<AuditResult> {
    this.#count += 1
    const { source, ...rest } = more
    const { results, errors } = await audit({
      image: {
        ...{ reference, stdin: null, platform: null, name: null, verify: false, threads: 0 },
        progress: () => {},
      },
      description: {
        ...{ source: source ?? null, dockerfile: null, context: null, target: null },
        arguments: {},
      },
      ...{ base: null, repositories: [], trust: TRUST_NOBODY, policy: null, archives: [] },
      db: join(this.folder, `inventory-${this.#count}.db`),
      rules: [],
      at: '2026-01-02T00:00:00Z',
      lock: null,
      ...rest,
    })
    const [result] = results
    if (result === undefined) throw errors[0] ?? new Error('no image was audited')
    return result
  }
}

/** What was found, in short. */
export function told({ description, claims, verdict }: AuditResult) {
  return {
    verdict,
    revision: description?.revision ?? null,
    by: description === null ? null : `${description.found.step} ${description.found.sureness}`,
    revisionBy:
      description === null
        ? null
        : `${description.found.revision.step} ${description.found.revision.sureness}`,
    outcomes: claims.map(({ kind, outcome }) => `${kind} ${outcome}`),
  }
}
